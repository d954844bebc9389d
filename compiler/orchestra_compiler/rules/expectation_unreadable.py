"""ORC605: an expectation whose regular expression, XPath or JSONPath cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Expectation, Fleet, Json
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.expressions import LANGUAGES, fault
from orchestra_compiler.source.codes import shown

RULE = Rule(
    "ORC605", "expectation-unreadable", Family.MISSION, Severity.ERROR, "An expectation's expression cannot be read"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield expectations that fail whatever the agents answer, because nobody can read them."""
    for mission in fleet.missions:
        for expectation in mission.expectations:
            if expectation.kind in LANGUAGES:
                yield from _faults(expectation)


def _faults(expectation: Expectation) -> Iterator[Diagnostic]:
    name, mend = LANGUAGES[expectation.kind]
    for expression, path in _expressions(json.loads(expectation.value), expectation.kind):
        wrong = fault(expectation.kind, expression)
        if wrong is not None:
            place = place_of(expectation.span, expectation.places, path)
            yield RULE.at(place, f"`{shown(expression)}` is not a readable {name}: {wrong}", mend)


def _expressions(value: Json, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the expressions of any form, each with its path: one, a list, or a mapping to what each must select."""
    if isinstance(value, dict):
        yield from ((each, f"{kind}.{each}.name") for each in value)
    elif isinstance(value, list):
        yield from ((each, f"{kind}.{number}") for number, each in enumerate(value) if isinstance(each, str))
    elif isinstance(value, str):
        yield value, kind
