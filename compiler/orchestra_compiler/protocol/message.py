"""Messages of the protocol that ships with us, as typed values, and their XML both ways.

`agent-message.xsd` is the law; the words here repeat it (a test holds them together), so that encoding and decoding
need no XML schema library.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestra_compiler.errors import MessageError
from orchestra_compiler.protocol.shipped import BODIES, TYPES
from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.tree import to_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE = "urn:pytest-orchestra:agent-message:1"
ROOT = "agent-message"
DISCRIMINATOR = "type"

PRIORITIES = ("critical", "high", "normal", "low")
ACTIONS = ("assigned", "pending", "in-progress", "blocked", "asking", "completed", "failed", "escalating")
CATEGORIES = ("execution", "validation", "integration", "architectural")
STATES = ("passed", "warned", "failed", "not-run")
ESCALATION_STATES = ("triggered", "not-triggered")
GATES = ("input", "grounding", "boundary", "output", "escalation")

_SPACE = re.compile("[ \t\r\n]+")  # what XML calls white space; Python's `split` knows more


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetails:
    """What went wrong. `level` says who must deal with it: 1 the agent, 2 its coordinator, 3 the lead, 4 the user."""

    level: int
    category: str
    message: str
    attempted_recovery: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityGates:
    """What each layer said: one of `STATES`, and for the escalation layer one of `ESCALATION_STATES`."""

    input: str = "not-run"
    grounding: str = "not-run"
    boundary: str = "not-run"
    output: str = "not-run"
    escalation: str = "not-triggered"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMessage:
    """One message.

    Attributes:
        timestamp: An `xs:dateTime` with a time zone, as written.
        success: Of a task-completion; None for all other types.
        description: The text of the payload, whatever its element is called.
        artifacts: Path -> what the file is; None where the message has no such element.
        error: Demanded by an escalation, possible in a task-completion and a status.
    """

    type: str
    sender: str
    recipient: str
    task_id: str
    timestamp: str
    action: str
    description: str
    priority: str = "normal"
    parent_task: str | None = None
    success: bool | None = None
    artifacts: Mapping[str, str] | None = None
    error: ErrorDetails | None = None
    quality_gates: QualityGates = field(default_factory=QualityGates)


def encode(message: AgentMessage) -> str:
    """Return the message as XML; the same message gives the same text.

    Raises:
        MessageError: A value holds a character that XML 1.0 cannot carry, or the type is unknown.
    """
    from xml.etree.ElementTree import Element

    if message.type not in BODIES:
        raise MessageError(f"{message.type!r} is not a message type", f"one of {', '.join(TYPES)}")
    root = Element(_tag(ROOT))
    for name in ("sender", "recipient", "type", "priority"):
        _add(root, name, getattr(message, name))
    context = _add(root, "context")
    _add(context, "task-id", message.task_id)
    if message.parent_task is not None:
        _add(context, "parent-task", message.parent_task)
    _add(context, "timestamp", message.timestamp)
    _add_payload(root, message)
    gates = _add(root, "quality-gates")
    for gate in GATES:
        _add(gates, gate, getattr(message.quality_gates, gate))
    return to_text(root)


def _add_payload(root: Element, message: AgentMessage) -> None:
    payload = _add(root, "payload")
    _add(payload, "action", message.action)
    body = _add(payload, BODIES[message.type])
    if message.success is not None:
        _add(body, "success", "true" if message.success else "false")
    _add(body, "description", message.description)
    if message.artifacts is not None:
        artifacts = _add(body, "artifacts")
        for path, summary in message.artifacts.items():
            _add(artifacts, "file", summary).set("path", _fit("file path", path))
    if message.error is not None:
        details = _add(payload, "error-details")
        _add(details, "level", str(message.error.level))
        _add(details, "category", message.error.category)
        _add(details, "message", message.error.message)
        if message.error.attempted_recovery is not None:
            _add(details, "attempted-recovery", message.error.attempted_recovery)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    from xml.etree.ElementTree import SubElement

    element = SubElement(parent, _tag(name))
    if text is not None:
        element.text = _fit(name, text)
    return element


def _fit(name: str, text: str) -> str:
    unfit = xml.unfit_character(text)
    if unfit is not None:
        raise MessageError(
            f"the {name} holds U+{ord(unfit):04X}, which XML 1.0 cannot carry", "leave the character out"
        )
    return text


def parse(document: str | bytes) -> AgentMessage:
    """Return the message that a valid document holds. It reads; whether the document is valid, the schema says.

    Raises:
        MessageError: The document is not let in, or something that every message has is missing.
    """
    root = xml.read(document)
    if root.tag != _tag(ROOT):
        raise MessageError(f"the root is {root.tag!r}, not an {ROOT} of {NAMESPACE}")
    kind = _word(root, "type")
    if kind not in BODIES:
        raise MessageError(f"{kind!r} is not a message type", f"one of {', '.join(TYPES)}")
    context, payload, gates = (_child(root, name) for name in ("context", "payload", "quality-gates"))
    body = _child(payload, BODIES[kind])
    parent, details = _find(context, "parent-task"), _find(payload, "error-details")
    return AgentMessage(
        type=kind,
        sender=_word(root, "sender"),
        recipient=_word(root, "recipient"),
        priority=_word(root, "priority"),
        task_id=_word(context, "task-id"),
        parent_task=None if parent is None else _collapsed(parent),
        timestamp=_word(context, "timestamp"),
        action=_word(payload, "action"),
        success=None if _find(body, "success") is None else _word(body, "success") in ("true", "1"),
        description=_child(body, "description").text or "",
        artifacts=_artifacts(body),
        error=None if details is None else _error(details),
        quality_gates=QualityGates(**{gate: _word(gates, gate) for gate in GATES}),
    )


def _artifacts(body: Element) -> Mapping[str, str] | None:
    found = _find(body, "artifacts")
    return None if found is None else {file.get("path", ""): file.text or "" for file in found}


def _error(details: Element) -> ErrorDetails:
    level = _word(details, "level")
    if not level.lstrip("+").isdecimal():
        raise MessageError(f"the error level {level[:40]!r} is not a number", "1, 2, 3 or 4")
    recovery = _find(details, "attempted-recovery")
    return ErrorDetails(
        level=int(level[:20]),
        category=_word(details, "category"),
        message=_child(details, "message").text or "",
        attempted_recovery=None if recovery is None else recovery.text or "",
    )


def _find(parent: Element, name: str) -> Element | None:
    return parent.find(_tag(name))


def _child(parent: Element, name: str) -> Element:
    found = _find(parent, name)
    if found is None:
        raise MessageError(f"<{parent.tag.rpartition('}')[2]}> has no <{name}>")
    return found


def _word(parent: Element, name: str) -> str:
    return _collapsed(_child(parent, name))


def _collapsed(element: Element) -> str:
    """Return an element's text with white space collapsed, as the schema's token types have it."""
    return " ".join(word for word in _SPACE.split(element.text or "") if word)
