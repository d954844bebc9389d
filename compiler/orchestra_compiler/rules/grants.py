"""What an agent's list of tools grants, read the way the platforms read it, and where each item stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from orchestra_compiler import tool_patterns
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.findings import place_of
from orchestra_compiler.frontends.common import words
from orchestra_compiler.model import Agent
from orchestra_compiler.patterns import pattern
from orchestra_compiler.platforms import Platform, platform_name, platforms
from orchestra_compiler.rules.context import Context
from orchestra_compiler.source.places import split_outside_brackets
from orchestra_compiler.tools import DELEGATION_TOOLS

_CLAUDE = "claude-code"
_MOST_PATTERNS = 50
_ANY = ("", "*")
"""What stands in parentheses where every use of the tool is meant."""
_WORD = pattern(r"[\w-]")


class Grant(NamedTuple):
    """One item of a list of tools: `Bash(git:*)` grants the tool `Bash` for what matches `git:*`.

    Attributes:
        number: Its place in the list, from 0.
        written: As it stands there.
        tool: The tool's name, aliases resolved.
        scope: What stands in the parentheses; None where that limits nothing.
    """

    number: int
    written: str
    tool: str
    scope: str | None


def grants(agent: Agent) -> tuple[Grant, ...]:
    """Return what an agent's list of tools grants, in its order; nothing where it has no list."""
    platform = platform_of(agent)
    return tuple(_grant(number, tool, platform) for number, tool in enumerate(agent.tools or ()))


def denied(agent: Agent) -> tuple[Grant, ...]:
    """Return what an agent's front matter denies it."""
    written = agent.extra.get("disallowedTools")
    value = json.loads(written) if written else None
    if not isinstance(value, str | list):
        return ()
    platform = platform_of(agent)
    return tuple(_grant(number, str(tool), platform) for number, tool in enumerate(words(value)))


def platform_of(agent: Agent) -> Platform:
    """Return the platform whose names of tools count for an agent; our own YAML takes Claude Code's."""
    known = platforms()
    return known.get(platform_name(agent), known[_CLAUDE])


class Covers:
    """Says which item of a list grants all that another item grants."""

    def __init__(self, given: Sequence[Grant]) -> None:
        self._same: dict[tuple[str, str | None], Grant] = {}
        self._patterns: list[Grant] = []
        for grant in given:
            self._same.setdefault((grant.tool, grant.scope), grant)
            if grant.scope is None and len(self._patterns) < _MOST_PATTERNS and _is_pattern(grant.tool):
                self._patterns.append(grant)

    def of(self, narrow: Grant) -> Iterator[Grant]:
        """Yield the items that cover one: the same grant, the tool as a whole, patterns that its name fits."""
        for scope in dict.fromkeys((narrow.scope, None)):
            found = self._same.get((narrow.tool, scope))
            if found is not None:
                yield found
        yield from (each for each in self._patterns if each.tool != narrow.tool and _matches(each.tool, narrow.tool))


def delegates(agent: Agent) -> Mapping[str, Grant]:
    """Return the agents that the tools `Agent(...)` and `Task(...)` name, with the item that names each."""
    return {name: grant for grant in delegations(agent) for name in tool_patterns.delegates(grant.written)}


def delegations(agent: Agent) -> Iterator[Grant]:
    """Yield the items that give work to the agents in their parentheses alone."""
    for number, tool in enumerate(agent.tools or ()):
        if tool.endswith(")") and tool.split("(", 1)[0].strip() in DELEGATION_TOOLS:
            yield _grant(number, tool, None)


def place_in_list(agent: Agent, key: str, number: int, word: str, context: Context) -> Span:
    """Return the place of a word of a list, the word itself where the list is written as text with commas."""
    whole = place_of(agent.span, agent.places, key)
    place = place_of(agent.span, agent.places, f"{key}.{number}", key)
    lines = context.lines(place.path)
    if place.line != place.end_line or place.line > len(lines):
        return place
    if place != whole and place.end_column - place.column <= len(word) + 2:  # an item of its own, perhaps in quotes
        return place
    text = lines[place.line - 1][place.column - 1 : place.end_column - 1]
    start = _word_at(text, word, _start_of_item(text, number) if place == whole else 0)
    if start < 0:
        return place
    return Span(place.path, place.line, place.column + start, place.line, place.column + start + len(word))


def _start_of_item(text: str, number: int) -> int:
    """Return where an item of a text with commas starts; items without a letter do not count."""
    start = 0
    for part in split_outside_brackets(text):
        if part.strip():
            if not number:
                return start
            number -= 1
        start += len(part) + 1
    return 0


def _word_at(text: str, word: str, first: int) -> int:
    start = text.find(word, first)
    while start >= 0:
        around = (text[start - 1 : start] if start else "") + text[start + len(word) : start + len(word) + 1]
        if not _WORD.search(around):
            return start
        start = text.find(word, start + 1)
    return -1


def _grant(number: int, written: str, platform: Platform | None) -> Grant:
    tool, bracket, scope = written.partition("(")
    name = tool.strip()
    if platform is not None:
        name = platform.tool(name) or (platform.tool(name.lower()) if platform.name == "copilot" else None) or name
    inside = scope.rstrip().removesuffix(")").strip() if bracket else ""
    return Grant(number, written, name, None if inside in _ANY else inside)


def _is_pattern(tool: str) -> bool:
    return "*" in tool or (tool.startswith("mcp__") and tool.count("__") == 1)


def _matches(wide: str, narrow: str) -> bool:
    return fnmatchcase(narrow, wide) if "*" in wide else narrow.startswith(f"{wide}__")
