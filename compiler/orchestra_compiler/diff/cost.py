"""What a month of the workload costs before and after, and which lever moves it by how much.

The old side is turned into the new one lever by lever, in a fixed order, and the workload is priced at every stop; the
difference between two stops is what that lever does. So the parts add up to the whole exactly, whatever the order; what
two levers do together counts for the later one. A stop whose halves do not fit (the new tiers lack one that an old agent
names) cannot be priced: its lever is then shown together with the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from orchestra_compiler import prices
from orchestra_compiler.diff.changes import Cost, Lever, TaskShare
from orchestra_compiler.diff.words import LeverName
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Fleet, Model, Price, Tier, Tiers
from orchestra_compiler.projection import project

_TENTH = Decimal("0.1")


def cost(old: Fleet, new: Fleet, notes: list[str]) -> Cost | None:
    """Return a month's cost before and after; None, and a note, where a side cannot be priced.

    Two sides without a workload have no cost, and no note either.
    """
    if not old.workload.tasks and not new.workload.tasks:
        return None
    months = []
    for name, fleet in (("old", old), ("new", new)):
        try:
            months.append(_month(fleet))
        except OrchestraError as error:
            notes.append(f"the {name} side's workload cannot be priced: {error}")
            return None
    before, after = (sum(month.values()) for month in months)
    change = after - before
    return Cost(
        before_usd=prices.from_picodollars(before),
        after_usd=prices.from_picodollars(after),
        change_usd=prices.from_picodollars(change),
        percent=percent(change, before),
        levers=tuple(_levers(old, new, months[0], months[1])),
    )


def percent(change: int | Decimal, before: int | Decimal) -> Decimal | None:
    """Return a difference in percent, rounded half up to one decimal; None of nothing."""
    return (Decimal(change) * 100 / Decimal(before)).quantize(_TENTH, ROUND_HALF_UP) if before else None


def _levers(old: Fleet, new: Fleet, before: Mapping[str, int], last: Mapping[str, int]) -> Iterator[Lever]:
    waiting: list[LeverName] = []
    for name, stop in _stops(old, new):
        waiting.append(name)
        if name is LeverName.WORKLOAD:
            after: Mapping[str, int] = last
        else:
            try:
                after = _month(stop)
            except OrchestraError:
                continue
        lever = _lever(tuple(waiting), before, after)
        if lever.tasks:
            yield lever
        waiting, before = [], after


def _stops(old: Fleet, new: Fleet) -> Iterator[tuple[LeverName, Fleet]]:
    """Yield the fleets between the old one and the new one, each with one lever more turned."""
    fleet = replace(old, tiers=_repriced(old.tiers, new.tiers))
    yield LeverName.PRICES, fleet
    fleet = replace(fleet, tiers=new.tiers)
    yield LeverName.MODELS, fleet
    known = new.agent_by_name
    kept = tuple(agent for agent in old.agents if agent.name not in known)  # the old workload may still name them
    fleet = replace(fleet, agents=tuple(sorted((*new.agents, *kept), key=lambda agent: agent.name)))
    yield LeverName.AGENTS, fleet
    yield LeverName.ROUTING, replace(fleet, routing=new.routing)
    yield LeverName.WORKLOAD, new


def _repriced(old: Tiers, new: Tiers) -> Tiers:
    """Return the old tiers with the new side's prices: of a model in the same tier, else wherever it has but one."""
    placed = {(tier.name, model.name): model.price for tier in new.tiers for model in tier.models}
    named: dict[str, list[Price | None]] = {}
    for (_, name), price in placed.items():
        named.setdefault(name, []).append(price)

    def priced(tier: str, model: Model) -> Model:
        found = [placed[tier, model.name]] if (tier, model.name) in placed else named.get(model.name, [])
        agreed = bool(found) and all(each == found[0] for each in found)
        return replace(model, price=found[0]) if agreed else model

    def tier(each: Tier) -> Tier:
        return replace(each, models=tuple(priced(each.name, model) for model in each.models))

    return replace(old, tiers=tuple(map(tier, old.tiers)))


def _month(fleet: Fleet) -> Mapping[str, int]:
    """Return task -> picodollars a month."""
    found: Counter[str] = Counter()
    for task in project(fleet).tasks:
        found[task.task] += prices.to_picodollars(task.month_usd)
    return found


def _lever(names: tuple[LeverName, ...], before: Mapping[str, int], after: Mapping[str, int]) -> Lever:
    shares = {task: after.get(task, 0) - before.get(task, 0) for task in before.keys() | after.keys()}
    moved = sorted(
        ((task, share) for task, share in shares.items() if share), key=lambda each: (-abs(each[1]), each[0])
    )
    return Lever(
        names=names,
        usd=prices.from_picodollars(sum(share for _, share in moved)),
        tasks=tuple(TaskShare(task=task, usd=prices.from_picodollars(share)) for task, share in moved),
    )
