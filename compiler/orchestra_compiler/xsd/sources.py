"""Which files make up a message schema, found before any engine opens one.

Each file is screened like any other XML, and every place it names must be a file below the project's root: so neither
engine ever follows a reference out of the project or onto the network.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from orchestra_compiler.errors import MessageError
from orchestra_compiler.xsd import xml

XS = "{http://www.w3.org/2001/XMLSchema}"
_VERSIONING = "{http://www.w3.org/2007/XMLSchema-versioning}minVersion"
_IMPORT = f"{XS}import"
_REFERENCES = (_IMPORT, f"{XS}include", f"{XS}redefine", f"{XS}override")
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:|//")


class SchemaBrokenError(MessageError):
    """The message schema cannot be used.

    Attributes:
        path: The file at fault, as the project spells it.
        line: From 1; 0 where unknown.
    """

    def __init__(self, message: str, path: str, line: int = 0, hint: str = "") -> None:
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}", hint)
        self.path = path
        self.line = line


@dataclass(frozen=True, slots=True)
class SchemaSources:
    """The files of one schema.

    Attributes:
        files: The main file first, the others sorted.
        remote: Whether an import names a place on the network; xmlschema knows the common ones by heart.
        xsd11: Whether the schema asks for XSD 1.1, which lxml does not know.
    """

    files: tuple[Path, ...]
    remote: bool = False
    xsd11: bool = False


def gather(path: Path, root: Path) -> SchemaSources:
    """Return the files that a schema consists of.

    Raises:
        SchemaBrokenError: A file is missing, is not harmless XML, or lies outside the root.
    """
    if not path.resolve().is_relative_to(root.resolve()):
        raise SchemaBrokenError("the message schema lies outside the project", path.name)
    waiting, seen, remote, xsd11 = [path], set[Path](), False, False
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        tree = _read(current, root)
        xsd11 = xsd11 or _asks_for_11(tree)
        for reference in (each for tag in _REFERENCES for each in tree.root.iter(tag)):
            location = (reference.get("schemaLocation") or "").strip()
            if not _REMOTE.match(location):
                waiting.extend([_local(location, current, root, tree.lines[reference])] if location else [])
            elif reference.tag == _IMPORT:
                remote = True
            else:
                place = (shown(current, root), tree.lines[reference])
                hint = "keep a copy in the project and name that"
                raise SchemaBrokenError(f"{location!r} is not a file of the project", *place, hint)
    return SchemaSources((path, *sorted(seen - {path})), remote, xsd11)


def shown(path: Path, root: Path) -> str:
    """Return a file's path as the project spells it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _read(path: Path, root: Path) -> xml.Tree:
    name = shown(path, root)
    try:
        tree = xml.read_with_lines(path.read_bytes())
    except OSError as error:
        raise SchemaBrokenError(f"the message schema cannot be read: {error.strerror}", name) from error
    except xml.XmlError as error:
        raise SchemaBrokenError(error.message, name, error.line, error.hint) from error
    if tree.root.tag != f"{XS}schema":
        raise SchemaBrokenError("this is not an XML Schema: its root is not xs:schema", name, tree.lines[tree.root])
    return tree


def _asks_for_11(tree: xml.Tree) -> bool:
    return tree.root.get(_VERSIONING, "").strip() == "1.1"


def _local(location: str, base: Path, root: Path, line: int) -> Path:
    from urllib.parse import unquote

    target = Path(os.path.normpath(base.parent / unquote(location.strip())))
    name = shown(base, root)
    if not target.resolve().is_relative_to(root.resolve()):
        raise SchemaBrokenError(f"{location!r} lies outside the project", name, line)
    if not target.is_file():
        raise SchemaBrokenError(f"{location!r} does not exist", name, line)
    return target
