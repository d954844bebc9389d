"""The blocks of a YAML text by its lines alone: which lines are a key's and which are an item's, told by indentation.

For texts that are not strict YAML. Nothing is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from orchestra_compiler.patterns import pattern

KEY = pattern(
    r"""(?:"(?P<double>[^"\r\n]+)"|'(?P<single>[^'\r\n]+)'|(?P<bare><<|[A-Za-z_$][\w$./-]*"""
    r"""|[A-Za-z][\w ./-]*\w(?=[ \t]*:[ \t]*(?:[\r\n]|\Z))))[ \t]*:(?=[ \t\r\n]|\Z)[ \t]*"""
)
"""A key with its colon; one of several words only where nothing stands behind it."""
ITEM = pattern(r"-(?:[ \t]+|(?=[\r\n]|\Z))")
COMMENT = pattern(r"#.*\Z")
TABBED = pattern(r"^ *\t[ \t]*", re.MULTILINE)
"""White space that indents a line and holds a tab."""
_TAB = 4  # columns
_LINE = pattern(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FENCE = pattern(r"(?:---|\.\.\.)[ \t]*\Z")


class Line(NamedTuple):
    """A line that says something: where its text starts and ends, and how many columns it is indented."""

    start: int
    end: int
    indent: int


class Entry(NamedTuple):
    """A key with the lines of its value, its own the first; `value` is where the value may start, behind the colon."""

    key: str
    key_end: int
    value: int
    lines: Sequence[Line]

    @property
    def start(self) -> int:
        """Where the key starts."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """Where the last line ends."""
        return self.lines[-1].end


def untabbed(content: str) -> str:
    """Return a text with a space for each tab that indents."""
    return TABBED.sub(lambda match: " " * len(match[0]), content)


def lines_of(content: str) -> list[Line]:
    """Return the lines that are neither blank nor a comment nor a fence between documents."""
    lines = []
    for match in _LINE.finditer(content):
        bare = match[0].rstrip()
        text = bare.lstrip()
        if text and not COMMENT.match(text) and not _FENCE.match(bare):
            start = match.start() + len(bare) - len(text)
            lines.append(Line(start, match.start() + len(bare), len(bare[: len(bare) - len(text)].expandtabs(_TAB))))
    return lines


def entries_of(content: str, lines: Sequence[Line]) -> tuple[list[Entry], Sequence[Line]]:
    """Return the entries of a mapping, and the lines before the first of them, which belong to no key.

    A line that is indented less than the first is an entry's head too: someone slipped.
    """
    heads = [
        (number, match)
        for number, line in enumerate(lines)
        if line.indent <= lines[0].indent
        for match in [KEY.match(content, line.start, line.end)]
        if match
    ]
    if not heads:
        return [], lines
    stops = [number for number, _ in heads[1:]] + [len(lines)]
    found = [_entry(match, lines[number:stop]) for (number, match), stop in zip(heads, stops, strict=True)]
    return found, lines[: heads[0][0]]


def _entry(match: re.Match[str], lines: Sequence[Line]) -> Entry:
    quoted = match["bare"] is None
    key = match["double"] or match["single"] or match["bare"]
    return Entry(key, match.end(str(match.lastgroup)) + quoted, match.end(), lines)


def items_of(content: str, lines: Sequence[Line]) -> list[Sequence[Line]]:
    """Return the lines of each item of a list."""
    heads = [
        number
        for number, line in enumerate(lines)
        if line.indent <= lines[0].indent and ITEM.match(content, line.start, line.end)
    ]
    return [lines[number:stop] for number, stop in zip(heads, [*heads[1:], len(lines)], strict=True)]
