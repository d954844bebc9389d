"""Lists of globs as finite automata: what a list can still become while a path is read, character by character.

The regular expressions are those that pathspec makes of globs, so that a glob means here what it means in routing. They
need few means: characters and classes, groups, alternatives, `*`, `+`, `?`, the beginning and the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

Ranges: TypeAlias = tuple[tuple[str, str], ...]
States: TypeAlias = frozenset[int]

MATCHED = 0
"""The state in which a glob has matched, whatever follows."""


class UnreadableGlobError(Exception):
    """A glob is not one that this reader knows: a negated one, or an expression of another kind."""


class Characters(NamedTuple):
    """A set of characters: those in the ranges, or all others."""

    ranges: Ranges
    negated: bool = False

    def holds(self, character: str) -> bool:
        """Return whether a character is one of the set."""
        return any(low <= character <= high for low, high in self.ranges) != self.negated


_ANY = Characters((), negated=True)
_NO_LINE_END = Characters((("\n", "\n"),), negated=True)


class Automaton:
    """A list of globs. A path matches where one of the states is `MATCHED` after its last character."""

    def __init__(self, globs: Sequence[str]) -> None:
        self._moves: list[list[tuple[Characters, int]]] = [[(_ANY, MATCHED)]]
        self._free: list[list[int]] = [[]]
        self._at_end: dict[int, int] = {}
        self._known: dict[tuple[States, str], States] = {}
        self.start = self._closed([_Reader(self, regex).start() for regex in _regexes(globs)])

    def after(self, states: States, character: str) -> States:
        """Return the states after one more character."""
        key = (states, character)
        if key not in self._known:
            reached = [to for state in states for characters, to in self._moves[state] if characters.holds(character)]
            self._known[key] = self._closed(reached)
        return self._known[key]

    def matches(self, states: States) -> bool:
        """Return whether a path that ends here matches."""
        if MATCHED in states:
            return True
        ends = [self._at_end[state] for state in states if state in self._at_end]
        return bool(ends) and self.matches(self._closed(ends))

    def characters(self) -> Iterator[Characters]:
        """Yield every set of characters that is told from others."""
        yield from (characters for moves in self._moves for characters, _ in moves)

    def state(self, *free: int) -> int:
        """Add a state that leads to others without a character, and return it."""
        self._moves.append([])
        self._free.append(list(free))
        return len(self._moves) - 1

    def move(self, characters: Characters, to: int) -> int:
        """Add a state that one of the characters leads out of, and return it."""
        added = self.state()
        self._moves[added].append((characters, to))
        return added

    def lead(self, state: int, *free: int) -> None:
        """Let a state lead to others without a character."""
        self._free[state] += free

    def end(self, to: int) -> int:
        """Add a state that leads on at a path's end alone, and return it."""
        added = self.state()
        self._at_end[added] = to
        return added

    def _closed(self, states: Iterable[int]) -> States:
        """Return states with all that they lead to; once matched, nothing else counts."""
        found: set[int] = set()
        left = list(states)
        while left:
            state = left.pop()
            if state not in found:
                found.add(state)
                left += self._free[state]
        return frozenset({MATCHED}) if MATCHED in found else frozenset(found)


def _regexes(globs: Sequence[str]) -> Iterator[str]:
    from pathspec import GitIgnoreSpec

    for pattern in GitIgnoreSpec.from_lines(globs).patterns:
        if pattern.include is False:
            raise UnreadableGlobError("a negated glob takes matches back")
        if pattern.include:
            if pattern.regex is None:
                raise UnreadableGlobError("a glob without an expression")
            yield str(pattern.regex.pattern)


Build: TypeAlias = Callable[[int], int]
"""The state that follows a part in; the state in which the part begins out."""


class _Reader:
    """Reads one expression and adds it to an automaton; parts are built from the last, as each must know what follows."""

    def __init__(self, automaton: Automaton, regex: str) -> None:
        self._automaton = automaton
        self._regex = regex
        self._at = 0

    def start(self) -> int:
        """Add the expression and return the state in which it begins.

        Raises:
            UnreadableGlobError: It holds what this reader does not know.
        """
        anchored = self._taken("^")
        build = self._alternatives()
        if self._at < len(self._regex):
            raise UnreadableGlobError(self._regex)
        first = build(MATCHED)
        if anchored:
            return first
        anywhere = self._automaton.state()
        self._automaton.lead(anywhere, first, self._automaton.move(_ANY, anywhere))
        return anywhere

    def _taken(self, text: str) -> bool:
        found = self._regex.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _next(self) -> str:
        if self._at >= len(self._regex):
            raise UnreadableGlobError(self._regex)
        self._at += 1
        return self._regex[self._at - 1]

    def _alternatives(self) -> Build:
        branches = [self._sequence()]
        while self._taken("|"):
            branches.append(self._sequence())
        return lambda following: self._automaton.state(*(branch(following) for branch in branches))

    def _sequence(self) -> Build:
        parts: list[Build] = []
        while self._at < len(self._regex) and self._regex[self._at] not in "|)":
            parts.append(self._repeated(self._atom()))

        def build(following: int) -> int:
            for part in reversed(parts):
                following = part(following)
            return following

        return build

    def _repeated(self, part: Build) -> Build:
        automaton = self._automaton
        if self._taken("?"):
            return lambda following: automaton.state(part(following), following)
        once = self._taken("+")
        if not once and not self._taken("*"):
            return part

        def build(following: int) -> int:
            again = automaton.state()
            first = part(again)
            automaton.lead(again, first, following)
            return first if once else again

        return build

    def _atom(self) -> Build:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "$":
            return self._automaton.end
        if character == "[":
            return self._one_of(self._class())
        if character == ".":
            return self._one_of(_NO_LINE_END)
        if character == "\\":
            character = self._next()
            if character.isalnum():
                raise UnreadableGlobError(self._regex)
        elif character in "{}^*+?":
            raise UnreadableGlobError(self._regex)
        return self._one_of(Characters(((character, character),)))

    def _one_of(self, characters: Characters) -> Build:
        return lambda following: self._automaton.move(characters, following)

    def _group(self) -> Build:
        if self._taken("?P<"):
            while self._next() != ">":
                pass
        elif not self._taken("?:"):
            raise UnreadableGlobError(self._regex)
        inside = self._alternatives()
        if self._next() != ")":
            raise UnreadableGlobError(self._regex)
        return inside

    def _class(self) -> Characters:
        negated = self._taken("^")
        ranges: list[tuple[str, str]] = []
        while not ranges or not self._taken("]"):
            low = self._member()
            high = low
            if self._regex.startswith("-", self._at) and self._regex[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                high = self._member()
            ranges.append((low, high))
        return Characters(tuple(ranges), negated)

    def _member(self) -> str:
        character = self._next()
        if character != "\\":
            return character
        escaped = self._next()
        if escaped.isalnum():
            raise UnreadableGlobError(self._regex)
        return escaped
