"""Values of features that are worth trying: on a bound and just beside it, in a row and in none, hit and missed.

For every feature that a policy reads, the values found here are enough to reach every score that any value can reach:
a number counts only by the bounds it lies between, a word by its row, a text or list by what it hits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from typing import TypeAlias

from orchestra_compiler.cases.routing import naive
from orchestra_compiler.cases.routing.paths import missed, path_alone, path_for
from orchestra_compiler.model import (
    BUILT_IN_FEATURES,
    Condition,
    FeatureType,
    FeatureValue,
    RoutingPolicy,
    Signal,
)

UNLISTED = "zz-unlisted"
_MOST_ATOMS = 6
_MOST_VALUES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Everything in a policy that reads one feature."""

    feature: str
    type: FeatureType
    signals: tuple[Signal, ...]
    conditions: tuple[Condition, ...]


Space: TypeAlias = Sequence[tuple[Readers, Sequence[FeatureValue]]]
"""The features of a policy, each with the values that are worth trying."""


def space_of(policy: RoutingPolicy) -> Space:
    """Return every feature that a policy reads, sorted by name, with the values that all its readers can read."""
    return [(reader, [value for value in values_for(reader) if _readable(reader, value)]) for reader in readers(policy)]


def readers(policy: RoutingPolicy) -> tuple[Readers, ...]:
    """Return the features that a policy reads, sorted by name; a feature that nobody declared is taken for a word."""
    conditions = [each for rule in policy.hard for each in rule.when]
    names = sorted({each.feature for each in conditions} | {each.feature for each in policy.signals})
    types = {**BUILT_IN_FEATURES, **policy.features}
    return tuple(
        Readers(
            feature=name,
            type=types.get(name, FeatureType.WORD),
            signals=tuple(each for each in policy.signals if each.feature == name),
            conditions=tuple(each for each in conditions if each.feature == name),
        )
        for name in names
    )


def values_for(reader: Readers) -> tuple[FeatureValue, ...]:
    """Return the values of a feature that are worth trying, each once, the simplest first."""
    if reader.type is FeatureType.NUMBER:
        found: Iterable[FeatureValue] = _numbers(reader)
    elif reader.type is FeatureType.TRUTH:
        found = (True, False)
    elif reader.type is FeatureType.LIST:
        found = _lists(reader)
    else:
        found = _texts(reader)
    return tuple(dict.fromkeys(found))[:_MOST_VALUES]


def bounds_of(reader: Readers) -> tuple[Decimal, ...]:
    """Return every number at which a feature's reading changes, rising."""
    steps = [bound for signal in reader.signals for bound, _ in signal.steps]
    ends = [end for each in reader.conditions for end in (each.minimum, each.maximum) if end is not None]
    return tuple(sorted({*steps, *ends}))


def unit_of(reader: Readers) -> Decimal:
    """Return the step from a bound to just beside it: no two bounds of the feature are closer to one another."""
    decimals = (max(0, -int(bound.normalize().as_tuple().exponent)) for bound in bounds_of(reader))
    return Decimal(1).scaleb(-max(decimals, default=0))


def as_value(number: Decimal) -> int | float:
    """Return a number as JSON will carry it."""
    return int(number) if number == int(number) else float(number)


def hit_text(words: Iterable[str]) -> str:
    """Return a text that says each of the words."""
    return f"lorem {' ipsum '.join(words)} dolor"


def embedded(word: str) -> str:
    """Return a text in which a word occurs only inside of another one."""
    return f"lorem zq{word}zq ipsum"


def _readable(reader: Readers, value: FeatureValue) -> bool:
    try:
        for signal in reader.signals:
            naive.points(signal, value)
        for condition in reader.conditions:
            naive.holds(condition, value)
    except ArithmeticError:  # a policy that reads a word as a number: the rules report it
        return False
    return True


def _numbers(reader: Readers) -> Iterator[FeatureValue]:
    unit = unit_of(reader)
    for bound in bounds_of(reader):
        yield from (as_value(bound), as_value(bound - unit), as_value(bound + unit))
    for row in _rows(reader):
        if row.lstrip("-").replace(".", "", 1).isdecimal():
            yield as_value(Decimal(row))
    yield 0
    edges = sorted({edge for bound in bounds_of(reader) for edge in (bound - unit, bound, bound + unit)})
    yield from (as_value((low + high) / 2) for low, high in pairwise(edges))


def _texts(reader: Readers) -> Iterator[FeatureValue]:
    yield from _rows(reader)
    yield UNLISTED
    yield from _paths(reader)
    yield from (embedded(word) for signal in reader.signals for word in signal.words)
    yield from (hit_text((word,)) for signal in reader.signals for word in signal.words)
    first_words = [signal.words[0] for signal in reader.signals if signal.words]
    yield from (hit_text(chosen) for chosen in _subsets(first_words))


def _lists(reader: Readers) -> Iterator[FeatureValue]:
    rows = [*_rows(reader), UNLISTED]
    texts = [*_paths(reader), *(hit_text((word,)) for signal in reader.signals for word in signal.words)]
    yield from ((item,) for item in (*rows, *texts))
    yield from ((embedded(word),) for signal in reader.signals for word in signal.words)
    for chosen in _subsets(texts):
        yield chosen
        yield from ((*chosen, row) for row in rows)
    yield from combinations(rows, 2)
    yield (*rows, *texts)


def _subsets(atoms: Sequence[str]) -> Iterator[tuple[str, ...]]:
    sizes = range(2, len(atoms) + 1) if len(atoms) <= _MOST_ATOMS else (2, len(atoms))
    for size in sizes:
        yield from combinations(atoms, size)


def _rows(reader: Readers) -> list[str]:
    rows = [row for signal in reader.signals for row in signal.table]
    return [*rows, *(value for each in reader.conditions for value in each.values)]


def _paths(reader: Readers) -> Iterator[str]:
    sets = [signal.globs for signal in reader.signals if signal.globs]
    sets += [each.globs for each in reader.conditions if each.globs]
    for globs in sets:
        yield from (path for glob in globs if (path := path_for(glob.removeprefix("!"))) is not None)
    for globs in dict.fromkeys(sets):
        for glob in globs:
            others = (tuple(each for each in globs if each != glob), *(each for each in sets if each != globs))
            path = path_alone(glob, [each for each in others if each])
            yield from (path,) if path is not None else ()
    miss = missed(tuple(glob for globs in sets for glob in globs))
    if sets and miss is not None:
        yield miss
