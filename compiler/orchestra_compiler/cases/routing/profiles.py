"""What the values of a feature can mean to two policies at once: finitely many profiles, whatever values there are.

A number counts only by the bounds it lies on and between, a word by its row, a text or path by the lists of words and
globs that it hits. So infinitely many values fall into a few profiles. Which lists a text can hit together and which not is
taken generously: a profile that no text has can make two equal policies look different, never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from orchestra_compiler.cases.routing import naive
from orchestra_compiler.cases.routing.path_search import UndecidedPathError, path_between
from orchestra_compiler.cases.routing.values import Readers, values_for
from orchestra_compiler.model import Condition, FeatureType, FeatureValue, Signal, SignalKind

_MOST_LISTS = 10
_MOST_PROFILES = 4_000


class TooManyError(Exception):
    """There are more profiles than can be looked at; the text says of what."""


class Profile(NamedTuple):
    """What a value means: the points of each signal, and whether each condition holds, in the reader's order."""

    points: tuple[Decimal, ...]
    held: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Hits:
    """A list of words or of globs, of which a text hits one or none."""

    words: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()

    def hit_by(self, text: str) -> bool:
        return naive.holds(Condition(feature="", globs=self.globs), text) if self.globs else self.says(text)

    def says(self, text: str) -> bool:
        """Return whether a text says one of the words."""
        return any(naive.says(text, word) for word in self.words)


class _Meaning(NamedTuple):
    """What a text, or a list of texts, shows: its points in each table, the lists it hits, the conditions it is named in."""

    tables: tuple[Decimal, ...]
    hits: tuple[bool, ...]
    named: tuple[bool, ...]

    def with_(self, other: _Meaning) -> _Meaning:
        """Return the meaning of both together in one list."""
        return _Meaning(
            tuple(map(max, self.tables, other.tables)),
            tuple(map(max, self.hits, other.hits)),
            tuple(map(max, self.named, other.named)),
        )


def profiles_of(reader: Readers, *, closely: bool = False) -> Mapping[Profile, FeatureValue | None]:
    """Return every profile that a value of a feature can have, each with such a value, None where none is known.

    The profile of an absent feature is not among them. `closely` leaves out more profiles that no value has, and takes longer.

    Raises:
        TooManyError: There are too many.
    """
    found: dict[Profile, FeatureValue | None] = {}
    for value in values_for(reader):
        try:
            found.setdefault(profile_of(reader, value), value)
        except ArithmeticError as error:  # a word read as a number: the link step reports it
            raise TooManyError(f"values of {reader.feature}, which is read as a number and is none") from error
    if reader.type not in (FeatureType.NUMBER, FeatureType.TRUTH):
        for profile in _abstract(reader, closely=closely):
            found.setdefault(profile, None)
    return found


def profile_of(reader: Readers, value: FeatureValue | None) -> Profile:
    """Return the profile of a value, None being an absent feature."""
    points = tuple(naive.points(signal, value) for signal in reader.signals)
    return Profile(points, tuple(value is not None and naive.holds(each, value) for each in reader.conditions))


def _abstract(reader: Readers, *, closely: bool) -> Iterator[Profile]:
    lists = _lists_of(reader)
    if len(lists) > _MOST_LISTS:
        raise TooManyError(f"lists of words and globs for {reader.feature}")
    meanings = dict.fromkeys(_meanings(reader, lists, closely=closely))
    if reader.type is FeatureType.LIST:
        meanings = _joined(list(meanings), reader.feature)
    for meaning in meanings:
        yield _profile(reader, lists, meaning)


def _lists_of(reader: Readers) -> tuple[_Hits, ...]:
    signals = (each for each in reader.signals if each.kind in (SignalKind.GLOBS, SignalKind.WORDS))
    found = [_hits_of(signal) for signal in signals]
    found += [_Hits(globs=each.globs) for each in reader.conditions if each.globs]
    return tuple(dict.fromkeys(found))


def _hits_of(signal: Signal) -> _Hits:
    return _Hits(globs=signal.globs) if signal.kind is SignalKind.GLOBS else _Hits(words=signal.words)


def _meanings(reader: Readers, lists: Sequence[_Hits], *, closely: bool) -> Iterator[_Meaning]:
    """Yield the meanings of single texts: each word that is named, and all others by what they hit."""
    tables = [signal for signal in reader.signals if signal.kind is SignalKind.TABLE]
    named = [each for each in reader.conditions if each.values and not each.globs]
    words = {row for signal in tables for row in signal.table} | {value for each in named for value in each.values}
    for word in sorted(words):
        yield _Meaning(
            tuple(signal.table.get(word, signal.default) for signal in tables),
            tuple(each.hit_by(word) for each in lists),
            tuple(word in each.values for each in named),
        )
    rowless, unnamed = tuple(signal.default for signal in tables), (False,) * len(named)
    for hits in _together(lists, closely=closely):
        yield _Meaning(rowless, hits, unnamed)


def _together(lists: Sequence[_Hits], *, closely: bool) -> Iterator[tuple[bool, ...]]:
    """Yield which lists a text may hit at once."""
    for hits in product((False, True), repeat=len(lists)):
        hit = [each for each, is_hit in zip(lists, hits, strict=True) if is_hit]
        missed = [each for each, is_hit in zip(lists, hits, strict=True) if not is_hit]
        if _sayable(hit, missed) and _path_like(hit, missed, closely=closely):
            yield hits


def _sayable(hit: Sequence[_Hits], missed: Sequence[_Hits]) -> bool:
    """Return whether each list of words has one that says nothing of the lists that are missed."""
    return all(any(not any(each.says(word) for each in missed) for word in one.words) for one in hit if not one.globs)


def _path_like(hit: Sequence[_Hits], missed: Sequence[_Hits], *, closely: bool) -> bool:
    """Return whether paths may hit and miss such lists of globs: each two of them, or closely all at once."""
    hits, misses = (tuple(each.globs for each in side if each.globs) for side in (hit, missed))
    each_two = all(_may_be((one,), (other,)) for one in hits for other in misses)
    return each_two and (not closely or _may_be(hits, misses))


def _may_be(hit: tuple[tuple[str, ...], ...], missed: tuple[tuple[str, ...], ...]) -> bool:
    if set(hit) & set(missed):
        return False
    try:
        return not hit or path_between(hit, missed) is not None
    except UndecidedPathError:
        return True


def _joined(single: Sequence[_Meaning], feature: str) -> dict[_Meaning, None]:
    """Return the meanings of all lists made of some texts."""
    found = dict.fromkeys(single)
    fresh = list(single)
    while fresh:
        joined = dict.fromkeys(one.with_(two) for one in fresh for two in single)
        fresh = [each for each in joined if each not in found]
        found |= dict.fromkeys(fresh)
        if len(found) > _MOST_PROFILES:
            raise TooManyError(f"kinds of lists for {feature}")
    return found


def _profile(reader: Readers, lists: Sequence[_Hits], meaning: _Meaning) -> Profile:
    tables, named = iter(meaning.tables), iter(meaning.named)
    hit = dict(zip(lists, meaning.hits, strict=True))
    points = tuple(
        next(tables) if each.kind is SignalKind.TABLE else each.points if hit[_hits_of(each)] else Decimal(0)
        for each in reader.signals
    )
    held = tuple(hit[_Hits(globs=each.globs)] if each.globs else next(named) for each in reader.conditions)
    return Profile(points, held)
