"""The other way round: every capability, tool, message, memory namespace and hook of a fleet, and whose it is."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from orchestra_compiler.discovery.facets import memories, tools
from orchestra_compiler.model import Agent, Fleet


class Listing(enum.StrEnum):
    """What can be listed with its agents."""

    CAPABILITIES = "capabilities"
    TOOLS = "tools"
    MESSAGES = "messages"
    MEMORY = "memory"
    HOOKS = "hooks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One value and the names of its agents, in the fleet's order.

    Attributes:
        agents: Those that offer, name, send, own or answer it.
        receivers: Those that accept it; of messages alone.
    """

    value: str
    agents: tuple[str, ...]
    receivers: tuple[str, ...] = ()


_VALUES: Mapping[Listing, Callable[[Agent], Iterable[str]]] = {
    Listing.CAPABILITIES: lambda agent: agent.capabilities,
    Listing.TOOLS: tools,
    Listing.MESSAGES: lambda agent: agent.sends,
    Listing.MEMORY: memories,
    Listing.HOOKS: lambda agent: agent.hooks,
}


def index(fleet: Fleet, listing: Listing) -> tuple[Entry, ...]:
    """Return every value of a kind that some agent names, sorted."""
    owners = _owners(fleet, _VALUES[listing])
    receivers = _owners(fleet, lambda agent: agent.accepts) if listing is Listing.MESSAGES else {}
    return tuple(
        Entry(value=value, agents=tuple(owners.get(value, ())), receivers=tuple(receivers.get(value, ())))
        for value in sorted({*owners, *receivers})
    )


def _owners(fleet: Fleet, values: Callable[[Agent], Iterable[str]]) -> dict[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for agent in fleet.agents:
        for value in dict.fromkeys(values(agent)):
            owners.setdefault(value, []).append(agent.name)
    return owners
