"""Which scores a routing policy can reach.

Signals that read one feature move together, so they are looked at together; different features are taken to be free of
each other. Where that counts a score as reachable which no task can have, a finding is left out, never made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from orchestra_compiler.model import FeatureType, RoutingPolicy, Signal, SignalKind

MOST_SCORES = 4096
"""More scores than this are not told apart; the questions that need them are then left open."""

Scores = frozenset[Decimal]
_ZERO: Scores = frozenset({Decimal(0)})


def points_of(signal: Signal) -> Scores:
    """Return the points that one signal can give by itself."""
    if signal.kind is SignalKind.STEPS:
        return _ZERO | {points for _, points in signal.steps}
    if signal.kind is SignalKind.TABLE:
        return frozenset({signal.default, *signal.table.values()})
    return _ZERO | {signal.points}


def groups(policy: RoutingPolicy, types: dict[str, FeatureType]) -> list[Scores]:
    """Return, for each feature that signals read, the sums those signals can give together."""
    by_feature: dict[str, list[Signal]] = {}
    for signal in policy.signals:
        by_feature.setdefault(signal.feature, []).append(signal)
    return [group(signals, types.get(feature)) for feature, signals in by_feature.items()]


def group(signals: Sequence[Signal], kind: FeatureType | None) -> Scores:
    """Return the sums that signals on one feature can give together; exact for numbers and for tables of words."""
    kinds = {signal.kind for signal in signals}
    if kinds == {SignalKind.STEPS}:
        bounds = sorted({bound for signal in signals for bound, _ in signal.steps})
        return _ZERO | {sum((_reached(signal, bound) for signal in signals), Decimal(0)) for bound in bounds}
    if kinds == {SignalKind.TABLE} and kind is not FeatureType.LIST:
        words = sorted({word for signal in signals for word in signal.table})
        rows = {sum((signal.table.get(word, signal.default) for signal in signals), Decimal(0)) for word in words}
        return frozenset(rows | {sum((signal.default for signal in signals), Decimal(0))})
    return sums(points_of(signal) for signal in signals)


def sums(parts: Iterable[Scores]) -> Scores:
    """Return every sum of one score from each part; of too many, only the least and the greatest."""
    total = _ZERO
    for part in parts:
        total = frozenset(score + points for score in total for points in part)
        if len(total) > MOST_SCORES:
            total = frozenset({min(total), max(total)})
    return total


def countable(parts: Sequence[Scores]) -> bool:
    """Return whether `sums` tells all scores apart."""
    product = 1
    for part in parts:
        product *= len(part)
    return product <= MOST_SCORES


def tier_at(score: Decimal, thresholds: Sequence[tuple[Decimal, str]], lowest: str) -> str:
    """Return the tier that a score reaches; `thresholds` rise, `lowest` is the tier below the first."""
    tier = lowest
    for least, name in thresholds:
        if score >= least:
            tier = name
    return tier


def _reached(signal: Signal, number: Decimal) -> Decimal:
    points = Decimal(0)
    for bound, value in signal.steps:
        if number >= bound:
            points = value
    return points
