"""What a scripted message says of itself where its author leaves it out: who to whom, about what, when."""

from __future__ import annotations

from orchestra_compiler.model import Agent, Step

EPOCH = "1970-01-01T00:00:00Z"
"""The time of messages that name none: fixed, so that a run repeats byte for byte."""


def envelope(sender: Agent, step: Step, mission: str) -> dict[str, str]:
    """Return the fields of a message about a step, as an agent sends it to its coordinator or to whoever asked it."""
    return {
        "sender": sender.name,
        "recipient": sender.coordinator or step.agent or sender.name,
        "task_id": f"{mission}/{step.name}",
        "timestamp": EPOCH,
    }
