"""The values of units between two compiles: one file, read whole and replaced whole.

It is a cache of this machine and trusted in nothing: the table at its head carries a checksum, each value one of its
own. A value that the last few compiles had no use for is dropped, and the unused ones together are bounded, so that
switching between two branches stays cheap and the file does not grow.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from orchestra_compiler.freshness import STATE_FOLDER, make_state_folder

_FORM = b"orchestra-units 1"
_FOLDER = "cache"
_FILE = "units"
OLDEST = 8
"""A value is kept for so many compiles after the last that used it."""
MOST_UNUSED_BYTES = 64 * 1024 * 1024
_MOST_BYTES = 1024 * 1024 * 1024


class Entry(NamedTuple):
    """One remembered value.

    Attributes:
        parts: Label -> SHA-256 of each thing the unit looked at: they tell later why it was made anew.
        age: Compiles since it was used.
        checksum: SHA-256 of the value.
    """

    kind: str
    name: str
    parts: Mapping[str, str]
    age: int
    checksum: str
    value: bytes

    def is_whole(self) -> bool:
        """Return whether the value is what was once written."""
        return sha256(self.value).hexdigest() == self.checksum


def path_of(root: Path) -> Path:
    """Return where a project's values are kept."""
    return root / STATE_FOLDER / _FOLDER / _FILE


def read(root: Path) -> Mapping[str, Entry]:
    """Return key -> remembered value; nothing at all where the file is missing, damaged or not ours."""
    try:
        path = path_of(root)
        if path.stat().st_size > _MOST_BYTES:
            return MappingProxyType({})
        return _parsed(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return MappingProxyType({})


def _parsed(content: bytes) -> Mapping[str, Entry]:
    head, table, values = content.split(b"\n", 2)
    if head != _FORM + b" " + sha256(table).hexdigest().encode():
        raise ValueError("not a file of ours")
    entries, start = {}, 0
    for key, kind, name, parts, age, checksum, length in json.loads(table):
        entries[key] = Entry(kind, name, parts, age, checksum, values[start : start + length])
        start += length
    return entries


def write(root: Path, used: Mapping[str, Entry], earlier: Mapping[str, Entry]) -> None:
    """Replace the file by what was used now and what else is worth keeping; a cache that cannot be written is only slower."""
    kept = {key: entry._replace(age=0) for key, entry in used.items()} | dict(_spared(used, earlier))
    rows: list[list[Any]] = [[key, *entry[:5], len(entry.value)] for key, entry in sorted(kept.items())]
    table = json.dumps(rows, separators=(",", ":")).encode()
    head = _FORM + b" " + sha256(table).hexdigest().encode()
    content = b"\n".join((head, table, b"".join(entry.value for _, entry in sorted(kept.items()))))
    path = path_of(root)
    temporary = path.with_name(f"{_FILE}.{os.getpid()}")
    try:
        make_state_folder(str(root))
        path.parent.mkdir(exist_ok=True)
        for left in path.parent.glob(f"{_FILE}.*"):  # of a compile that was killed here
            left.unlink(missing_ok=True)
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError:
        _remove(temporary)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def _spared(used: Mapping[str, Entry], earlier: Mapping[str, Entry]) -> Iterable[tuple[str, Entry]]:
    """Yield the unused values that are kept, youngest first, as long as there is room."""
    room = MOST_UNUSED_BYTES
    unused = [(key, entry._replace(age=entry.age + 1)) for key, entry in earlier.items() if key not in used]
    for key, entry in sorted(unused, key=lambda pair: (pair[1].age, pair[0])):
        room -= len(entry.value)
        if entry.age <= OLDEST and room >= 0:
            yield key, entry
