"""Hard rules, compiled: what each asks of the features, and the words in which it says that it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from orchestra_compiler.model import Condition, FeatureValue, HardRule
from orchestra_compiler.routing.decision import plain
from orchestra_compiler.routing.features import as_number, as_texts, as_words, shown
from orchestra_compiler.routing.matching import glob_matcher

Holds: TypeAlias = Callable[[FeatureValue], str | None]
"""A feature's value in; how it meets the condition out, None where it does not."""


class CompiledRule:
    """A hard rule that is ready to be asked."""

    def __init__(self, rule: HardRule) -> None:
        self.name = rule.name
        self.tier = rule.tier
        self.reason = rule.reason
        self._conditions = [(each.feature, _compile(each)) for each in rule.when]

    def explain(self, features: Mapping[str, FeatureValue]) -> str | None:
        """Return how the features meet every condition, or None; an absent feature meets none."""
        found = []
        for feature, holds in self._conditions:
            value = features.get(feature)
            how = holds(value) if value is not None else None
            if how is None:
                return None
            found.append(f"{feature} {how}")
        return f"hard rule {self.name}: {' and '.join(found) or 'always'}" + (
            f" ({self.reason})" if self.reason else ""
        )


def _compile(condition: Condition) -> Holds:
    if condition.globs:
        return _path(condition)
    if condition.values:
        return _listed(condition)
    return _range(condition)


def _listed(condition: Condition) -> Holds:
    values = frozenset(condition.values)

    def holds(value: FeatureValue) -> str | None:
        word = next((word for word in as_words(value) if word in values), None)
        return None if word is None else f"is {shown(word)}"

    return holds


def _range(condition: Condition) -> Holds:
    feature, low, high = condition.feature, condition.minimum, condition.maximum
    bounds = f"{'…' if low is None else plain(low)} to {'…' if high is None else plain(high)}"

    def holds(value: FeatureValue) -> str | None:
        number = as_number(feature, value)
        inside = (low is None or number >= low) and (high is None or number <= high)
        return f"{number} is within {bounds}" if inside else None

    return holds


def _path(condition: Condition) -> Holds:
    feature, match = condition.feature, glob_matcher(condition.globs)

    def holds(value: FeatureValue) -> str | None:
        for path in as_texts(feature, value):
            glob = match(path)
            if glob is not None:
                return f"{shown(path)} matches {shown(glob)}"
        return None

    return holds
