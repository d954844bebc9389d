"""Where front matter starts and ends in a Markdown text, also where its fences are not as they should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.text import Text

_USUAL_LINES = 100  # further lines are looked at only where no fence is among these
_LATEST = 20  # lines; a fence further down is a rule between paragraphs
_LINE = pattern(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FENCE = pattern(r"(?:-{3,}|[-–—]*[–—][-–—]*)[ \t]*\Z")
_CLOSING = pattern(r"(?:-{3,}|[-–—]*[–—][-–—]*|\.{3,}|\+{3,})[ \t]*\Z")
_OPENING = "---\n"
_NEEDS_A_LOOK = ("\r", "\n#", "\n--", "\n-–", "\n-—", "\n–", "\n—", "\n...", "\n+++")
"""What may be another end of the front matter, or a heading in it."""
_CODE = pattern(r"[ \t]*(?:```+|~~~+)[ \t]*[A-Za-z]*[ \t]*\Z")
_KEY = pattern(r"[A-Za-z_][A-Za-z0-9_-]*[ \t]*:(?:[ \t]|\Z)")
_LOWER_KEY = pattern(r"[a-z_][A-Za-z0-9_-]*[ \t]*:(?:[ \t]|\Z)")
_FIRST_KEY = pattern(r"(?:name|description|tools|model|tier)[ \t]*:(?:[ \t]|\Z)")
_HEADING = pattern(r"#{1,6} ")


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
    usual = _usual(text.content)
    if usual is not None:
        return usual, []
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
    closing, stop = _closing(lines, first)
    found += _told_of_opening(text, lines, opening, _code_below(lines, closing) if coded else None)
    start = lines[first].start if first < len(lines) else len(text.content)
    if closing is None:
        number = min(stop, len(lines)) - 1
        last = lines[number]
        found.append(_told_of_missing_closing(text, last, may_mend=not (coded and _code_below(lines, number))))
        return Block(start, max(start, last.next), max(start, last.next)), found
    if lines[closing].text.rstrip() != "---":
        message = f"the closing fence is `{shown(lines[closing].text)}`"
        fix = _mend(text, "write the closing fence as `---`", (lines[closing].start, lines[closing].end, "---"))
        found.append(_told(text, lines[closing], message, "write `---`", fix))
    body = closing + (2 if coded and _code_below(lines, closing) else 1)
    return Block(start, lines[closing].start, lines[body].start if body < len(lines) else len(text.content)), found


def _told_of_opening(text: Text, lines: Sequence[_Line], opening: int, below: _Line | None) -> Iterator[Diagnostic]:
    """Yield the finding about an opening fence that is not there, or not as it should be; for `below` see `_first_line`."""
    line = lines[opening]
    if not _FENCE.match(line.text):
        fix = _mend(text, "write the opening fence", (line.start, line.start, "---\n"))
        yield _told(text, line, "the front matter has no opening fence", "write `---` above it", fix)
    elif opening or line.text.rstrip() != "---":
        mend = _first_line(text, lines[:opening], line, below)
        message = "the front matter does not start with `---` on line 1"
        yield _told(text, line, message, "make `---` the first line", mend)


def _told_of_missing_closing(text: Text, last: _Line, *, may_mend: bool) -> Diagnostic:
    """Return the finding; a fence is not to be written where it would take the body's first line for its own."""
    mend = (last.next, last.next, "---\n" if last.next > last.end else "\n---\n")
    fix = _mend(text, "write the closing fence", mend) if may_mend else None
    return _told(text, last, "the front matter has no closing fence", "write `---` below this line", fix)


def _usual(content: str) -> Block | None:
    """Return front matter that is fenced as it should be, without a look at each line; None where one is needed."""
    start = len(_OPENING)
    closing = content.find("\n---\n", start - 1) if content.startswith(_OPENING) else -1
    front = content[start - 1 : closing + 1]
    if closing < 0 or any(map(front.__contains__, _NEEDS_A_LOOK)):
        return None
    return Block(start, closing + 1, closing + len("\n---\n"))


def _told(text: Text, line: _Line, message: str, hint: str, fix: Fix | None) -> Diagnostic:
    return fault("ORC007", text.span(line.start, line.end), message, hint, fix=fix)


def _code_below(lines: Sequence[_Line], closing: int | None) -> _Line | None:
    """Return the line below the closing fence where it closes a block of code."""
    below = lines[closing + 1 : closing + 2] if closing is not None else ()
    return below[0] if below and _CODE.match(below[0].text) else None


def _mend(text: Text, title: str, *changes: tuple[int, int, str]) -> Fix:
    edits = tuple(Edit(text.span(start, end), new) for start, end, new in changes)
    return Fix(title=title, safety=Safety.SAFE, edits=edits)


def _first_line(text: Text, above: Sequence[_Line], fence: _Line, below: _Line | None) -> Fix | None:
    """Return the fix that makes `---` the file's first line; None where a comment would be lost.

    Args:
        text: The file.
        above: The lines before the fence.
        fence: The line that is the fence now.
        below: The line that closes the code block around the front matter, where there is one.
    """
    if any(line.text.strip() and not _CODE.match(line.text) for line in above):
        return None
    changes = [(0, fence.end, "---"), *([(below.start, below.next, "")] if below else [])]
    return _mend(text, "make `---` the first line", *changes)


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
            return _late_opening(lines), False
    return None, False


def _late_opening(lines: Sequence[_Line]) -> int | None:
    """Return the line of a fence with a first key right below it, where a heading or the like stands before."""
    coded = False
    for number, (line, below) in enumerate(pairwise(lines[:_LATEST])):
        coded ^= _CODE.match(line.text) is not None
        if not coded and _FENCE.match(line.text) and _FIRST_KEY.match(below.text):
            return number
    return None


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
