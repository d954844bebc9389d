"""Changes to signals: one dropped, one that reads another feature, a bound, row, glob, word or its points changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import chain, islice
from typing import NamedTuple

from orchestra_compiler.cases.routing.changes.change import Change, put, signed, without
from orchestra_compiler.cases.routing.values import readers, unit_of
from orchestra_compiler.findings import place_of
from orchestra_compiler.model import BUILT_IN_FEATURES, Fleet, Signal, SignalKind

_POINT = Decimal(1)


class ChangedSignal(NamedTuple):
    """A signal with one change; `at` is where in the signal, as a path of its places."""

    end: str
    what: str
    signal: Signal
    at: str = ""


def signal_changes(fleet: Fleet) -> Iterator[Change]:
    """Yield the changes to all signals of a fleet."""
    policy = fleet.routing
    units = {reader.feature: unit_of(reader) for reader in readers(policy)}
    for place, signal in enumerate(policy.signals):
        dropped = replace(policy, signals=without(policy.signals, place))
        yield Change(
            name=f"signal/{signal.name}/dropped",
            component=signal.name,
            place=signal.span,
            change=f"the signal {signal.name} is dropped",
            fleet=replace(fleet, routing=dropped),
        )
        for feature in other_features(fleet, signal):
            yield Change(
                name=f"signal/{signal.name}/reads-{feature}",
                component=signal.name,
                place=place_of(signal.span, signal.places, "feature"),
                change=f"the signal {signal.name} reads {feature} instead of {signal.feature}",
                fleet=_with(fleet, place, replace(signal, feature=feature)),
            )
        for each in changed_signals(signal, units[signal.feature]):
            yield Change(
                name=f"signal/{signal.name}/{each.end}",
                component=signal.name,
                place=place_of(signal.span, signal.places, each.at),
                change=each.what,
                fleet=_with(fleet, place, each.signal),
            )


def _with(fleet: Fleet, place: int, signal: Signal) -> Fleet:
    policy = fleet.routing
    return replace(fleet, routing=replace(policy, signals=put(policy.signals, place, signal)))


def other_features(fleet: Fleet, signal: Signal) -> Iterator[str]:
    """Yield the next other feature of the same type that a signal of the policy reads."""
    types = {**BUILT_IN_FEATURES, **fleet.routing.features}
    asked = dict.fromkeys(each.feature for each in fleet.routing.signals)
    others = (each for each in asked if each != signal.feature and types.get(each) == types.get(signal.feature))
    yield from islice(others, 1)


def changed_signals(signal: Signal, unit: Decimal) -> Iterator[ChangedSignal]:
    """Yield a signal with each single change to it.

    Args:
        signal: The signal.
        unit: By how much a bound is shifted: the finest step among the numbers that the policy compares the feature with.
    """
    return chain(_steps(signal, unit), _table(signal), _listed(signal), _points(signal))


def _steps(signal: Signal, unit: Decimal) -> Iterator[ChangedSignal]:
    for place, (bound, gain) in enumerate(signal.steps):
        name, at = f"step-{bound:f}", f"steps.{bound:f}"
        for shift in (unit, -unit):
            moved = replace(signal, steps=put(signal.steps, place, (bound + shift, gain)))
            yield ChangedSignal(f"{name}/{signed(shift)}", f"the bound {bound:f} becomes {bound + shift:f}", moved, at)
        for shift in (_POINT, -_POINT):
            other = replace(signal, steps=put(signal.steps, place, (bound, gain + shift)))
            what = f"the points from {bound:f} become {gain + shift:f}"
            yield ChangedSignal(f"{name}/points{signed(shift)}", what, other, at)
        fewer = replace(signal, steps=without(signal.steps, place))
        yield ChangedSignal(f"{name}/dropped", f"the bound {bound:f} is dropped", fewer, at)


def _table(signal: Signal) -> Iterator[ChangedSignal]:
    if signal.kind is not SignalKind.TABLE:
        return
    for row, gain in signal.table.items():
        name, at = f"row-{row}", f"table.{row}"
        for shift in (_POINT, -_POINT):
            other = replace(signal, table={**signal.table, row: gain + shift})
            yield ChangedSignal(f"{name}/{signed(shift)}", f"the points of {row} become {gain + shift:f}", other, at)
        fewer = replace(signal, table={key: points for key, points in signal.table.items() if key != row})
        yield ChangedSignal(f"{name}/dropped", f"the row {row} is dropped", fewer, at)
    for shift in (_POINT, -_POINT):
        other = replace(signal, default=signal.default + shift)
        what = f"the default becomes {other.default:f}"
        yield ChangedSignal(f"default/{signed(shift)}", what, other, "default")


def _listed(signal: Signal) -> Iterator[ChangedSignal]:
    for place, glob in enumerate(signal.globs):
        fewer = replace(signal, globs=without(signal.globs, place))
        yield ChangedSignal(f"glob-{place + 1}/dropped", f"the glob {glob} is dropped", fewer, f"globs.{place}")
    for place, word in enumerate(signal.words):
        fewer = replace(signal, words=without(signal.words, place))
        yield ChangedSignal(f"word-{place + 1}/dropped", f"the word {word} is dropped", fewer, f"words.{place}")


def _points(signal: Signal) -> Iterator[ChangedSignal]:
    if signal.kind not in (SignalKind.GLOBS, SignalKind.WORDS):
        return
    for shift in (_POINT, -_POINT):
        other = replace(signal, points=signal.points + shift)
        yield ChangedSignal(f"points/{signed(shift)}", f"the points become {other.points:f}", other, "points")
