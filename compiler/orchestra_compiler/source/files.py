"""The files of a project, by pattern or path, without ever leaving its folder. `walk` says what a pattern means."""

# A Path for each of ten thousand files costs more than all the rest of a search.
# ruff: noqa: PTH110, PTH112, PTH113, PTH118, PTH120, PTH123

from __future__ import annotations

import os
import stat
from functools import lru_cache
from typing import NamedTuple

from orchestra_compiler.source.walk import inside, parts_of, walked

__all__ = ["MAX_BYTES", "Found", "Refusal", "inside", "parts_of", "read", "search"]

MAX_BYTES = 64 * 1024 * 1024
"""Larger files are refused: no file of the language comes near."""
_READ_AT_ONCE = 1024 * 1024
_NOT_FOLLOWED = (
    os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC if hasattr(os, "O_NOFOLLOW") else 0
)  # a link is an error, a pipe does not block; where there are no such flags every path is followed


class Found(NamedTuple):
    """What a pattern names. All paths are relative to the root, with forward slashes, sorted.

    Attributes:
        files: Regular files.
        outside: Links that lead out of the project.
        unusable: Path and reason of what matches and is no readable file: a folder, a dangling link, a closed folder.
    """

    files: list[str]
    outside: list[str]
    unusable: list[tuple[str, str]]


class Refusal(NamedTuple):
    """Why a file is not read: the code of the finding, its message and its hint."""

    code: str
    message: str
    hint: str = ""


def search(root: str | os.PathLike[str], pattern: str) -> Found:
    """Return what a pattern names below `root`; nothing at all for a pattern that could leave it."""
    return Found(*walked(os.fspath(root), pattern))


def read(root: str, path: str) -> bytes | Refusal:
    """Return the content of a file below `root`, or why it cannot be had."""
    full = os.path.join(root, path)
    plain = _read_plain(root, full) if _NOT_FOLLOWED else None
    return _read_carefully(root, path, full) if plain is None else plain


def _read_plain(root: str, full: str) -> bytes | None:
    """Return the content of what is a regular file itself, in a folder inside of the root; None where that is in doubt.

    A collection has a thousand files in a few folders: to follow every part of every path would be most of the reading.
    """
    folder = os.path.dirname(full)
    if not _is_inside(root, folder):
        return None
    try:
        handle = os.open(full, _NOT_FOLLOWED)
    except (OSError, ValueError):
        return None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size >= _READ_AT_ONCE:
            return None
        data = os.read(handle, _READ_AT_ONCE)
        return data if len(data) == found.st_size else None
    except OSError:
        return None
    finally:
        os.close(handle)


def _read_carefully(root: str, path: str, full: str) -> bytes | Refusal:
    if os.path.lexists(full) and not inside(root, full):
        return Refusal("ORC021", f"`{path}` is a link that leaves the project's folder", "copy the file")
    try:
        if os.path.exists(full) and not os.path.isfile(full):
            reason = "it is a folder" if os.path.isdir(full) else "it is not a regular file"
            return Refusal("ORC022", f"`{path}` cannot be read: {reason}")
        with open(full, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Refusal("ORC020", f"`{path}` is not there", "mend the path, or write the file")
    except OSError as error:
        return Refusal("ORC022", f"`{path}` cannot be read: {error.strerror}")
    if len(data) > MAX_BYTES:
        return Refusal("ORC022", f"`{path}` is larger than {MAX_BYTES // 1024 // 1024} MB")
    return data


def forget_folders() -> None:
    """Look at folders anew: one may have become a link that leads out since a project was read last."""
    _is_inside.cache_clear()


@lru_cache(maxsize=1024)
def _is_inside(root: str, folder: str) -> bool:
    return inside(root, folder)
