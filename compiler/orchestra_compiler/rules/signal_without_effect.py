"""ORC504: a signal that changes no decision, whatever the task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet, Signal
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.routing_facts import RoutingFacts, facts_of
from orchestra_compiler.rules.scores import Scores, countable, points_of, sums, tier_at

RULE = Rule("ORC504", "signal-without-effect", Family.ROUTING, Severity.WARNING, "A signal can never change the tier")

_MOST_WORK = 200_000


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the signals that give the same points always, or too few to matter."""
    facts = facts_of(fleet)
    signals = fleet.routing.signals
    points = [points_of(signal) for signal in signals]
    small = countable(points) and len(facts.scores) * len(signals) <= _MOST_WORK
    for number, signal in enumerate(signals):
        if len(points[number]) == 1:
            why = f"it always gives {next(iter(points[number]))} points"
        elif not facts.thresholds:
            why = "no tier has a threshold"
        elif small and not _matters(points[number], points[:number] + points[number + 1 :], facts):
            why = "its points never lift a score over a threshold"
        else:
            continue
        yield _finding(signal, why)


def _matters(own: Scores, others: Sequence[Scores], facts: RoutingFacts) -> bool:
    """Return whether two of a signal's values lead to different tiers, with the others' points being equal."""
    low, high = min(own), max(own)

    def tier(score: Decimal) -> str:
        return tier_at(score, facts.thresholds, facts.lowest)

    return any(tier(rest + low) != tier(rest + high) for rest in sums(others))


def _finding(signal: Signal, why: str) -> Diagnostic:
    return RULE.at(
        place_of(signal.span, signal.places, "name"),
        f"the signal `{signal.name}` changes no decision: {why}",
        "give it points that matter, or remove it",
    )
