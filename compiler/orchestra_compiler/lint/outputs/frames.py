"""Lines of source with marks below what is meant; the marks stand there whatever the line holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.lint.outputs.terminal import first, last, visible, width

_WIDEST_FRAME = 120  # columns of source that a frame shows
_LEAD = 40  # columns kept to the left of the caret where a line is cut


class Frame(NamedTuple):
    """One line of source, and the marks below what is meant, after an indent."""

    source: str
    indent: str
    marks: str


class Frames:
    """The lines of files, split once each."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._lines: dict[str, list[str]] = {}

    def frame(self, span: Span) -> Frame | None:
        """Return the frame of a span's first line; None where there is no such line, or nothing in it."""
        lines = self._file(span.path)
        if not 1 <= span.line <= len(lines) or not lines[span.line - 1].strip():
            return None
        line = lines[span.line - 1]
        start = min(max(span.column, 1) - 1, len(line))
        end = span.end_column - 1 if span.end_line <= span.line else len(line)
        return _cut(line, start, min(max(end, start + 1), max(len(line), start + 1)))

    def _file(self, path: str) -> list[str]:
        if path not in self._lines:
            text = self._sources.get(path, b"").decode("utf-8-sig", errors="replace")
            self._lines[path] = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._lines[path]


def _cut(line: str, start: int, end: int) -> Frame:
    """Return the part of a line around `line[start:end]` that fits a frame."""
    before, meant, after = visible(line[:start]), visible(line[start:end]), visible(line[end:])
    cut_before = width(before) > _LEAD and width(before) + width(meant) + width(after) > _WIDEST_FRAME
    if cut_before:
        before = "…" + last(before, _LEAD)
    room = max(1, _WIDEST_FRAME - width(before))
    shown = first(meant, room)
    rest = first(after, room - width(shown)) if shown == meant else ""
    more = "…" if shown != meant or rest != after else ""
    return Frame(f"{before}{shown}{rest}{more}", " " * width(before), "^" * max(1, width(shown)))
