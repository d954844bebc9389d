"""ORC119: an agent that nobody gives work to.

A fleet says who gives work to whom by hand-offs, by coordinators, by `Agent(name)` among the tools, by missions and by its
workload, and prompts say it in prose. Other tools offer their agents to whoever uses them, by description; so agents in
a foreign format are judged only where one of that format names its coordinator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet, Step, WorkloadTask
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.grants import delegates
from orchestra_compiler.suggestions import Names

RULE = Rule(
    "ORC119", "unreachable-agent", Family.HANDOFF, Severity.WARNING, "Nobody in the fleet gives work to an agent"
)

_LARGEST_SHARE = 2  # where more than one agent in so many is out of reach, the fleet does not say who works with whom
_MOST_LOOKED_FOR = 40  # of those that only prose may lead to; the rest is told when these are mended
_MARKS = ("@{}", "`{}`", '"{}"')


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the agents that no agent, no mission and no workload leads to."""
    formats = frozenset(agent.source_format for agent in fleet.agents if _says_with_whom(agent))
    if fleet.broken or not formats:
        return
    judged = [agent for agent in fleet.agents if agent.source_format in formats]
    given = _given(fleet)
    lost = [agent for agent in judged if agent.name not in given]
    if len(lost) * _LARGEST_SHARE > len(judged):
        return
    for agent in _unnamed(lost, fleet):
        yield RULE.at(
            place_of(agent.span, agent.places, "agent", "name"),
            f"nobody gives work to `{agent.name}`: no hand-off, no coordinator, no mission and no workload names it",
            "give it a `coordinator`, name it in another agent's `handoffs`, or remove it",
        )


def _says_with_whom(agent: Agent) -> bool:
    return bool(agent.coordinator or (agent.handoffs and agent.source_format == "orchestra"))


def _given(fleet: Fleet) -> frozenset[str]:
    """Return the names of the agents that something structured leads to."""
    asked = _asked(fleet)
    found = {task.agent for task in asked if task.agent is not None}
    for task in asked:
        found.update(agent.name for agent in fleet.agents_by_capability.get(task.capability or "", ()))
    for agent in fleet.agents:
        found.update(name for name in agent.handoffs if name != agent.name)
        found.update(delegates(agent))
        if agent.coordinator:  # if it is nobody's name, that is told, and once mended it leads here
            found |= {agent.name, agent.coordinator}
        elif agent.handoffs and not asked:  # nothing else says where work comes in
            found.add(agent.name)
    return frozenset(found | _meant(fleet, found))


def _meant(fleet: Fleet, named: set[str]) -> set[str]:
    """Return the agents that a slip may mean: who is named wrongly is told there, and is not out of reach besides."""
    unknown = Names(sorted(named - fleet.agent_by_name.keys()))
    wanted = {task.capability for task in _asked(fleet) if task.capability is not None}
    missing = Names(sorted(wanted - fleet.agents_by_capability.keys()))
    if not unknown and not missing:
        return set()
    return {
        agent.name
        for agent in fleet.agents
        if agent.name not in named and (unknown.near(agent.name) or any(map(missing.near, agent.capabilities)))
    }


def _asked(fleet: Fleet) -> list[Step | WorkloadTask]:
    return [*(step for mission in fleet.missions for step in mission.steps), *fleet.workload.tasks]


def _unnamed(lost: Sequence[Agent], fleet: Fleet) -> Iterator[Agent]:
    """Yield those that no other agent's prompt or description names."""
    for agent in lost[:_MOST_LOOKED_FOR]:
        names = [agent.name] if "-" in agent.name else [mark.format(agent.name) for mark in _MARKS]
        if not any(
            name in other.prompt or name in other.description
            for other in fleet.agents
            if other.name != agent.name
            for name in names
        ):
            yield agent
