"""References that agents make: tiers, coordinators, hand-offs, message types, documents, templates; rings among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import orchestra_templates
from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.findings import (
    COORDINATOR_CYCLE,
    DUPLICATE_NAME,
    HANDOFF_CYCLE,
    UNKNOWN_AGENT,
    UNKNOWN_COORDINATOR,
    UNKNOWN_MESSAGE_TYPE,
    UNKNOWN_TEMPLATE,
    UNKNOWN_TIER,
    place_of,
)
from orchestra_compiler.frontends.knowledge import is_path
from orchestra_compiler.link.graphs import rings
from orchestra_compiler.link.scope import Scope
from orchestra_compiler.model import Agent
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.files import inside, parts_of
from orchestra_compiler.source.mends import rename
from orchestra_compiler.suggestions import Names
from orchestra_compiler.tools import DELEGATION_TOOLS

_CLAUDE_CODE = "claude-code"
_OTHERS = frozenset({"agent-spec", "copilot", "crewai", "docker-agent"})
"""Formats of other tools in which hand-offs have words of their own."""


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield findings about what agents refer to."""
    templates, knowledge = _Templates(scope.root, scope.fleet.project.templates), _Knowledge(scope.root)
    for agent in scope.fleet.agents:
        yield from _references(agent, scope)
        yield from templates.check(agent)
        yield from knowledge.check(agent)
    yield from _duplicates(scope)
    agents = dict(sorted(scope.fleet.agent_by_name.items()))
    yield from _handoff_rings(agents)
    yield from _coordinator_rings(agents)


def _references(agent: Agent, scope: Scope) -> Iterator[Diagnostic]:
    at = partial(place_of, agent.span, agent.places)
    if agent.tier is not None:
        yield from scope.tier(agent.tier, at("tier", "model"), UNKNOWN_TIER)
    if agent.coordinator is not None:
        yield from scope.agent(agent.coordinator, at("coordinator"), UNKNOWN_COORDINATOR)
    for number, name in enumerate(agent.handoffs):
        place = at(f"handoffs.{number}", "handoffs")
        found = scope.agent(name, place, UNKNOWN_AGENT)
        yield from map(_as_warning, found) if _is_others_word(agent, place) else found
    for key, types in (("sends", agent.sends), ("accepts", agent.accepts)):
        for number, name in enumerate(types):
            yield from scope.message(name, at(f"{key}.{number}", key), UNKNOWN_MESSAGE_TYPE)


def _is_others_word(agent: Agent, place: Span) -> bool:
    """Return whether a hand-off is named in another tool's own words; these tools pass over names they do not know."""
    if agent.source_format != _CLAUDE_CODE:
        return agent.source_format in _OTHERS
    tools = place_of(agent.span, agent.places, "tools")
    return tools[1:3] <= place[1:3] and place[3:5] <= tools[3:5] and tools != agent.span


def _as_warning(found: Diagnostic) -> Diagnostic:
    return replace(found, severity=Severity.WARNING)


def _duplicates(scope: Scope) -> Iterator[Diagnostic]:
    first: dict[str, Agent] = {}
    for agent in scope.fleet.agents:
        earlier = first.setdefault(agent.name, agent)
        if earlier is agent:
            continue
        same = (agent.prompt, agent.description) == (earlier.prompt, earlier.description)
        yield DUPLICATE_NAME.at(
            place_of(agent.span, agent.places, "agent", "name"),
            f"an agent called `{agent.name}` already stands in {earlier.span.place}"
            + (", word for word" if same else ""),
            "remove one of the two" if same else "rename one of the two",
        )


def _handoff_rings(agents: Mapping[str, Agent]) -> Iterator[Diagnostic]:
    graph = {name: [target for target in agent.handoffs if target in agents] for name, agent in agents.items()}
    for ring in rings(graph):
        closing = agents[ring[-1]]
        number = closing.handoffs.index(ring[0])
        idle = all(_only_hands_off(agents[name]) for name in ring)
        yield HANDOFF_CYCLE.at(
            place_of(closing.span, closing.places, f"handoffs.{number}", "handoffs"),
            f"work can go round in a ring: {_drawn(ring)}" + (", and none of them can do it" if idle else ""),
            "give one of them a tool to do the work" if idle else "name in their prompts who ends the work",
            Severity.ERROR if idle else None,
        )


def _only_hands_off(agent: Agent) -> bool:
    tools = agent.tools or ()  # who has none still answers
    return bool(tools) and all(tool.split("(")[0] in DELEGATION_TOOLS for tool in tools)


def _coordinator_rings(agents: Mapping[str, Agent]) -> Iterator[Diagnostic]:
    graph = {name: [agent.coordinator] if agent.coordinator in agents else [] for name, agent in agents.items()}
    for ring in rings({name: [each for each in targets if each] for name, targets in graph.items()}):
        closing = agents[ring[-1]]
        yield COORDINATOR_CYCLE.at(
            place_of(closing.span, closing.places, "coordinator"),
            f"escalation never reaches the top: {_drawn(ring)}",
            f"`{closing.name}` needs another coordinator, or none if it is the top",
        )


def _drawn(ring: tuple[str, ...]) -> str:
    return " → ".join(f"`{name}`" for name in (*ring, ring[0]))


class _Knowledge:
    """The files that agents work from: looked for once each, and never read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._wrong: dict[str, tuple[str, str, str] | None] = {}
        self._beside: dict[Path, Names] = {}

    def check(self, agent: Agent) -> Iterator[Diagnostic]:
        """Yield the documents of an agent that are written as paths and are no files of the project."""
        for number, document in enumerate(agent.documents):
            if not is_path(document):
                continue
            if document not in self._wrong:
                self._wrong[document] = self._look(document)
            wrong = self._wrong[document]
            if wrong is not None:
                code, message, hint = wrong
                span = place_of(agent.span, agent.places, f"knowledge.documents.{number}")
                yield fault(code, span, message, hint)

    def _look(self, document: str) -> tuple[str, str, str] | None:
        """Return the code, the message and the hint of a path that names no file of the project."""
        name, parts = shown(document), parts_of(document)
        if parts is None:
            hint = "name a file of the project; what lies elsewhere is a URL or a title of several words"
            return "ORC021", f"`{name}` leads out of the project's folder", hint
        file = self._root.joinpath(*parts)
        try:
            if not inside(str(self._root), str(file)):
                return "ORC021", f"`{name}` is a link that leaves the project's folder", "copy the file"
            if file.is_file():
                return None
            if file.is_dir():
                return "ORC020", f"`{name}` is a folder, not a file", "name the files in it"
        except (OSError, ValueError):  # longer than a name may be, or not writable in the file system's alphabet
            pass
        return "ORC020", f"`{name}` is not there", self._near(file) or "mend the path, or write the file"

    def _near(self, file: Path) -> str:
        """Return the question whether a file beside the missing one was meant."""
        folder = file.parent
        if folder not in self._beside:
            try:
                names = sorted(each.name for each in folder.iterdir() if each.is_file())
            except (OSError, ValueError):
                names = []
            self._beside[folder] = Names(names)
        return self._beside[folder].hint(file.name)


class _Templates:
    """The prompt templates that exist: the project's own before ours."""

    def __init__(self, root: Path, folder: str | None) -> None:
        self._folders = [orchestra_templates.ROOT] if folder is None else [root / folder, orchestra_templates.ROOT]
        self._known: Names | None = None

    def check(self, agent: Agent) -> Iterator[Diagnostic]:
        """Yield a finding where the agent's template is in no folder."""
        if agent.template is None:
            return
        if self._known is None:
            self._known = Names(sorted({name for folder in self._folders for name in _files_below(folder)}))
        if agent.template not in self._known:
            yield UNKNOWN_TEMPLATE.at(
                place := place_of(agent.span, agent.places, "template"),
                f"there is no template `{agent.template}`",
                self._known.hint(agent.template, "put it into the folder that `build.templates` names"),
                fix=rename(agent.template, self._known.nearest(agent.template), place),
            )


def _files_below(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.j2"):
        yield path.relative_to(folder).as_posix()
