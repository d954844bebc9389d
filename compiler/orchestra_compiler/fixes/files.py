"""Writes mended files: each in one step, with the rights it had, and only where it still is what was read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from orchestra_compiler.errors import ProjectError
from orchestra_compiler.source.files import inside


def write_fixed(root: Path, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    """Write the contents in `new`, by path below `root`; all files are looked at before the first is written.

    Args:
        root: The project's folder.
        old: Path -> what the file held when it was read.
        new: Path -> what it is to hold.

    Raises:
        ProjectError: A file was changed meanwhile, is closed to us, or lies outside the project.
    """
    from orchestra_compiler.writing.files import write_file  # a lint that writes nothing loads no writer

    for path in sorted(new):
        _look(root, path, old[path])
    for path in sorted(new):
        file = root / path
        try:
            mode = file.stat().st_mode
            write_file(file, new[path])
            file.chmod(mode & 0o7777)
        except OSError as error:
            raise ProjectError(f"cannot write {file}: {error.strerror or error}", "no file is half written") from error


def _look(root: Path, path: str, old: bytes) -> None:
    file = root / path
    if file.is_symlink() or not inside(os.fspath(root), os.fspath(file)):
        raise ProjectError(f"refuses to write {file}: it is a link, or lies outside the project")
    try:
        current = file.read_bytes()
    except OSError as error:
        raise ProjectError(f"cannot read {file}: {error.strerror or error}") from error
    if current != old:
        raise ProjectError(f"{file} was changed while it was looked at", "nothing is written; try again")
    if not os.access(file, os.W_OK):
        raise ProjectError(f"cannot write {file}: it is read-only", "nothing is written; open it, or leave it out")
