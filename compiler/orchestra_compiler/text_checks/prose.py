"""Tells prose from code in Markdown, so that a decorator in a code fence is not read as a sentence.

Code is blanked, not cut, so that offsets into the result are offsets into the text. Fences and spans are looked for by
their characters, and only there matched as a whole: prose has few of them, and a search for a character is many times as
fast as one for a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from orchestra_compiler.patterns import pattern

# A fence may be indented (lists) or quoted; it ends with as many of its characters or more, or with the text.
_FENCE = pattern(
    r"[ \t>]*(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)\n"
    r"(?P<content>(?:.*\n)*?)(?:[ \t>]*(?P=fence)[`~]*[ \t]*$|(?P<last>.*)\Z)",
    re.MULTILINE,
)
# A code span ends with as many backticks as it began with and does not pass a blank line.
_SPAN = pattern(r"(?P<ticks>`{1,2}|`{4,})(?!`)(?:(?!\n[ \t]*\n)[\s\S])+?(?<!`)(?P=ticks)(?!`)")
_TICKS = pattern("`+")


class _Stretch(NamedTuple):
    start: int
    end: int


def without_code(text: str) -> str:
    """Return the text with fenced code and code spans blanked; length and line breaks stay as they were."""
    prose = without_fences(text)
    return _blanked(prose, _spans(prose)) if "`" in prose else prose


def without_fences(text: str) -> str:
    """Return the text with fenced code blanked; code spans stay."""
    return _blanked(text, (_Stretch(*match.span()) for match in _fences(text)))


def fenced(text: str) -> Iterator[tuple[str, str]]:
    """Yield the language and the content of each fenced block, in order; a fence never closed ends with the text."""
    for match in _fences(text):
        yield match["info"].strip().lower(), match["content"] + (match["last"] or "")


class Prose:
    """A text without its code, blanked a paragraph at a time: whoever asks about one place pays for one paragraph."""

    def __init__(self, text: str) -> None:
        self._whole = text
        self._blanked: dict[int, str] = {}

    @cached_property
    def _text(self) -> str:
        return without_fences(self._whole)

    def paragraphs(self, needle: str) -> Iterator[tuple[int, str]]:
        """Yield the paragraphs that hold `needle`, code or not, each with its offset in the text."""
        position = self._text.find(needle)
        while position >= 0:
            start, paragraph = self.paragraph(position)
            yield start, paragraph
            position = self._text.find(needle, start + len(paragraph))

    def paragraph(self, place: int) -> tuple[int, str]:
        """Return the offset and the prose of the paragraph around a place: no code span passes a blank line."""
        start = self._text.rfind("\n\n", 0, place) + 1
        if start not in self._blanked:
            end = self._text.find("\n\n", place)
            paragraph = self._text[start : len(self._text) if end < 0 else end + 1]
            self._blanked[start] = _blanked(paragraph, _spans(paragraph)) if "`" in paragraph else paragraph
        return start, self._blanked[start]


def _fences(text: str) -> Iterator[re.Match[str]]:
    """Yield fenced blocks: what stands between the start of a line with a fence and the end of the closing one."""
    position = 0
    marks = [mark for mark in ("```", "~~~") if mark in text]
    while here := [index for mark in marks if (index := text.find(mark, position)) >= 0]:
        line = text.rfind("\n", 0, min(here)) + 1
        match = _FENCE.match(text, line) if line >= position else None
        if match:
            yield match
            position = match.end()
        else:
            position = text.find("\n", min(here)) + 1 or len(text)


def _spans(text: str) -> Iterator[_Stretch]:
    position = text.find("`")
    while position >= 0:
        match = _SPAN.match(text, position)
        if match:
            yield _Stretch(*match.span())
        position = text.find("`", match.end() if match else _end_of_ticks(text, position))


def _end_of_ticks(text: str, position: int) -> int:
    match = _TICKS.match(text, position)
    return match.end() if match else position + 1


def _blanked(text: str, stretches: Iterator[_Stretch]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in stretches:
        blank = " " * (end - start)
        if "\n" in text[start:end]:
            blank = "\n".join(" " * len(line) for line in text[start:end].split("\n"))
        pieces += (text[position:start], blank)
        position = end
    return "".join([*pieces, text[position:]]) if pieces else text
