"""What comes of edits of a file, byte for byte, and where everything in it is then."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from orchestra_compiler.diagnostic import Edit
from orchestra_compiler.source.text import LINE_END, Text, decode

_BOM = b"\xef\xbb\xbf"


class Change(NamedTuple):
    """One stretch of a text that was replaced: indexes before, and indexes after."""

    start: int
    end: int
    new_start: int
    new_end: int


class Patched(NamedTuple):
    """A text after its edits.

    Attributes:
        changes: In the order of the text.
    """

    text: Text
    data: bytes
    changes: tuple[Change, ...]

    def moved(self, index: int) -> int:
        """Return where the character at an index of the old text is now; what was replaced is at its mend's start."""
        before = bisect_right(self.changes, index, key=lambda change: change.end)
        for change in self.changes[before : before + 1]:
            if change.start <= index:
                return change.new_start
        last = self.changes[before - 1] if before else Change(0, 0, 0, 0)
        return index + last.new_end - last.end

    def stretch(self, index: int) -> tuple[int, int]:
        """Return the first and the last index that now hold what stood at an index, or what replaced it."""
        number = bisect_left(self.changes, index, key=lambda change: change.end)
        for change in self.changes[number : number + 1]:
            if change.start <= index:
                return change.new_start, max(self.moved(index), change.new_end - 1)
        return self.moved(index), self.moved(index)


def patch(path: str, data: bytes, edits: Iterable[Edit]) -> Patched | None:
    """Return a file's content after edits that do not meet; None where it is no clean text or a place is not in it.

    A byte order mark, line ends and every byte outside the edits stay; line ends within an edit's text become the
    file's own.
    """
    text, wrong = decode(path, data)
    places = _places(text, edits) if not wrong else None
    if places is None:
        return None
    parts, changes, end, length = [], [], 0, 0
    for start, stop, new in places:
        parts += [text.content[end:start], new]
        length += start - end
        changes.append(Change(start, stop, length, length + len(new)))
        length += len(new)
        end = stop
    content = "".join([*parts, text.content[end:]])
    mark = _BOM if data.startswith(_BOM) else b""
    return Patched(Text(path, content), mark + content.encode(), tuple(changes))


def _places(text: Text, edits: Iterable[Edit]) -> Sequence[tuple[int, int, str]] | None:
    places = []
    for edit in edits:
        span = edit.span
        if not text.holds(span):
            return None
        start, end = text.index(span.line, span.column), text.index(span.end_line, span.end_column)
        places.append((start, end, _with_line_ends(edit.text, text.content, start)))
    return sorted(places)


def _with_line_ends(new: str, content: str, index: int) -> str:
    """Return a text with the line ends that stand nearest to an index: before it, or else after it."""
    if "\n" not in new:
        return new
    before = content[:index]
    if before.endswith("\r") and content[index : index + 1] == "\n":
        before = before[:-1]
    ends = LINE_END.findall(before[max(before.rfind("\n"), before.rfind("\r"), 1) - 1 :])
    after = LINE_END.search(content, index)
    return new.replace("\n", ends[-1] if ends else after[0] if after else "\n")
