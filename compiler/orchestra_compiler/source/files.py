"""The files of a project by pattern, without ever leaving its folder.

`*`, `?` and `[...]` match within a name, `**` matches any number of folders. Names that start with a dot match only where
the pattern's own part does; `**` enters neither hidden folders nor `node_modules`, and follows no links. A link to a file
or folder counts as long as it stays inside. This module is on the path of the check whether anything changed, so it
imports next to nothing.
"""

# A Path for each of ten thousand files costs more than all the rest of a search.
# ruff: noqa: PTH100, PTH110, PTH112, PTH113, PTH114, PTH118, PTH123

from __future__ import annotations

import os
import re
from fnmatch import translate
from functools import lru_cache
from typing import NamedTuple

_WILD = re.compile(r"[*?\[]")
_DRIVE = re.compile(r"[A-Za-z]:")
MAX_BYTES = 64 * 1024 * 1024
"""Larger files are refused: no file of the language comes near."""
_NOT_ENTERED = frozenset({"node_modules", "__pycache__"})


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


def parts_of(pattern: str) -> list[str] | None:
    """Return the parts of a pattern or path below the root, or None where it could leave the root or names nothing."""
    if pattern.startswith(("/", "\\")) or _DRIVE.match(pattern) or "\0" in pattern:
        return None
    if ".." in re.split(r"[/\\]", pattern):
        return None
    return [part for part in pattern.split("/") if part not in {"", "."}] or None


def search(root: str | os.PathLike[str], pattern: str) -> Found:
    """Return what a pattern names below `root`; nothing at all for a pattern that could leave it."""
    parts = parts_of(pattern)
    if parts is None:
        return Found([], [], [])
    walk = _Walk(os.fspath(root), parts)
    walk.run()
    return Found(sorted(walk.files), sorted(walk.outside), sorted(walk.unusable))


def inside(root: str, path: str) -> bool:
    """Return whether a path, all links followed, is `root` or below it."""
    real, base = os.path.realpath(path), _real_root(os.path.abspath(root))
    return real == base or real.startswith(base.rstrip(os.sep) + os.sep)


def read(root: str, path: str) -> bytes | Refusal:
    """Return the content of a file below `root`, or why it cannot be had."""
    full = os.path.join(root, path)
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


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=8)
def _real_root(root: str) -> str:
    return os.path.realpath(root)


@lru_cache(maxsize=256)
def _matcher(part: str) -> re.Pattern[str]:
    return re.compile(translate(part))


class _Walk:
    """One search. `_waiting` holds folders (relative, with a slash at the end, or empty) and the part to match there."""

    def __init__(self, root: str, parts: list[str]) -> None:
        self._root = root
        self._parts = parts
        self._waiting = [("", 0)]
        self._seen: set[tuple[str, int]] = set()
        self.files: set[str] = set()
        self.outside: set[str] = set()
        self.unusable: set[tuple[str, str]] = set()

    def run(self) -> None:
        while self._waiting:
            state = self._waiting.pop()
            if state not in self._seen:
                self._seen.add(state)
                self._visit(*state)

    def _visit(self, folder: str, number: int) -> None:
        part = self._parts[number]
        if part == "**":
            self._any_folder(folder, number)
        elif _WILD.search(part):
            match = _matcher(part).match
            for entry in self._entries(folder):
                if match(entry.name) and (part[0] == "." or entry.name[0] != "."):
                    self._take(folder + entry.name, number, linked=entry.is_symlink())
        else:
            path = os.path.join(self._root, folder + part)
            if os.path.lexists(path):
                self._take(folder + part, number, linked=os.path.islink(path))

    def _any_folder(self, folder: str, number: int) -> None:
        """Match `**`: no folder at all, or every one below; at a pattern's end, every file."""
        last = number + 1 == len(self._parts)
        if not last:
            self._waiting.append((folder, number + 1))
        for entry in self._entries(folder):
            if entry.name[0] == "." or entry.name in _NOT_ENTERED:
                continue
            if entry.is_dir(follow_symlinks=False):
                self._waiting.append((f"{folder}{entry.name}/", number))
            elif last:
                self._take(folder + entry.name, number, linked=entry.is_symlink())

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:
                return list(entries)
        except NotADirectoryError:
            return []
        except OSError as error:
            self.unusable.add((folder.rstrip("/") or ".", error.strerror or "it cannot be listed"))
            return []

    def _take(self, path: str, number: int, *, linked: bool) -> None:
        """Go on below a match, or keep it where the pattern ends."""
        full = os.path.join(self._root, path)
        last = number + 1 == len(self._parts)
        if linked and not inside(self._root, full):
            self.outside.add(path)
        elif not last:
            if os.path.isdir(full):
                self._waiting.append((f"{path}/", number + 1))
        elif not _is_unicode(path):
            self.unusable.add((ascii(path)[1:-1], "its name is not UTF-8"))
        elif os.path.isfile(full):
            self.files.add(path)
        elif os.path.isdir(full):
            if "." in self._parts[-1] or not _WILD.search(self._parts[-1]):  # `agents/*` means the files among others
                self.unusable.add((path, "it is a folder"))
        else:
            self.unusable.add((path, "the link leads nowhere" if linked else "it is not a regular file"))
