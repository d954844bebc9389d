"""Combinations: few rows in which every pair of levels of any two factors occurs.

Greedy, one row at a time: each row starts from a pair that is still missing and takes, factor by factor, the level that
adds most missing pairs. The rows are not the fewest possible, yet grow with the logarithm of the number of factors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Row = tuple[int, ...]
"""A level for each factor, counted from 0."""

_Pair = tuple[int, int, int, int]


def covering(levels: Sequence[int]) -> list[Row]:
    """Return rows in which every two levels of two different factors occur together at least once.

    Args:
        levels: How many levels each factor has, at least one each.
    """
    if len(levels) < 2:  # noqa: PLR2004 - nothing to pair
        return [(level,) for count in levels for level in range(count)]
    missing = {
        (one, a, other, b): None
        for one in range(len(levels))
        for other in range(one + 1, len(levels))
        for a in range(levels[one])
        for b in range(levels[other])
    }
    rows: list[Row] = []
    while missing:
        row = _row(levels, missing)
        rows.append(row)
        for one in range(len(row)):
            for other in range(one + 1, len(row)):
                missing.pop((one, row[one], other, row[other]), None)
    return rows


def _row(levels: Sequence[int], missing: dict[_Pair, None]) -> Row:
    """Return the row that starts from the first missing pair; of equal levels the one with more missing pairs left."""
    left = Counter(place for one, a, other, b in missing for place in ((one, a), (other, b)))
    one, a, other, b = next(iter(missing))
    chosen = {one: a, other: b}
    waiting = [factor for factor in range(len(levels)) if factor not in chosen]
    waiting.sort(key=lambda factor: -max(left[factor, level] for level in range(levels[factor])))
    for factor in waiting:
        gains = [
            (sum(_pair(factor, level, *each) in missing for each in chosen.items()), left[factor, level])
            for level in range(levels[factor])
        ]
        chosen[factor] = gains.index(max(gains))
    return tuple(chosen[factor] for factor in range(len(levels)))


def _pair(factor: int, level: int, other: int, its: int) -> _Pair:
    return (factor, level, other, its) if factor < other else (other, its, factor, level)
