"""CrewAI's `agents.yaml`: each key is an agent with a `role`, a `goal` and a `backstory`.

Attributes after the page on agents of CrewAI's documentation. The prompt is put together as CrewAI does it: the role, the
backstory, the goal; placeholders such as `{topic}` stay as they are, for they are filled when a crew starts. Whoever gives
out work sees role and goal, so they are the description. Tools that the Python code of a crew adds are not known here, so
an agent without `tools` is not restricted; nor is it known who an agent with `allow_delegation` meets in its crew.
"""

from __future__ import annotations

from typing import Any

from orchestra_compiler.frontends.candidate import Candidate
from orchestra_compiler.frontends.common import Built, has_errors, words
from orchestra_compiler.frontends.entries import Entry, entries, judged, places, renamed
from orchestra_compiler.frontends.front_matter import kept, without_description
from orchestra_compiler.model import Agent
from orchestra_compiler.source.tree import Map

NAME = "crewai"
_PARTS = ("role", "goal", "backstory")
_KNOWN = frozenset({*_PARTS, "llm", "tools"})
_LEAST = 2  # of the three parts; tasks have none of them


def fits(candidate: Candidate) -> bool:
    """Return whether a YAML file has entries with at least two of `role`, `goal` and `backstory`."""
    top = candidate.top
    return top is not None and any(_is_agent(each) for value in (top, top.get("agents")) for each in _values(value))


def build(candidate: Candidate) -> list[Built[Agent]]:
    """Build the agents of a file."""
    built = []
    for document in candidate.mappings:
        below = document.value.get("agents")
        value = below if any(_is_agent(each) for each in _values(below)) else document.value
        built += [
            _build(each)
            for each in entries(document, value, "name", "id", "role")
            if _is_agent(each.data) or not _has_other_use(each.written)
        ]
    return built


def _values(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, Map) else value if isinstance(value, list) else []


def _is_agent(value: Any) -> bool:
    return isinstance(value, Map) and sum(part in value for part in _PARTS) >= _LEAST


def _has_other_use(key: str) -> bool:
    """Return whether a key is no agent's: a part that others take over (`_shared`), or a crew's other parts."""
    return key.startswith(("_", ".", "x-")) or key in ("tasks", "crew", "inputs", "metadata", "process")


def _build(entry: Entry) -> Built[Agent]:
    found = judged(entry, "crewai-agent", _PARTS)
    data = entry.data
    found += without_description(entry.document, "role") + without_description(entry.document, "goal")
    if has_errors(found):
        return Built(None, found, entry.name)
    role, goal, backstory = (str(data.get(part, "")).strip() for part in _PARTS)
    llm = data.get("llm")
    model = llm.get("model") if isinstance(llm, Map) else llm
    keys = {"description": "goal" if goal else "role", "prompt": "backstory" if backstory else "goal", "model": "llm"}
    agent = Agent(
        name=entry.name,
        description=": ".join(" ".join(part.split()) for part in (role, goal) if part),
        prompt=f"{' '.join(part for part in (f'You are {role}.', backstory) if part)}\nYour personal goal is: {goal}\n",
        source_format=NAME,
        model=model if isinstance(model, str) and model else None,
        tools=words(data["tools"]) if "tools" in data else None,
        extra=entry.written_name | kept(data, _KNOWN, *(["llm"] if isinstance(llm, Map) else [])),
        span=entry.document.span,
        places=places(entry, renamed(data, keys)),
    )
    return Built(agent, found, entry.name)
