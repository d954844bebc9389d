"""The routing policy document."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.frontends.common import (
    Built,
    bad_globs,
    compact,
    decimal,
    entry,
    faults,
    named_places,
    places,
    whole,
)
from orchestra_compiler.model import AgentTier, Condition, FeatureType, HardRule, RoutingPolicy, Signal, SignalKind
from orchestra_compiler.source.codes import fault
from orchestra_compiler.source.scalars import exact
from orchestra_compiler.source.tree import Document, Map


def build(document: Document) -> Built[RoutingPolicy]:
    """Build the routing policy of a document."""
    found = faults(document, "routing") or [*_twice(document), *_no_globs(document)]
    if found:
        return Built(None, found)
    data = document.value
    policy = RoutingPolicy(
        features={name: FeatureType(word) for name, word in data.get("features", {}).items()},
        hard=tuple(_rule(document, rule, number) for number, rule in enumerate(data.get("hard", ()), 1)),
        signals=tuple(_signal(document, name) for name in data.get("signals", ())),
        thresholds={name: exact(score) for name, score in data.get("tiers", {}).items()},
        agent_tier=AgentTier(data.get("agent_tier", AgentTier.FLOOR)),
        span=document.span,
        places=places(document),
    )
    return Built(policy, [])


def _twice(document: Document) -> list[Any]:
    """Find bounds that are the same number in two spellings, such as `10` and `10.0`."""
    found = []
    for name, signal in document.value.get("signals", {}).items():
        seen: set[Decimal] = set()
        for bound in signal.get("steps", ()):
            if Decimal(bound) in seen:
                span = document.key_span_at(("signals", name, "steps", bound))
                found.append(fault("ORC002", span, f"the bound `{bound}` stands here twice", "keep one"))
            seen.add(Decimal(bound))
    return found


def _no_globs(document: Document) -> Iterator[Diagnostic]:
    """Find globs that are none."""
    data = document.value
    for number, rule in enumerate(data.get("hard", ())):
        for feature, asked in rule["when"].items():
            if isinstance(asked, dict):
                yield from bad_globs(document, ("hard", number, "when", feature, "globs"), asked.get("globs", ()))
    for name, signal in data.get("signals", {}).items():
        yield from bad_globs(document, ("signals", name, "globs"), signal.get("globs", ()))


def _rule(document: Document, written: Map, number: int) -> HardRule:
    return HardRule(
        name=written.get("name", f"hard-{number}"),
        when=tuple(_condition(feature, asked) for feature, asked in written["when"].items()),
        tier=written["tier"],
        reason=written.get("reason", ""),
        span=whole(document, written),
        places=places(document, written),
    )


def _condition(feature: str, asked: Any) -> Condition:
    if isinstance(asked, dict):
        return Condition(
            feature=feature,
            minimum=decimal(asked.get("min")),
            maximum=decimal(asked.get("max")),
            globs=tuple(asked.get("globs", ())),
        )
    if isinstance(asked, list):
        return Condition(feature=feature, values=tuple(asked))
    return Condition(feature=feature, values=(asked if isinstance(asked, str) else compact(asked),))


def _signal(document: Document, name: str) -> Signal:
    parent = document.value["signals"]
    written = parent[name]
    kind = next(kind for kind in SignalKind if kind.value in written)
    return Signal(
        name=name,
        feature=written["feature"],
        kind=kind,
        steps=tuple(sorted((Decimal(bound), exact(points)) for bound, points in written.get("steps", {}).items())),
        table={word: exact(points) for word, points in written.get("table", {}).items()},
        default=exact(written.get("default", 0)),
        globs=tuple(written.get("globs", ())),
        words=tuple(written.get("words", ())),
        points=exact(written.get("points", 0)),
        span=entry(document, parent, name),
        places=named_places(document, parent, name),
    )
