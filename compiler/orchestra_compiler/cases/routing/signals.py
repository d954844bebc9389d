"""Cases of signals: each bound, row, glob and word, hit and just missed, with no other feature set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from orchestra_compiler.cases.routing import naive
from orchestra_compiler.cases.routing.changes.signals import changed_signals, other_features
from orchestra_compiler.cases.routing.draft import Draft, Skipped, case_id, hard_rule_in_the_way
from orchestra_compiler.cases.routing.paths import missed, path_for
from orchestra_compiler.cases.routing.values import (
    UNLISTED,
    Readers,
    Space,
    as_value,
    embedded,
    hit_text,
    unit_of,
    values_for,
)
from orchestra_compiler.model import FeatureType, FeatureValue, Fleet, Signal, SignalKind

Tried = tuple[str, str, FeatureValue | None]
"""The end of the case's id, the scenario, and the feature's value; None where no value can be made."""


def signal_drafts(fleet: Fleet, space: Space) -> Iterator[Draft | Skipped]:
    """Yield the cases of all signals, and one in which no feature is set at all."""
    if fleet.routing.signals:
        nothing = Draft(
            id="signal/no-features",
            scenario="no feature is set",
            component="routing",
            features={},
            span=fleet.routing.span,
        )
        yield hard_rule_in_the_way(fleet, nothing) or nothing
    by_feature = {reader.feature: (reader, values) for reader, values in space}
    for signal in fleet.routing.signals:
        reader, values = by_feature[signal.feature]
        drafts = [_draft(fleet, reader, signal, tried) for tried in _KINDS[signal.kind](signal, reader)]
        yield from drafts
        seen = [draft.features[signal.feature] for draft in drafts if isinstance(draft, Draft)]
        yield from _not_told_apart(fleet, (reader, values), signal, seen)
        yield from _read_elsewhere(fleet, by_feature, signal, seen)


def _draft(fleet: Fleet, reader: Readers, signal: Signal, tried: Tried) -> Draft | Skipped:
    end, scenario, value = tried
    name = f"signal/{signal.name}-{end}"
    if value is None:
        return Skipped(id=case_id(name), why=f"no value of {signal.feature} could be made for: {scenario}")
    if reader.type is FeatureType.LIST and isinstance(value, str):
        value = (value,)
    draft = Draft(
        id=name,
        scenario=scenario,
        component=signal.name,
        features={signal.feature: value},
        span=signal.span,
    )
    return hard_rule_in_the_way(fleet, draft) or draft


def _not_told_apart(
    fleet: Fleet, feature: tuple[Readers, Sequence[FeatureValue]], signal: Signal, seen: list[FeatureValue]
) -> Iterator[Draft]:
    """Yield a case for each change to a signal on which none of its cases would fail.

    The feature is set alone: what a hard rule decides on alone it decides on in all company. Where no value is found that
    gives other points, there is none, or hard rules decide on all of them.
    """
    reader, values = feature
    usual = {value: naive.points(signal, value) for value in (*seen, *values)}
    for end, what, changed in _changes(signal, unit_of(reader)):
        place = next((place for place, value in enumerate(seen) if usual[value] != _points(changed, value)), None)
        if place is not None:
            seen.append(seen.pop(place))  # the next change mostly shows in one of those that were not needed yet
            continue
        telling = (value for value in values if usual[value] != _points(changed, value))
        drafts = (
            _draft(fleet, reader, signal, (f"if-{end}", f"what must show when {what}", value)) for value in telling
        )
        found = next((draft for draft in drafts if isinstance(draft, Draft)), None)
        if found is not None:
            seen.append(found.features[signal.feature])
            yield found


def _read_elsewhere(
    fleet: Fleet,
    by_feature: Mapping[str, tuple[Readers, Sequence[FeatureValue]]],
    signal: Signal,
    seen: Sequence[FeatureValue],
) -> Iterator[Draft]:
    """Yield a case for a signal that must not read another feature, where no value of its own can show which it reads."""
    nothing = naive.points(signal, None)
    if any(naive.points(signal, value) != nothing for value in seen):
        return
    for feature in other_features(fleet, signal):
        other, _ = by_feature[feature]
        reader = replace(other, signals=(*other.signals, signal))
        telling = (value for value in values_for(reader) if naive.points(signal, value) != nothing)
        tried = (f"if-read-of-{feature}", f"what must show when the signal reads {feature}")
        elsewhere = replace(signal, feature=feature)
        drafts = (_draft(fleet, reader, elsewhere, (*tried, value)) for value in telling)
        yield from islice((draft for draft in drafts if isinstance(draft, Draft)), 1)


def _changes(signal: Signal, unit: Decimal) -> Iterator[tuple[str, str, Signal | None]]:
    yield "dropped", "the signal is dropped", None
    for each in changed_signals(signal, unit):
        yield each.end.replace("/", "-"), each.what, each.signal


def _points(signal: Signal | None, value: FeatureValue) -> Decimal:
    return naive.points(signal, value) if signal is not None else Decimal(0)


def _steps(signal: Signal, reader: Readers) -> Iterator[Tried]:
    unit = unit_of(reader)
    readable = reader.type is FeatureType.NUMBER
    for bound, _ in signal.steps:
        shown = format(bound, "f")
        yield f"{shown}-at", f"exactly {shown}", as_value(bound) if readable else None
        yield f"{shown}-below", f"just below {shown}", as_value(bound - unit) if readable else None


def _table(signal: Signal, reader: Readers) -> Iterator[Tried]:
    for row in signal.table:
        yield f"row-{row}", f"the row {row}", _row_value(row, reader)
    if reader.type not in (FeatureType.NUMBER, FeatureType.TRUTH):
        yield "no-row", "a word without a row", UNLISTED
    if reader.type is FeatureType.LIST and len(signal.table) > 1:
        yield "most", "a list counts as its dearest row", tuple(signal.table)


def _row_value(row: str, reader: Readers) -> FeatureValue | None:
    if reader.type is FeatureType.TRUTH:
        return {"true": True, "false": False}.get(row)
    if reader.type is FeatureType.NUMBER:
        number = row.lstrip("-").replace(".", "", 1)
        return as_value(naive.exact(row)) if number.isdecimal() else None
    return row


def _globs(signal: Signal, _reader: Readers) -> Iterator[Tried]:
    for place, glob in enumerate(signal.globs, start=1):
        if not glob.startswith("!"):
            yield f"glob-{place}-hit", f"a path for {glob}", path_for(glob)
    yield "no-glob", "a path that matches nothing", missed(signal.globs)


def _words(signal: Signal, _reader: Readers) -> Iterator[Tried]:
    for place, word in enumerate(signal.words, start=1):
        yield f"word-{place}-hit", f"the word {word}, in capitals", hit_text((_capitals(word),))
        near = embedded(word)
        alone = not any(naive.says(near, each) for each in signal.words)
        yield f"word-{place}-inside", f"{word} inside another word", near if alone else None


def _capitals(word: str) -> str:
    """Return a word in capitals where that is the same word; `ß` in capitals is not."""
    return word.upper() if word.isascii() else word


_KINDS: Mapping[SignalKind, Callable[[Signal, Readers], Iterator[Tried]]] = {
    SignalKind.STEPS: _steps,
    SignalKind.TABLE: _table,
    SignalKind.GLOBS: _globs,
    SignalKind.WORDS: _words,
}
