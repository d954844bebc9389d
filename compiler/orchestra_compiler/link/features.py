"""Features: whether they are declared, and whether a value or a use fits the declared type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.findings import UNKNOWN_FEATURE
from orchestra_compiler.link.scope import Scope
from orchestra_compiler.model import FeatureType, FeatureValue
from orchestra_compiler.source.mends import rename


def check_values(features: Mapping[str, FeatureValue], at: Callable[..., Span], scope: Scope) -> Iterator[Diagnostic]:
    """Yield findings about the features that a step or a task of the workload brings."""
    for name, value in sorted(features.items()):
        span = at(f"features.{name}", "features")
        kind = scope.features.get(name)
        if kind is None and scope.knows_features:
            yield undeclared(name, span, scope, at(f"features.{name}.name", "features"))
        elif kind is not None and not _fits(value, kind):
            yield UNKNOWN_FEATURE.at(
                span,
                f"the feature `{name}` is a {kind}, and {_named(value)} is none",
                "write a value of its type, or declare it as another under `features` of the routing document",
            )


def undeclared(name: str, span: Span, scope: Scope, written: Span | None = None) -> Diagnostic:
    """Return the finding that nobody declares a feature; `written` is where its name stands, where that is elsewhere."""
    hint = scope.feature_names.hint(name, f"declare it under `features` of the routing document: `{name}: word`")
    fix = rename(name, scope.feature_names.nearest(name), written or span)
    return UNKNOWN_FEATURE.at(written or span, f"no feature is called `{name}`", hint, fix=fix)


def _fits(value: FeatureValue, kind: FeatureType) -> bool:
    if isinstance(value, bool):
        return kind is FeatureType.TRUTH
    if isinstance(value, int | float):
        return kind is FeatureType.NUMBER
    if isinstance(value, tuple):
        return kind is FeatureType.LIST
    return kind in (FeatureType.WORD, FeatureType.TEXT)


def _named(value: FeatureValue) -> str:
    if isinstance(value, tuple):
        return "a list"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
