"""Agents whose names mean something in their own file alone, made to live in one fleet.

Every file of Docker Agent has a `root`, and two crews may each have a `researcher`. Where such a name stands in more than one
file, its agents get their file's name in front (`dev-team.root`), and whoever refers to them inside of the file follows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.findings import place_of
from orchestra_compiler.frontends import names
from orchestra_compiler.model import Agent
from orchestra_compiler.naming import name_in_path
from orchestra_compiler.source.codes import fault

_GENERAL = frozenset(
    {"agent", "agents", "cagent", "config", "configs", "crew", "docker-agent", "index", "main", "src", "workflow"}
)
"""Names of files and folders that do not tell one from another."""


def qualified(agents: Sequence[Agent], formats: Collection[str]) -> tuple[list[Agent], list[Diagnostic]]:
    """Return agents of which no two from different files share a name for want of one in front, and what was done.

    Args:
        agents: The agents of a fleet.
        formats: The formats whose files have names of their own.
    """
    files: dict[str, set[str]] = {}
    for agent in agents:
        files.setdefault(agent.name, set()).add(agent.span.path)
    apart = {
        (agent.span.path, agent.name): f"{_label(agent.span.path)}.{agent.name}"
        for agent in agents
        if agent.source_format in formats and len(files[agent.name]) > 1
    }
    if not apart:
        return list(agents), []
    found = [
        fault(
            "ORC015",
            place_of(agent.span, agent.places, "name"),
            f"`{agent.name}` stands in {len(files[agent.name])} files; this one is called `{apart[key]}` in the fleet",
            "refer to it by that name, or rename it",
        )
        for agent in agents
        for key in [(agent.span.path, agent.name)]
        if key in apart
    ]
    return [_renamed(agent, apart) if agent.source_format in formats else agent for agent in agents], found


def _renamed(agent: Agent, apart: Mapping[tuple[str, str], str]) -> Agent:
    def meant(name: str) -> str:
        return apart.get((agent.span.path, name), name)

    return dataclasses.replace(
        agent,
        name=meant(agent.name),
        handoffs=tuple(meant(each) for each in agent.handoffs),
        coordinator=None if agent.coordinator is None else meant(agent.coordinator),
    )


def _label(path: str) -> str:
    """Return the name of a file, or of the nearest folder that says more than what kind of file it is."""
    parts: Iterable[str] = (name_in_path(path), *(folder.lower() for folder in PurePosixPath(path).parts[-2::-1]))
    return next((name for part in parts if (name := names.plain(part)) and name not in _GENERAL), "agents")
