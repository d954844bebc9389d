r"""A text for a pattern facet: literals, classes, groups, alternatives and quantifiers of XSD's regular expressions.

The text made is a proposal: whoever asks lets the type judge it. What is too odd for this small reader (block and
category escapes beyond the common ones, class subtraction, huge repetitions) gives None instead of a wrong text.
"""

from __future__ import annotations

_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "i": "a", "c": "a", "I": "0", "C": " "}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_MOST_REPEATS = 10_000
_PREFERRED = "a0A1xZ -_."
_DEEPEST = 50


class _UnreadableError(Exception):
    """The pattern holds what this reader does not know."""


def example(pattern: str, at_least: int = 0) -> str | None:
    """Return a text of at least that many characters that the pattern should match, or None."""
    reader = _Reader(pattern)
    for repeats in (0, at_least):
        reader.start(repeats)
        try:
            text = reader.alternatives(0)
        except (_UnreadableError, IndexError, ValueError):
            return None
        if reader.at < len(pattern):
            return None
        if len(text) >= at_least:
            return text
    return text


class _Reader:
    """A recursive descent over one pattern that writes the text as it reads."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.extra = 0

    def start(self, extra: int) -> None:
        """Begin again; `extra` is how often open-ended parts are repeated beyond their least."""
        self.at = 0
        self.extra = extra

    def _more(self, stop: str = "") -> bool:
        return self.at < len(self.pattern) and self.pattern[self.at] not in stop

    def _next(self) -> str:
        self.at += 1
        return self.pattern[self.at - 1]

    def alternatives(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise _UnreadableError
        branches = [self._branch(depth)]
        while self._more() and self.pattern[self.at] == "|":
            self.at += 1
            branches.append(self._branch(depth))
        return max(branches, key=len) if self.extra else branches[0]

    def _branch(self, depth: int) -> str:
        parts: list[str] = []
        while self._more("|)"):
            parts.append(self._atom(depth) * self._repeats())
        return "".join(parts)

    def _atom(self, depth: int) -> str:
        char = self._next()
        if char == "(":
            inner = self.alternatives(depth + 1)
            if self._next() != ")":
                raise _UnreadableError
            return inner
        if char == "[":
            return self._char_class()
        if char == "\\":
            return self._escape()
        if char == ".":
            return "a"
        if char in "?*+{}":
            raise _UnreadableError
        return char

    def _escape(self) -> str:
        char = self._next()
        if char in "pP":
            name = self.pattern[self.at + 1 : self.pattern.index("}", self.at)]
            self.at = self.pattern.index("}", self.at) + 1
            known = {"L": "a", "Lu": "A", "Ll": "a", "N": "0", "Nd": "0", "IsBasicLatin": "a", "P": "-", "Zs": " "}
            if char == "P" or name not in known:
                raise _UnreadableError
            return known[name]
        return _CLASSES.get(char) or _CONTROLS.get(char) or char

    def _char_class(self) -> str:
        negated = self.pattern[self.at] == "^"
        self.at += negated
        members: list[tuple[str, str]] = []
        while self.pattern[self.at] != "]" or not members:
            if self.pattern.startswith("-[", self.at):
                raise _UnreadableError
            low = self._member()
            if self.pattern[self.at] == "-" and self.pattern[self.at + 1] not in "][":
                self.at += 1
                members.append((low, self._member()))
            else:
                members.append((low, low))
        self.at += 1
        return self._pick(members, negated=negated)

    def _member(self) -> str:
        char = self._next()
        return self._escape() if char == "\\" else char

    @staticmethod
    def _pick(members: list[tuple[str, str]], *, negated: bool) -> str:
        def inside(char: str) -> bool:
            return any(low <= char <= high for low, high in members)

        for char in _PREFERRED:
            if inside(char) != negated:
                return char
        if negated:
            raise _UnreadableError
        return members[0][0]

    def _repeats(self) -> int:
        if not self._more() or self.pattern[self.at] not in "?*+{":
            return 1
        char = self._next()
        if char == "?":
            return 0
        if char in "*+":
            return self.extra or (char == "+")
        low, comma, high = self._bounds()
        if comma and not high:
            return max(low, self.extra)
        return low if not comma else max(low, min(int(high), self.extra))

    def _bounds(self) -> tuple[int, str, str]:
        end = self.pattern.index("}", self.at)
        low, comma, high = self.pattern[self.at : end].partition(",")
        self.at = end + 1
        least = int(low or 0)
        if least > _MOST_REPEATS:
            raise _UnreadableError
        return least, comma, high
