"""What each prompt is made from, apart from the text of its template; no template engine is loaded for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from orchestra_compiler.built import Text
from orchestra_compiler.model import Agent, Fleet, Tier

DEFAULT_TEMPLATE = "prompt.md.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptInputs:
    """Everything that the template of one prompt may look at.

    Our own template sees of others only what it needs, so that a prompt is made anew only when that changes; a
    project's templates see everything.

    Attributes:
        example: A message that the agent may send; None where it sends none.
    """

    agent: Agent
    tier: Tier | None = None
    coordinator: Agent | None = None
    team: tuple[Agent, ...] = ()
    example: str | None = None


class Prompts:
    """What each prompt of a fleet is made from.

    Args:
        fleet: The fleet.
        examples: `TYPE/AGENT` -> message template.
    """

    def __init__(self, fleet: Fleet, examples: Mapping[str, Text]) -> None:
        self._fleet = fleet
        self._examples = examples
        self._teams: dict[str, list[Agent]] = {}
        for agent in fleet.agents:
            if agent.coordinator:
                self._teams.setdefault(agent.coordinator, []).append(agent)

    def inputs(self, agent: Agent) -> PromptInputs:
        """Return all that the prompt of an agent may depend on besides its template's text."""
        fleet = self._fleet
        coordinator = fleet.agent_by_name.get(agent.coordinator or "")
        team, example = self._teams.get(agent.name, ()), self._example(agent)
        text = example.text.strip() if example else None
        if fleet.project.templates is None and agent.template in {None, DEFAULT_TEMPLATE}:
            above = coordinator and Agent(name=coordinator.name, description="", prompt="")
            below = tuple(Agent(name=each.name, description=each.description, prompt="") for each in team)
            return PromptInputs(agent=_placeless(agent), coordinator=above, team=below, example=text)
        tier = fleet.tiers.get(agent.tier) if agent.tier else None
        return PromptInputs(
            agent=_placeless(agent),
            tier=tier and replace(tier, places={}, models=tuple(replace(each, places={}) for each in tier.models)),
            coordinator=coordinator and _placeless(coordinator),
            team=tuple(map(_placeless, team)),
            example=text,
        )

    def _example(self, agent: Agent) -> Text | None:
        """Return the template of the first message the agent sends."""
        keys = (f"{kind}/{agent.name}" for kind in agent.sends)
        return next((self._examples[key] for key in keys if key in self._examples), None)


def _placeless(agent: Agent) -> Agent:
    """Return an agent without the places of its single values, which are the compiler's own."""
    return replace(agent, places={})
