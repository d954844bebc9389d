"""ORC303: an agent without a tier, where no routing policy gives it one.

Markdown agents mostly leave the model to their caller. That is no fault of any one of them, so they share one finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC303",
    "agent-without-tier",
    Family.TIER,
    Severity.WARNING,
    "Neither an agent nor a routing policy names its tier",
)

_SHOWN = 5


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield agents that run on the default tier only because nobody thought of it."""
    if fleet.routing.thresholds:
        return
    without = [agent for agent in fleet.agents if agent.tier is None]
    for agent in without:
        if agent.source_format == "orchestra":
            yield RULE.at(
                place_of(agent.span, agent.places, "agent", "name"),
                f"`{agent.name}` names no tier, so it runs on `{fleet.tiers.default}`",
                "give it a `tier`, or score its tasks with thresholds in a routing document",
            )
    guests = [agent for agent in without if agent.source_format != "orchestra" and agent.model in (None, "inherit")]
    if guests:
        yield _together(guests, fleet)


def _together(guests: Sequence[Agent], fleet: Fleet) -> Diagnostic:
    names = ", ".join(f"`{agent.name}`" for agent in guests[:_SHOWN])
    more = f" and {len(guests) - _SHOWN} more" if len(guests) > _SHOWN else ""
    return RULE.at(
        place_of(guests[0].span, guests[0].places, "name"),
        f"{len(guests)} of {len(fleet.agents)} agents leave their model open and run on `{fleet.tiers.default}`: {names}{more}",
        "give them a `model` or a `tier`, or score their tasks with thresholds in a routing document",
        Severity.INFO,
    )
