"""Cases of signals: each bound, row, glob and word, hit and just missed, with no other feature set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from orchestra_compiler.cases.routing import naive
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
    by_feature = {reader.feature: reader for reader, _ in space}
    for signal in fleet.routing.signals:
        reader = by_feature[signal.feature]
        for end, scenario, value in _KINDS[signal.kind](signal, reader):
            yield _draft(fleet, reader, signal, (end, scenario, value))


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
