"""Which agents prompts name as those that work is handed to, and which of these names no agent has.

Prose is full of hyphens and at-signs, so a name counts only with a second sign that an agent is meant: a known agent's
name is nearly the same, its last word or the words around it say so, or agents that exist are named in the same breath.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.naming import name_in_path
from orchestra_compiler.rules import agent_names
from orchestra_compiler.rules.agent_names import Endings
from orchestra_compiler.rules.agent_references import Kind, Known, Reader, Reference
from orchestra_compiler.rules.context import Context
from orchestra_compiler.suggestions import Names

_MOST_SEARCHES = 400  # here a near miss is what makes a finding, so more are looked for
_A_TEAM = 2  # mentions of agents that exist, after which an unknown one is meant as such
_NEAR_SINGLE = 5  # letters; a shorter plain word after an at-sign resembles too much


class Unknown(NamedTuple):
    """A name that a prompt hands work to and that no agent has.

    Attributes:
        agent: Whose prompt it is.
        span: The first place of the name.
        times: How often the prompt names it.
        owners: Agents that a file of that name holds under another one.
        near: Agents whose names are nearly the same, the nearest first.
    """

    agent: Agent
    name: str
    span: Span
    times: int
    owners: tuple[str, ...]
    near: tuple[str, ...]

    @property
    def often(self) -> str:
        """How often, as the end of a message; nothing for once."""
        return f", {self.times} times" if self.times > 1 else ""


def unknown_names(fleet: Fleet, context: Context) -> Sequence[Unknown]:
    """Return, for each agent, the names in its prompt that no agent has."""
    return context.once("handoffs to unknown names", lambda: tuple(_unknown_names(fleet, context)))


def _unknown_names(fleet: Fleet, context: Context) -> Iterator[Unknown]:
    broken = [name.removeprefix("agent:") for name in fleet.broken if name.startswith("agent:")]
    names = Names(sorted(fleet.agent_by_name), [*broken, *agent_names.BUILT_IN], most_searches=_MOST_SEARCHES)
    known = Known(names, Endings(fleet.agent_by_name))
    files: dict[str, list[str]] = {}
    for agent in fleet.agents:
        files.setdefault(name_in_path(agent.span.path), []).append(agent.name)
    for agent in fleet.agents:
        for name, found in _missing(agent, known).items():
            span = context.locate(context.prompt(agent), found[0].start, found[0].end)
            yield Unknown(agent, name, span, len(found), tuple(files.get(name, ())), names.near(name))


def _missing(agent: Agent, known: Known) -> Mapping[str, Sequence[Reference]]:
    missing: dict[str, list[Reference]] = {}
    found_here = Reader(agent, known).references()
    team = sum(reference.kind is not Kind.TOLD and reference.name in known for reference in found_here) >= _A_TEAM
    for reference in found_here:
        if reference.name not in known and _is_meant(reference, known, team=team):
            missing.setdefault(reference.name, []).append(reference)
    return missing


def _is_meant(reference: Reference, known: Known, *, team: bool) -> bool:
    """Return whether a second sign says that an agent is meant; `team`: the prompt mentions agents that exist."""
    name = reference.name
    if agent_names.is_placeholder(name) or reference.kind is Kind.THING:
        return False
    if reference.kind is Kind.TOLD:
        return True
    near = known.names.near
    if "-" not in name:
        return len(name) >= _NEAR_SINGLE and bool(near(name))
    return known.endings.tells(name) or team or bool(near(name))
