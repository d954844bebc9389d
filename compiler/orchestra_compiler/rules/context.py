"""What rules may look at besides the fleet: the files as they were written, to point at the very character."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.findings import Rule, place_of
from orchestra_compiler.model import Agent, Fleet


class Text(NamedTuple):
    """A piece of prose in the fleet.

    Attributes:
        owner: Whose it is, as a report says it: "the prompt of `name`".
        value: The prose.
        place: Where it stands, as near as the reader knows.
        expected_gates: Checks that its mission expects to speak, so that their subject stands there on purpose.
        to_end: Whether it is the end of its file, as the body of a Markdown agent is.
    """

    owner: str
    value: str
    place: Span
    expected_gates: frozenset[str] = frozenset()
    to_end: bool = False


class Context:
    """The sources of a project, decoded and split into lines once per file.

    Args:
        sources: Path -> content.
        numbers: Code -> what the project sets for that rule, by the names of its options.
    """

    def __init__(self, sources: Mapping[str, bytes], numbers: Mapping[str, Mapping[str, float]] | None = None) -> None:
        self._sources = sources
        self._numbers = numbers or {}
        self._texts: dict[str, str] = {}
        self._lines: dict[str, list[str]] = {}

    def option(self, rule: Rule, name: str) -> float:
        """Return an option of a rule: as the project sets it, or its default."""
        return self._numbers.get(rule.code, {}).get(name, rule.options[name].default)

    def has(self, path: str) -> bool:
        """Return whether a file is one of the project's."""
        return path in self._sources

    def text(self, path: str) -> str:
        """Return a file's text; an empty one where the file was not read."""
        if path not in self._texts:
            self._texts[path] = self._sources.get(path, b"").decode("utf-8-sig", errors="replace")
        return self._texts[path]

    def lines(self, path: str) -> list[str]:
        """Return a file's lines; none where the file was not read."""
        if path not in self._lines:
            self._lines[path] = self.text(path).replace("\r\n", "\n").split("\n")
        return self._lines[path]

    def prompt(self, agent: Agent) -> Text:
        """Return an agent's prompt with the place where it is written: in its own file, or in its `prompt_file`."""
        place = place_of(agent.span, agent.places, "prompt", "prompt_file")
        own = "prompt" in agent.places
        if not own and "prompt_file" in agent.places:
            named = self._named_file(place)
            if self.has(named):
                place = Span(named, 1, 1, len(self.lines(named)), 1)
        return Text(f"the prompt of `{agent.name}`", agent.prompt, place, to_end=not own)

    def locate(self, text: Text, start: int, end: int) -> Span:
        """Return the place of `text.value[start:end]` in its file.

        Exact where the file ends with the text (a Markdown body, a prompt file) and where it holds the text's line as
        it is (block scalars, plain and simply quoted values). Elsewhere (escapes, folded lines) the place of the whole.
        """
        path = text.place.path
        line_start = text.value.rfind("\n", 0, start) + 1
        line_end = text.value.find("\n", start)
        line_end = len(text.value) if line_end < 0 else line_end
        end = min(end, line_end)
        if text.to_end and self.text(path).endswith(text.value):
            before = self.text(path)[: len(self.text(path)) - len(text.value) + start]
            return _stretch(path, before.count("\n"), start=len(before) - before.rfind("\n") - 1, length=end - start)
        wanted = text.value[line_start:line_end].rstrip("\r")
        for index, raw in self._candidates(text.place, text.value.count("\n", 0, start)):
            column = _find(raw, wanted, text.place.column - 1 if index == text.place.line - 1 else 0)
            if column >= 0:
                return _stretch(path, index, start=column + start - line_start, length=end - start)
        return text.place

    def _named_file(self, place: Span) -> str:
        """Return the path that is written at a place."""
        lines = self.lines(place.path)
        written = lines[place.line - 1][place.column - 1 :] if place.line <= len(lines) else ""
        if place.end_line == place.line:
            written = written[: place.end_column - place.column]
        return written.strip().strip("\"'")

    def _candidates(self, place: Span, number: int) -> Iterator[tuple[int, str]]:
        """Yield lines that may hold the `number`-th line of a text, likeliest first: a block's text starts a line later."""
        lines = self.lines(place.path)
        first = place.line - 1 + number
        for index in (first, first + 1, *range(place.line - 1, place.end_line)):
            if 0 <= index < len(lines):
                yield index, lines[index]


def _stretch(path: str, index: int, *, start: int, length: int) -> Span:
    return Span(path, index + 1, start + 1, index + 1, start + 1 + max(1, length))


def _find(raw: str, wanted: str, start: int) -> int:
    column = raw.find(wanted, start)
    return column if column >= 0 or not start else raw.find(wanted)


def texts(fleet: Fleet, context: Context) -> Iterator[Text]:
    """Yield the prose that models read: descriptions, prompts, boundaries and tasks."""
    for agent in fleet.agents:
        at = agent.places
        yield Text(f"the description of `{agent.name}`", agent.description, place_of(agent.span, at, "description"))
        yield context.prompt(agent)
        for number, boundary in enumerate(agent.boundaries):
            place = place_of(agent.span, at, f"knowledge.boundaries.{number}", "knowledge.boundaries", "knowledge")
            yield Text(f"a boundary of `{agent.name}`", boundary, place)
    for mission in fleet.missions:
        expected = frozenset(
            name
            for expectation in mission.expectations
            if expectation.kind == "gate"
            for name in _keys(expectation.value)
        )
        for step in mission.steps:
            place = place_of(step.span, step.places, "task")
            yield Text(f"the task of `{mission.name}`, step `{step.name}`", step.task, place, expected)


def _keys(value: str) -> tuple[str, ...]:
    written = json.loads(value)
    return tuple(written) if isinstance(written, dict) else ()
