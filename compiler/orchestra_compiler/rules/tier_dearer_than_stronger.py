"""ORC308: a weaker tier that costs more than the next stronger one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC308",
    "tier-dearer-than-stronger",
    Family.PRICE,
    Severity.WARNING,
    "A weaker tier costs more than a stronger one",
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield tiers whose first model is dearer, for input and for output, than that of the next tier."""
    for weaker, stronger in pairwise(tier for tier in fleet.tiers.tiers if tier.models):
        low, high = weaker.models[0].price, stronger.models[0].price
        if low and high and low.input > high.input and low.output > high.output:
            yield RULE.at(
                place_of(weaker.span, weaker.places, "models.0", "models"),
                f"the tier `{weaker.name}` stands below `{stronger.name}` and costs more:"
                f" {low.input}/{low.output} against {high.input}/{high.output} USD",
                "write the tiers from the weakest to the strongest, or choose a cheaper model",
            )
