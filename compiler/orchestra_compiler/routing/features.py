"""The features of a task: how a value is read as a number, as words or as texts, and features that come as JSON.

A feature of the wrong type stops the command with a hint and is never read as something else: a task that is routed on
a misread feature goes to the wrong model without anybody noticing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import BUILT_IN_FEATURES, FeatureType, FeatureValue, RoutingPolicy
from orchestra_compiler.routing.decision import plain
from orchestra_compiler.suggestions import Names

_LONGEST_SHOWN = 60
_HINTS: Mapping[FeatureType, str] = {
    FeatureType.WORD: 'give one word, such as "refactoring"',
    FeatureType.NUMBER: "give a number, such as 12000",
    FeatureType.TEXT: "give a text",
    FeatureType.LIST: 'give a list of texts, such as ["src/app.py"]',
    FeatureType.TRUTH: "give true or false",
}


def as_number(feature: str, value: object) -> Decimal | int:
    """Return a feature's value as an exact number; a float is the decimal number it prints as.

    Raises:
        OrchestraError: The value is no number, or not a finite one.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return Decimal(repr(value))
    if isinstance(value, Decimal) and value.is_finite():
        return value
    raise wrong_type(feature, FeatureType.NUMBER, value)


def as_words(value: FeatureValue | Decimal) -> tuple[str, ...]:
    """Return a feature's value as the words that tables and conditions list; a list stands for all of its items."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, tuple | list):
        return tuple(value)
    return (plain(Decimal(repr(value)) if isinstance(value, float) else Decimal(value)),)


def as_texts(feature: str, value: object) -> tuple[str, ...]:
    """Return a feature's value as the texts it holds: one, or those of a list.

    Raises:
        OrchestraError: The value is neither a text nor a list of texts.
    """
    if isinstance(value, str):
        return (value,)
    if isinstance(value, tuple | list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise wrong_type(feature, FeatureType.LIST, value)


def wrong_type(feature: str, wanted: FeatureType, value: object) -> OrchestraError:
    """Return the error for a feature whose value is not of its type."""
    return OrchestraError(f"the feature {feature!r} is {shown(value)}, not a {wanted.value}", _HINTS[wanted])


def shown(value: object) -> str:
    """Return a value for a reader, shortened."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def feature_types(policy: RoutingPolicy) -> Mapping[str, FeatureType]:
    """Return the types of all features a task may have under a policy."""
    return {**BUILT_IN_FEATURES, **policy.features}


def features_from_json(policy: RoutingPolicy, data: Mapping[str, object]) -> Mapping[str, FeatureValue]:
    """Return a task's features from a JSON object; null means that the feature is absent.

    Raises:
        OrchestraError: The policy knows no such feature, or the value is not of the feature's type.
    """
    types = feature_types(policy)
    found: dict[str, FeatureValue] = {}
    for name, value in data.items():
        if name not in types:
            known = Names(sorted(types))
            raise OrchestraError(f"no feature is called {name!r}", known.hint(name, f"known are {known.listed()}"))
        if value is not None:
            found[name] = _typed(name, types[name], value)
    return found


def _typed(name: str, wanted: FeatureType, value: object) -> FeatureValue:
    if wanted in (FeatureType.WORD, FeatureType.TEXT) and isinstance(value, str):
        return value
    if wanted is FeatureType.TRUTH and isinstance(value, bool):
        return value
    if wanted is FeatureType.NUMBER:
        as_number(name, value)
        return value  # type: ignore[return-value]  # as_number has just said what it is
    if wanted is FeatureType.LIST and not isinstance(value, str):
        return as_texts(name, value)
    raise wrong_type(name, wanted, value)
