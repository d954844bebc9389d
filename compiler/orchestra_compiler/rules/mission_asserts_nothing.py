"""ORC601: a mission that expects nothing but to end."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Expectation, Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC601", "mission-asserts-nothing", Family.MISSION, Severity.WARNING, "A mission expects nothing but to end well"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield missions without an expectation beyond the outcome that holds by default."""
    for mission in fleet.missions:
        if all(_is_default(expectation) for expectation in mission.expectations):
            yield RULE.at(
                place_of(mission.span, mission.places, "expect", "mission"),
                f"`{mission.name}` passes whatever the agents answer",
                "expect something of a reply: `contains`, `message`, `tier`, `cost_usd` and the like",
            )


def _is_default(expectation: Expectation) -> bool:
    return expectation.kind == "outcome" and expectation.value in ('"passed"', '["passed"]')
