"""Changes to what makes a tier of a score: thresholds, the tiers' order and default, agents' own tiers, the fallbacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from orchestra_compiler.cases.routing.changes.change import Change, put, signed, swapped, without
from orchestra_compiler.findings import place_of
from orchestra_compiler.model import Agent, AgentTier, Fleet, RoutingPolicy, Tiers


def tier_changes(fleet: Fleet) -> Iterator[Change]:
    """Yield the changes to thresholds, to the policy's `agent_tier`, to the tiers' order, and to agents' own tiers."""
    yield from _thresholds(fleet)
    policy = fleet.routing
    for mode in AgentTier:
        if mode is not policy.agent_tier:
            yield Change(
                name=f"agent-tier/{mode.value}",
                component="agent_tier",
                place=place_of(policy.span, policy.places, "agent_tier"),
                change=f"agent_tier becomes {mode.value}",
                fleet=replace(fleet, routing=replace(policy, agent_tier=mode)),
            )
    yield from _order(fleet)
    for agent in first_agents(fleet).values():
        yield from _agent(fleet, agent)


def first_agents(fleet: Fleet) -> dict[str, Agent]:
    """Return the first agent of each tier that has one: who stands for all agents of the tier."""
    found: dict[str, Agent] = {}
    for agent in fleet.agent_by_name.values():
        if agent.tier is not None and agent.tier in fleet.tiers.names():
            found.setdefault(agent.tier, agent)
    return {tier: found[tier] for tier in fleet.tiers.names() if tier in found}


def _thresholds(fleet: Fleet) -> Iterator[Change]:
    policy = fleet.routing
    for tier, bound in policy.thresholds.items():
        for shift in _shifts(policy):
            moved = {**policy.thresholds, tier: bound + shift}
            what = f"the threshold of {tier} becomes {bound + shift:f} instead of {bound:f}"
            yield _threshold(fleet, tier, signed(shift), what, moved)
        fewer = {name: least for name, least in policy.thresholds.items() if name != tier}
        yield _threshold(fleet, tier, "dropped", f"the threshold of {tier} is dropped", fewer)
    for tier, other in pairwise(policy.thresholds):
        exchanged = {**policy.thresholds, tier: policy.thresholds[other], other: policy.thresholds[tier]}
        yield _threshold(fleet, tier, f"swapped-{other}", f"{tier} and {other} swap thresholds", exchanged)


def _threshold(fleet: Fleet, tier: str, end: str, what: str, thresholds: dict[str, Decimal]) -> Change:
    policy = fleet.routing
    return Change(
        name=f"threshold/{tier}/{end}",
        component=tier,
        place=place_of(policy.span, policy.places, f"tiers.{tier}"),
        change=what,
        fleet=replace(fleet, routing=replace(policy, thresholds=thresholds)),
    )


def _shifts(policy: RoutingPolicy) -> tuple[Decimal, ...]:
    """Return by how much thresholds are shifted: the finest step of the policy's points, and the smallest gain."""
    points = [
        gain
        for signal in policy.signals
        for gain in (*(gain for _, gain in signal.steps), *signal.table.values(), signal.default, signal.points)
    ]
    numbers = [*points, *policy.thresholds.values()]
    decimals = max((-int(number.normalize().as_tuple().exponent) for number in numbers if number), default=0)
    unit = Decimal(1).scaleb(-max(0, decimals))
    least = min((abs(gain) for gain in points if gain), default=unit)
    return tuple(dict.fromkeys((unit, -unit, least, -least)))


def _order(fleet: Fleet) -> Iterator[Change]:
    tiers = fleet.tiers
    for place, (weaker, stronger) in enumerate(pairwise(tiers.names())):
        what = f"{weaker} counts as stronger than {stronger}"
        yield _tiers(
            fleet, weaker, f"above-{stronger}", what, replace(tiers, tiers=swapped(tiers.tiers, place, place + 1))
        )
    for name in tiers.names():
        if name != tiers.default:
            yield _tiers(fleet, name, "default", f"{name} becomes the default tier", replace(tiers, default=name))


def fallback_changes(fleet: Fleet) -> Iterator[Change]:
    """Yield the changes to the escalation chain and to the models of each tier."""
    tiers = fleet.tiers
    for place, name in enumerate(tiers.escalation):
        chain = replace(tiers, escalation=without(tiers.escalation, place))
        yield _tiers(fleet, name, f"escalation-{place + 1}/dropped", f"the escalation chain lacks {name}", chain)
    for place, (name, after) in enumerate(pairwise(tiers.escalation)):
        chain = replace(tiers, escalation=swapped(tiers.escalation, place, place + 1))
        yield _tiers(fleet, name, f"escalation-after-{after}", f"the chain has {name} behind {after}", chain)
    for place, tier in enumerate(tiers.tiers):
        for number, model in enumerate(tier.models):
            fewer = replace(tier, models=without(tier.models, number))
            changed = replace(tiers, tiers=put(tiers.tiers, place, fewer))
            yield _tiers(fleet, tier.name, f"model-{number + 1}/dropped", f"the model {model.name} is dropped", changed)
        for number, (model, after_it) in enumerate(pairwise(tier.models)):
            other = replace(tier, models=swapped(tier.models, number, number + 1))
            changed = replace(tiers, tiers=put(tiers.tiers, place, other))
            what = f"{model.name} is asked after {after_it.name}"
            yield _tiers(fleet, tier.name, f"model-{number + 1}/later", what, changed)


def _tiers(fleet: Fleet, tier: str, end: str, what: str, tiers: Tiers) -> Change:
    found = fleet.tiers.get(tier)
    return Change(
        name=f"tier/{tier}/{end}",
        component=tier,
        place=found.span if found is not None else fleet.tiers.span,
        change=what,
        fleet=replace(fleet, tiers=tiers),
    )


def _agent(fleet: Fleet, agent: Agent) -> Iterator[Change]:
    for tier in (None, *fleet.tiers.names()):
        if tier == agent.tier:
            continue
        agents = tuple(replace(each, tier=tier) if each is agent else each for each in fleet.agents)
        yield Change(
            name=f"agent/{agent.name}/{f'tier-{tier}' if tier is not None else 'tier/dropped'}",
            component=agent.name,
            place=place_of(agent.span, agent.places, "tier"),
            change=f"the tier {agent.tier} becomes {tier}" if tier is not None else f"the tier {agent.tier} is dropped",
            fleet=replace(fleet, agents=agents),
        )
