"""A folder that is written to, and the promise that nothing outside of it is."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from orchestra_compiler.errors import ProjectError
from orchestra_compiler.manifest import MANIFEST_NAME


class Folder:
    """A folder with the files below it; what it finds out about their folders it keeps, so it is for one look around."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._real = base.resolve()
        self._checked: dict[Path, bool] = {}

    def full(self, path: str) -> Path:
        """Return a file's full path.

        Raises:
            ProjectError: The path is absolute, climbs out, or leaves the folder through a symbolic link.
        """
        pure = PurePosixPath(path)
        windows = PureWindowsPath(path)
        if not path or pure.is_absolute() or windows.drive or windows.root or ".." in windows.parts or "\0" in path:
            raise ProjectError(
                f"refuses to write {path!r}: it lies outside the output folder {self._base}",
                f"if no target's options name it, the {MANIFEST_NAME} there is not ours: remove that",
            )
        full = self._base / pure
        if full.parent not in self._checked:
            self._checked[full.parent] = full.parent.resolve().is_relative_to(self._real)
        if not self._checked[full.parent] or full.is_symlink():
            raise ProjectError(
                f"refuses to write {path!r}: a symbolic link leads out of {self._base}", "remove the link"
            )
        return full

    def has(self, path: str) -> bool:
        """Return whether there is a file of this path."""
        try:
            return self.full(path).is_file()
        except OSError:  # a name that no file system takes, from a manifest that is not ours
            return False

    def content(self, path: str) -> bytes | None:
        """Return a file's content; None where there is none.

        Raises:
            ProjectError: It cannot be read, or lies elsewhere.
        """
        full = self.full(path)
        try:
            return full.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ProjectError(
                f"cannot read {full}: {error.strerror}", "move it away, or make it readable, then run this again"
            ) from error


def inside(base: Path, path: str) -> Path:
    """Return the full path of one file below a folder.

    Raises:
        ProjectError: As for `Folder.full`.
    """
    return Folder(base).full(path)
