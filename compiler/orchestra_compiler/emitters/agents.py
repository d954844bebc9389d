"""The agents of a fleet in the order of their names, by tier too, and the sources that a file about them is made from."""

from __future__ import annotations

from typing import NamedTuple

from orchestra_compiler.built import Built
from orchestra_compiler.model import Agent, Fleet, Tier


class Group(NamedTuple):
    """A tier with its agents.

    Attributes:
        number: The tier's place, from the weakest on; -1 for agents without a tier.
        tier: None for agents that have none, or none that the project knows.
    """

    number: int
    tier: Tier | None
    agents: tuple[Agent, ...]

    @property
    def title(self) -> str:
        """The tier's name."""
        return self.tier.name if self.tier is not None else "no tier"


def agents_of(fleet: Fleet) -> tuple[Agent, ...]:
    """Return the first agent of each name, sorted by name."""
    return tuple(agent for _, agent in sorted(fleet.agent_by_name.items()))


def by_tier(fleet: Fleet) -> tuple[Group, ...]:
    """Return the tiers that have agents, strongest first; the agents without a tier come last."""
    agents, known = agents_of(fleet), fleet.tiers.names()
    tiers = [
        Group(number, tier, tuple(agent for agent in agents if agent.tier == tier.name))
        for number, tier in enumerate(fleet.tiers.tiers)
    ]
    others = Group(-1, None, tuple(agent for agent in agents if agent.tier not in known))
    return tuple(group for group in (*reversed(tiers), others) if group.agents)


def model_name(tier: Tier | None) -> str:
    """Return the name of a tier's preferred model; empty where there is none."""
    return tier.preferred.name if tier is not None and tier.preferred is not None else ""


def inputs(fleet: Fleet, *agents: Agent) -> tuple[str, ...]:
    """Return the paths of the project's settings, its tiers and some agents, sorted."""
    paths = {fleet.project.span.path, fleet.tiers.span.path, *(agent.span.path for agent in agents)}
    return tuple(sorted(path for path in paths if path))


def text_of(built: Built, agent: Agent, body: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of an agent's file, and what the file is made from.

    Args:
        built: What was compiled.
        agent: The agent.
        body: `prompt` for the compiled prompt, anything else for the agent's own text.
    """
    sources = inputs(built.fleet, agent)
    prompt = built.prompts.get(agent.name) if body == "prompt" else None
    return (agent.prompt, sources) if prompt is None else (prompt.text, tuple(sorted({*sources, *prompt.inputs})))
