"""Questions about a fleet: which agents fit all of some criteria, and which criteria nobody can fit."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from orchestra_compiler.discovery.facets import may_use, memories, recipients, tools
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.suggestions import Names
from orchestra_compiler.tool_patterns import tool_name


class Criterion(enum.StrEnum):
    """What an agent can be asked for; also the name of the command's option."""

    CAPABILITY = "capability"
    TOOL = "tool"
    SENDS = "sends"
    ACCEPTS = "accepts"
    MEMORY = "memory"
    HOOK = "hook"
    TIER = "tier"
    COORDINATOR = "coordinator"
    HANDOFF = "handoff"


Query: TypeAlias = Mapping[Criterion, str]
"""One question. An agent fits when it fits every criterion; without any, each agent does."""


class Miss(NamedTuple):
    """A criterion whose value no agent of the fleet has.

    Attributes:
        near: The values that may have been meant, the nearest first; at most two.
        told: For a tool that is named nowhere, but open to agents that may use every tool: those still fit.
    """

    criterion: Criterion
    value: str
    near: tuple[str, ...]
    told: bool = False


_VALUES: Mapping[Criterion, Callable[[Agent], tuple[str, ...]]] = {
    Criterion.CAPABILITY: lambda agent: agent.capabilities,
    Criterion.TOOL: tools,
    Criterion.SENDS: lambda agent: agent.sends,
    Criterion.ACCEPTS: lambda agent: agent.accepts,
    Criterion.MEMORY: memories,
    Criterion.HOOK: lambda agent: agent.hooks,
    Criterion.TIER: lambda agent: () if agent.tier is None else (agent.tier,),
    Criterion.COORDINATOR: lambda agent: () if agent.coordinator is None else (agent.coordinator,),
    Criterion.HANDOFF: recipients,
}


def select(fleet: Fleet, query: Query) -> tuple[Agent, ...]:
    """Return the agents that fit a query, in the fleet's order."""
    return tuple(agent for agent in fleet.agents if all(_fits(agent, kind, value) for kind, value in query.items()))


def misses(fleet: Fleet, query: Query) -> Iterator[Miss]:
    """Yield the criteria of a query whose value no agent has, or, of tools, no agent names."""
    for kind, value in query.items():
        if kind is Criterion.TOOL:
            yield from _missed_tool(fleet, value)
        elif not any(_fits(agent, kind, value) for agent in fleet.agents):
            yield Miss(kind, value, Names(sorted(_known(fleet, kind))).near(value))


def _missed_tool(fleet: Fleet, wanted: str) -> Iterator[Miss]:
    able = [agent for agent in fleet.agents if may_use(agent, wanted)]
    if not any(agent.tools is not None for agent in able):
        named = sorted({tool_name(tool) for agent in fleet.agents for tool in agent.tools or ()})
        yield Miss(Criterion.TOOL, wanted, Names(named).near(tool_name(wanted)), told=bool(able))


def _fits(agent: Agent, kind: Criterion, value: str) -> bool:
    return may_use(agent, value) if kind is Criterion.TOOL else value in _VALUES[kind](agent)


def _known(fleet: Fleet, kind: Criterion) -> set[str]:
    return {value for agent in fleet.agents for value in _VALUES[kind](agent)}
