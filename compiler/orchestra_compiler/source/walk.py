"""What a pattern names below a folder.

`*`, `?` and `[...]` match within a name, `**` matches any number of folders. Names that start with a dot match only where
the pattern's own part does; `**` enters neither hidden folders nor `node_modules`, and follows no links. A link to a file
or folder counts as long as it stays inside. This module is on the path of every compile that has nothing to do, so it
imports nothing that Python has not loaded by itself: no regular expressions, no `typing`.
"""

# A Path for each of ten thousand files costs more than all the rest of a search.
# ruff: noqa: PTH100, PTH112, PTH113, PTH114, PTH118

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

NOT_ENTERED = frozenset({"node_modules", "__pycache__"})
"""Folders that `**` does not enter, as those that are hidden."""

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_real_roots: dict[str, str] = {}
_matchers: dict[str, Callable[[str], object]] = {}
_MOST_KEPT = 256


def walked(root: str, pattern: str) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """Return what a pattern names, in the order of the fields of `files.Found`; nothing for one that could leave the root."""
    parts = parts_of(pattern)
    if parts is None:
        return [], [], []
    walk = _Walk(root, parts)
    walk.run()
    return sorted(walk.files), sorted(walk.outside), sorted(walk.unusable)


def parts_of(pattern: str) -> list[str] | None:
    """Return the parts of a pattern or path below the root, or None where it could leave the root or names nothing."""
    if pattern.startswith(("/", "\\")) or (pattern[1:2] == ":" and pattern[0] in _LETTERS) or "\0" in pattern:
        return None
    if ".." in pattern.replace("\\", "/").split("/"):
        return None
    return [part for part in pattern.split("/") if part not in {"", "."}] or None


def inside(root: str, path: str) -> bool:
    """Return whether a path, all links followed, is `root` or below it."""
    real, base = os.path.realpath(path), _real_root(os.path.abspath(root))
    return real == base or real.startswith(base.rstrip(os.sep) + os.sep)


def _real_root(root: str) -> str:
    if root not in _real_roots:
        if len(_real_roots) >= _MOST_KEPT:
            _real_roots.clear()
        _real_roots[root] = os.path.realpath(root)
    return _real_roots[root]


def _is_wild(part: str) -> bool:
    return "*" in part or "?" in part or "[" in part


def _matcher(part: str) -> Callable[[str], object]:
    """Return what tells whether a name matches a part of a pattern; the usual `*.yaml` needs no regular expression."""
    if part not in _matchers:
        if len(_matchers) >= _MOST_KEPT:
            _matchers.clear()
        simple = part.count("*") == 1 and "?" not in part and "[" not in part
        _matchers[part] = _starred(*part.split("*")) if simple else _translated(part)
    return _matchers[part]


def _starred(start: str, end: str) -> Callable[[str], object]:
    least = len(start) + len(end)
    return lambda name: len(name) >= least and name.startswith(start) and name.endswith(end)


def _translated(part: str) -> Callable[[str], object]:
    import re
    from fnmatch import translate

    return re.compile(translate(part)).match


def is_unicode(path: str) -> bool:
    """Return whether a path can be written as UTF-8: names on disk are bytes, and need not be text."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


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
        elif _is_wild(part):
            match = _matcher(part)
            for entry in self._entries(folder):
                if match(entry.name) and (part[0] == "." or entry.name[0] != "."):
                    self._take_entry(folder, entry, number)
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
            if entry.name[0] == "." or entry.name in NOT_ENTERED:
                continue
            if entry.is_dir(follow_symlinks=False):
                self._waiting.append((f"{folder}{entry.name}/", number))
            elif last:
                self._take_entry(folder, entry, number)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:
                return list(entries)
        except NotADirectoryError:
            return []
        except OSError as error:
            self.unusable.add((folder.rstrip("/") or ".", error.strerror or "it cannot be listed"))
            return []

    def _take_entry(self, folder: str, entry: os.DirEntry[str], number: int) -> None:
        """Take an entry of a folder: a plain file, which nearly all are, without asking the disk again."""
        path = folder + entry.name
        if number + 1 == len(self._parts) and entry.is_file(follow_symlinks=False) and is_unicode(path):
            self.files.add(path)
        else:
            self._take(path, number, linked=entry.is_symlink())

    def _take(self, path: str, number: int, *, linked: bool) -> None:
        """Go on below a match, or keep it where the pattern ends."""
        full = os.path.join(self._root, path)
        last = number + 1 == len(self._parts)
        if linked and not inside(self._root, full):
            self.outside.add(path)
        elif not last:
            if os.path.isdir(full):
                self._waiting.append((f"{path}/", number + 1))
        elif not is_unicode(path):
            self.unusable.add((ascii(path)[1:-1], "its name is not UTF-8"))
        elif os.path.isfile(full):
            self.files.add(path)
        elif os.path.isdir(full):
            if "." in self._parts[-1] or not _is_wild(self._parts[-1]):  # `agents/*` means the files among others
                self.unusable.add((path, "it is a folder"))
        else:
            self.unusable.add((path, "the link leads nowhere" if linked else "it is not a regular file"))
