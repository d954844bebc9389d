"""The answers as JSON, in the form that `agents.schema.json` publishes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orchestra_compiler.discovery.facets import model_of, recipients
from orchestra_compiler.discovery.index import Entry, Listing
from orchestra_compiler.model import Agent, Fleet


def agents_document(fleet: Fleet, agents: Iterable[Agent], *, complete: bool) -> dict[str, Any]:
    """Return agents as JSON data; `complete` is false where files of the project could not be read."""
    return {"project": fleet.project.name, "complete": complete, "agents": [_agent(fleet, each) for each in agents]}


def listing_document(fleet: Fleet, listing: Listing, entries: Iterable[Entry], *, complete: bool) -> dict[str, Any]:
    """Return a listing as JSON data; see `agents_document`."""
    values = [_entry(listing, each) for each in entries]
    return {"project": fleet.project.name, "complete": complete, "list": listing.value, "values": values}


def _agent(fleet: Fleet, agent: Agent) -> dict[str, Any]:
    return {
        "name": agent.name,
        "description": agent.description,
        "tier": agent.tier,
        "model": model_of(fleet, agent),
        "model_word": agent.model,
        "capabilities": list(agent.capabilities),
        "tools": None if agent.tools is None else list(agent.tools),
        "sends": list(agent.sends),
        "accepts": list(agent.accepts),
        "coordinator": agent.coordinator,
        "handoffs": list(recipients(agent)),
        "memory": agent.memory,
        "hooks": list(agent.hooks),
        "format": agent.source_format,
        "path": agent.span.path,
        "line": agent.span.line,
    }


def _entry(listing: Listing, entry: Entry) -> dict[str, Any]:
    if listing is Listing.MESSAGES:
        return {"value": entry.value, "senders": list(entry.agents), "receivers": list(entry.receivers)}
    return {"value": entry.value, "agents": list(entry.agents)}
