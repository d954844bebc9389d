"""The features that two policies read, each with all its readers in both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from orchestra_compiler.cases.routing.values import Readers, readers
from orchestra_compiler.model import Fleet


class Shared(NamedTuple):
    """Everything in two policies that reads one feature: the old one's signals and conditions, then the new one's.

    Attributes:
        old_signals: How many of the signals are the old policy's.
        rules: For each condition which policy it belongs to, 0 or 1, and the place of its rule there.
    """

    both: Readers
    old_signals: int
    rules: tuple[tuple[int, int], ...]


def merged(old: Fleet, new: Fleet) -> list[Shared]:
    """Return every feature that either policy reads, those of hard rules first, else by name."""
    sides = [{reader.feature: reader for reader in readers(fleet.routing)} for fleet in (old, new)]
    merged = []
    for feature in sorted(sides[0].keys() | sides[1].keys()):
        found = [side[feature] for side in sides if feature in side]
        signals = tuple(signal for reader in found for signal in reader.signals)
        both = Readers(
            feature=feature,
            type=found[0].type,
            signals=signals,
            conditions=tuple(each for reader in found for each in reader.conditions),
        )
        own = len(sides[0][feature].signals) if feature in sides[0] else 0
        merged.append(Shared(both, own, tuple(_rules(feature, old, new))))
    return sorted(merged, key=lambda each: (not each.rules, each.both.feature))


def _rules(feature: str, *fleets: Fleet) -> Iterator[tuple[int, int]]:
    for side, fleet in enumerate(fleets):
        for place, rule in enumerate(fleet.routing.hard):
            yield from ((side, place) for each in rule.when if each.feature == feature)
