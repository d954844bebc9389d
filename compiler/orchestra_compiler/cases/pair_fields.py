"""What agents say to each other in the pair cases of our own protocol."""

from __future__ import annotations

from orchestra_compiler.model import Json
from orchestra_compiler.protocol import fields
from orchestra_compiler.protocol.envelope import EPOCH

_WITH_ERROR = ("task-completion", "status", "escalation")
_COORDINATOR_LEVEL, _LEAD_LEVEL = 2, 3


def every_field(kind: str, sender: str, recipient: str) -> dict[str, Json]:
    """Return a value for every field the type has, with the characters that markup makes trouble of."""
    given: dict[str, Json] = {
        "sender": sender,
        "recipient": recipient,
        "priority": "high",
        "task_id": f"{sender}-1",
        "parent_task": f"{recipient}-0",
        "timestamp": EPOCH,
        "action": fields.ACTION_OF[kind],
        "description": f"Of {sender}, for {recipient}: 1 < 2 && \"x\" > 'y' ]]> é 🎼\n  kept",
        "artifacts": {"src/a & b.py": "", "docs/<x>.md": "line\n\ttab"},
        "quality_gates": {"input": "passed", "grounding": "warned", "boundary": "passed", "output": "passed"},
    }
    if kind == "task-completion":
        given["success"] = False
    if kind in _WITH_ERROR:
        given["error"] = {
            "level": _COORDINATOR_LEVEL,
            "category": "integration",
            "message": "expected <ok>, got </ok>",
            "attempted_recovery": "called again",
        }
    whole = fields.from_message(fields.to_message(kind, given))
    return {name: value for name, value in whole.items() if name != "type"}


def of_conversation(kind: str, sender: str, recipient: str, task: str, hop: int = 0) -> dict[str, Json]:
    """Return the fields of one message of a conversation about a task.

    `hop` counts the steps up the chain of command from 0: the first is for the coordinator, all further for leads.
    """
    said: dict[str, Json] = {
        "sender": sender,
        "recipient": recipient,
        "task_id": task,
        "parent_task": f"{task}-whole",
        "timestamp": EPOCH,
        "description": f"{kind} for {recipient}",
    }
    if kind == "escalation":
        level = min(_COORDINATOR_LEVEL + hop, _LEAD_LEVEL)
        said["error"] = {"level": level, "category": "execution", "message": f"{sender} cannot decide this"}
    return said
