"""Which files of a project may be changed, and which paths lead to the same one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from orchestra_compiler.check import Checked
from orchestra_compiler.model import Project


class Locations:
    """The files of one project as the file system has them, all links followed."""

    def __init__(self, root: Path, checked: Checked) -> None:
        self._root = os.fspath(root)
        self._real_root = os.path.realpath(self._root)
        self._out = (checked.fleet.project if checked.fleet else Project(name="")).out
        self._known: dict[str, str] = {}

    def real(self, path: str) -> str:
        """Return the path below the root that a path leads to; an empty one where it leads out of the project."""
        if path not in self._known:
            full = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118 - a Path a file is slow
            inside = full.startswith(self._real_root.rstrip(os.sep) + os.sep)
            self._known[path] = os.path.relpath(full, self._real_root).replace(os.sep, "/") if inside else ""
        return self._known[path]

    def same(self, path: str, sources: Iterable[str]) -> list[str]:
        """Return the sources that are one file with `path`, the one that is no link first."""
        real = self.real(path)
        return sorted((each for each in sources if self.real(each) == real), key=lambda each: (each != real, each))

    def may_change(self, path: str, sources: Iterable[str]) -> bool:
        """Return whether a file is the project's own and no compiled output; of several paths to it, one may."""
        real = self.real(path)
        if not real or real.startswith(f"{self._out}/") or self.same(path, sources)[:1] != [path]:
            return False
        return os.path.isfile(os.path.join(self._real_root, real))  # noqa: PTH113, PTH118
