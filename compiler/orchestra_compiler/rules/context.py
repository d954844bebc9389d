"""What rules may look at besides the fleet: the files as they were written, to point at the very character."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.findings import Rule, place_of
from orchestra_compiler.model import Agent, Fleet, Step

T = TypeVar("T")
_REACHES = (24, 8, 0)
"""How many characters around a stretch are looked for with it, most first."""


class Text(NamedTuple):
    """A piece of prose in the fleet.

    Attributes:
        owner: Whose it is, as a report says it: "the prompt of `name`".
        value: The prose.
        where: Gives the place where it stands, as near as the reader knows. A place costs more than most rules do: they
            ask once they have found something.
        expected_gates: Checks that its mission expects to speak, so that their subject stands there on purpose.
        to_end: Whether it is the end of its file, as the body of a Markdown agent is.
    """

    owner: str
    value: str
    where: Callable[[], Span]
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
        self._made: dict[str, Any] = {}

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

    def once(self, what: str, make: Callable[[], T]) -> T:
        """Return what several rules need and one of them makes: a context serves one fleet."""
        if what not in self._made:
            self._made[what] = make()
        made: T = self._made[what]
        return made

    def prompt(self, agent: Agent) -> Text:
        """Return an agent's prompt with the place where it is written: in its own file, or in its `prompt_file`."""
        to_end = agent.source_format != "orchestra" or "prompt" not in agent.places
        return Text(f"the prompt of `{agent.name}`", agent.prompt, partial(self._place_of_prompt, agent), to_end=to_end)

    def _place_of_prompt(self, agent: Agent) -> Span:
        place = place_of(agent.span, agent.places, "prompt", "prompt_file")
        if "prompt" not in agent.places and "prompt_file" in agent.places:
            named = self._named_file(place)
            if self.has(named):
                return Span(named, 1, 1, len(self.lines(named)), 1)
        return place

    def locate(self, text: Text, start: int, end: int) -> Span:
        """Return the place of `text.value[start:end]` in its file.

        Exact where the file ends with the text (a Markdown body, a prompt file) and where it holds the text's line as
        it is (block scalars, plain and simply quoted values), or what is around the stretch (folded lines). Elsewhere
        (escapes) the place of the whole.
        """
        place = text.where()
        path = place.path
        line_start = text.value.rfind("\n", 0, start) + 1
        line_end = text.value.find("\n", start)
        line_end = len(text.value) if line_end < 0 else line_end
        end = min(end, line_end)
        if text.to_end and self.text(path).endswith(text.value):
            before = self.text(path)[: len(self.text(path)) - len(text.value) + start]
            return _stretch(path, before.count("\n"), start=len(before) - before.rfind("\n") - 1, length=end - start)
        wanted = text.value[line_start:line_end].rstrip("\r")
        for index, raw in self._candidates(place, text.value.count("\n", 0, start)):
            column = _find(raw, wanted, place.column - 1 if index == place.line - 1 else 0)
            if column >= 0:
                return _stretch(path, index, start=column + start - line_start, length=end - start)
        return (
            self._by_surroundings(place, text.value[line_start:line_end], start - line_start, end - line_start) or place
        )

    def _by_surroundings(self, place: Span, line: str, start: int, end: int) -> Span | None:
        """Return the one place where a stretch of a line stands with what is around it, though the line is folded."""
        lines = self.lines(place.path)[place.line - 1 : place.end_line]
        for reach in _REACHES:
            first = max(0, start - reach)
            wanted = line[first : end + reach]
            found = [number for number, raw in enumerate(lines) if wanted in raw]
            if len(found) == 1:
                column = lines[found[0]].index(wanted) + start - first
                return _stretch(place.path, place.line - 1 + found[0], start=column, length=end - start)
        return None

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


def texts(fleet: Fleet, context: Context) -> Sequence[Text]:
    """Return the prose that models read: descriptions, prompts, boundaries and tasks."""
    return context.once("prose", lambda: tuple(_texts(fleet, context)))


def _texts(fleet: Fleet, context: Context) -> Iterator[Text]:
    for agent in fleet.agents:
        yield _text(f"the description of `{agent.name}`", agent.description, agent, "description")
        yield context.prompt(agent)
        for number, boundary in enumerate(agent.boundaries):
            keys = (f"knowledge.boundaries.{number}", "knowledge.boundaries", "knowledge")
            yield _text(f"a boundary of `{agent.name}`", boundary, agent, *keys)
    for mission in fleet.missions:
        expected = frozenset(
            name
            for expectation in mission.expectations
            if expectation.kind == "gate"
            for name in _keys(expectation.value)
        )
        for step in mission.steps:
            text = _text(f"the task of `{mission.name}`, step `{step.name}`", step.task, step, "task")
            yield text._replace(expected_gates=expected)


def _text(owner: str, value: str, of: Agent | Step, *keys: str) -> Text:
    return Text(owner, value, lambda: place_of(of.span, of.places, *keys))


def _keys(value: str) -> tuple[str, ...]:
    written = json.loads(value)
    return tuple(written) if isinstance(written, dict) else ()
