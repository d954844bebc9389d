"""ORC506: thresholds that no score decides by, because the agents' own tiers always do."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import AgentTier, Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC506",
    "score-without-effect",
    Family.ROUTING,
    Severity.WARNING,
    "The agents' own tiers decide, whatever the score",
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield a policy that scores tasks of agents that are all pinned, or all on the strongest tier already."""
    policy, names = fleet.routing, fleet.tiers.names()
    if not policy.thresholds or not policy.signals or not fleet.agents or fleet.broken:
        return
    own = {agent.tier for agent in fleet.agents}
    if policy.agent_tier is AgentTier.PIN and own <= set(names):
        why = "`agent_tier: pin` keeps every agent on its own tier"
        hint = "write `agent_tier: floor`, or remove signals and thresholds"
    elif policy.agent_tier is AgentTier.FLOOR and own == {names[-1]}:
        why = f"every agent is on the strongest tier `{names[-1]}`, and none is routed below its own"
        hint = "put agents on weaker tiers, or write `agent_tier: ignore`"
    else:
        return
    place = place_of(policy.span, policy.places, "agent_tier", "signals", "tiers")
    yield RULE.at(place, f"no score changes a tier: {why}", hint)
