"""Findings as readers want them: text with a frame of the source, JSON for programs, annotations for GitHub.

Whatever a project's files hold, what is written to a terminal holds no control characters, no invisible ones and none
that turn the direction of writing: those are shown as escapes. The caret stands under what is meant all the same.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span

_WIDEST_FRAME = 120  # columns of source that a frame shows
_LEAD = 40  # columns kept to the left of the caret where a line is cut
_TAB = 4
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_RESET, _BOLD, _DIM = "\x1b[0m", "\x1b[1m", "\x1b[2m"
_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;36m"}
_GITHUB_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(diagnostics: Sequence[Diagnostic], format: str, sources: Mapping[str, bytes], colour: bool) -> str:  # noqa: A002, FBT001 - named as the option is
    """Return findings as one text, which ends with a line break unless it is empty.

    Args:
        diagnostics: In the order in which they are shown.
        format: `text`, `json` or `github`.
        sources: Path -> content of the files, for the frames of the text.
        colour: Whether to colour the text; the other formats have no colours.

    Raises:
        ValueError: There is no such format.
    """
    writers: Mapping[str, Callable[[], str]] = {
        "github": lambda: _github(diagnostics),
        "json": lambda: _json(diagnostics),
        "text": lambda: _text(diagnostics, _Frames(sources), _Paint(colour)),
    }
    if format not in writers:
        raise ValueError(f"there is no format {format!r}; the formats are {', '.join(writers)}")
    return writers[format]()


class Summary(NamedTuple):
    """How many findings there are of each severity, and in how many files."""

    errors: int
    warnings: int
    infos: int
    files: int

    def __str__(self) -> str:
        if not (self.errors or self.warnings or self.infos):
            return "no findings"
        counts = ((self.errors, "error"), (self.warnings, "warning"), (self.infos, "info"))
        named = ", ".join(_plural(count, name) for count, name in counts if count)
        return f"{named} in {_plural(self.files, 'file')}"


def summarize(diagnostics: Iterable[Diagnostic]) -> Summary:
    """Count findings."""
    found = list(diagnostics)
    by_severity = Counter(each.severity for each in found)
    return Summary(
        errors=by_severity[Severity.ERROR],
        warnings=by_severity[Severity.WARNING],
        infos=by_severity[Severity.INFO],
        files=len({each.span.path for each in found}),
    )


def _plural(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _json(diagnostics: Sequence[Diagnostic]) -> str:
    document = {
        "diagnostics": [each.to_json() for each in diagnostics],
        "summary": summarize(diagnostics)._asdict(),
    }
    # ASCII only: a lone surrogate or a bidirectional control in a message can then hurt no reader of the document.
    return json.dumps(document, indent=2) + "\n"


def _github(diagnostics: Sequence[Diagnostic]) -> str:
    """Return workflow commands; see GitHub's "Workflow commands for GitHub Actions"."""
    return "".join(f"{line}\n" for line in map(_annotation, diagnostics))


def _annotation(found: Diagnostic) -> str:
    span = found.span
    end_line = max(span.line, span.end_line)
    properties: dict[str, object] = {"file": span.path, "line": span.line, "endLine": end_line}
    if end_line == span.line:  # GitHub refuses columns of annotations over several lines
        properties |= {"col": span.column, "endColumn": max(span.column, span.end_column)}
    properties["title"] = f"{found.code} {found.rule}"
    written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value != "")
    text = f"{found.message}\n{found.hint}" if found.hint else found.message
    return f"::{_GITHUB_LEVELS[found.severity]} {written}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


class _Paint:
    """Colours, or none."""

    def __init__(self, colour: bool) -> None:  # noqa: FBT001 - the one thing it knows
        self._colour = colour

    def __call__(self, code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if self._colour and text else text


def _text(diagnostics: Sequence[Diagnostic], frames: _Frames, paint: _Paint) -> str:
    blocks = ["".join(f"{line}\n" for line in _block(each, frames, paint)) for each in diagnostics]
    return "\n".join([*blocks, f"{paint(_BOLD, str(summarize(diagnostics)))}\n"])


def _block(found: Diagnostic, frames: _Frames, paint: _Paint) -> Iterator[str]:
    colour = _COLOURS[found.severity]
    where = visible(str(found.span)) if found.span.path else "(no file)"
    what = f"{paint(colour, found.severity.value)} {paint(_BOLD, f'{found.code}[{found.rule}]')}"
    yield f"{paint(_BOLD, where)}: {what} {visible(found.message)}"
    frame = frames.frame(found.span)
    margin = " " * 5
    if frame is not None:
        margin = " " * max(5, len(str(found.span.line)))
        number = str(found.span.line).rjust(len(margin))
        yield f"{paint(_DIM, f'{number} |')} {frame.source}".rstrip()
        yield f"{paint(_DIM, f'{margin} |')} {frame.indent}{paint(colour, frame.marks)}"
    if found.hint:
        yield f"{paint(_DIM, f'{margin} =')} hint: {visible(found.hint)}"


class _Frame(NamedTuple):
    """One line of source, and the marks below what is meant, after an indent."""

    source: str
    indent: str
    marks: str


class _Frames:
    """The lines of files, split once each."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._lines: dict[str, list[str]] = {}

    def frame(self, span: Span) -> _Frame | None:
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


def _cut(line: str, start: int, end: int) -> _Frame:
    """Return the part of a line around `line[start:end]` that fits a frame."""
    before, meant, after = visible(line[:start]), visible(line[start:end]), visible(line[end:])
    cut_before = _width(before) > _LEAD and _width(before) + _width(meant) + _width(after) > _WIDEST_FRAME
    if cut_before:
        before = "…" + _last(before, _LEAD)
    room = max(1, _WIDEST_FRAME - _width(before))
    shown = _first(meant, room)
    rest = _first(after, room - _width(shown)) if shown == meant else ""
    more = "…" if shown != meant or rest != after else ""
    return _Frame(f"{before}{shown}{rest}{more}", " " * _width(before), "^" * max(1, _width(shown)))


def visible(text: str) -> str:
    """Return text as a terminal may show it: tabs as spaces, what is invisible as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\t":
        return " " * _TAB
    if unicodedata.category(character) not in _HIDDEN:
        return character
    return ascii(character)[1:-1]


def _width(text: str) -> int:
    """Return the columns that visible text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _first(text: str, columns: int) -> str:
    if _width(text) <= columns:
        return text
    taken, used = [], 0
    for character in text:
        used += _columns(character)
        if used > columns:
            break
        taken.append(character)
    return "".join(taken)


def _last(text: str, columns: int) -> str:
    return _first(text[::-1], columns)[::-1]
