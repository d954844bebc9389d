"""References that the routing policy makes: tiers and features, and the types of what it does with them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.findings import UNKNOWN_AGENT, UNKNOWN_CAPABILITY, UNKNOWN_FEATURE, UNKNOWN_TIER, place_of
from orchestra_compiler.link.features import undeclared
from orchestra_compiler.link.scope import Scope
from orchestra_compiler.model import Category, Condition, FeatureType, HardRule, Phase, Risk, Signal, SignalKind
from orchestra_compiler.source.mends import rename
from orchestra_compiler.suggestions import Names

_READS = {
    SignalKind.STEPS: (FeatureType.NUMBER,),
    SignalKind.TABLE: tuple(FeatureType),
    SignalKind.GLOBS: (FeatureType.LIST, FeatureType.WORD, FeatureType.TEXT),
    SignalKind.WORDS: (FeatureType.TEXT, FeatureType.WORD, FeatureType.LIST),
}
"""The types of features that each kind of signal can read."""

_CLOSED = {"category": Names(Category), "phase": Names(Phase), "risk": Names(Risk)}
"""The words that these features may have."""

_NUMBER = (FeatureType.NUMBER,)
_PATHS = _READS[SignalKind.GLOBS]


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield findings about what the routing policy refers to."""
    policy = scope.fleet.routing
    at = partial(place_of, policy.span, policy.places)
    for tier in policy.thresholds:
        yield from scope.tier(tier, at(f"tiers.{tier}.name"), UNKNOWN_TIER)
    for rule in policy.hard:
        yield from _hard(rule, scope)
    for signal in policy.signals:
        yield from _signal(signal, scope)


def _hard(rule: HardRule, scope: Scope) -> Iterator[Diagnostic]:
    at = partial(place_of, rule.span, rule.places)
    yield from scope.tier(rule.tier, at("tier"), UNKNOWN_TIER)
    for condition in rule.when:
        span = at(f"when.{condition.feature}", condition.feature, "when")
        use, wanted = _use(condition)
        written = at(f"when.{condition.feature}.name", f"{condition.feature}.name", "when")
        yield from _check_use(condition.feature, span, scope, use=use, wanted=wanted, written=written)
        for number, value in enumerate(condition.values):
            place = at(f"when.{condition.feature}.{number}", condition.feature, "when")
            yield from _closed_value(condition.feature, value, place, scope)


def _use(condition: Condition) -> tuple[str, tuple[FeatureType, ...]]:
    if condition.globs:
        return "globs", _PATHS
    if condition.values:
        return "values", tuple(FeatureType)
    return "min and max", _NUMBER


def _signal(signal: Signal, scope: Scope) -> Iterator[Diagnostic]:
    span = place_of(signal.span, signal.places, "feature")
    yield from _check_use(signal.feature, span, scope, use=f"`{signal.kind}`", wanted=_READS[signal.kind])
    for row in signal.table:
        place = place_of(signal.span, signal.places, f"table.{row}", "table")
        yield from _closed_value(signal.feature, row, place, scope)


def _check_use(
    name: str,
    span: Span,
    scope: Scope,
    *,
    use: str,
    wanted: tuple[FeatureType, ...],
    written: Span | None = None,
) -> Iterator[Diagnostic]:
    kind = scope.features.get(name)
    if kind is None:
        yield undeclared(name, span, scope, written)
    elif kind not in wanted:
        yield UNKNOWN_FEATURE.at(
            span,
            f"{use} cannot read the feature `{name}`, which is a {kind}",
            f"use a feature that is a {' or a '.join(wanted)}",
        )


def _closed_value(feature: str, value: str, span: Span, scope: Scope) -> Iterator[Diagnostic]:
    """Yield a finding about a value that a built-in feature can never have, so that nothing would ever match it."""
    if feature in scope.fleet.routing.features:
        return
    if feature == "agent":
        yield from scope.agent(value, span, UNKNOWN_AGENT)
    elif feature == "capability":
        yield from scope.capability(value, span, UNKNOWN_CAPABILITY)
    elif feature in _CLOSED and value not in _CLOSED[feature]:
        known = _CLOSED[feature]
        message = f"the feature `{feature}` is never `{value}`"
        fix = rename(value, known.nearest(value), span)
        yield UNKNOWN_FEATURE.at(span, message, known.hint(value, f"it is one of {known.listed()}"), fix=fix)
