"""What can be asked about one agent: its values of each kind."""

from __future__ import annotations

import json

from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.source.places import split_outside_brackets
from orchestra_compiler.tool_patterns import allows, delegates, overlaps, tool_name

EVERY_TOOL = "*"
"""Stands for the tools of an agent that names none, and so may use all."""
_DENIED = "disallowedTools"


def recipients(agent: Agent) -> tuple[str, ...]:
    """Return the agents that one may give work to, by its hand-offs or by a delegating tool; each once."""
    named = (name for tool in agent.tools or () for name in delegates(tool))
    return tuple(dict.fromkeys((*agent.handoffs, *named)))


def model_of(fleet: Fleet, agent: Agent) -> str | None:
    """Return the model that answers first for an agent: its tier's preferred one; None for an agent without a tier."""
    tier = fleet.tiers.get(agent.tier or "")
    return tier.preferred.name if tier is not None and tier.preferred is not None else None


def memories(agent: Agent) -> tuple[str, ...]:
    """Return the agent's memory namespace, if it has one."""
    return () if agent.memory is None else (agent.memory,)


def tools(agent: Agent) -> tuple[str, ...]:
    """Return the patterns of its tools, or the sign for all of them."""
    return (EVERY_TOOL,) if agent.tools is None else agent.tools


def may_use(agent: Agent, wanted: str) -> bool:
    """Return whether an agent may make at least one of the calls that a tool, or a pattern of tools, stands for.

    Patterns mean what they mean to the tool policy of the boundary gate (`tool_patterns`). An agent that names no tools
    may use all but those that Claude Code's `disallowedTools` takes from it.
    """
    if agent.tools is not None and not overlaps(agent.tools, wanted):
        return False
    return not allows(_denied(agent), tool_name(wanted), {})


def _denied(agent: Agent) -> tuple[str, ...]:
    written = agent.extra.get(_DENIED)
    value = json.loads(written) if written else ()
    if isinstance(value, str):
        return tuple(split_outside_brackets(value))
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
