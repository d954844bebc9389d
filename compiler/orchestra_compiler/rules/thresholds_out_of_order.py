"""ORC507: a threshold that sends higher scores to a weaker tier."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.routing_facts import facts_of

RULE = Rule(
    "ORC507", "thresholds-out-of-order", Family.ROUTING, Severity.WARNING, "A higher score leads to a weaker tier"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the thresholds that lie above that of the next stronger tier with one."""
    policy = fleet.routing
    if not policy.thresholds:
        return
    most = max(facts_of(fleet).scores)
    tiers = [tier for tier in fleet.tiers.names() if tier in policy.thresholds]
    for weaker, stronger in pairwise(tiers):
        high, low = policy.thresholds[weaker], policy.thresholds[stronger]
        if low < high <= most:  # what no score reaches is told as such
            yield RULE.at(
                place_of(policy.span, policy.places, f"tiers.{weaker}", "tiers"),
                f"a score of {high} leads to `{weaker}`, one of {low} to the stronger `{stronger}`",
                "let thresholds rise from the weakest tier to the strongest",
            )
