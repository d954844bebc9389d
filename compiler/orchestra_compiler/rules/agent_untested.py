"""ORC609: an agent without a mission, where nearly every other one has some."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Option, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC609",
    "agent-untested",
    Family.MISSION,
    Severity.INFO,
    "No mission runs an agent, and nearly all others have one",
    options={
        "share": Option(75, 1, 100, "the share of agents with a mission, in percent, from which on the rest is told")
    },
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield the agents that no step is given to, once most of the fleet has missions.

    A coordinator counts as run by the missions of those who escalate to it.
    """
    if not fleet.missions or fleet.broken:
        return
    given = [fleet.assigned(step) for mission in fleet.missions for step in mission.steps]
    run = {each.name for agent in given if agent is not None for each in fleet.chain_of_command(agent)}
    if None in given:  # whom such a step means nobody knows, and that is told
        return
    if len(run) * 100 < context.option(RULE, "share") * len(fleet.agents):
        return
    for agent in fleet.agents:
        if agent.name not in run:
            yield RULE.at(
                place_of(agent.span, agent.places, "agent", "name"),
                f"no mission runs `{agent.name}`; {len(run)} of {len(fleet.agents)} agents have one",
                "write a mission with a step for it",
            )
