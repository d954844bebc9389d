"""Docker Agent's files (once cagent): several agents, models and toolsets in one YAML file.

Keys after the configuration reference on docs.docker.com. An entry of `agents` is an agent, `instruction` its prompt;
`instruction_file` is read, relative to the file that names it. `sub_agents`, `handoffs` and `force_handoff` name whom it
may give work to; a name with a slash or a colon is an agent from a registry, not of the fleet. A model that the file defines under `models` stands
for its provider and name. The agent has the tools of its toolsets, and none besides: `filesystem` for a built-in toolset,
`mcp__server__*` or `mcp__server__tool` for those of an MCP server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.frontends import names
from orchestra_compiler.frontends.candidate import Candidate, ReadFile
from orchestra_compiler.frontends.common import Built, has_errors
from orchestra_compiler.frontends.entries import Entry, Spot, entries, items, judged, places, renamed, undescribed
from orchestra_compiler.frontends.front_matter import kept
from orchestra_compiler.model import Agent
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.tree import Document, Map

NAME = "docker-agent"
_SIGNS = frozenset({"instruction", "instruction_file", "sub_agents", "toolsets"})
_KNOWN = frozenset(
    {"description", "force_handoff", "handoffs", "instruction", "instruction_file", "model", "sub_agents"}
)
_FOREIGN = pattern(r"[/:]")
_TEXTS = ("description", "force_handoff", "instruction", "model")
_GIVES_TO = ("sub_agents", "handoffs", "force_handoff")
_ANY_MODEL = frozenset({"auto"})


def fits(candidate: Candidate) -> bool:
    """Return whether a YAML file has entries under `agents` that are agents of Docker."""
    agents = candidate.top.get("agents") if candidate.top is not None else None
    found = agents.values() if isinstance(agents, Map) else ()
    return any(isinstance(each, Map) and not _SIGNS.isdisjoint(each) for each in found)


def build(candidate: Candidate, read_file: ReadFile) -> list[Built[Agent]]:
    """Build the agents of a file; `read_file` reads the prompts that stand in files of their own."""
    return [
        _build(entry, document, read_file)
        for document in candidate.mappings
        for entry in entries(document, document.value.get("agents"))
    ]


def _build(entry: Entry, document: Document, read_file: ReadFile) -> Built[Agent]:
    is_open = entry.data.get("toolsets", ()) is None  # included from elsewhere, or still to be filled in
    found = judged(entry, "docker-agent", _TEXTS) + undescribed(entry, "description")
    if has_errors(found):
        return Built(None, found, entry.name)
    data = entry.data
    prompt, told = _prompt(entry, read_file)
    found += told
    if has_errors(told):
        return Built(None, found, entry.name)
    tools, called = dict(_tools(data, document.value.get("toolsets"))), dict(_called(data))
    spots = renamed(data, {"prompt": "instruction", "prompt_file": "instruction_file", "tools": "toolsets"})
    spots |= {f"tools.{number}": spot for number, spot in enumerate(tools.values())}
    if called:
        spots["handoffs"] = next(data.spot(key) for key in _GIVES_TO if key in data)
    spots |= {f"handoffs.{number}": spot for number, spot in enumerate(called.values())}
    hooks = data.get("hooks")
    agent = Agent(
        name=entry.name,
        description=data.get("description", ""),
        prompt=prompt,
        source_format=NAME,
        model=_model(data.get("model"), document.value.get("models")),
        tools=None if is_open else tuple(tools),
        handoffs=tuple(called),
        hooks=tuple(hooks) if isinstance(hooks, Map) else (),
        extra=entry.written_name | kept(data, _KNOWN),
        span=entry.document.span,
        places=places(entry, spots),
    )
    return Built(agent, found, entry.name)


def _prompt(entry: Entry, read_file: ReadFile) -> tuple[str, list[Diagnostic]]:
    """Return the prompt that stands in the entry, or that of the files it names, one below the other."""
    data, document = entry.data, entry.document
    if "instruction" in data or "instruction_file" not in data:
        return data.get("instruction", ""), []
    written = data["instruction_file"]
    folder = PurePosixPath(document.text.path).parent
    parts, found = [], []
    for number, path in enumerate([written] if isinstance(written, str) else written):
        place = ("instruction_file",) if isinstance(written, str) else ("instruction_file", number)
        part, told = read_file((folder / path).as_posix(), document.span_at(place))
        parts.append(part or "")
        found += told
    return "\n\n".join(parts), found


def _model(written: str | None, models: Any) -> str | None:
    """Return a model with the provider and the name that the file's own name for it stands for."""
    meant = models.get(written or "") if isinstance(models, Map) else None
    if isinstance(meant, Map) and isinstance(meant.get("model"), str):
        provider = meant.get("provider")
        return f"{provider}/{meant['model']}" if isinstance(provider, str) else str(meant["model"])
    return None if written in _ANY_MODEL else written


def _called(data: Map) -> Iterator[tuple[str, Spot]]:
    """Yield whom an agent may give work to, with the places."""
    for key in _GIVES_TO:
        written = data.get(key)
        for word, spot in [(written, data.spot(key))] if isinstance(written, str) else items(written):
            name = names.plain(word)
            if name and not _FOREIGN.search(word):
                yield name, spot


def _tools(data: Map, shared: Any) -> Iterator[tuple[str, Spot]]:
    """Yield the tools of the toolsets, each with the place of its toolset; `shared` are those that the file names."""
    for toolset, spot in items(data.get("toolsets")):
        yield from ((name, spot) for name in _names(toolset))
    for word, spot in items(data.get("use_toolsets")):
        toolset = shared.get(word) if isinstance(shared, Map) and isinstance(word, str) else None
        if isinstance(toolset, Map):
            yield from ((name, spot) for name in _names(toolset))


def _names(toolset: Mapping[str, Any]) -> Iterator[str]:
    kind, chosen = str(toolset.get("type", "")), toolset.get("tools")
    listed = [each for each, _ in items(chosen) if isinstance(each, str)]
    if kind != "mcp":
        yield from listed or [kind]
        return
    server = next((str(toolset[key]) for key in ("name", "ref", "command") if toolset.get(key)), "remote")
    server = PurePosixPath(server.removeprefix("docker:")).name or "remote"
    yield from (f"mcp__{server}__{tool}" for tool in listed or ["*"])
