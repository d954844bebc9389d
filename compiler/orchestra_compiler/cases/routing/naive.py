"""The routing policy read literally: what a task's features must lead to, by the definition and nothing else.

Generated cases take their expected answers from here, never from the router that they are to test. So this module
shares no code with the router: it is slow, keeps nothing, compiles nothing, and each function is the sentence of the
documentation that it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from orchestra_compiler.model import (
    Agent,
    AgentTier,
    Condition,
    FeatureValue,
    Fleet,
    HardRule,
    Signal,
    SignalKind,
    Tiers,
)

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

Features = Mapping[str, FeatureValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come out. `hard` names the hard rule that decides; it is empty where the score does."""

    tier: str
    score: Decimal
    hard: str = ""


def expected(fleet: Fleet, features: Features, agent: Agent | None = None) -> Expected:
    """Return what the policy says of these features."""
    if agent is not None:
        features = {"agent": agent.name, **features}
    for rule in fleet.routing.hard:
        if rule_holds(rule, features):
            return Expected(tier=rule.tier, score=Decimal(0), hard=rule.name)
    score = sum((points(signal, features.get(signal.feature)) for signal in fleet.routing.signals), Decimal(0))
    return Expected(tier=tier_for(fleet, score, agent.tier if agent is not None else None), score=score)


def rule_holds(rule: HardRule, features: Features) -> bool:
    """A rule holds when every one of its conditions does; an absent feature meets no condition."""
    return all(each.feature in features and holds(each, features[each.feature]) for each in rule.when)


def holds(condition: Condition, value: FeatureValue) -> bool:
    """A condition lists words, or bounds a number, or matches paths."""
    if condition.globs:
        return any(_path_matches(condition.globs, path) for path in _items(value))
    if condition.values:
        return any(word in condition.values for word in _items(value))
    number = exact(value)
    above = condition.minimum is None or number >= condition.minimum
    below = condition.maximum is None or number <= condition.maximum
    return above and below


def points(signal: Signal, value: FeatureValue | None) -> Decimal:
    """The points that a signal gives to a feature's value, None being an absent feature."""
    if signal.kind is SignalKind.TABLE:
        return max(
            (signal.table.get(word, signal.default) for word in _items(value)),
            default=signal.default,
        )
    if value is None:
        return Decimal(0)
    if signal.kind is SignalKind.STEPS:
        reached = [gain for bound, gain in signal.steps if exact(value) >= bound]
        return reached[-1] if reached else Decimal(0)
    if signal.kind is SignalKind.GLOBS:
        hit = any(_path_matches(signal.globs, path) for path in _items(value))
    else:
        hit = any(says(text, word) for text in _items(value) for word in signal.words)
    return signal.points if hit else Decimal(0)


def says(text: str, phrase: str) -> bool:
    """A text says a phrase when it stands there whole: no letter, digit or underscore before or after it."""
    text, phrase = " ".join(text.casefold().split()), " ".join(phrase.casefold().split())
    place = text.find(phrase) if phrase else -1
    while place >= 0:
        before, after = text[:place][-1:], text[place + len(phrase) :][:1]
        if not (_in_word(before) or _in_word(after)):
            return True
        place = text.find(phrase, place + 1)
    return False


def tier_of_score(tiers: Tiers, thresholds: Mapping[str, Decimal], score: Decimal) -> str:
    """The highest threshold reached names the tier; below all of them it is the weaker of default and weakest."""
    order = tiers.names()
    best = None
    for name, bound in thresholds.items():
        if bound <= score and (best is None or (bound, order.index(name)) > (thresholds[best], order.index(best))):
            best = name
    return best if best is not None else min([tiers.default, *thresholds], key=order.index)


def tier_for(fleet: Fleet, score: Decimal, own: str | None) -> str:
    """The score names a tier, to which the agent's own tier is the floor, or which it replaces, or nothing."""
    order = fleet.tiers.names()
    thresholds, mode = fleet.routing.thresholds, fleet.routing.agent_tier
    if own not in order:
        own = None
    if not thresholds:
        return own or fleet.tiers.default
    scored = tier_of_score(fleet.tiers, thresholds, score)
    if own is None or mode is AgentTier.IGNORE:
        return scored
    return own if mode is AgentTier.PIN else max(own, scored, key=order.index)


def exact(value: object) -> Decimal:
    """A number is the decimal number that it prints as."""
    return Decimal(str(value))


def _items(value: FeatureValue | None) -> Sequence[str]:
    if value is None:
        return ()
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return (str(value).lower(),)
    return (value if isinstance(value, str) else str(value),)


def _in_word(character: str) -> bool:
    return character == "_" or character.isalnum()


def _path_matches(globs: tuple[str, ...], path: str) -> bool:
    return _ignore_file(globs).match_file(path)


@cache
def _ignore_file(globs: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(globs)
