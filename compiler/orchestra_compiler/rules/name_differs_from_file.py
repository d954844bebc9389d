"""ORC202: an agent that is called otherwise than its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.naming import name_in_path
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC202", "name-differs-from-file", Family.IDENTITY, Severity.INFO, "An agent is called otherwise than its file"
)

_WITH_NAMES_OF_THEIR_OWN = frozenset({"agent-spec", "crewai", "docker-agent"})
"""Formats whose files are not called after their agents, even where one stands alone."""
_GENERAL = frozenset({"agent", "agents", "index", "main", "readme", "skill"})


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield agents that stand alone in a file of another name."""
    in_file = Counter(agent.span.path for agent in fleet.agents)
    at_home = {agent.name for agent in fleet.agents if _same(agent.span.path, agent.name)}
    for agent in fleet.agents:
        stem = name_in_path(agent.span.path)
        if (
            agent.source_format in _WITH_NAMES_OF_THEIR_OWN
            or agent.name in at_home  # a second one of the name is told as such
            or in_file[agent.span.path] > 1
            or stem in _GENERAL
        ):
            continue
        yield RULE.at(
            place_of(agent.span, agent.places, "agent", "name"),
            f"the agent `{agent.name}` stands in a file called `{stem}`",
            "rename one of the two; callers know the agent by its name only",
        )


def _same(path: str, name: str) -> bool:
    """Return whether a name is the file's, or the file's behind a folder's as plugins put it (`plugin-name`)."""
    stem, name = _shape(name_in_path(path)), _shape(name)
    return name == stem or any(
        name in {f"{_shape(folder)}-{stem}", f"{_shape(folder)}:{stem}"} for folder in path.split("/")[:-1]
    )


def _shape(name: str) -> str:
    return name.casefold().replace("_", "-").replace(" ", "-")
