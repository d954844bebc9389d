"""Signals, each compiled into a function from a feature's value to points with their reason."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import TypeAlias

from orchestra_compiler.model import FeatureValue, Signal, SignalKind
from orchestra_compiler.routing.decision import NO_POINTS, Reason, plain
from orchestra_compiler.routing.features import as_number, as_texts, as_words, shown
from orchestra_compiler.routing.matching import Match, glob_matcher, word_matcher

Score: TypeAlias = Callable[[FeatureValue | None], Reason]
"""A feature's value in, None where the task does not have it; points and reason out."""


def compile_signal(signal: Signal) -> Score:
    """Return the function that scores a signal's feature.

    An absent feature gives the default of a table and no points otherwise. The function raises `OrchestraError` where
    the value is of a type that the signal cannot read.
    """
    return _KINDS[signal.kind](signal)


def _steps(signal: Signal) -> Score:
    bounds = [bound for bound, _ in signal.steps]
    name, feature = signal.name, signal.feature
    absent = _absent(signal)
    reached = [
        (NO_POINTS, f" is below {plain(bounds[0])}" if bounds else " has no bound"),
        *((points, f" reaches {plain(bound)}") for bound, points in signal.steps),
    ]

    def score(value: FeatureValue | None) -> Reason:
        if value is None:
            return absent
        number = as_number(feature, value)
        points, how = reached[bisect_right(bounds, number)]
        return Reason(points, f"{name}: {feature} {number}{how}")

    return score


def _table(signal: Signal) -> Score:
    name, feature, table, default = signal.name, signal.feature, signal.table, signal.default
    absent = Reason(default, f"{name}: {feature} is absent")

    def score(value: FeatureValue | None) -> Reason:
        words = as_words(value) if value is not None else ()
        if not words:
            return absent
        word = max(words, key=lambda each: table.get(each, default))
        row = "has a row" if word in table else "has no row"
        return Reason(table.get(word, default), f"{name}: {feature} {shown(word)} {row}")

    return score


def _globs(signal: Signal) -> Score:
    return _matches(signal, glob_matcher(signal.globs), "no path matches")


def _words(signal: Signal) -> Score:
    return _matches(signal, word_matcher(signal.words), "none of the words occurs")


def _matches(signal: Signal, match: Match, otherwise: str) -> Score:
    name, feature, points = signal.name, signal.feature, signal.points
    absent = _absent(signal)
    missed = Reason(NO_POINTS, f"{name}: {feature}: {otherwise}")

    def score(value: FeatureValue | None) -> Reason:
        if value is None:
            return absent
        for text in as_texts(feature, value):
            matched = match(text)
            if matched is not None:
                what = f"{shown(text)} matches" if signal.kind is SignalKind.GLOBS else "holds"
                return Reason(points, f"{name}: {feature} {what} {shown(matched)}")
        return missed

    return score


def _absent(signal: Signal) -> Reason:
    return Reason(NO_POINTS, f"{signal.name}: {signal.feature} is absent")


_KINDS: Mapping[SignalKind, Callable[[Signal], Score]] = {
    SignalKind.STEPS: _steps,
    SignalKind.TABLE: _table,
    SignalKind.GLOBS: _globs,
    SignalKind.WORDS: _words,
}
