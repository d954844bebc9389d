r"""Matching against a pattern facet in linear time, whatever the pattern.

Python's `re` tries one way after the other: `(a+)+b` against forty letters takes hours. Patterns of XSD have neither
back-references nor look-around, so that every one of them is a plain automaton. `automaton` builds it from the pattern's
own text (each atom, a character or a class, is judged by the expression that xmlschema makes of it), and follows all ways
at once, remembering each set of states that it met: work grows with the text, never with the ways.

This is part of the judge, and `xsd.regex`, which makes the texts that are judged, is kept apart from it: with one reader
for both, a pattern that it misreads would confirm its own labels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from orchestra_compiler.xsd.engines.pattern_syntax import Piece, UnreadablePatternError, parsed

MAX_STATES = 5_000
MAX_REMEMBERED = 20_000


class _State(NamedTuple):
    """One state: the atom that leads on, or None where the way leads on without a character."""

    atom: str | None
    ways: list[int]


class Automaton:
    """A pattern that `match`es a whole text, like a compiled expression does."""

    def __init__(self, states: list[_State], start: int, end: int, accepts: Callable[[str, str], bool]) -> None:
        self._states = states
        self._end = end
        self._accepts = accepts
        self._known: dict[tuple[frozenset[int], str], frozenset[int]] = {}
        self._start = self._reached({start})

    def match(self, text: str) -> bool | None:
        """Return True where the whole text matches, else None, as `re` has it."""
        current = self._start
        for char in text:
            key = (current, char)
            following = self._known.get(key)
            if following is None:
                following = self._step(current, char)
                if len(self._known) >= MAX_REMEMBERED:
                    self._known.clear()
                self._known[key] = following
            if not following:
                return None
            current = following
        return True if self._end in current else None

    def _step(self, current: frozenset[int], char: str) -> frozenset[int]:
        atoms: dict[str, bool] = {}
        found = set[int]()
        for each in current:
            atom, ways = self._states[each]
            if atom is None:
                continue
            if atom not in atoms:
                atoms[atom] = self._accepts(atom, char)
            if atoms[atom]:
                found.update(ways)
        return self._reached(found)

    def _reached(self, states: set[int]) -> frozenset[int]:
        waiting, seen = list(states), set(states)
        while waiting:
            atom, ways = self._states[waiting.pop()]
            if atom is None:
                fresh = [each for each in ways if each not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
        return frozenset(seen)


def automaton(pattern: str, accepts: Callable[[str, str], bool]) -> Automaton:
    r"""Return the automaton of a pattern.

    Args:
        pattern: As XSD writes it.
        accepts: Whether an atom of the pattern (`a`, `\d`, `[a-z]`) takes a character.

    Raises:
        UnreadablePatternError: It is too large.
    """
    whole = parsed(pattern)
    builder = _Builder()
    end = builder.state(None)
    start = builder.build(whole, end)
    return Automaton(builder.states, start, end, accepts)


class _Builder:
    """Builds states from the end to the start, so that every way leads to what is there already."""

    def __init__(self) -> None:
        self.states: list[_State] = []

    def state(self, atom: str | None, *ways: int) -> int:
        if len(self.states) >= MAX_STATES:
            raise UnreadablePatternError("too many states")
        self.states.append(_State(atom, list(ways)))
        return len(self.states) - 1

    def build(self, piece: Piece, end: int) -> int:
        if piece.kind == "atom":
            return self.state(piece.atom, end)
        if piece.kind == "choice":
            return self.state(None, *[self.build(each, end) for each in piece.parts])
        if piece.kind == "sequence":
            for each in reversed(piece.parts):
                end = self.build(each, end)
            return end
        return self._repeat(piece, end)

    def _repeat(self, piece: Piece, end: int) -> int:
        inner, start = piece.parts[0], end
        if piece.most < 0:
            loop = self.state(None, end)
            self.states[loop].ways.append(self.build(inner, loop))
            start = loop
        else:
            for _ in range(piece.most - piece.least):
                start = self.state(None, self.build(inner, start), end)
        for _ in range(piece.least):
            start = self.build(inner, start)
        return start
