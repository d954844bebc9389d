"""Cases of hard rules: each one met, each condition at its ends and just missed, and each pair of rules met at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from orchestra_compiler.cases.routing import naive
from orchestra_compiler.cases.routing.draft import Draft, Skipped, slug
from orchestra_compiler.cases.routing.search import meeting
from orchestra_compiler.cases.routing.values import Readers, Space, as_value, unit_of
from orchestra_compiler.model import Condition, FeatureType, FeatureValue, Fleet, HardRule


def hard_drafts(fleet: Fleet, space: Space) -> Iterator[Draft | Skipped]:
    """Yield the cases of all hard rules."""
    rules = fleet.routing.hard
    for place, rule in enumerate(rules):
        features = meeting(space, (rule,), rules[:place])
        if features is None:
            why = "no features were found that meet the rule and none before it"
            yield Skipped(id=f"routing/hard/{slug(rule.name)}", why=why)
            continue
        yield Draft(
            id=f"hard/{rule.name}",
            scenario="every condition holds",
            component=rule.name,
            features=features,
            span=rule.span,
        )
        yield from _near_misses(rule, features, space)
    for (place, first), (_, second) in combinations(enumerate(rules), 2):
        yield from _both(first, second, rules[:place], space)


def _near_misses(rule: HardRule, features: Mapping[str, FeatureValue], space: Space) -> Iterator[Draft | Skipped]:
    for place, condition in enumerate(rule.when, start=1):
        reader, values = next(each for each in space if each[0].feature == condition.feature)
        tried = list(_edges(condition, reader)) or list(_others(condition, values))
        for end, value in tried:
            yield Draft(
                id=f"hard/{rule.name}-{place}-{end}",
                scenario=f"{condition.feature} {end.replace('-', ' ')}",
                component=rule.name,
                features={**features, condition.feature: value},
                span=rule.span,
            )
        if not tried:
            why = f"every value tried for {condition.feature} meets the condition"
            yield Skipped(id=f"routing/hard/{slug(rule.name)}-{place}", why=why)


def _edges(condition: Condition, reader: Readers) -> Iterator[tuple[str, FeatureValue]]:
    """Yield the ends of a range and the numbers just outside of them."""
    unit = unit_of(reader)
    if reader.type is FeatureType.NUMBER and condition.minimum is not None:
        yield "at-least", as_value(condition.minimum)
        yield "just-below", as_value(condition.minimum - unit)
    if reader.type is FeatureType.NUMBER and condition.maximum is not None:
        yield "at-most", as_value(condition.maximum)
        yield "just-above", as_value(condition.maximum + unit)


def _others(condition: Condition, values: Sequence[FeatureValue]) -> Iterator[tuple[str, FeatureValue]]:
    """Yield the first value that does not meet a condition."""
    yield from (("not-met", value) for value in [value for value in values if not naive.holds(condition, value)][:1])


def _both(first: HardRule, second: HardRule, before: tuple[HardRule, ...], space: Space) -> Iterator[Draft]:
    """Yield the case in which the order of two rules decides; rules that exclude one another have none."""
    features = meeting(space, (first, second), before)
    if features is not None:
        yield Draft(
            id=f"hard/{first.name}-before-{second.name}",
            scenario=f"{second.name} would hold as well, but stands later",
            component=first.name,
            features=features,
            span=first.span,
        )
