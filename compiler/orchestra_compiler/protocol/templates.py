"""Message templates: for each agent and type a document that is valid as it stands and says how to fill it."""

from __future__ import annotations

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Agent
from orchestra_compiler.protocol import fields, message
from orchestra_compiler.protocol.schema import MessageSchema

NOBODY_ABOVE = "user"
"""Who an agent without a coordinator turns to."""

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
        MessageError: The schema has no such type, or no document of it can be made.
    """
    if schema.ours:
        return _ours(kind, agent, coordinator or NOBODY_ABOVE)
    made = schema.instance(kind)
    if made.document is None:
        raise MessageError(f"no template for message type {kind!r} can be made: {made.reason}")
    return made.document


def _ours(kind: str, agent: Agent, recipient: str) -> str:
    parts = {"sender": agent.name, "recipient": recipient, "task_id": "name-of-the-task"}
    value = fields.to_message(
        kind,
        {
            **parts,
            "artifacts": {"path/of/the/file": "What this file is, or what was changed in it."},
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
