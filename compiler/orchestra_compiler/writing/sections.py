"""Parts of files that belong to somebody else: the lines between two markers are ours, every other byte is not.

    <!-- orchestra:NAME:begin (written by orchestra-compile; edit the specs, not this) -->
    ...
    <!-- orchestra:NAME:end -->

A file without the markers gets them at its end, after a blank line. Marker lines that stand there already are kept as
they are, and so are the file's line ends, its byte order mark and the lack of a last line break.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"
_MARKER = re.compile(rb"[ \t]*<!--[ \t]*orchestra:([\w.-]+):(begin|end)\b[^\r\n]*-->[ \t]*[\r\n]*")
NAME = re.compile(r"[A-Za-z0-9._-]+")


class MarkerError(Exception):
    """The markers of a file make no sense; `line` counts from 1, and is 0 where no line is at fault."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class _Found(NamedTuple):
    """The lines of a section, from its begin marker to its end marker, counted from 0."""

    begin: int
    end: int


def spliced(content: bytes | None, wanted: Mapping[str, bytes], gone: Collection[str] = ()) -> bytes | None:
    """Return a file's new content; None where nothing of the file is left.

    Args:
        content: What it holds; None where it is not there.
        wanted: Name -> lines of each section that it shall hold.
        gone: The sections that it shall hold no longer.

    Raises:
        MarkerError: A marker has no partner, stands in another section or twice, or a section holds a marker itself.
    """
    text = content if content is not None else b""
    _check_text(text, wanted)
    lines = text.splitlines(keepends=True)
    found = _sections(lines)
    for name in sorted(found, key=lambda name: found[name], reverse=True):  # from the end, so that places stay right
        begin, end = found[name]
        if name in wanted:
            lines[begin + 1 : end] = [_body(wanted[name], _line_end(lines[begin]))]
        elif name in gone:
            lines = _without(lines, begin, end)
    made = b"".join(lines)
    for name in sorted(wanted.keys() - found.keys()):
        made = _appended(made, name, wanted[name])
    return None if found.keys() & set(gone) and made in {b"", _BOM} else made


def held(content: bytes, name: str) -> bytes | None:
    """Return the lines of a section with plain line ends, or None where a file has no such section.

    Raises:
        MarkerError: As for `spliced`.
    """
    lines = content.splitlines(keepends=True)
    found = _sections(lines).get(name)
    return None if found is None else b"".join(lines[found.begin + 1 : found.end]).replace(b"\r\n", b"\n")


def _check_text(text: bytes, wanted: Mapping[str, bytes]) -> None:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise MarkerError(text[: error.start].count(b"\n") + 1, "the file is not UTF-8") from error
    if b"\0" in text:
        raise MarkerError(text[: text.index(b"\0")].count(b"\n") + 1, "the file is no text: it holds a zero byte")
    for name, body in wanted.items():
        if not NAME.fullmatch(name):
            raise MarkerError(0, f"{name!r} is no name of a section")
        if any(_MARKER.fullmatch(line) for line in body.splitlines(keepends=True)):
            raise MarkerError(0, f"the section `{name}` would hold a marker line of its own")


def _sections(lines: list[bytes]) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    opened: tuple[str, int] | None = None
    for number, name, begins in _markers(lines):
        if begins and opened is not None:
            raise MarkerError(number + 1, f"the section `{name}` begins inside of `{opened[0]}`")
        if begins and name in found:
            raise MarkerError(number + 1, f"the section `{name}` begins a second time")
        if begins:
            opened = name, number
        elif opened is None or opened[0] != name:
            raise MarkerError(number + 1, f"the section `{name}` ends without a begin")
        else:
            found[name] = _Found(opened[1], number)
            opened = None
    if opened is not None:
        raise MarkerError(opened[1] + 1, f"the section `{opened[0]}` begins and does not end")
    return found


def _markers(lines: list[bytes]) -> Iterator[tuple[int, str, bool]]:
    for number, line in enumerate(lines):
        found = _MARKER.fullmatch(line.removeprefix(_BOM) if not number else line)
        if found is not None:
            yield number, found[1].decode(), found[2] == b"begin"


def _without(lines: list[bytes], begin: int, end: int) -> list[bytes]:
    """Take a section out, and with it the blank line before it where that parts it from nothing any more."""
    before, after = lines[:begin], lines[end + 1 :]
    if before and not before[-1].strip() and (not after or not after[0].strip()):
        before = before[:-1]
    if not begin and lines[0].startswith(_BOM):
        before = [_BOM]
    return [*before, *after]


def _line_end(line: bytes) -> bytes:
    return b"\r\n" if line.endswith(b"\r\n") else b"\n"


def _body(body: bytes, line_end: bytes) -> bytes:
    plain = body.replace(b"\r\n", b"\n")
    plain += b"" if plain.endswith(b"\n") or not plain else b"\n"
    return plain.replace(b"\n", line_end)


def _appended(text: bytes, name: str, body: bytes) -> bytes:
    lines = text.splitlines(keepends=True)
    line_end = _line_end(lines[0]) if lines else b"\n"
    gap = b""
    if text not in {b"", _BOM}:
        gap = (b"" if text.endswith((b"\n", b"\r")) else line_end) + (line_end if lines[-1].strip() else b"")
    begin = f"<!-- orchestra:{name}:begin (written by orchestra-compile; edit the specs, not this) -->".encode()
    end = f"<!-- orchestra:{name}:end -->".encode()
    return b"".join((text, gap, begin, line_end, _body(body, line_end), end, line_end))
