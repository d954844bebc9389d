"""Message templates: for each agent and type a document that is valid as it stands and says how to fill it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Agent, Json
from orchestra_compiler.patterns import pattern
from orchestra_compiler.protocol import fields, message
from orchestra_compiler.protocol.schema import MessageSchema

NOBODY_ABOVE = "user"
"""Who an agent without a coordinator turns to."""

_TASK = "name-of-the-task"
_FILES: Mapping[str, str] = MappingProxyType({"path/of/the/file": "What this file is, or what was changed in it."})
_WITH_FILES = ("task-assignment", "task-completion")
"""The types whose short example shows how files are named; the others do it in the same way."""

_GUIDE = {
    "escalation": f"Set level (1 agent, 2 coordinator, 3 lead, 4 user) and category ({', '.join(message.CATEGORIES)}).",
    "question": "Ask one thing; list the files it is about under artifacts.",
    "status": "Set action to pending, in-progress or blocked; add error-details when blocked.",
    "task-assignment": "Put the name of the agent that shall do the work into recipient.",
    "task-completion": "Set success; where it is false, set action to failed and add error-details.",
}


def render(schema: MessageSchema, kind: str, agent: Agent, coordinator: str | None) -> str:
    """Return a valid example of a message of a type as `agent` would send it, with a comment that explains it.

    For a schema of the project's own it is the smallest valid document of the type.

    Raises:
        MessageError: The schema has no such type, or no valid document of it can be made.
    """
    if schema.ours:
        text = _ours(kind, agent, coordinator or NOBODY_ABOVE)
        wrong = schema.validate(text)
        if wrong:
            raise MessageError(f"no {kind} of {agent.name!r} is valid: {wrong[0]}", "rename the agent")
        return text
    made = schema.instance(kind)
    if made.document is None:
        raise MessageError(f"no template for message type {kind!r} can be made: {made.reason}")
    return made.document


def example(schema: MessageSchema, kind: str, agent: Agent, coordinator: str | None) -> str:
    """Return the same message as `render` does in as few tokens as can be, valid as it stands, for the agent's prompt.

    Raises:
        MessageError: As `render` does.
    """
    if schema.ours:
        parts: dict[str, Json] = {"sender": agent.name, "recipient": coordinator or NOBODY_ABOVE, "task_id": _TASK}
        if kind in _WITH_FILES:
            parts["artifacts"] = dict(_FILES)
        whole = message.encode(fields.to_message(kind, parts))
    else:
        whole = render(schema, kind, agent, coordinator)
    dense = _DECLARATION.sub("", _BETWEEN_TAGS.sub("><", whole)).strip()
    return dense if not schema.validate(dense) else whole.strip()


def guide(schema: MessageSchema, kind: str) -> str:
    """Return a line that says how to fill a message of a type; empty where the schema alone knows."""
    return _GUIDE[kind] if schema.ours else ""


_BETWEEN_TAGS = pattern(r">\s*\n\s*<")
_DECLARATION = pattern(r"\A<\?xml[^>]*\?>\s*")


def _ours(kind: str, agent: Agent, recipient: str) -> str:
    parts = {"sender": agent.name, "recipient": recipient, "task_id": _TASK}
    value = fields.to_message(
        kind,
        {
            **parts,
            "artifacts": dict(_FILES),
            "quality_gates": {gate: "passed" for gate in message.GATES if gate != "escalation"},
        },
    )
    head, _, body = message.encode(value).partition("\n")
    guide = (
        f"A {kind} message. Replace the texts, the task's name and the time; keep the elements and their order.",
        _GUIDE[kind],
        f"priority: {', '.join(message.PRIORITIES)}. Gates: {', '.join(message.STATES)}.",
    )
    comment = "\n     ".join(guide)
    return f"{head}\n<!-- {comment} -->\n{body}"
