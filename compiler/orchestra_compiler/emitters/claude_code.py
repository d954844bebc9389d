"""Agents for Claude Code: `claude-code/agents/AGENT.md`, and `claude-code/settings.json` with what the model words mean.

An agent with a tier gets the tier's model. Usually that is the tier's alias (`sonnet`), since the word works with every
provider that Claude Code knows; the settings then pin the word to the id that the tier names, so that what runs is what
was priced. An agent without a tier keeps its `model:` as it is written, `inherit` included.

The body is the agent's own text. The compiled prompt has sections on messages and escalation that mean something to our
runtime; `body: prompt` writes it all the same. All other keys stay, those of Claude Code and ours: reading the file
again gives the same agent. Of an agent that was written for another tool, only what Claude Code documents stays, and
Copilot's tools get their names here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from orchestra_compiler.built import Built, Output
from orchestra_compiler.consumers import claude_code_pins
from orchestra_compiler.emitters import front_matter
from orchestra_compiler.emitters.agents import agents_of, by_tier, inputs, model_name, text_of
from orchestra_compiler.emitters.settings import Settings, settings
from orchestra_compiler.frontends.claude_code import DOCUMENTED_KEYS
from orchestra_compiler.frontends.front_matter import OUR_KEYS
from orchestra_compiler.model import Agent, Fleet, Tier
from orchestra_compiler.naming import file_name
from orchestra_compiler.tool_names import for_claude_code

_KEPT_WHOLE = "claude-code"
"""The format whose agents keep every key, known to anybody or not."""


def emit(built: Built) -> Iterator[Output]:
    """Yield a file per agent, and the settings where a model word needs pinning."""
    fleet = built.fleet
    options = settings(fleet, "claude-code")
    for agent in agents_of(fleet):
        body, sources = text_of(built, agent, options.text("body"))
        content = front_matter.page(_front(agent, fleet, options), body)
        yield Output(f"claude-code/agents/{file_name(agent.name)}.md", content, sources)
    pins = _pins(fleet) if options.text("model") == "alias" else {}
    if pins:
        text = json.dumps({"env": pins}, ensure_ascii=False, indent=2)
        yield Output("claude-code/settings.json", text.encode() + b"\n", inputs(fleet))


def _front(agent: Agent, fleet: Fleet, options: Settings) -> dict[str, Any]:
    extra = {key: json.loads(value) for key, value in agent.extra.items()}
    front = {
        "name": agent.name,
        "description": agent.description,
        "tools": _tools(agent),
        "model": _model(agent, fleet, options),
        **{key: value for key, value in extra.items() if key not in OUR_KEYS and _belongs(key, agent)},
        "tier": agent.tier if agent.tier != _tier_of_word(agent, fleet) else None,
        "rationale": agent.rationale,
        "capabilities": list(agent.capabilities),
        "sends": list(agent.sends),
        "accepts": list(agent.accepts),
        "coordinator": agent.coordinator,
        "handoffs": list(agent.handoffs),
        "knowledge": _knowledge(agent),
    }
    if agent.source_format == _KEPT_WHOLE:  # elsewhere these words mean other things than to Claude Code
        front["memory"] = extra.get("memory", agent.memory)
        front["hooks"] = extra.get("hooks", list(agent.hooks))
    return {key: value for key, value in front.items() if _says_something(key, value)}


def _says_something(key: str, value: object) -> bool:
    """Return whether a key is worth writing: no tools at all is a statement, no capabilities is none."""
    return value is not None and (key in {"name", "tools"} or value not in ("", [], {}))


def _belongs(key: str, agent: Agent) -> bool:
    return agent.source_format == _KEPT_WHOLE or key in DOCUMENTED_KEYS


def _tools(agent: Agent) -> str | list[str] | None:
    """Return an agent's tools as people write them, with commas, where that reads back as the same tools."""
    tools = agent.tools
    if tools is not None and agent.source_format == "copilot":
        tools = for_claude_code(tools)
    plain = tools and all(tool.strip() == tool and tool and not set(",()") & set(tool) for tool in tools)
    return ", ".join(tools) if tools and plain else None if tools is None else list(tools)


def _knowledge(agent: Agent) -> dict[str, list[str]]:
    knowledge = {"documents": list(agent.documents), "boundaries": list(agent.boundaries)}
    return {key: values for key, values in knowledge.items() if values}


def _model(agent: Agent, fleet: Fleet, options: Settings) -> str | None:
    tier = fleet.tiers.get(agent.tier) if agent.tier else None
    if tier is None:
        return agent.model
    alias = _alias(tier) if options.text("model") == "alias" else ""
    return alias or model_name(tier) or agent.model


def _alias(tier: Tier) -> str:
    """Return the first of a tier's aliases that Claude Code knows, or an empty text."""
    return next((alias for alias in tier.aliases if alias in claude_code_pins()), "")


def _tier_of_word(agent: Agent, fleet: Fleet) -> str | None:
    """Return the tier that the agent's `model:` word meant by itself: such an agent needs no `tier:`."""
    return next((tier.name for tier in fleet.tiers.tiers if agent.model in tier.aliases), None)


def _pins(fleet: Fleet) -> dict[str, str]:
    variables = claude_code_pins()
    tiers = [group.tier for group in by_tier(fleet) if group.tier is not None]
    return {variables[_alias(tier)]: model_name(tier) for tier in tiers if _alias(tier) and model_name(tier)}
