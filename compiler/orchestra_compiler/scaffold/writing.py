"""Writes the first files of a project: never outside of its folder, never over somebody else's, each in one step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orchestra_compiler.errors import ProjectError
from orchestra_compiler.scaffold.schemas import IN_PROJECT, write_schemas
from orchestra_compiler.writing.files import write_file


def write(root: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write files below a project's root, and the schemas they name; return the files' paths.

    Raises:
        ProjectError: A file cannot be written, or lies behind a link that leads out of the folder.
    """
    for path in (*files, f"{IN_PROJECT}/project.schema.json"):
        _stays_inside(root, root / path)
    for _ in write_schemas(root / IN_PROJECT):
        pass
    for path, content in files.items():
        try:
            write_file(root / path, content)
        except OSError as error:
            raise ProjectError(
                f"cannot write {root / path}: {error.strerror or error}", "no file is half written"
            ) from error
    return tuple(files)


def _stays_inside(root: Path, path: Path) -> None:
    if path.is_symlink() or not path.parent.resolve().is_relative_to(root.resolve()):
        raise ProjectError(
            f"refuses to write {path}: it is a link, or behind one that leads out of {root}", "remove the link"
        )
