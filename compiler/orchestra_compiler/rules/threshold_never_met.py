"""ORC503: a threshold above the highest score that the signals can give."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.routing_facts import facts_of

RULE = Rule("ORC503", "threshold-never-met", Family.ROUTING, Severity.WARNING, "A threshold lies above every score")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the thresholds that no score reaches."""
    policy = fleet.routing
    if not policy.thresholds:
        return
    most = max(facts_of(fleet).scores)
    for tier, least in policy.thresholds.items():
        if least > most:
            yield RULE.at(
                place_of(policy.span, policy.places, f"tiers.{tier}"),
                f"the threshold of `{tier}` is {least}, and the signals give {most} at most",
                f"lower it to {most} or less, or give the signals more points",
            )
