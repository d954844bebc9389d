"""Agent Skills: a folder's `SKILL.md`, whose front matter says when the skill is called, and whose body is what it says.

Keys after the specification at agentskills.io, and those that Claude Code adds. A skill is no agent that runs by itself,
but it is chosen by its description and costs what its text holds, as an agent's prompt does. `allowed-tools` are the
tools that it brings along; the specification parts them by spaces, other tools by commas, and a list does as well.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from orchestra_compiler.frontends import names
from orchestra_compiler.frontends.agent import shared_fields
from orchestra_compiler.frontends.candidate import Candidate
from orchestra_compiler.frontends.common import Built, has_errors
from orchestra_compiler.frontends.front_matter import OUR_KEYS, Dialect, judged, kept, memory_and_hooks
from orchestra_compiler.model import Agent
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.places import LazyPlaces

NAME = "agent-skills"
DOCUMENTED_KEYS = frozenset(
    {"allowed-tools", "compatibility", "license", "metadata"}
    | {
        "agent",
        "argument-hint",
        "background",
        "context",
        "disable-model-invocation",
        "disallowed-tools",
        "effort",
        "paths",
        "shell",
    }
    | {"user-invocable", "version", "when_to_use"}
)
"""Keys of a skill that have no field in the model of the same name."""
_DIALECT = Dialect(
    schema="skill-front-matter",
    own=OUR_KEYS,
    documented=DOCUMENTED_KEYS,
    texts=("name", "description", "tier", "rationale", "coordinator", "model", "memory", "license", "compatibility"),
)
_TOOL = pattern(r"(?:[^\s,()]|\([^)]*\)?)+")


def fits(candidate: Candidate) -> bool:
    """Return whether a file is called `SKILL.md`."""
    return candidate.path.rpartition("/")[2].lower() == "skill.md"


def build(candidate: Candidate) -> Built[Agent]:
    """Build the agent of a skill; its name stands in its front matter, and is its folder's too."""
    page = candidate.page
    found = judged(page, _DIALECT)
    name, mended = names.of_document(page.front, PurePosixPath(candidate.path).parent.name)
    found += mended
    if has_errors(found):
        return Built(None, found, name)
    data = page.front.value
    fields, also_kept = memory_and_hooks(data)
    more = {"prompt": (page.start, len(page.front.text.content))}
    shared: dict[str, Any] = shared_fields(data)
    known = OUR_KEYS
    if "allowed-tools" in data and "tools" not in data:
        known = OUR_KEYS | {"allowed-tools"}
        written = data["allowed-tools"]
        shared["tools"] = tuple(_TOOL.findall(written)) if isinstance(written, str) else tuple(written)
        more["tools"] = data.spot("allowed-tools")
        if not isinstance(written, str):
            more |= {f"tools.{number}": written.spot(number) for number in range(len(written))}
    agent = Agent(
        name=name,
        prompt=page.body,
        source_format=NAME,
        model=data.get("model"),
        extra=kept(data, known, *also_kept),
        span=page.front.span,
        places=LazyPlaces(page.front.text, data, more),
        **fields,
        **shared,
    )
    return Built(agent, found, name)
