"""ORC608: an expectation that no run can meet: an empty range, an agent outside of the chain, a tier below the floor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Agent, AgentTier, Expectation, Fleet, Json, Mission
from orchestra_compiler.rules.context import Context

RULE = Rule("ORC608", "expectation-impossible", Family.MISSION, Severity.ERROR, "No run can meet an expectation")

_AMOUNTS = frozenset({"attempts", "cost_usd", "latency_s", "tokens", "user_escalations"})


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield what fails a mission on every run, whatever its agents answer."""
    for mission in fleet.missions:
        steps = {step.name: fleet.assigned(step) for step in mission.steps}
        for each in mission.expectations:
            wrong = None
            if each.kind in _AMOUNTS:
                wrong = _amount(each, mission)
            elif each.kind in ("agent", "tier"):
                agent = steps.get(each.step or mission.steps[0].name) if mission.steps else None
                wrong = None if agent is None else _who(each, agent, fleet)
            if wrong is not None:
                message, hint = wrong
                yield RULE.at(each.span, f"`{mission.name}` can never meet `{each.kind}`: {message}", hint)


def _amount(expectation: Expectation, mission: Mission) -> tuple[str, str] | None:
    value: Json = json.loads(expectation.value)
    low, high = (value.get("min"), value.get("max")) if isinstance(value, dict) else (value, value)
    least, most = _number(low), _number(high)
    if least is not None and most is not None and least > most:
        return f"nothing is at least {least:f} and at most {most:f}", "change the two places"
    if most is not None and most < 0:
        return f"nothing is less than 0, and it asks for at most {most:f}", "write the figure that is meant"
    if expectation.kind == "user_escalations" and least is not None and least > len(mission.steps):
        return f"it asks for {least:f} steps with the user, and there are {len(mission.steps)}", "lower the `min`"
    return None


def _number(value: Json) -> Decimal | None:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _who(expectation: Expectation, agent: Agent, fleet: Fleet) -> tuple[str, str] | None:
    value: Json = json.loads(expectation.value)
    wanted = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
    chain = fleet.chain_of_command(agent)
    if not wanted or (chain[-1].coordinator and chain[-1].coordinator not in fleet.agent_by_name):
        return None
    if expectation.kind == "agent":
        names = {each.name for each in chain}
        if names.intersection(wanted) or not fleet.agent_by_name.keys() >= set(wanted):
            return None  # what is no agent's name is told as such
        reach = f"it is given to `{agent.name}`" + (
            f", then to {', '.join(f'`{each.name}`' for each in chain[1:])}"
            if chain[1:]
            else ", which has no coordinator"
        )
        return f"{reach}, never to `{wanted[0]}`", "expect one of these, or give the step to another agent"
    floor = _floor(chain, fleet)
    order = fleet.tiers.names()
    if floor is None or any(each not in order or order.index(each) >= order.index(floor) for each in wanted):
        return None
    return (
        f"whoever answers runs on `{floor}` at least, so never on `{wanted[0]}`",
        f"expect `{floor}`, or lower the agent's tier",
    )


def _floor(chain: tuple[Agent, ...], fleet: Fleet) -> str | None:
    """Return the weakest tier that an attempt of a step can run on; None where that is open."""
    policy, order = fleet.routing, fleet.tiers.names()
    if policy.thresholds and policy.agent_tier is AgentTier.IGNORE:
        return None
    own = [agent.tier for agent in chain]
    known = [tier for tier in own if tier is not None and tier in order]
    if len(known) < len(own) or fleet.broken:
        return None
    by_rule = [rule.tier for rule in policy.hard if rule.tier in order]
    return min((*known, *by_rule), key=order.index)
