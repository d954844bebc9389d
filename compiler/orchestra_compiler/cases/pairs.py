"""Cases for agents that work together: what an agent and its coordinator say to each other must come through whole.

For each agent with a coordinator there is an assignment down, and a completion and an escalation up, each only where
the sender may send it and the recipient accepts it. A project with a schema of its own gets a case for each type that
the agent sends and its coordinator accepts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Agent, Fleet, Json
from orchestra_compiler.naming import file_name
from orchestra_compiler.protocol import fields
from orchestra_compiler.protocol.envelope import EPOCH
from orchestra_compiler.protocol.schema import MessageSchema

_UP = ("task-completion", "escalation")
_DOWN = "task-assignment"


def writable_types(schema: MessageSchema) -> tuple[str, ...]:
    """Return the message types of which a document can be made."""
    return tuple(kind for kind in schema.types if schema.ours or schema.instance(kind).document is not None)


def generate(fleet: Fleet, schema: MessageSchema, writable: Collection[str] | None = None) -> tuple[Case, ...]:
    """Return the cases of every agent with a known coordinator, in order of their ids.

    Args:
        fleet: The project's fleet.
        schema: Its message schema.
        writable: The types of which a document can be made, where that is known.
    """
    writable = writable_types(schema) if writable is None else writable
    known = fleet.agent_by_name
    cases = (
        _case(schema, kind, sender, recipient, agent)
        for agent in known.values()
        if agent.coordinator is not None and (above := known.get(agent.coordinator)) is not None
        for kind, sender, recipient in _exchanges(schema, agent, above)
        if kind in writable
    )
    return tuple(sorted(cases, key=lambda case: case.id))


def _exchanges(schema: MessageSchema, agent: Agent, above: Agent) -> Iterator[tuple[str, Agent, Agent]]:
    if schema.ours:
        wanted = ((_DOWN, above, agent), *((kind, agent, above) for kind in _UP))
    else:
        wanted = tuple((kind, agent, above) for kind in schema.types if kind in agent.sends)
    for kind, sender, recipient in wanted:
        if _allowed(kind, sender.sends) and _allowed(kind, recipient.accepts):
            yield kind, sender, recipient


def _allowed(kind: str, declared: tuple[str, ...]) -> bool:
    """Return whether a type is declared; an agent that declares none is not restricted."""
    return not declared or kind in declared


def _case(schema: MessageSchema, kind: str, sender: Agent, recipient: Agent, agent: Agent) -> Case:
    data: dict[str, Json] = {"type": kind, "sender": sender.name, "recipient": recipient.name}
    data["fields"] = _fields(kind, sender, recipient) if schema.ours else {}
    return Case(
        id=f"pair/{file_name(agent.name)}/{file_name(kind)}",
        kind="pair",
        scenario=f"{kind} from {sender.name} to {recipient.name}",
        component=agent.name,
        expected="valid",
        agents=(sender.name, recipient.name),
        tier=agent.tier or "",
        data=json.dumps(data, sort_keys=True, separators=(",", ":")),
        span=agent.span,
    )


def _fields(kind: str, sender: Agent, recipient: Agent) -> dict[str, Json]:
    """Return a value for every field the type has, with the characters that markup makes trouble of."""
    given: dict[str, Json] = {
        "sender": sender.name,
        "recipient": recipient.name,
        "priority": "high",
        "task_id": f"{sender.name}-1",
        "parent_task": f"{recipient.name}-0",
        "timestamp": EPOCH,
        "action": fields.ACTION_OF[kind],
        "description": f"Of {sender.name}, for {recipient.name}: 1 < 2 && \"x\" > 'y' ]]> é 🎼\n  kept",
        "artifacts": {"src/a & b.py": "", "docs/<x>.md": "line\n\ttab"},
        "quality_gates": {"input": "passed", "grounding": "warned", "boundary": "passed", "output": "passed"},
    }
    if kind == "task-completion":
        given["success"] = False
    if kind in _UP:
        given["error"] = {
            "level": 2,
            "category": "integration",
            "message": "expected <ok>, got </ok>",
            "attempted_recovery": "called again",
        }
    whole = fields.from_message(fields.to_message(kind, given))
    return {name: value for name, value in whole.items() if name != "type"}
