"""Where front matter starts and ends in a Markdown text, also where its fences are not as they should be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.text import Text

_USUAL_LINES = 100  # further lines are looked at only where no fence is among these
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FENCE = re.compile(r"(?:-{3,}|[-–—]*[–—][-–—]*)[ \t]*\Z")
_CLOSING = re.compile(r"(?:-{3,}|[-–—]*[–—][-–—]*|\.{3,}|\+{3,})[ \t]*\Z")
_CODE = re.compile(r"[ \t]*(?:```+|~~~+)[ \t]*[A-Za-z]*[ \t]*\Z")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*[ \t]*:(?:[ \t]|\Z)")
_LOWER_KEY = re.compile(r"[a-z_][A-Za-z0-9_-]*[ \t]*:(?:[ \t]|\Z)")
_FIRST_KEY = re.compile(r"(?:name|description|tools|model|tier)[ \t]*:(?:[ \t]|\Z)")
_HEADING = re.compile(r"#{1,6} ")


class Block(NamedTuple):
    """Indexes: where the front matter's first line starts, where its last line ends, and where the body starts."""

    start: int
    stop: int
    body: int


class _Line(NamedTuple):
    start: int
    end: int
    next: int
    text: str


def find(text: Text) -> tuple[Block | None, list[Diagnostic]]:
    """Return where the front matter is, or None, and findings about its fences."""
    lines = _lines(text.content, _USUAL_LINES)
    if len(lines) == _USUAL_LINES and not any(_CLOSING.match(line.text) for line in lines[1:]):
        lines = _lines(text.content, None)
    found: list[Diagnostic] = []
    opening, coded = _opening(lines)
    if opening is None:
        message = "the file has no front matter"
        return None, [
            fault("ORC007", text.span(0, 0), message, "start it with `---`, `name:`, `description:` and `---`")
        ]
    fenced = _FENCE.match(lines[opening].text) is not None
    first = opening + 1 if fenced else opening
    line = lines[opening]
    if not fenced:
        found.append(_told(text, line, "the front matter has no opening fence", "write `---` above it"))
    elif opening or line.text.rstrip() != "---":
        found.append(
            _told(text, line, "the front matter does not start with `---` on line 1", "make `---` the first line")
        )
    closing, stop = _closing(lines, first)
    start = lines[first].start if first < len(lines) else len(text.content)
    if closing is None:
        last = lines[min(stop, len(lines)) - 1]
        found.append(_told(text, last, "the front matter has no closing fence", "write `---` below this line"))
        return Block(start, max(start, last.next), max(start, last.next)), found
    if lines[closing].text.rstrip() != "---":
        message = f"the closing fence is `{shown(lines[closing].text)}`"
        found.append(_told(text, lines[closing], message, "write `---`"))
    body = closing + 1
    if coded and body < len(lines) and _CODE.match(lines[body].text):
        body += 1
    return Block(start, lines[closing].start, lines[body].start if body < len(lines) else len(text.content)), found


def _told(text: Text, line: _Line, message: str, hint: str) -> Diagnostic:
    return fault("ORC007", text.span(line.start, line.end), message, hint)


def _lines(content: str, limit: int | None) -> list[_Line]:
    lines = []
    for match in islice(_LINE.finditer(content), limit):
        if match.end() > match.start():
            bare = match[0].rstrip("\r\n")
            lines.append(_Line(match.start(), match.start() + len(bare), match.end(), bare))
    return lines


def _opening(lines: Sequence[_Line]) -> tuple[int | None, bool]:
    """Return the line of the opening fence (or of a first key without one), and whether a code fence stands before."""
    coded = commented = False
    for number, line in enumerate(lines):
        bare = line.text.strip()
        if commented or bare.startswith("<!--"):
            commented = "-->" not in bare
        elif _FENCE.match(line.text) or _FIRST_KEY.match(line.text):
            return number, coded
        elif _CODE.match(line.text) and not coded:
            coded = True
        elif bare:
            return None, False
    return None, False


def _closing(lines: Sequence[_Line], first: int) -> tuple[int | None, int]:
    """Return the line of the closing fence or None, and the line after the front matter's last."""
    fence = next((number for number in range(first, len(lines)) if _CLOSING.match(lines[number].text)), None)
    if fence is not None and not _prose_before(lines, first, fence):
        return fence, fence
    stop = first
    for number in range(first, len(lines) if fence is None else fence):
        bare = lines[number].text.strip()
        if not bare:
            continue
        blank_before = number > first and not lines[number - 1].text.strip()
        key = (_LOWER_KEY if blank_before else _KEY).match(lines[number].text)
        if not key and (blank_before or not lines[number].text.startswith((" ", "\t", "-"))):
            break
        stop = number + 1
    return None, stop


def _prose_before(lines: Sequence[_Line], first: int, fence: int) -> bool:
    """Return whether the body starts before the line that looks like the closing fence: a heading, and no key after."""
    for number in range(fence - 1, first, -1):
        if _LOWER_KEY.match(lines[number].text):
            return False
        if _HEADING.match(lines[number].text) and not lines[number - 1].text.strip():
            return True
    return False
