"""Changes to hard rules: one dropped, two neighbours swapped, another tier, a condition loosened or tightened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from orchestra_compiler.cases.routing.changes.change import Change, put, signed, swapped, without
from orchestra_compiler.cases.routing.values import readers, unit_of
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.findings import place_of
from orchestra_compiler.model import Condition, Fleet, HardRule

_MOST_APART = 4  # two rules further apart are not swapped: their pairs grow with the square of the rules


class ChangedCondition(NamedTuple):
    """A condition with one change, None where it is dropped."""

    end: str
    what: str
    condition: Condition | None


class _Step(NamedTuple):
    """One change to the list of hard rules."""

    end: str
    what: str
    place: Span
    rules: tuple[HardRule, ...]


def rule_changes(fleet: Fleet) -> Iterator[Change]:
    """Yield the changes to all hard rules of a fleet."""
    policy = fleet.routing
    units = {reader.feature: unit_of(reader) for reader in readers(policy)}
    for number, rule in enumerate(policy.hard):
        for step in (*_whole(fleet, number), *_conditions(fleet, number, units)):
            yield Change(
                name=f"hard/{number + 1}-{rule.name}/{step.end}",
                component=rule.name,
                place=step.place,
                change=step.what,
                fleet=replace(fleet, routing=replace(policy, hard=step.rules)),
            )


def _whole(fleet: Fleet, number: int) -> Iterator[_Step]:
    rules = fleet.routing.hard
    rule = rules[number]
    yield _Step("dropped", f"the rule {rule.name} is dropped", rule.span, without(rules, number))
    for other in range(number + 1, min(len(rules), number + 1 + _MOST_APART)):
        after = rules[other].name
        what = f"{rule.name} and {after} swap places"
        yield _Step(f"swapped-{other + 1}-{after}", what, rule.span, swapped(rules, number, other))
    for tier in fleet.tiers.names():
        if tier != rule.tier:
            changed = put(rules, number, replace(rule, tier=tier))
            at = place_of(rule.span, rule.places, "tier")
            yield _Step(f"tier-{tier}", f"the tier {rule.tier} becomes {tier}", at, changed)


def _conditions(fleet: Fleet, number: int, units: dict[str, Decimal]) -> Iterator[_Step]:
    rules = fleet.routing.hard
    rule = rules[number]
    for place, condition in enumerate(rule.when):
        at = place_of(rule.span, rule.places, f"when.{condition.feature}", condition.feature, "when")
        for end, what, changed in changed_conditions(condition, units[condition.feature]):
            when = without(rule.when, place) if changed is None else put(rule.when, place, changed)
            yield _Step(
                f"{condition.feature}/{end}",
                f"{condition.feature}: {what}",
                at,
                put(rules, number, replace(rule, when=when)),
            )


def changed_conditions(condition: Condition, unit: Decimal) -> Iterator[ChangedCondition]:
    """Yield a condition with each single change to it; `unit` is by how much an end of a range is shifted."""
    yield ChangedCondition("dropped", "the condition is dropped", None)
    if len(condition.values) > 1:
        for place, value in enumerate(condition.values):
            fewer = replace(condition, values=without(condition.values, place))
            yield ChangedCondition(f"value-{place + 1}/dropped", f"{value} is dropped", fewer)
    if len(condition.globs) > 1:
        for place, glob in enumerate(condition.globs):
            fewer = replace(condition, globs=without(condition.globs, place))
            yield ChangedCondition(f"glob-{place + 1}/dropped", f"the glob {glob} is dropped", fewer)
    if condition.minimum is not None:
        for shift in (unit, -unit):
            low = condition.minimum + shift
            what = f"the least number becomes {low:f}"
            yield ChangedCondition(f"min/{signed(shift)}", what, replace(condition, minimum=low))
    if condition.maximum is not None:
        for shift in (unit, -unit):
            high = condition.maximum + shift
            what = f"the greatest number becomes {high:f}"
            yield ChangedCondition(f"max/{signed(shift)}", what, replace(condition, maximum=high))
    if condition.minimum is not None and condition.maximum is not None:
        yield ChangedCondition("min/dropped", "the least number is dropped", replace(condition, minimum=None))
        yield ChangedCondition("max/dropped", "the greatest number is dropped", replace(condition, maximum=None))
