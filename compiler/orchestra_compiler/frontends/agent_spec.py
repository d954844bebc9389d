"""Oracle's Open Agent Specification, in YAML or JSON: components that hold or refer to each other.

Keys after the language specification of Agent Spec (versions 25.4.1 to 26.4.0). Every component that is an agent becomes one,
however deep it stands: inside of a flow's node, of a team, or among `$referenced_components`. Names are free text there.
The agent's model is its `llm_config`'s `model_id`, its tools are the names of its tools, and `mcp__toolbox__*` for each
toolbox. A manager's workers and the second of each pair in a swarm's `relationships` are whom an agent may give work to; a
worker's coordinator is its manager.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from orchestra_compiler.frontends.candidate import Candidate
from orchestra_compiler.frontends.common import Built, has_errors
from orchestra_compiler.frontends.entries import Entry, Spot, items, judged, places, renamed, undescribed
from orchestra_compiler.frontends.front_matter import kept
from orchestra_compiler.model import Agent
from orchestra_compiler.source.tree import Document, List, Map

NAME = "agent-spec"
REFERENCE, REFERENCED = "$component_ref", "$referenced_components"
_SIGNS = frozenset({"agentspec_version", "component_type", REFERENCED})
_KNOWN = frozenset({"component_type", "description", "system_prompt"})
_DEEPEST = 100  # teams in teams
_TEXTS = ("name", "description", "system_prompt")


class Work(NamedTuple):
    """That one agent may give work to another, both by the starts of their components, and where it says so."""

    giver: int
    taker: int
    spot: Spot
    manages: bool


def fits(candidate: Candidate) -> bool:
    """Return whether a file is a component, or holds referenced ones."""
    top = candidate.top
    return top is not None and (not _SIGNS.isdisjoint(top))


def build(candidate: Candidate) -> list[Built[Agent]]:
    """Build every agent of a file."""
    return [each for document in candidate.mappings for each in _Components(document).build()]


class _Components:
    """The components of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._all = [each for each in _maps(document.value) if isinstance(each.get("component_type"), str)]
        self._by_id = {each["id"]: each for each in self._all if isinstance(each.get("id"), str)}
        referenced = document.value.get(REFERENCED)
        if isinstance(referenced, Map):
            self._by_id |= {key: each for key, each in referenced.items() if isinstance(each, Map)}

    def build(self) -> list[Built[Agent]]:
        """Build the agents among the components."""
        agents = {each.start: self._entry(each) for each in self._all if each["component_type"].endswith("Agent")}
        work = [each for each in self._work() if each.giver in agents and each.taker in agents]
        return [self._agent(entry, work, agents) for entry in agents.values()]

    def _entry(self, component: Map) -> Entry:
        named = isinstance(component.get("name"), str)
        spot = component.spot("name") if named else (component.start, component.start)
        document = Document(self._document.text, component, component.start, component.end)
        return Entry(component["name"] if named else str(component.get("id", "agent")), spot, document)

    def _agent(self, entry: Entry, work: list[Work], agents: dict[int, Entry]) -> Built[Agent]:
        found = judged(entry, "agent-spec-agent", _TEXTS) + undescribed(entry, "description")
        if has_errors(found):
            return Built(None, found, entry.name)
        data = entry.data
        own = [each for each in work if each.giver == data.start and each.taker != data.start]
        managers = [each for each in work if each.taker == data.start != each.giver and each.manages]
        called = {agents[each.taker].name: each.spot for each in own}
        spots = renamed(data, {"prompt": "system_prompt"})
        spots |= {"handoffs": own[0].spot} if own else {}
        spots |= {f"handoffs.{number}": spot for number, spot in enumerate(called.values())}
        spots |= {"coordinator": managers[0].spot} if managers else {}
        model, spot = self._model(data)
        spots |= {"model": spot} if spot else {}
        agent = Agent(
            name=entry.name,
            description=data.get("description", ""),
            prompt=self._prompt(data),
            source_format=NAME,
            model=model,
            tools=tuple(dict.fromkeys(self._tools(data))),
            handoffs=tuple(called),
            coordinator=agents[managers[0].giver].name if managers else None,
            extra=kept(data, _KNOWN | ({"name"} if entry.written == entry.name else set())),
            span=entry.document.span,
            places=places(entry, spots),
        )
        return Built(agent, found, entry.name)

    def _resolved(self, value: Any) -> Map | None:
        """Return the component that a value is or refers to; None where it is none of this document."""
        if isinstance(value, Map) and isinstance(value.get(REFERENCE), str):
            return self._by_id.get(value[REFERENCE])
        return value if isinstance(value, Map) else None

    def _prompt(self, data: Map) -> str:
        """Return an agent's prompt; a specialised agent's is that of the general one, and what it adds."""
        base, special = self._resolved(data.get("agent")), self._resolved(data.get("agent_specialization_parameters"))
        parts = [
            data.get("system_prompt"),
            base.get("system_prompt") if base is not None else None,
            special.get("additional_instructions") if special is not None else None,
        ]
        return "\n\n".join(part for part in parts if isinstance(part, str) and part)

    def _model(self, data: Map) -> tuple[str | None, Spot | None]:
        config = self._resolved(data.get("llm_config"))
        for key in ("model_id", "name"):
            if config is not None and isinstance(config.get(key), str) and config[key]:
                return config[key], config.spot(key)
        return None, None

    def _tools(self, data: Map) -> Iterator[str]:
        for key, form in (("tools", "{}"), ("toolboxes", "mcp__{}__*")):
            for each, _ in items(data.get(key)):
                component = self._resolved(each)
                if component is not None and isinstance(component.get("name"), str):
                    yield form.format(component["name"])
                elif isinstance(each, Map) and isinstance(each.get(REFERENCE), str):
                    yield form.format(each[REFERENCE])  # it stands in another file

    def _work(self) -> Iterator[Work]:
        """Yield who may give work to whom."""
        for team in self._all:
            manager = self._head(team.get("group_manager"))
            for worker, spot in items(team.get("workers")):
                taker = self._head(worker)
                if manager is not None and taker is not None:
                    yield Work(manager.start, taker.start, spot, manages=True)
            for pair, spot in items(team.get("relationships")):
                for giver, taker in pairwise(self._head(each) for each, _ in items(pair)):
                    if giver is not None and taker is not None:
                        yield Work(giver.start, taker.start, spot, manages=False)

    def _head(self, value: Any) -> Map | None:
        """Return the agent that a value names: itself, or the one that leads a team."""
        component = self._resolved(value)
        for _ in range(_DEEPEST):  # teams may lead teams, in a ring if the file is wrong
            lead = component.get("group_manager", component.get("first_agent")) if component is not None else None
            if lead is None:
                break
            component = self._resolved(lead)
        return component


def _maps(value: Any) -> Iterator[Map]:
    """Yield every mapping inside of a value, itself included, once, in the order of the text."""
    waiting, seen = [value], set[int]()
    while waiting:
        item = waiting.pop()
        if not isinstance(item, Map | List) or id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, Map):
            yield item
        waiting += reversed(list(item.values() if isinstance(item, Map) else item))
