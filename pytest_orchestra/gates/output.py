"""The output layer: is the reply whole, and is it the message it claims to be?"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_orchestra.gates.subject import Check, Finding, Options, Subject
from pytest_orchestra.messages import Message


def empty_reply(options: Options) -> Check:  # noqa: ARG001 - it has none
    """Refuse a reply with neither text nor tool calls."""
    return _empty


def message_schema(options: Options) -> Check:
    """Refuse a message that its schema refuses, that names another sender, or that its agent does not send.

    With `required: true` an agent that declares what it sends must answer with a message.
    """
    required = options.get("required") is True

    def check(subject: Subject) -> Iterator[Finding]:
        for message in subject.messages:
            yield from _faults(message, subject)
        if required and not subject.messages and subject.agent is not None and subject.agent.sends:
            yield Finding(
                f"the reply is no message, though {subject.agent.name} sends {', '.join(subject.agent.sends)}"
            )

    return check


def _empty(subject: Subject) -> Iterator[Finding]:
    if not subject.text.strip() and not subject.tools:
        yield Finding("the reply holds neither text nor a tool call")


def _faults(message: Message, subject: Subject) -> Iterator[Finding]:
    start = max(0, subject.text.find(message.document))
    end = start + len(message.document)
    for wrong in subject.world.reader.violations(message.document):
        yield Finding(f"line {wrong.line}: {wrong.message} ({wrong.rule})", start, end)
    agent = subject.agent
    if agent is None:
        return
    if message.sender and message.sender != agent.name:
        yield Finding(f"the message says it comes from {message.sender!r}, but {agent.name} answered", start, end)
    if agent.sends and message.type and message.type not in agent.sends:
        declared = ", ".join(agent.sends)
        yield Finding(f"{agent.name} sends {declared}, not {message.type!r}", start, end)
