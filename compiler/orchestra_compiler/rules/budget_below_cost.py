"""ORC610: a mission's budget that its own steps are sure to exceed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet, Mission, Price, ScriptedReply, Step, Usage
from orchestra_compiler.prices import cost
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.mission_limits import ends_well

RULE = Rule(
    "ORC610", "budget-below-cost", Family.MISSION, Severity.WARNING, "A mission's budget is below the least it can cost"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield missions that are meant to end well and cannot, each step priced at the fleet's cheapest model.

    A token is never more than a word, so that words are the least there can be; what a script declares counts as such.
    """
    limited = [each for each in fleet.missions if each.budget_usd is not None and ends_well(each)]
    prices = [model.price for tier in fleet.tiers.tiers for model in tier.models if model.price is not None]
    if not limited or not prices:
        return
    for mission in limited:
        least = sum((_least(step, mission, fleet, prices) for step in mission.steps), Decimal(0))
        if mission.budget_usd is not None and least > mission.budget_usd:
            yield RULE.at(
                place_of(mission.span, mission.places, "budget_usd"),
                f"`{mission.name}` may cost {mission.budget_usd:f} USD, and its steps cost {least:.6f} USD at the least,"
                " on the cheapest model",
                "raise the budget, or expect the outcome `budget-stopped`",
            )


def _least(step: Step, mission: Mission, fleet: Fleet, prices: list[Price]) -> Decimal:
    script, agent = mission.replies.get(step.name), fleet.assigned(step)
    reply = script.reply_to(0) if script is not None else None
    if step.optional or reply is None or reply.error is not None or agent is None:
        return Decimal(0)
    usage = _usage(step, agent, reply)
    found = [_cost(price, usage) for price in prices]
    return min((each for each in found if each is not None), default=Decimal(0))


def _usage(step: Step, agent: Agent, reply: ScriptedReply) -> Usage:
    if reply.usage is not None:
        return reply.usage
    words = len(agent.prompt.split()) + len(step.task.split())
    return Usage(input_tokens=words, output_tokens=len(reply.text.split()))


def _cost(price: Price, usage: Usage) -> Decimal | None:
    try:
        return cost(price, usage)
    except OrchestraError:
        return None
