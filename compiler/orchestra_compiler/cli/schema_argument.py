"""What the argument of `orchestra cases` names: a schema in a file, or a project and the schema of its messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.errors import UsageError
from orchestra_compiler.project import PROJECT_FILE, find_root
from orchestra_compiler.suggestions import Names

if TYPE_CHECKING:
    from orchestra_compiler.model import Fleet
    from orchestra_compiler.xsd.files.sources import SchemaBrokenError
    from orchestra_compiler.xsd.loading import LoadedSchema


_HINT = "name an XML Schema, or a project's folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A schema that cases are asked of.

    Attributes:
        path: The schema's main file, as the user reaches it from here.
        root: The folder that no file of the schema may lie outside of; None for a schema that belongs to no project.
        roots: The elements that a project's messages may have as root; empty for every global one.
        fleet: Where a project was named.
    """

    path: Path
    root: Path | None = None
    roots: Sequence[str] = ()
    fleet: Fleet | None = None


def subject_of(name: str) -> Subject:
    """Return what an argument names.

    Raises:
        UsageError: There is no such file, or it is not one.
        FindingsError: The project has errors.
    """
    path = Path(name or ".")
    if path.is_dir() and not (path / PROJECT_FILE).is_file():
        raise UsageError(f"{path} holds no {PROJECT_FILE}", _schemas_in(path))
    if path.is_dir() or path.name == PROJECT_FILE:
        return _of_project(path)
    if not path.exists():
        raise UsageError(f"there is no {name}", _near(path))
    if not path.is_file():
        raise UsageError(f"{name} is no regular file", _HINT)
    return Subject(path=path)


def schema_of(subject: Subject) -> LoadedSchema | None:
    """Load the schema; where it is broken, show the finding at its line on standard error and return None.

    Raises:
        UsageError: The file is XML of another kind.
    """
    from orchestra_compiler.xsd.files.sources import SchemaBrokenError
    from orchestra_compiler.xsd.generate import load_alone
    from orchestra_compiler.xsd.loading import load

    try:
        return load_alone(subject.path) if subject.root is None else load(subject.path, subject.root)
    except SchemaBrokenError as error:
        _refuse_other_xml(subject.path)
        _show_broken(subject, error)
        return None


def _of_project(path: Path) -> Subject:
    from orchestra_compiler.cli.common import fleet_of
    from orchestra_compiler.protocol import message
    from orchestra_compiler.protocol.schema import DEFAULT_SCHEMA

    root = find_root(path)
    fleet = fleet_of(str(path))
    protocol = fleet.protocol
    if not protocol.schema:
        return Subject(path=DEFAULT_SCHEMA, root=DEFAULT_SCHEMA.parent, roots=(message.ROOT,), fleet=fleet)
    return Subject(path=root / protocol.schema, root=root, roots=(protocol.root,) * bool(protocol.root), fleet=fleet)


def _near(path: Path) -> str:
    return Names(_names_in(path.parent)).hint(path.name, _HINT)


def _schemas_in(folder: Path) -> str:
    """Return a hint that names the schemas of a folder; the general one where it has none."""
    found = _names_in(folder)
    return f"name one of its schemas: {Names(found).listed()}" if found else _HINT


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".xsd"))  # noqa: PTH208 - names are enough
    except OSError:
        return []


def _refuse_other_xml(path: Path) -> None:
    """Raise a usage error for XML that is no schema: somebody has named the wrong file."""
    from orchestra_compiler.xsd import xml
    from orchestra_compiler.xsd.names import XS

    try:
        root = xml.read_with_lines(path.read_bytes()).root
    except (OSError, xml.XmlError):
        return
    if root.tag != f"{XS}schema":
        raise UsageError(f"{path} is no XML Schema: its root is <{root.tag.rpartition('}')[2]}>", "name the XSD")


def _show_broken(subject: Subject, error: SchemaBrokenError) -> None:
    from orchestra_compiler.cli.common import wants_colour
    from orchestra_compiler.diagnostic import Span
    from orchestra_compiler.findings import MESSAGE_SCHEMA_BROKEN
    from orchestra_compiler.lint.outputs import render

    folder = subject.path.parent if subject.root is None else subject.root
    file = (folder / error.path).as_posix()
    line = max(error.line, 1)
    message = error.message.removeprefix(f"{error.path}:{error.line}: ").removeprefix(f"{error.path}: ")
    try:
        content = Path(file).read_bytes()
    except OSError:
        content = b""
    found = MESSAGE_SCHEMA_BROKEN.at(Span(file, line, 1, line, 1), message, error.hint)
    sys.stderr.write(render((found,), "text", {file: content}, wants_colour(sys.stderr)))
