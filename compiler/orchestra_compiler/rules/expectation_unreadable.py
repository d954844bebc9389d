"""ORC605: an expectation whose regular expression, XPath or JSONPath cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
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
    for expression in _expressions(json.loads(expectation.value)):
        wrong = fault(expectation.kind, expression)
        if wrong is not None:
            yield RULE.at(expectation.span, f"`{shown(expression)}` is not a readable {name}: {wrong}", mend)


def _expressions(value: Json) -> list[str]:
    """Return the expressions of any form: one, a list, or a mapping to what each must select."""
    values = value if isinstance(value, list | dict) else [value]
    return [each for each in values if isinstance(each, str)]
