"""The structure of a pattern facet: atoms in sequence, in choices and repeated, and what they could cost to match.

An atom, a character or a class, keeps its own text: what it takes is nobody's business here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MOST_REPEATS = 5_000
DEEPEST = 100
_MOST_OPTIONAL = 10
_QUANTIFIER = re.compile(r"\{(\d+)(,?)(\d*)\}")


class UnreadablePatternError(ValueError):
    """The pattern is too large or too deep for an automaton, or no pattern at all."""


class Piece(NamedTuple):
    """A part of a pattern: `kind` is atom, sequence, choice or repeat; `most` is -1 for no end."""

    kind: str
    atom: str
    parts: tuple[Piece, ...]
    least: int
    most: int


def parsed(pattern: str) -> Piece:
    """Return the structure of a pattern.

    Raises:
        UnreadablePatternError: It is too large or too deep, or no pattern.
    """
    reader = Reader(pattern)
    whole = reader.choice(0)
    if reader.at < len(pattern):
        raise UnreadablePatternError(pattern[:50])
    return whole


def nesting(pattern: str) -> int:
    """Return how deep a pattern's groups nest at most; escaped and listed parentheses count too."""
    depth = deepest = 0
    for char in pattern:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


def longest_for_re(pattern: str) -> int | None:
    """Return how long a text may be so that Python's `re` tries no more than a million ways; None for any length.

    A repetition of what can itself be split in several ways counts as hopeless from the first character.
    """
    try:
        whole = parsed(pattern)
    except UnreadablePatternError:
        return 0
    if _nested(whole, inside=False) or _optional(whole) > _MOST_OPTIONAL:
        return 0
    repetitions = _repetitions(whole)
    return int(10 ** (6 / repetitions)) if repetitions > 1 else None


def _nested(piece: Piece, *, inside: bool) -> bool:
    if inside and (piece.kind == "choice" or (piece.kind == "repeat" and piece.least != piece.most)):
        return True
    inside = inside or (piece.kind == "repeat" and piece.most != 1)
    return any(_nested(each, inside=inside) for each in piece.parts)


def _optional(piece: Piece) -> int:
    return (piece.kind == "repeat" and piece.most == 1) + sum(_optional(each) for each in piece.parts)


def _repetitions(piece: Piece) -> int:
    variable = piece.kind == "repeat" and piece.most not in (piece.least, 1)
    return variable + sum(_repetitions(each) for each in piece.parts)


class Reader:
    """A recursive descent over one pattern; what is no pattern was refused before."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def choice(self, depth: int) -> Piece:
        """Return what stands from here to the end of the group."""
        if depth > DEEPEST:
            raise UnreadablePatternError("too deep")
        branches = [self._sequence(depth)]
        while self.pattern[self.at : self.at + 1] == "|":
            self.at += 1
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else Piece("choice", "", tuple(branches), 1, 1)

    def _sequence(self, depth: int) -> Piece:
        parts: list[Piece] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self._repeated(self._atom(depth)))
        return Piece("sequence", "", tuple(parts), 1, 1)

    def _atom(self, depth: int) -> Piece:
        start, char = self.at, self.pattern[self.at]
        if char == "(":
            self.at += 1
            inner = self.choice(depth + 1)
            if self.pattern[self.at : self.at + 1] != ")":
                raise UnreadablePatternError(self.pattern[:50])
            self.at += 1
            return inner
        if char == "\\":
            self._escape()
        elif char == "[":
            self._class()
        else:
            self.at += 1
        return Piece("atom", self.pattern[start : self.at], (), 1, 1)

    def _escape(self) -> None:
        category = self.pattern[self.at + 1 : self.at + 3]
        self.at = self.pattern.find("}", self.at) + 1 if category in ("p{", "P{") else self.at + 2
        if not self.at:
            raise UnreadablePatternError(self.pattern[:50])

    def _class(self) -> None:
        depth = 0
        while True:
            char = self.pattern[self.at : self.at + 1]
            if not char:
                raise UnreadablePatternError(self.pattern[:50])
            self.at += 2 if char == "\\" else 1
            depth += (char == "[") - (char == "]")
            if not depth:
                return

    def _repeated(self, piece: Piece) -> Piece:
        char = self.pattern[self.at : self.at + 1]
        bounds = {"?": (0, 1), "*": (0, -1), "+": (1, -1)}.get(char)
        if bounds:
            self.at += 1
        elif char == "{" and (found := _QUANTIFIER.match(self.pattern, self.at)):
            self.at = found.end()
            least = _count(found.group(1))
            bounds = (least, least if not found.group(2) else _count(found.group(3)) if found.group(3) else -1)
        return Piece("repeat", "", (piece,), *bounds) if bounds else piece


def _count(digits: str) -> int:
    if len(digits) > len(str(MOST_REPEATS)) or int(digits) > MOST_REPEATS:
        raise UnreadablePatternError("too many repetitions")
    return int(digits)
