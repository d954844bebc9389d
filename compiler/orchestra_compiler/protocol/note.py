"""The short form of messages of the protocol that ships with us: a head, lines about files and error, the description.

    head   = payload [route] [#task] [^parent] [timestamp] [priority] [action] [success=…] [escalation] [gates=…]
    route  = sender>recipient, each left out where the channel knows it
    gates  = one word for all four layers, or four with commas
    lines  = `file PATH: TEXT`, `error LEVEL CATEGORY: TEXT`, `tried: TEXT`; a line that starts with a space goes on
    text   = head, lines, an empty line, the description up to the very end

The words of the head tell themselves apart, so that their order does not matter to a reader. Where the channel expects
the type and knows all the rest, the description alone is the message, unless it begins like a head itself, or like XML.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from orchestra_compiler.patterns import pattern
from orchestra_compiler.protocol import fields, message
from orchestra_compiler.protocol.channel import Channel
from orchestra_compiler.protocol.message import AgentMessage, ErrorDetails
from orchestra_compiler.protocol.shipped import BODIES

TYPE_OF = {body: kind for kind, body in BODIES.items()} | {kind: kind for kind in BODIES}
_PLAIN_PATH = pattern(r'[^\s":]+')
LAYERS = tuple(gate for gate in message.GATES if gate != "escalation")
NO_PARENT = "^"


def write(value: AgentMessage, channel: Channel) -> str:
    """Return a message in its short form, without what the channel knows."""
    head, lines = tuple(_head(value, channel)), tuple(_lines(value))
    if value.type == channel.type and len(head) == 1 and not lines and _stands_alone(value.description):
        return value.description
    return "\n".join((" ".join(head), *lines, "", value.description))


def _stands_alone(description: str) -> bool:
    """Return whether nobody takes a description for anything else: a head, a document, or a mark of the byte order."""
    return first_word(description) not in TYPE_OF and not description.lstrip().startswith(("<", "\ufeff"))


def first_word(text: str) -> str:
    """Return the word that a text begins with: of a short form with a head, what it is."""
    return text.partition("\n")[0].strip(" ").partition(" ")[0]


def _head(value: AgentMessage, channel: Channel) -> Iterator[str]:
    yield BODIES[value.type]
    sender = "" if value.sender == channel.sender else value.sender
    recipient = "" if value.recipient == channel.recipient else value.recipient
    if sender or recipient:
        yield f"{sender}>{recipient}"
    if value.task_id != channel.task_id:
        yield f"#{value.task_id}"
    if value.parent_task != channel.parent_task:
        yield f"{NO_PARENT}{value.parent_task or ''}"
    if value.timestamp != channel.timestamp:
        yield value.timestamp
    if value.priority != "normal":
        yield value.priority
    if value.action != fields.ACTION_OF[value.type]:
        yield value.action
    if value.success is not None and value.success != implied_success(value.error, value.action):
        yield f"success={'true' if value.success else 'false'}"
    yield from _gates(value)


def _gates(value: AgentMessage) -> Iterator[str]:
    if value.quality_gates.escalation != implied_escalation(value.type):
        yield value.quality_gates.escalation
    states = [getattr(value.quality_gates, layer) for layer in LAYERS]
    if set(states) != {"not-run"}:
        yield f"gates={','.join(states if len(set(states)) > 1 else states[:1])}"


def implied_success(error: ErrorDetails | None, action: str) -> bool:
    """Return whether a completion succeeded that does not say so."""
    return error is None and action != "failed"


def implied_escalation(kind: str) -> str:
    """Return the state of the escalation layer that a message of a type has where it does not say so."""
    return "triggered" if kind == "escalation" else "not-triggered"


def _lines(value: AgentMessage) -> Iterator[str]:
    for path, text in (value.artifacts or {}).items():
        shown = path if _PLAIN_PATH.fullmatch(path) else json.dumps(path, ensure_ascii=False)
        yield _line(f"file {shown}", text)
    if value.error is not None:
        yield _line(f"error {value.error.level} {value.error.category}", value.error.message)
        if value.error.attempted_recovery is not None:
            yield _line("tried", value.error.attempted_recovery)


def _line(name: str, text: str) -> str:
    return f"{name}: {text.replace(chr(10), chr(10) + ' ')}" if text else name
