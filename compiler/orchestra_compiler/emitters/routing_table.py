"""The routing table: `routing.json`, everything a router needs, for programs that are not Python too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from orchestra_compiler.built import Built, Output
from orchestra_compiler.codec import to_json
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.routing.features import feature_types


def emit(built: Built) -> Iterator[Output]:
    """Yield the one file, indented, since people read it in reviews."""
    text = json.dumps(_table(built.fleet), ensure_ascii=False, sort_keys=True, indent=2)
    yield Output("routing.json", text.encode() + b"\n")


def _table(fleet: Fleet) -> dict[str, Any]:
    return {
        "tiers": [
            {"name": tier.name, "models": [{"model": model.name, "provider": model.provider} for model in tier.models]}
            for tier in fleet.tiers.tiers
        ],
        "escalation": list(fleet.tiers.escalation),
        "default_tier": fleet.tiers.default,
        "policy": _policy(fleet),
        "agents": {agent.name: _agent(agent) for agent in fleet.agents},
        "capabilities": {
            capability: [agent.name for agent in agents] for capability, agents in fleet.agents_by_capability.items()
        },
    }


def _policy(fleet: Fleet) -> dict[str, Any]:
    """Return the policy with what it leaves to defaults written out, and without places: a comment changes no table."""
    policy = to_json(fleet.routing)
    for placed in (policy, *policy.get("hard", ()), *policy.get("signals", ())):
        placed.pop("span", None)
    return {
        **policy,
        "agent_tier": fleet.routing.agent_tier.value,
        "features": {name: kind.value for name, kind in feature_types(fleet.routing).items()},
    }


def _agent(agent: Agent) -> dict[str, Any]:
    return {
        "tier": agent.tier,
        "coordinator": agent.coordinator,
        "handoffs": list(agent.handoffs),
        "accepts": list(agent.accepts),
        "description": agent.description,
    }
