"""What is known of the platforms that agents run on, and of models that their vendors give up: dated data, not code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from orchestra_compiler.model import Agent
from orchestra_spec import ROOT

_SKILL_FILE = "SKILL.md"
_COPILOT_FILES = (".agent.md", ".chatmode.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One platform that agents run on.

    Attributes:
        name: As `Agent.source_format` calls it.
        source: Where the lists were read.
        date: The day of their state, `YYYY-MM-DD`.
        tools: Its tools by their exact names.
        aliases: Further name -> the tool that it means.
        removed: Name of a tool that is no more -> the tool that does its work.
        agents: The agents that it brings along.
        limits: `name`, `description`, `prompt` and the like -> the most characters that it takes.
    """

    name: str
    title: str
    source: str
    date: str
    tools: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    removed: Mapping[str, str] = field(default_factory=dict)
    agents: frozenset[str] = frozenset()
    limits: Mapping[str, int] = field(default_factory=dict)

    def tool(self, name: str) -> str | None:
        """Return the tool that a name means, or None for a name that is no tool's."""
        return name if name in self.tools else self.aliases.get(name)


class Retirement(NamedTuple):
    """A model that its vendor gives up: the day, the successor, and the day of the list that says so."""

    day: str
    successor: str
    listed: str


@cache
def platforms() -> Mapping[str, Platform]:
    """Return the platforms by name."""
    data = json.loads((ROOT / "tools.json").read_bytes())["platforms"]
    return MappingProxyType({name: _platform(name, each) for name, each in data.items()})


@cache
def retirements() -> Mapping[str, Retirement]:
    """Return the models that their vendors give up, by exact id or alias."""
    data = json.loads((ROOT / "retirements.json").read_bytes())
    return MappingProxyType({name: Retirement(listed=data["date"], **each) for name, each in data["models"].items()})


def platform_name(agent: Agent) -> str:
    """Return the platform that an agent's file is written for; `orchestra` for our own YAML.

    Claude Code's reader takes any Markdown file with front matter, so the file's own name is asked first.
    """
    path = agent.span.path
    if path.endswith(_SKILL_FILE):
        return "agent-skills"
    return "copilot" if path.endswith(_COPILOT_FILES) else agent.source_format


def _platform(name: str, data: Mapping[str, Any]) -> Platform:
    return Platform(
        name=name,
        title=data["title"],
        source=data["source"],
        date=data["date"],
        tools=frozenset(data.get("tools", ())),
        aliases=data.get("aliases", {}),
        removed=data.get("removed", {}),
        agents=frozenset(data.get("agents", ())),
        limits=data.get("limits", {}),
    )
