"""ORC207: a name, a description or a prompt that is longer than its platform takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.platforms import platform_name, platforms
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC207", "text-over-limit", Family.DESCRIPTION, Severity.WARNING, "A text is longer than its platform takes"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the texts of skills and of Copilot's agents that are over the limits in the dated data."""
    for agent in fleet.agents:
        if agent.source_format == "orchestra":
            continue
        platform = platforms().get(platform_name(agent))
        if platform is None or not platform.limits:
            continue
        lengths = _lengths(agent, platform.limits)
        for what, most in platform.limits.items():
            if lengths[what] > most:
                yield RULE.at(
                    place_of(agent.span, agent.places, what),
                    f"the {what} of `{agent.name}` has {lengths[what]:,} characters;"
                    f" {platform.title} takes {most:,} (as of {platform.date})",
                    f"shorten it by {lengths[what] - most:,} characters",
                )


def _lengths(agent: Agent, limits: Mapping[str, int]) -> Mapping[str, int]:
    own = {"name": agent.name, "description": agent.description, "prompt": agent.prompt}
    return {what: len(own[what] if what in own else _extra(agent, what)) for what in limits}


def _extra(agent: Agent, key: str) -> str:
    value = json.loads(agent.extra.get(key, '""'))
    return value if isinstance(value, str) else ""
