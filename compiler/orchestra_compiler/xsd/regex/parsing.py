r"""Reads a regular expression as appendix F of XML Schema's second part has it.

Branches stand between `|`; a piece is a character, an escape, a class in brackets or a group, with a quantifier after
it. `^` and `$` are characters like any other, for an expression always speaks of the whole text. Where versions and
engines differ the milder reading is taken: a hyphen may stand anywhere in a class, an unknown block matches everything.
"""

from __future__ import annotations

from orchestra_compiler.xsd.regex.characters import DOT, EVERYTHING, CharSet, escape_set, property_set
from orchestra_compiler.xsd.regex.syntax import Node, One, Repeat, in_a_row, one_of

_DEEPEST = 60
_META = r"\|.-^?*+{}()[]$"
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_UNQUOTED = "?*+{}()|[]"
_MOST_DIGITS = 18


class PatternError(ValueError):
    """An expression that cannot be read.

    Attributes:
        position: Where, counted in characters from 0.
    """

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"{reason} at position {position}")
        self.position = position


def parse(pattern: str) -> Node:
    """Return an expression as a tree.

    Raises:
        PatternError: It is none, or nests more than 60 levels deep.
    """
    reader = _Reader(pattern)
    node = reader.branches(0)
    if reader.at < len(pattern):
        raise PatternError("unbalanced ')'", reader.at)
    return node


class _Reader:
    """A recursive descent over one expression."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def _peek(self, ahead: int = 0) -> str:
        """Return a character ahead; empty after the end."""
        return self.pattern[self.at + ahead : self.at + ahead + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise PatternError("the expression ends too early", self.at)
        self.at += 1
        return char

    def branches(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise PatternError("groups nest too deeply", self.at)
        found = [self._branch(depth)]
        while self._peek() == "|":
            self.at += 1
            found.append(self._branch(depth))
        return one_of(found)

    def _branch(self, depth: int) -> Node:
        pieces: list[Node] = []
        while self._peek() not in ("", "|", ")"):
            atom = self._atom(depth)
            least, most = self._quantifier()
            pieces.append(atom if least == most == 1 else Repeat(atom, least, most))
        return in_a_row(pieces)

    def _atom(self, depth: int) -> Node:
        start, char = self.at, self._take()
        if char == "(":
            node = self.branches(depth + 1)
            if self._peek() != ")":
                raise PatternError("unbalanced '('", start)
            self.at += 1
            return node
        if char == "[":
            return One(self._class(depth))
        if char == "\\":
            return One(self._escape())
        if char == ".":
            return One(DOT)
        if char in _UNQUOTED:
            raise PatternError(f"{char!r} has nothing to stand for", start)
        return One(CharSet.of(char))

    def _quantifier(self) -> tuple[int, int | None]:
        char = self._peek()
        simple = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        if char in simple:
            self.at += 1
            return simple[char]
        if char != "{":
            return 1, 1
        start = self.at
        self.at += 1
        least = self._number(start)
        most: int | None = least
        if self._peek() == ",":
            self.at += 1
            most = None if self._peek() == "}" else self._number(start)
        if self._take() != "}" or (most is not None and most < least):
            raise PatternError("not a quantity", start)
        return least, most

    def _number(self, start: int) -> int:
        first = self.at
        while self._peek() in set("0123456789"):
            self.at += 1
        if not 0 < self.at - first <= _MOST_DIGITS:
            raise PatternError("not a quantity", start)
        return int(self.pattern[first : self.at])

    # Sets of characters

    def _escape(self) -> CharSet:
        """Read what follows a backslash."""
        start, char = self.at - 1, self._take()
        if char in _CONTROLS:
            return CharSet.of(_CONTROLS[char])
        if char in _META:
            return CharSet.of(char)
        if char in "pP":
            return self._property(start, negated=char == "P")
        many = escape_set(char) if char in "dDsSwWiIcC" else None
        if many is None:
            raise PatternError(f"unknown escape \\{char}", start)
        return many

    def _property(self, start: int, *, negated: bool) -> CharSet:
        end = self.pattern.find("}", self.at)
        if self._peek() != "{" or end < 0:
            raise PatternError("a property without its name in braces", start)
        name = self.pattern[self.at + 1 : end]
        self.at = end + 1
        found = property_set(name)
        if found is None and not name.startswith("Is"):
            raise PatternError(f"unknown category {name!r}", start)
        found = EVERYTHING if found is None else found
        return ~found if negated else found

    def _class(self, depth: int) -> CharSet:
        """Read a class after its opening bracket, up to and with its closing one."""
        start = self.at - 1
        if depth > _DEEPEST:
            raise PatternError("classes nest too deeply", start)
        negated = self._peek() == "^"
        self.at += negated
        inside = [*self._first_member()]
        while self._peek() != "]" and not (self._peek() == "-" and self._peek(1) == "["):
            inside.append(self._member())
        chars = CharSet(pair for each in inside for pair in each.ranges)
        chars = ~chars if negated else chars
        if self._peek() == "-":
            self.at += 2
            chars -= self._class(depth + 1)
            if self._peek() != "]":
                raise PatternError("more after a subtraction", self.at)
        self.at += 1
        return chars

    def _first_member(self) -> list[CharSet]:
        if self._peek() == "]":
            raise PatternError("an empty class", self.at)
        return [] if self._peek() != "-" or self._peek(1) == "[" else [self._member()]

    def _member(self) -> CharSet:
        start = self.at
        first = self._single()
        if self._peek() != "-" or self._peek(1) in ("]", "[", ""):
            return first
        if len(first) != 1 or self._range_is_over():
            return first
        self.at += 1
        last = self._single()
        if len(last) != 1 or last.ranges[0] < first.ranges[0]:
            raise PatternError("a range that runs backwards", start)
        return CharSet([(first.ranges[0][0], last.ranges[0][0])])

    def _range_is_over(self) -> bool:
        r"""Return whether the hyphen ahead is itself meant: `[a--[b]]` and `[+--]` are read as ranges only if they can be."""
        return self._peek(1) == "-" and self._peek(2) == "["

    def _single(self) -> CharSet:
        start, char = self.at, self._take()
        if char == "\\":
            return self._escape()
        if char == "[":
            raise PatternError("'[' inside a class", start)
        return CharSet.of(char)
