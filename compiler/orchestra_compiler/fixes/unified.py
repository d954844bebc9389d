"""Changes of files as a unified diff that `git apply` and `patch -p1` take."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

_LINE = re.compile(r"[^\n]*\n|[^\n]+")  # to both tools a carriage return is a character of the line
_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def unified_diff(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
    """Return the diff from `old` to `new`, files in order of their paths; an empty text where nothing differs.

    Args:
        old: Path -> content; may hold more files than `new`.
        new: Path -> content of the files to compare; a path that `old` lacks is a new file.
    """
    return "".join(part for path in sorted(new) for part in _file(path, old.get(path), new[path]))


def _file(path: str, old: bytes | None, new: bytes) -> Iterator[str]:
    if old == new:
        return
    before, after = (_LINE.findall((content or b"").decode(errors="surrogateescape")) for content in (old, new))
    yield f"--- {'/dev/null' if old is None else _name('a/', path)}\n"
    yield f"+++ {_name('b/', path)}\n"
    for number, line in enumerate(difflib.unified_diff(before, after, lineterm="\n")):
        if number > 1:  # the first two lines name the files
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _name(side: str, path: str) -> str:
    """Return a path as git writes it: quoted where it holds what would end it, closed by a tab where it holds a space."""
    if any(character in _ESCAPES or not character.isprintable() for character in path if character != " "):
        return '"' + side + "".join(_ESCAPES.get(character, character) for character in path) + '"'
    return f"{side}{path}\t" if " " in path else f"{side}{path}"
