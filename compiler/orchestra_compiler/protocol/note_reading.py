"""Reads the short form of messages of the protocol that ships with us; `note` writes it and has its grammar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from orchestra_compiler.errors import MessageError
from orchestra_compiler.protocol import fields, message
from orchestra_compiler.protocol.channel import Channel
from orchestra_compiler.protocol.message import AgentMessage, ErrorDetails, QualityGates
from orchestra_compiler.protocol.note import LAYERS, NO_PARENT, TYPE_OF, first_word, implied_escalation, implied_success
from orchestra_compiler.protocol.shipped import BODIES
from orchestra_compiler.suggestions import Names

_HINT_TYPES = f"one of {', '.join(BODIES)}"
_HINT = f"the first line begins with one of {', '.join(BODIES.values())}"


@dataclass(slots=True)
class _Draft:
    """What was read of a message so far."""

    kind: str
    words: dict[str, str] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)
    error: tuple[int, str, str] | None = None
    tried: str | None = None

    def put(self, name: str, word: str) -> None:
        if name in self.words:
            raise MessageError(f"the head says its {name.replace('_', ' ')} twice: {word[:60]!r}")
        self.words[name] = word


def read(text: str, channel: Channel) -> AgentMessage:
    """Return the message that a short form stands for; whether it is valid, the schema says.

    Raises:
        MessageError: It is no short form of a message, or lacks what the channel does not know.
    """
    first = first_word(text)
    if channel.type is not None and channel.type not in BODIES:
        raise MessageError(f"the channel expects {channel.type[:60]!r}, which is no message type", _HINT_TYPES)
    if channel.type is not None and first not in TYPE_OF:
        return _message(_Draft(channel.type), text, channel)
    top, _, description = text.partition("\n\n")
    lines = top.split("\n")
    words = [word for word in lines[0].split(" ") if word][1:]
    if first not in TYPE_OF:
        raise MessageError(f"{first[:60]!r} is not a kind of message", Names(TYPE_OF).hint(first, _HINT))
    draft = _Draft(TYPE_OF[first])
    for word in words:
        _word(draft, word)
    for line in _unfolded(lines[1:]):
        _read_line(draft, line)
    return _message(draft, description, channel)


def _word(draft: _Draft, word: str) -> None:
    if word.startswith("#"):
        draft.put("task_id", word[1:])
    elif word.startswith(NO_PARENT):
        draft.put("parent_task", word[1:])
    elif word.startswith(("success=", "gates=")):
        name, _, value = word.partition("=")
        draft.put(name, value)
    elif ">" in word:
        sender, _, recipient = word.partition(">")
        for name, given in (("sender", sender), ("recipient", recipient)):
            if given:
                draft.put(name, given)
    elif word[0] in "-0123456789":
        draft.put("timestamp", word)
    else:
        draft.put(_name_of(word), word)


def _name_of(word: str) -> str:
    known = {"priority": message.PRIORITIES, "action": message.ACTIONS, "escalation": message.ESCALATION_STATES}
    for name, words in known.items():
        if word in words:
            return name
    every = (each for words in known.values() for each in words)
    raise MessageError(f"the head holds {word[:60]!r}, which says nothing of a message", Names(every).hint(word))


def _unfolded(lines: list[str]) -> Iterator[str]:
    """Yield the lines with those that go on joined to the one before them."""
    whole: list[str] = []
    for line in lines:
        if line.startswith(" ") and whole:
            whole.append(line[1:])
            continue
        if whole:
            yield "\n".join(whole)
        whole = [line]
    if whole:
        yield "\n".join(whole)


def _read_line(draft: _Draft, line: str) -> None:
    name, _, rest = line.partition(" ")
    if name == "file" and rest:
        path, text = _path_and_text(rest)
        if path in draft.artifacts:
            raise MessageError(f"the file {path[:60]!r} stands there twice")
        draft.artifacts[path] = text
    elif name == "error" and draft.error is None:
        level, category, text = _error(rest)
        draft.error = level, category, text
    elif name in ("tried:", "tried") and draft.tried is None and draft.error is not None:
        draft.tried = rest
    else:
        raise MessageError(
            f"the line {line[:60]!r} says nothing of a message",
            "lines above the first empty one: file PATH: TEXT, error LEVEL CATEGORY: TEXT, then tried: TEXT",
        )


def _path_and_text(rest: str) -> tuple[str, str]:
    if not rest.startswith('"'):
        path, _, text = rest.partition(": ")
        return path, text
    try:
        path, end = json.JSONDecoder().raw_decode(rest)
    except ValueError as error:
        raise MessageError(f"the path in {rest[:60]!r} is not closed", "quote it as JSON does") from error
    return str(path), rest[end:].removeprefix(": ")


def _error(rest: str) -> tuple[int, str, str]:
    head, _, text = rest.partition(": ")
    level, _, category = head.partition(" ")
    if level not in ("1", "2", "3", "4"):
        raise MessageError(f"the error level {level[:40]!r} is not a level", "1, 2, 3 or 4")
    return int(level), category, text


def _message(draft: _Draft, description: str, channel: Channel) -> AgentMessage:
    words = draft.words
    known = {name: getattr(channel, name) for name in ("sender", "recipient", "task_id", "timestamp")}
    for name, from_channel in known.items():
        if words.setdefault(name, from_channel or "") == "":
            raise MessageError(
                f"the compact form names no {name.replace('_', ' ')}, and the channel does not know it",
                "sender>recipient, #task and a time with its zone",
            )
    parent = words.get("parent_task", channel.parent_task) or None
    details = None if draft.error is None else ErrorDetails(
        level=draft.error[0], category=draft.error[1], message=draft.error[2], attempted_recovery=draft.tried
    )  # fmt: skip
    action = words.get("action", fields.ACTION_OF[draft.kind])
    return AgentMessage(
        type=draft.kind,
        sender=words["sender"],
        recipient=words["recipient"],
        task_id=words["task_id"],
        parent_task=parent,
        timestamp=words["timestamp"],
        priority=words.get("priority", "normal"),
        action=action,
        success=_success(draft, details, action),
        description=description,
        artifacts=draft.artifacts or None,
        error=details,
        quality_gates=_read_gates(draft),
    )


def _success(draft: _Draft, error: ErrorDetails | None, action: str) -> bool | None:
    given = draft.words.get("success")
    if draft.kind != "task-completion":
        if given is not None:
            raise MessageError(f"a {draft.kind} does not say whether it succeeded")
        return None
    if given not in (None, "true", "false"):
        raise MessageError(f"success is {given[:40]!r}" if given else "success is empty", "true or false")
    return implied_success(error, action) if given is None else given == "true"


def _read_gates(draft: _Draft) -> QualityGates:
    states = draft.words.get("gates", "not-run").split(",")
    if len(states) not in (1, len(LAYERS)) or any(state not in message.STATES for state in states):
        hint = f"one word for all layers, or four with commas: {', '.join(message.STATES)}"
        raise MessageError(f"{','.join(states)[:60]!r} says nothing of {', '.join(LAYERS)}", hint)
    each = states * len(LAYERS) if len(states) == 1 else states
    escalation = draft.words.get("escalation", implied_escalation(draft.kind))
    return QualityGates(**dict(zip(LAYERS, each, strict=True)), escalation=escalation)
