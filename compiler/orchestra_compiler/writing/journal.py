"""What a compile is about to write, on disk before it writes: whoever comes after a kill knows what was left behind.

The manifest is written last and speaks of what is there. A file that was made before a kill, and that nothing compiles
to any more, would stand in no manifest; a temporary file would stay for ever. The journal names both.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestra_compiler.freshness import make_state_folder
from orchestra_compiler.writing.lock import place

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """What one or more compiles were about to write and did not say to have finished.

    Attributes:
        temporaries: Names of temporary files, which lie beside the files they were to become.
        files: Path below the output folder -> SHA-256 of what was to be written there, of each compile; none where the
            file was to be removed.
        sections: `PATH#NAME` of the sections that were to be written or removed.
    """

    temporaries: tuple[str, ...] = ()
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sections: tuple[str, ...] = ()

    def joined(self, other: Journal) -> Journal:
        """Return both in one."""
        paths = sorted(self.files.keys() | other.files.keys())
        return Journal(
            temporaries=_once(self.temporaries, other.temporaries),
            files={path: _once(self.files.get(path, ()), other.files.get(path, ())) for path in paths},
            sections=_once(self.sections, other.sections),
        )


def _once(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def read(root: Path, out: Path) -> Journal | None:
    """Return what compiles left open; None where nothing was, or what is there is none of ours."""
    try:
        data = json.loads(place(root, out, ".json").read_bytes())
        if data["version"] != _VERSION:
            return None
        return Journal(
            temporaries=tuple(map(str, data["temporaries"])),
            files={str(path): tuple(map(str, digests)) for path, digests in data["files"].items()},
            sections=tuple(map(str, data["sections"])),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def begin(root: Path, out: Path, journal: Journal) -> None:
    """Put a journal on the disk, for certain, before anything that it names is written.

    Where no state can be kept at all there is none, and a kill may leave files behind.

    Raises:
        OSError: The disk is full.
    """
    path = place(root, out, ".json")
    data = {
        "version": _VERSION,
        "temporaries": journal.temporaries,
        "files": journal.files,
        "sections": journal.sections,
    }
    temporary = path.with_suffix(".new")
    try:
        make_state_folder(str(root))
        path.parent.mkdir(exist_ok=True)
        with temporary.open("wb") as file:
            file.write(json.dumps(data).encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        if error.errno in _FULL:
            raise


def end(root: Path, out: Path) -> None:
    """Forget the journal: everything that it names is as the manifest says."""
    try:
        place(root, out, ".json").unlink(missing_ok=True)
    except OSError:
        return


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
