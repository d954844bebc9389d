"""The JSON Schemas of the language as files that editors can load."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orchestra_spec
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.freshness import STATE_FOLDER, make_state_folder
from orchestra_compiler.writing.files import write_file

FOLDER = orchestra_spec.ROOT / "schemas"
IN_PROJECT = f"{STATE_FOLDER}/schemas"
"""Where a project keeps its copy, below its root."""
_ENDING = ".schema.json"


class Published(NamedTuple):
    """One schema: the kind of document it is for, what that is, and the file."""

    kind: str
    title: str
    path: Path


def published() -> tuple[Published, ...]:
    """Return every schema of the language, by kind."""
    paths = sorted(FOLDER.glob(f"*{_ENDING}"))
    return tuple(Published(path.name.removesuffix(_ENDING), _title(path), path) for path in paths)


def modeline(kind: str, folder: str = IN_PROJECT) -> str:
    """Return the comment by which an editor finds the schema of a YAML file that lies in the project's root."""
    return f"# yaml-language-server: $schema={folder}/{kind}{_ENDING}"


def write_schemas(folder: Path) -> Iterator[Path]:
    """Write every schema into a folder and yield the files that were not there, or not the same, before.

    Each is written whole or not at all. References between schemas stay what they are: all lie in one folder.

    Raises:
        ProjectError: A file cannot be written.
    """
    try:
        if folder.parent.name == STATE_FOLDER:
            make_state_folder(str(folder.parent.parent))
        for each in published():
            target, content = folder / each.path.name, each.path.read_bytes()
            if _content(target) != content:
                write_file(target, content)
                yield target
    except OSError as error:
        raise ProjectError(
            f"cannot write {folder}: {error.strerror or error}", "name a folder that can be written"
        ) from error


def _title(path: Path) -> str:
    return str(json.loads(path.read_bytes())["title"])


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
