"""Who works with whom: what the pictures and the catalogue of a fleet draw as lines."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from orchestra_compiler.emitters.agents import agents_of
from orchestra_compiler.model import Agent, Fleet

MOST_MESSAGE_PAIRS = 150
"""Among more pairs of agents that nothing but a message type ties, a picture shows nothing."""


class Tie(enum.StrEnum):
    """What ties two agents."""

    ESCALATION = "escalates to"
    HANDOFF = "hands work to"
    MESSAGE = "sends messages to"


class Relation(NamedTuple):
    """One line from an agent to another.

    Attributes:
        messages: The types that the first sends and the second accepts, sorted.
        returns: Of an escalation: the coordinator hands work to the agent, too.
    """

    source: str
    target: str
    tie: Tie
    messages: tuple[str, ...] = ()
    returns: bool = False


def relations(fleet: Fleet) -> tuple[Relation, ...]:
    """Return every line of the fleet: escalations, hand-offs, then messages between agents that nothing else ties."""
    agents = agents_of(fleet)
    found = [*_stated(fleet)]
    tied = {frozenset({each.source, each.target}) for each in found}
    spoken = [*islice(_spoken(agents, tied), MOST_MESSAGE_PAIRS + 1)]
    return (*found, *(spoken if len(spoken) <= MOST_MESSAGE_PAIRS else ()))


def messages(source: Agent, target: Agent) -> tuple[str, ...]:
    """Return the message types that one agent sends and another accepts."""
    return tuple(sorted({*source.sends} & {*target.accepts}))


def _spoken(agents: Sequence[Agent], tied: set[frozenset[str]]) -> Iterator[Relation]:
    """Yield the lines between agents that nothing but a message type ties."""
    hearers: dict[str, list[Agent]] = {}
    for agent in agents:
        for kind in set(agent.accepts):
            hearers.setdefault(kind, []).append(agent)
    for source in agents:
        heard = {target.name: target for kind in set(source.sends) for target in hearers.get(kind, ())}
        for name in sorted(heard):
            if name != source.name and frozenset({source.name, name}) not in tied:
                yield Relation(source.name, name, Tie.MESSAGE, messages(source, heard[name]))


def _stated(fleet: Fleet) -> Iterator[Relation]:
    agents = fleet.agent_by_name
    for agent in agents_of(fleet):
        above = agents.get(agent.coordinator or "")
        if above is not None and above is not agent:
            back = agent.name in above.handoffs
            yield Relation(agent.name, above.name, Tie.ESCALATION, messages(agent, above), back)
    for agent in agents_of(fleet):
        for name in dict.fromkeys(agent.handoffs):
            if name in agents and name != agent.name and agents[name].coordinator != agent.name:
                yield Relation(agent.name, name, Tie.HANDOFF, messages(agent, agents[name]))
