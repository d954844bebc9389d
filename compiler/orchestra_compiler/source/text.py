"""The text of a file: decoded, without a byte order mark, with a line table that is made when first asked for.

Places inside a text are indexes of characters (code points); a `Span` is made from two of them only for a finding or
when a rule asks for a place, so that reading stays cheap. Only LF, CRLF and CR end a line, as in editors.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, pairwise

from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.codes import fault

LINE_END = pattern(r"\r\n|\n|\r")
_FORBIDDEN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_NEAR = 2000
_BOM = "\ufeff"
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"
_WIDE = re.compile(rb"(?:[^\0]\0){2}|(?:\0[^\0]){2}")  # text of two bytes a character, without a mark
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Text:
    """A file's text and its path below the project's root."""

    def __init__(self, path: str, content: str) -> None:
        self.path = path
        self.content = content

    @cached_property
    def _starts(self) -> list[int]:
        if "\r" in self.content:
            return [0, *(match.end() for match in LINE_END.finditer(self.content))]
        lines = map(len, self.content.split("\n")[:-1])
        return list(accumulate(lines, lambda start, length: start + length + 1, initial=0))

    @cached_property
    def forbidden(self) -> re.Match[str] | None:
        """The first character that no text file should hold."""
        # What is not plain ASCII is little, and found by the byte: mostly the pattern need not look at all.
        unusual = self.content.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
        if not unusual or not _FORBIDDEN.search(unusual.decode("utf-8", "surrogatepass")):
            return None
        return _FORBIDDEN.search(self.content)

    def place(self, index: int) -> tuple[int, int]:
        """Return line and column of the character at `index`, both counted from 1."""
        if index < _NEAR and "\r" not in self.content[:_NEAR]:  # of most files only the head is ever asked for
            return self.content.count("\n", 0, index) + 1, index - self.content.rfind("\n", 0, index)
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """Return the span of the characters from `start` up to, not including, `end`."""
        return Span(self.path, *self.place(start), *self.place(max(start, end)))

    def index(self, line: int, column: int) -> int:
        """Return the index of the character at a line and column counted from 1."""
        return self._starts[line - 1] + column - 1

    def holds(self, span: Span) -> bool:
        """Return whether a span lies in this text: both of its ends are places that a character has, or the end's."""
        lines = len(self._starts)
        if not (1 <= span.line <= span.end_line <= lines):
            return False
        ends = (span.line, span.column), (span.end_line, span.end_column)
        start, end = (self.index(*each) for each in ends)
        return start <= end <= len(self.content) and all(
            self.place(index) == each for index, each in zip((start, end), ends, strict=True)
        )


def lines_of(content: str) -> list[str]:
    """Return the lines of a text with what ends them; a last line that is empty is none."""
    ends = [0, *(match.end() for match in LINE_END.finditer(content)), len(content)]
    return [content[start:end] for start, end in pairwise(ends) if start < end]


def decode(path: str, data: bytes) -> tuple[Text, list[Diagnostic]]:
    """Return the text of a file's bytes, and an ORC006 finding where they are not clean UTF-8 text.

    A UTF-8 byte order mark is dropped. Text with a finding still comes back, with replacement characters, so that a
    name can be looked for in it; it must not be read as a document.
    """
    if data.startswith(_WIDE_MARKS) or _WIDE.match(data):
        where = Span(path)
        return Text(path, ""), [fault("ORC006", where, "the file is UTF-16 or UTF-32, not UTF-8", "save it as UTF-8")]
    try:
        content = data.decode()
    except UnicodeDecodeError as error:
        good = data[: error.start].decode().removeprefix(_BOM)
        text = Text(path, data.decode(errors="replace").removeprefix(_BOM))
        found = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return text, [fault("ORC006", text.span(len(good), len(good) + 1), found, "save the file as UTF-8")]
    text = Text(path, content.removeprefix(_BOM))
    return text, control_characters(text)


def control_characters(text: Text) -> list[Diagnostic]:
    """Return an ORC006 finding for the first character that no text file should hold; further ones are not told."""
    match = text.forbidden
    if match is None:
        return []
    found = f"the control character U+{ord(match[0]):04X} stands in the text"
    return [fault("ORC006", text.span(match.start(), match.end()), found, "remove it, or write it as an escape")]
