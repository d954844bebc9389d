"""The routing cases as a unit: they look at the policy, at the tiers, and for each tier at who its first agent is."""

from __future__ import annotations

from dataclasses import replace

from orchestra_compiler.cases import routing
from orchestra_compiler.incremental.units import Part, Units
from orchestra_compiler.model import Agent, Fleet

ROUTING = "routing cases"


def routing_cases(units: Units, fleet: Fleet) -> routing.Plan:
    """Return the routing cases of a fleet."""
    policy = fleet.routing
    asked = (f"tiers.{name}" for name in (*policy.thresholds, "score"))  # by `cases.routing.thresholds`
    places = {place: policy.places.get(place, policy.span) for place in asked}
    firsts: dict[str | None, Agent] = {}
    for agent in fleet.agent_by_name.values():
        firsts.setdefault(agent.tier, agent)
    agents = tuple(
        Agent(name=agent.name, description="", prompt="", tier=agent.tier, span=agent.span)
        for tier, agent in firsts.items()
        if tier is not None
    )
    parts = [
        Part.of("the policy", policy, policy.span.path),
        Part.of("the places in it", places, policy.span.path),
        Part.of("the tiers", fleet.tiers, fleet.tiers.span.path),
        Part.of("the first agent of a tier", agents, *(agent.span.path for agent in agents)),
    ]
    seen = replace(
        fleet,
        routing=replace(policy, places=places),
        agents=tuple(reversed(agents)),  # `agent_by_name` goes through them from the end
        missions=(),
    )
    made = units.value(routing.Plan, ROUTING, "", parts, lambda: routing.plan(seen))
    return made if made is not None else routing.plan(seen)
