"""Cases of hard rules: each one met, each condition at its ends and just missed, and neighbours met at once.

Which of two rules comes first matters only where both hold. Pairs grow with the square of the rules, so a rule is tried
against the nearest later ones that it overlaps with: a rule that strays from its place passes its neighbours first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from orchestra_compiler.cases.routing import naive
from orchestra_compiler.cases.routing.changes.change import put, without
from orchestra_compiler.cases.routing.changes.rules import changed_conditions
from orchestra_compiler.cases.routing.draft import Draft, Skipped, case_id
from orchestra_compiler.cases.routing.search import meeting
from orchestra_compiler.cases.routing.values import Readers, Space, as_value, unit_of
from orchestra_compiler.model import Condition, FeatureType, FeatureValue, Fleet, HardRule

MOST_NEIGHBOURS = 4
"""Against how many later rules, of those that may hold at the same time, the order of a rule is tried."""

_MOST_SOUGHT = 40  # among so many later rules they are looked for


def hard_drafts(fleet: Fleet, space: Space) -> Iterator[Draft | Skipped]:
    """Yield the cases of all hard rules."""
    rules, living = fleet.routing.hard, []
    for place, rule in enumerate(rules):
        features = meeting(space, (rule,), rules[:place])
        if features is None:
            why = "no features were found that meet the rule and none before it"
            yield Skipped(id=case_id(f"hard/{rule.name}"), why=why)
            yield from _not_told_apart(rule, rules[:place], space, ())  # less strict it might decide on something
            continue
        living.append(place)
        drafts = [
            Draft(
                id=f"hard/{rule.name}",
                scenario="every condition holds",
                component=rule.name,
                features=features,
                span=rule.span,
            )
        ]
        for draft in _near_misses(rule, features, space):
            yield from (draft,) if isinstance(draft, Skipped) else ()
            drafts += (draft,) if isinstance(draft, Draft) else ()
        yield from drafts
        yield from _not_told_apart(rule, rules[:place], space, drafts)
    yield from _pairs(rules, living, space)


def _pairs(rules: Sequence[HardRule], living: Sequence[int], space: Space) -> Iterator[Draft | Skipped]:
    """Yield the cases in which the order of two rules decides, and how many pairs were not looked at.

    Args:
        rules: All of them.
        living: The places of those that decide on some task.
        space: The features' values.
    """
    left = 0
    for place in living:
        first = rules[place]
        later = iter(rules[place + 1 :])  # what is still in it afterwards was not tried
        tried = (_both(first, second, rules[:place], space) for second in islice(later, _MOST_SOUGHT))
        yield from islice((draft for draft in tried if draft is not None), MOST_NEIGHBOURS)
        left += sum(1 for _ in later)
    if left:
        why = (
            f"a rule is tried against its {MOST_NEIGHBOURS} nearest neighbours, not in the {left:,} pairs further apart"
        )
        yield Skipped(id="routing/hard", why=why)


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
            yield Skipped(id=case_id(f"hard/{rule.name}-{place}"), why=why)


def _not_told_apart(
    rule: HardRule, before: Sequence[HardRule], space: Space, drafts: Sequence[Draft]
) -> Iterator[Draft]:
    """Yield a case for each change to a condition on which none of the drafts would fail: each value and glob, each end.

    Where no features can be found, none can be told apart: rules before decide on all of them, or the condition says the
    same in other words.
    """
    seen = [draft.features for draft in drafts if not any(naive.rule_holds(each, draft.features) for each in before)]
    for place, condition in enumerate(rule.when):
        reader, values = next(each for each in space if each[0].feature == condition.feature)
        others = replace(rule, when=without(rule.when, place))
        for end, what, changed in changed_conditions(condition, unit_of(reader)):
            other = replace(rule, when=others.when if changed is None else put(rule.when, place, changed))
            if any(naive.rule_holds(rule, each) != naive.rule_holds(other, each) for each in seen):
                continue
            telling = [value for value in (None, *values) if _holds(condition, value) != _holds_or_none(changed, value)]
            features = meeting(space, (others,), before, {condition.feature: telling})
            if features is None:
                continue
            seen.append(features)
            yield Draft(
                id=f"hard/{rule.name}-{place + 1}-{end.partition('/')[0]}",
                scenario=f"what {condition.feature} must show when {what}",
                component=rule.name,
                features=features,
                span=rule.span,
            )


def _holds(condition: Condition, value: FeatureValue | None) -> bool:
    return value is not None and naive.holds(condition, value)


def _holds_or_none(condition: Condition | None, value: FeatureValue | None) -> bool:
    """Return whether a value meets a condition that may be gone: no condition holds of everything."""
    return condition is None or _holds(condition, value)


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


def _both(first: HardRule, second: HardRule, before: Sequence[HardRule], space: Space) -> Draft | None:
    """Return the case in which the order of two rules decides; rules that exclude one another have none."""
    features = meeting(space, (first, second), before)
    if features is None:
        return None
    return Draft(
        id=f"hard/{first.name}-before-{second.name}",
        scenario=f"{second.name} would hold as well, but stands later",
        component=first.name,
        features=features,
        span=first.span,
    )
