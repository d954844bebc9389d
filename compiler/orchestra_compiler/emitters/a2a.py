"""A card per agent for the Agent2Agent protocol: `a2a/AGENT.json`.

The protocol says that `URL/.well-known/agent-card.json` serves the card of the agent at URL; which server does so, and
with which credentials, is the project's to decide. Skills are the capabilities; an agent without any has one skill, the
agent itself, because a card without skills promises nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from orchestra_compiler.built import Built, Output
from orchestra_compiler.emitters.agents import agents_of
from orchestra_compiler.emitters.plain_text import first_sentence, flat
from orchestra_compiler.emitters.settings import Settings, settings
from orchestra_compiler.model import Agent
from orchestra_compiler.naming import file_name

_TEXT, _XML = "text/plain", "application/xml"
_LONGEST = 300


def emit(built: Built) -> Iterator[Output]:
    """Yield a card per agent."""
    fleet = built.fleet
    options = settings(fleet, "a2a")
    for agent in agents_of(fleet):
        text = json.dumps(_card(agent, options), ensure_ascii=False, indent=2)
        sources = tuple(sorted({fleet.project.span.path, agent.span.path} - {""}))
        yield Output(f"a2a/{file_name(agent.name)}.json", text.encode() + b"\n", sources)


def _card(agent: Agent, options: Settings) -> dict[str, Any]:
    url = f"{options.text('url').rstrip('/')}/{file_name(agent.name)}"
    return {
        **_interface(url, options.text("protocol")),
        "name": agent.name,
        "description": flat(agent.description) or f"The agent {agent.name}.",
        "version": options.text("version"),
        "capabilities": {"streaming": False, "pushNotifications": False},
        "defaultInputModes": [_TEXT, _XML] if agent.accepts else [_TEXT],
        "defaultOutputModes": [_TEXT, _XML] if agent.sends else [_TEXT],
        "skills": [_skill(agent, capability) for capability in dict.fromkeys(agent.capabilities)] or [_itself(agent)],
    }


def _interface(url: str, protocol: str) -> dict[str, Any]:
    if protocol == "0.3":
        return {"protocolVersion": "0.3.0", "url": url, "preferredTransport": "JSONRPC"}
    return {"supportedInterfaces": [{"url": url, "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}]}


def _skill(agent: Agent, capability: str) -> dict[str, Any]:
    words = flat(capability.replace("-", " ").replace("_", " "))
    name = words[:1].upper() + words[1:]
    about = first_sentence(agent.description, _LONGEST) or f"By {agent.name}."
    return {
        "id": capability,
        "name": name,
        "description": f"{name}. {about}",
        "tags": _tags(agent, capability),
    }


def _itself(agent: Agent) -> dict[str, Any]:
    description = flat(agent.description) or f"Whatever {agent.name} does."
    return {"id": agent.name, "name": agent.name, "description": description, "tags": _tags(agent, agent.name)}


def _tags(agent: Agent, first: str) -> list[str]:
    return [first, *([agent.tier] if agent.tier and agent.tier != first else [])]
