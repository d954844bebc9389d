"""ORC302: an agent on another tier than the default one, and nobody says why."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule("ORC302", "tier-without-rationale", Family.TIER, Severity.INFO, "An agent's tier is given without a reason")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield agents whose file names a tier other than the default one, without a rationale."""
    for agent in fleet.agents:
        by_hand = "tier" in agent.places or agent.model is None
        if agent.tier is None or agent.tier == fleet.tiers.default or agent.rationale.strip() or not by_hand:
            continue
        yield RULE.at(
            place_of(agent.span, agent.places, "tier"),
            f"`{agent.name}` is on the tier `{agent.tier}`, and nothing says why",
            "add a `rationale`, so that the next reader of the bill can judge it",
        )
