"""The catalogue of a fleet: `catalogue.md`, a table per tier and a section per agent, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote

from orchestra_compiler.built import Built, Output
from orchestra_compiler.emitters.agents import agents_of, by_tier
from orchestra_compiler.emitters.plain_text import anchor, code, first_sentence, markdown
from orchestra_compiler.emitters.policy_words import number
from orchestra_compiler.model import Agent, Fleet, Model, Tier
from orchestra_compiler.tokens import TokenCounter, counter

_LONGEST_DESCRIPTION = 160


def emit(built: Built) -> Iterator[Output]:
    """Yield the one file."""
    text = "\n".join([*_Catalogue(built).lines()]).rstrip("\n") + "\n"
    yield Output("catalogue.md", text.encode())


class _Catalogue:
    """One catalogue in the making."""

    def __init__(self, built: Built) -> None:
        self._fleet: Fleet = built.fleet
        self._prompts = built.prompts
        self._counter: TokenCounter = counter()
        self._agents = agents_of(self._fleet)
        self._anchors = _anchors([*_headings(self._fleet), *(agent.name for agent in self._agents)])
        self._teams: dict[str, list[str]] = {}
        for agent in self._agents:
            if agent.coordinator:
                self._teams.setdefault(agent.coordinator, []).append(agent.name)
        depth = len(PurePosixPath(self._fleet.project.out).parts)
        self._root = "../" * depth

    def lines(self) -> Iterator[str]:
        project = self._fleet.project
        yield from (f"# {markdown(project.name) or 'Agents'}", "")
        if project.description.strip():
            yield from (markdown(project.description), "")
        yield from ("## Tiers", "")
        for group in by_tier(self._fleet):
            yield from self._tier(group.title, group.tier, group.agents)
        yield from ("## Agents", "")
        for agent in self._agents:
            yield from self._agent(agent)

    def _tier(self, title: str, tier: Tier | None, agents: Sequence[Agent]) -> Iterator[str]:
        yield from (f"### {markdown(title)}", "")
        if tier and tier.description:
            yield from (markdown(tier.description), "")
        yield "| agent | description | capabilities | tools | model | USD per million tokens, in / out |"
        yield "|---|---|---|---|---|---|"
        model = tier.preferred if tier else None
        for agent in agents:
            cells = (
                self._link(agent.name),
                markdown(first_sentence(agent.description, _LONGEST_DESCRIPTION)) or "–",
                _codes(agent.capabilities) or "–",
                "all" if agent.tools is None else _codes(agent.tools) or "none",
                code(model.name) if model else code(agent.model) if agent.model else "–",
                _price(model),
            )
            yield f"| {' | '.join(cells)} |"
        yield ""

    def _agent(self, agent: Agent) -> Iterator[str]:
        yield from (f"### {markdown(agent.name)}", "")
        if agent.description.strip():
            yield from (markdown(agent.description), "")
        yield from (f"- {title}: {text}" for title, text in self._facts(agent) if text)
        yield ""

    def _facts(self, agent: Agent) -> Iterator[tuple[str, str]]:
        yield "Tier", code(agent.tier) if agent.tier else ""
        yield "Why this tier", markdown(agent.rationale)
        yield "Escalates to", self._link(agent.coordinator) if agent.coordinator else ""
        yield "Takes escalations from", self._links(self._teams.get(agent.name, ()))
        yield "Hands work to", self._links(agent.handoffs)
        yield "Sends", _codes(agent.sends)
        yield "Accepts", _codes(agent.accepts)
        yield "Must not", " ".join(markdown(_stopped(each)) for each in agent.boundaries)
        yield "Answers from", _codes(agent.documents)
        yield "Prompt", self._tokens(agent)
        yield "Source", self._source(agent)

    def _tokens(self, agent: Agent) -> str:
        prompt = self._prompts.get(agent.name)
        return f"{self._counter.count(prompt.text):,} tokens ({self._counter.name})" if prompt else ""

    def _source(self, agent: Agent) -> str:
        path = agent.span.path
        return f"[{markdown(path)}]({self._root}{quote(path)}#L{agent.span.line})" if path else ""

    def _link(self, name: str) -> str:
        return f"[{markdown(name)}](#{quote(self._anchors[name])})" if name in self._fleet.agent_by_name else code(name)

    def _links(self, names: Sequence[str]) -> str:
        return ", ".join(self._link(name) for name in names)


def _headings(fleet: Fleet) -> list[str]:
    """Return the headings above the agents', in order: they take their anchors first."""
    return [fleet.project.name or "Agents", "Tiers", *(group.title for group in by_tier(fleet)), "Agents"]


def _anchors(headings: Sequence[str]) -> dict[str, str]:
    """Return the anchor of each heading; of two that look alike the later one gets a number, as renderers give it."""
    anchors: dict[str, str] = {}
    taken: dict[str, int] = {}
    for heading in headings:
        plain = anchor(heading)
        unique = plain
        while unique in taken:
            taken[plain] += 1
            unique = f"{plain}-{taken[plain]}"
        taken[unique] = 0
        anchors[heading] = unique
    return anchors


def _codes(names: Sequence[str]) -> str:
    return ", ".join(code(name) for name in names)


def _price(model: Model | None) -> str:
    return f"{number(model.price.input)} / {number(model.price.output)}" if model and model.price else "–"


def _stopped(sentence: str) -> str:
    stripped = sentence.strip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."
