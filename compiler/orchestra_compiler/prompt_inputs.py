"""What each prompt is made from, apart from the text of its template; no template engine is loaded for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from orchestra_compiler.built import Text
from orchestra_compiler.model import Agent, Fleet, Tier

DEFAULT_TEMPLATE = "prompt.md.j2"


class Example(NamedTuple):
    """How an agent writes one of the types it sends.

    Attributes:
        document: A message that is valid as it stands, in few tokens.
        guide: A line that says how to fill it; may be empty.
        excerpt: The parts in which the document differs from that of the first example; empty where it had better
            stand whole.
    """

    type: str
    document: str
    guide: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptInputs:
    """Everything that the template of one prompt may look at.

    Our own template sees of others only what it needs, so that a prompt is made anew only when that changes; a
    project's templates see everything.

    Attributes:
        example: A message that the agent may send, with a comment that explains it; None where it sends none.
        examples: Each type that the agent sends, in the order of its `sends`.
    """

    agent: Agent
    tier: Tier | None = None
    coordinator: Agent | None = None
    team: tuple[Agent, ...] = ()
    example: str | None = None
    examples: tuple[Example, ...] = ()


class Prompts:
    """What each prompt of a fleet is made from.

    Args:
        fleet: The fleet.
        messages: `TYPE/AGENT` -> message template.
        examples: `TYPE/AGENT` -> the same for prompts.
    """

    def __init__(self, fleet: Fleet, messages: Mapping[str, Text], examples: Mapping[str, Example]) -> None:
        self._fleet = fleet
        self._messages = messages
        self._examples = examples
        self._teams: dict[str, list[Agent]] = {}
        for agent in fleet.agents:
            if agent.coordinator:
                self._teams.setdefault(agent.coordinator, []).append(agent)

    def inputs(self, agent: Agent) -> PromptInputs:
        """Return all that the prompt of an agent may depend on besides its template's text."""
        fleet = self._fleet
        coordinator = fleet.agent_by_name.get(agent.coordinator or "")
        team, examples = self._teams.get(agent.name, ()), self._shown(agent)
        if is_ours(fleet, agent):
            above = coordinator and Agent(name=coordinator.name, description="", prompt="")
            below = tuple(Agent(name=each.name, description=each.description, prompt="") for each in team)
            return PromptInputs(agent=_placeless(agent), coordinator=above, team=below, examples=examples)
        tier = fleet.tiers.get(agent.tier) if agent.tier else None
        return PromptInputs(
            agent=_placeless(agent),
            tier=tier and replace(tier, places={}, models=tuple(replace(each, places={}) for each in tier.models)),
            coordinator=coordinator and _placeless(coordinator),
            team=tuple(map(_placeless, team)),
            example=self._first(agent),
            examples=examples,
        )

    def _shown(self, agent: Agent) -> tuple[Example, ...]:
        keys = (f"{kind}/{agent.name}" for kind in dict.fromkeys(agent.sends))
        return tuple(self._examples[key] for key in keys if key in self._examples)

    def _first(self, agent: Agent) -> str | None:
        """Return the template of the first message the agent sends."""
        keys = (f"{kind}/{agent.name}" for kind in agent.sends)
        return next((self._messages[key].text.strip() for key in keys if key in self._messages), None)


def is_ours(fleet: Fleet, agent: Agent) -> bool:
    """Return whether an agent's prompt is made by our own template, and by nothing of the project's."""
    return fleet.project.templates is None and agent.template in {None, DEFAULT_TEMPLATE}


def _placeless(agent: Agent) -> Agent:
    """Return an agent without the places of its single values, which are the compiler's own."""
    return replace(agent, places={})
