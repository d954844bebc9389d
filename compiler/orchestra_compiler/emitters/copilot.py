"""Agents for GitHub Copilot and VS Code: `copilot/agents/AGENT.agent.md`, with documented keys only.

Copilot's tools have names of their own, which the platforms' dated data knows; a tool that it does not know stays as it
is, since Copilot passes over names it does not know. A tool that is allowed in part, such as `Bash(git:*)`, is left out:
Copilot cannot say so, and the whole tool would be more than the agent was given. `model` is written where Copilot offers
the tier's model, by Copilot's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from orchestra_compiler.built import Built, Output
from orchestra_compiler.consumers import copilot_models
from orchestra_compiler.emitters import front_matter
from orchestra_compiler.emitters.agents import agents_of, text_of
from orchestra_compiler.emitters.settings import settings
from orchestra_compiler.frontends.copilot import DOCUMENTED_KEYS
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.naming import file_name
from orchestra_compiler.tool_names import for_copilot
from orchestra_compiler.tool_patterns import delegates


def emit(built: Built) -> Iterator[Output]:
    """Yield a file per agent."""
    fleet = built.fleet
    wanted = settings(fleet, "copilot").text("body")
    for agent in agents_of(fleet):
        body, sources = text_of(built, agent, wanted)
        content = front_matter.page(_front(agent, fleet), body)
        yield Output(f"copilot/agents/{file_name(agent.name)}.agent.md", content, sources)


def _front(agent: Agent, fleet: Fleet) -> dict[str, Any]:
    named = {tool: for_copilot(tool) for tool in agent.tools or ()}
    front: dict[str, Any] = {"name": agent.name, "description": agent.description or f"The agent {agent.name}."}
    if agent.tools is not None:
        front["tools"] = list(dict.fromkeys(name for name in named.values() if name))
    front["agents"] = [name for tool in agent.tools or () for name in delegates(tool)]
    front["model"] = _model(agent, fleet)
    front["handoffs"] = [*_handoffs(agent, fleet)]
    if agent.source_format == "copilot":
        kept = {key: json.loads(value) for key, value in agent.extra.items()}
        front |= {key: value for key, value in kept.items() if key in DOCUMENTED_KEYS or key == "handoffs"}
    return {key: value for key, value in front.items() if value not in (None, []) or key == "tools"}


def _model(agent: Agent, fleet: Fleet) -> str | None:
    """Return Copilot's name of the first model of the agent's tier that Copilot offers."""
    tier = fleet.tiers.get(agent.tier) if agent.tier else None
    offered = copilot_models()
    models = [model.name for model in tier.models] if tier else [agent.model or ""]
    own = agent.model if agent.source_format == "copilot" else None
    return next((offered[name] for name in models if name in offered), own)


def _handoffs(agent: Agent, fleet: Fleet) -> Iterator[dict[str, Any]]:
    """Yield a button per agent that work may go to, the coordinator last."""
    known = fleet.agent_by_name
    for name in dict.fromkeys(agent.handoffs):
        if name in known and name != agent.coordinator:
            prompt = "Go on with the work above. Keep to what was decided, and say what you change."
            yield {"label": f"Hand off to {name}", "agent": name, "prompt": prompt, "send": False}
    if agent.coordinator and agent.coordinator in known:
        prompt = "The work above is beyond me or has failed twice. Decide how it goes on."
        yield {"label": f"Escalate to {agent.coordinator}", "agent": agent.coordinator, "prompt": prompt, "send": False}
