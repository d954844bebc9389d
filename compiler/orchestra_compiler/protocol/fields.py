"""The natural fields of a message of our protocol: what a person writes in a mission, and what an expectation asks for.

    sender, recipient, priority, task_id, parent_task, timestamp, action, success, description,
    artifacts: {path: summary}    error: {level, category, message, attempted_recovery}
    quality_gates: {input, grounding, boundary, output, escalation}

A hyphen is as good as an underscore. What a writer leaves out has a fixed default, except the two names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json
from orchestra_compiler.protocol import message, typed
from orchestra_compiler.protocol.envelope import EPOCH
from orchestra_compiler.protocol.message import AgentMessage, ErrorDetails, QualityGates
from orchestra_compiler.protocol.shipped import TYPES
from orchestra_compiler.suggestions import Names

FIELDS = (
    "sender",
    "recipient",
    "priority",
    "task_id",
    "parent_task",
    "timestamp",
    "action",
    "success",
    "description",
    "artifacts",
    "error",
    "quality_gates",
)
_ERROR_FIELDS = ("level", "category", "message", "attempted_recovery")

ACTION_OF: Mapping[str, str] = MappingProxyType(
    {
        "escalation": "escalating",
        "question": "asking",
        "status": "in-progress",
        "task-assignment": "assigned",
        "task-completion": "completed",
    }
)
DESCRIPTION_OF: Mapping[str, str] = MappingProxyType(
    {
        "escalation": "What the next level has to decide, with the choices there are.",
        "question": "What must be known before the work can go on.",
        "status": "What has been done so far and what comes next.",
        "task-assignment": "What is to be done, and how to tell that it is done.",
        "task-completion": "What was done, and what the reader should know about it.",
    }
)
"""Message type -> the sentence that stands in templates, and in messages whose author wrote none."""

EXAMPLE_ERROR = ErrorDetails(
    level=2,
    category="execution",
    message="What went wrong, in the words of the tool that said so.",
    attempted_recovery="What was tried, and what came of it.",
)


def to_message(kind: str, fields: Mapping[str, Json]) -> AgentMessage:
    """Return the message that natural fields describe, with defaults for what they leave out.

    Raises:
        MessageError: The type or a field is unknown, a value has the wrong form, or a name is missing.
    """
    if kind not in TYPES:
        raise MessageError(f"{kind!r} is not a message type", _near(kind, TYPES))
    given = known_keys(fields, FIELDS, "a message")
    for name in ("sender", "recipient"):
        if name not in given:
            raise MessageError(f"the message names no {name}", f"add `{name}: agent-name`")
    error = _error(given, default=EXAMPLE_ERROR if kind == "escalation" else None)
    artifacts = given.get("artifacts")
    parent = given.get("parent_task")
    return AgentMessage(
        type=kind,
        sender=_text("sender", given["sender"]),
        recipient=_text("recipient", given["recipient"]),
        priority=_word("priority", given.get("priority", "normal"), message.PRIORITIES),
        task_id=_text("task_id", given.get("task_id", "task-1")),
        parent_task=None if parent is None else _text("parent_task", parent),
        timestamp=_text("timestamp", given.get("timestamp", EPOCH)),
        action=_word("action", given.get("action", ACTION_OF[kind]), message.ACTIONS),
        success=_success(kind, given, error),
        description=_text("description", given.get("description", DESCRIPTION_OF[kind])),
        artifacts=None if artifacts is None else _texts("artifacts", artifacts),
        error=error,
        quality_gates=_gates(kind, given.get("quality_gates", {})),
    )


def from_message(value: AgentMessage) -> dict[str, Json]:
    """Return a message's natural fields, its type included; what it does not have is left out."""
    fields: dict[str, Json] = {
        name: item
        for name in ("type", *FIELDS)
        if name not in ("artifacts", "error", "quality_gates") and (item := getattr(value, name)) is not None
    }
    if value.artifacts is not None:
        fields["artifacts"] = dict(value.artifacts)
    if value.error is not None:
        known = {name: getattr(value.error, name) for name in _ERROR_FIELDS}
        fields["error"] = {name: item for name, item in known.items() if item is not None}
    fields["quality_gates"] = {gate: getattr(value.quality_gates, gate) for gate in message.GATES}
    return fields


def known_keys(fields: Mapping[str, Json], known: Iterable[str], what: str) -> dict[str, Json]:
    """Return fields under the known spelling of their names.

    Raises:
        MessageError: A name is unknown, or given twice in two spellings.
    """
    names = list(known)
    by_shape = {name.replace("-", "_"): name for name in names}
    found: dict[str, Json] = {}
    for key, value in fields.items():
        name = by_shape.get(key.replace("-", "_"))
        if name is None:
            raise MessageError(f"{key!r} is not a field of {what}", _near(key, names))
        if name in found:
            raise MessageError(f"the field {name!r} is given twice")
        found[name] = value
    return found


def _near(word: str, known: Iterable[str]) -> str:
    names = list(known)
    return Names(names).hint(word, f"known: {', '.join(names)}")


def _text(name: str, value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return typed.digits(value, name)
    raise MessageError(f"the field {name!r} must be text")


def _word(name: str, value: Json, words: tuple[str, ...]) -> str:
    if value not in words:
        raise MessageError(f"{_shown(value)} is not a {name}", f"one of {', '.join(words)}")
    return str(value)


def _shown(value: Json) -> str:
    try:
        return repr(value)[:60]
    except ValueError:  # a number of more digits than Python writes
        return "a number of so many digits"


def _texts(name: str, value: Json) -> dict[str, str]:
    if not isinstance(value, dict):
        raise MessageError(f"the field {name!r} must be a mapping")
    return {key: _text(f"{name}.{key}", item) for key, item in value.items()}


def _success(kind: str, given: Mapping[str, Json], error: ErrorDetails | None) -> bool | None:
    if kind != "task-completion":
        if "success" in given:
            raise MessageError(f"a {kind} has no field 'success'", "only a task-completion says whether it succeeded")
        return None
    value = given.get("success", error is None and given.get("action") != "failed")
    if not isinstance(value, bool):
        raise MessageError("the field 'success' must be true or false")
    return value


def _error(given: Mapping[str, Json], default: ErrorDetails | None) -> ErrorDetails | None:
    value = given.get("error")
    if value is None:
        return default
    if not isinstance(value, dict):
        raise MessageError("the field 'error' must be a mapping", f"with {', '.join(_ERROR_FIELDS)}")
    details = known_keys(value, _ERROR_FIELDS, "error")
    level = details.get("level", EXAMPLE_ERROR.level)
    if not isinstance(level, int) or isinstance(level, bool) or level not in (1, 2, 3, 4):
        raise MessageError(f"{_shown(level)} is not an error level", "1, 2, 3 or 4")
    recovery = details.get("attempted_recovery")
    return ErrorDetails(
        level=level,
        category=_word("category", details.get("category", EXAMPLE_ERROR.category), message.CATEGORIES),
        message=_text("error.message", details.get("message", EXAMPLE_ERROR.message)),
        attempted_recovery=None if recovery is None else _text("error.attempted_recovery", recovery),
    )


def _gates(kind: str, value: Json) -> QualityGates:
    if not isinstance(value, dict):
        raise MessageError("the field 'quality_gates' must be a mapping", f"with {', '.join(message.GATES)}")
    given = known_keys(value, message.GATES, "quality_gates")
    escalation = given.pop("escalation", "triggered" if kind == "escalation" else "not-triggered")
    states = {gate: _word(f"state of {gate}", state, message.STATES) for gate, state in given.items()}
    return QualityGates(**states, escalation=_word("escalation state", escalation, message.ESCALATION_STATES))
