"""ORC502: a hard rule that never decides, because an earlier one always does or its own conditions exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Condition, Fleet, HardRule
from orchestra_compiler.rules.context import Context

RULE = Rule("ORC502", "hard-rule-dead", Family.ROUTING, Severity.WARNING, "A hard rule can never decide")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the hard rules that no task reaches."""
    earlier: list[HardRule] = []
    for rule in fleet.routing.hard:
        empty = next((condition for condition in rule.when if _is_empty(condition)), None)
        shadow = next((each for each in earlier if implies(rule.when, each.when)), None)
        if empty is not None:
            message = f"no number is at least {empty.minimum} and at most {empty.maximum}"
            yield RULE.at(rule.span, f"the hard rule `{rule.name}` never holds: {message}", "change the two places")
        elif shadow is not None:
            yield RULE.at(
                rule.span,
                f"the hard rule `{rule.name}` never decides: `{shadow.name}` in line {shadow.span.line} always does before",
                "put the narrower rule first, or remove it",
            )
        else:
            earlier.append(rule)


def implies(narrow: tuple[Condition, ...], wide: tuple[Condition, ...]) -> bool:
    """Return whether every task that meets the narrow conditions is sure to meet the wide ones."""
    return all(any(_condition_implies(each, condition) for each in narrow) for condition in wide)


def _condition_implies(narrow: Condition, wide: Condition) -> bool:
    if narrow.feature != wide.feature:
        return False
    if wide.values:
        return bool(narrow.values) and set(narrow.values) <= set(wide.values)
    if wide.globs:
        return _globs_imply(narrow.globs, wide.globs)
    if narrow.values or narrow.globs:
        return False
    above = wide.minimum is None or (narrow.minimum is not None and narrow.minimum >= wide.minimum)
    below = wide.maximum is None or (narrow.maximum is not None and narrow.maximum <= wide.maximum)
    return above and below


def _globs_imply(narrow: tuple[str, ...], wide: tuple[str, ...]) -> bool:
    """Return whether what matches `narrow` matches `wide`; an order with `!globs` in it proves nothing but itself."""
    if any(glob.startswith("!") for glob in (*narrow, *wide)):
        return narrow == wide
    return bool(narrow) and ("**" in wide or set(narrow) <= set(wide))


def _is_empty(condition: Condition) -> bool:
    return condition.minimum is not None and condition.maximum is not None and condition.minimum > condition.maximum
