"""ORC501: a tier that no task can ever be routed to."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import AgentTier, Fleet
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.routing_facts import facts_of
from orchestra_compiler.rules.scores import tier_at

RULE = Rule("ORC501", "tier-unreachable", Family.ROUTING, Severity.WARNING, "No task can be routed to a tier")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield the project's own tiers that neither a hard rule, nor a score, nor an agent leads to.

    A tier that failed attempts climb to is reached all the same, only never at once: that is an info.
    """
    if not context.has(fleet.tiers.span.path):
        return  # the tiers that ship with us: nobody here chose them
    named = {*fleet.routing.thresholds, *(rule.tier for rule in fleet.routing.hard)}
    if "document:routing" in fleet.broken or not named <= set(fleet.tiers.names()):
        return  # what leads to a tier cannot be read, or names another by a slip, which is told
    reached = _reached(fleet)
    if reached is None:
        return
    climbed = frozenset(fleet.tiers.escalation[1:] if fleet.gates.escalation.raise_tier else ())
    for tier in fleet.tiers.tiers:
        if tier.name not in reached:
            only = "" if tier.name not in climbed else "; only failed attempts climb to it"
            yield RULE.at(
                place_of(tier.span, tier.places, "name"),
                f"no task is routed to the tier `{tier.name}`{only}",
                "lower its threshold, name it in a hard rule, or give it to an agent",
                Severity.INFO if only else None,
            )


def _reached(fleet: Fleet) -> frozenset[str] | None:
    """Return the tiers that tasks are routed to, or None where there are too many scores to say."""
    reached = {rule.tier for rule in fleet.routing.hard}
    facts = facts_of(fleet)
    if not facts.thresholds or fleet.routing.agent_tier is not AgentTier.IGNORE:
        reached |= {agent.tier for agent in fleet.agents if agent.tier is not None}
    if not facts.thresholds:
        return frozenset(reached | {facts.lowest})
    if not facts.exact:
        return None
    return frozenset(reached | {tier_at(score, facts.thresholds, facts.lowest) for score in facts.scores})
