"""ORC202: an agent that is called otherwise than its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.naming import name_in_path
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC202", "name-differs-from-file", Family.IDENTITY, Severity.INFO, "An agent is called otherwise than its file"
)

_GENERAL = frozenset({"agent", "agents", "index", "main", "readme", "skill"})


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield agents that stand alone in a file of another name."""
    in_file = Counter(agent.span.path for agent in fleet.agents)
    for agent in fleet.agents:
        stem = name_in_path(agent.span.path)
        if in_file[agent.span.path] > 1 or stem in _GENERAL or _same(agent.span.path, agent.name):
            continue
        yield RULE.at(
            place_of(agent.span, agent.places, "agent", "name"),
            f"the agent `{agent.name}` stands in a file called `{stem}`",
            "rename one of the two; callers know the agent by its name only",
        )


def _same(path: str, name: str) -> bool:
    """Return whether a name is the file's, or the file's behind a folder's as plugins put it (`plugin-name`)."""
    stem, name = _shape(name_in_path(path)), _shape(name)
    prefixed = (f"{_shape(folder)}{mark}{stem}" for folder in PurePosixPath(path).parts[:-1] for mark in "-:")
    return name == stem or name in prefixed


def _shape(name: str) -> str:
    return name.casefold().replace("_", "-").replace(" ", "-")
