"""The file that a reference of a schema leads to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from orchestra_compiler.errors import MessageError
from orchestra_compiler.patterns import pattern
from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.files import catalogue
from orchestra_compiler.xsd.files.schema_file import Reference, ReferenceKind, read_schema_file
from orchestra_compiler.xsd.files.schema_text import MAX_BYTES

_REMOTE = pattern(r"[A-Za-z][A-Za-z0-9+.\-]+:|//")
_RELATIVE_URL = pattern(r"^[Ff][Ii][Ll][Ee]:(?=[^/\\])")
"""`file:x.xsd`, which means no more than `x.xsd`."""
_ABSOLUTE = pattern(r"[/\\]|[A-Za-z]:")
_MOST_ENTRIES = 5_000
"""How many files and folders are looked through for a copy of a schema on the network."""


class WrongLocationError(MessageError):
    """A reference leads to where no schema may look."""


def find(reference: Reference, base: Path, root: Path | None) -> Path | None:
    """Return the file that a reference in `base` means, or None where there is none.

    Raises:
        WrongLocationError: It is an absolute path or leads out of the root.
    """
    location = _RELATIVE_URL.sub("", reference.location)
    imported = reference.kind is ReferenceKind.IMPORT
    known = catalogue.by_namespace(reference.namespace) if imported else None
    if not location:
        return known
    if location.lower().startswith("file:"):
        raise WrongLocationError(f"{location!r} is not a file of the project", "name it by a relative path")
    if _REMOTE.match(location):
        published = catalogue.by_address(location)
        if published is not None and (published == known or not imported):
            return published
        return _copy(reference, base) or known
    if any(_ABSOLUTE.match(each) for each in _spellings(location)):
        raise WrongLocationError(f"{location!r} is absolute and lies outside the project", "name it by a relative path")
    return _on_disk(location, base, root) or known


def _on_disk(location: str, base: Path, root: Path | None) -> Path | None:
    for written in _spellings(location):
        target = Path(os.path.normpath(base.parent / written))
        if not (_inside(target, root) or (catalogue.holds(base) and catalogue.holds(target))):
            raise WrongLocationError(f"{location!r} lies outside the project")
        if target.is_file():
            return target
    return None


def _inside(target: Path, root: Path | None) -> bool:
    return root is None or target.resolve().is_relative_to(root.resolve())


def _spellings(location: str) -> Iterator[str]:
    """Yield what a location may mean: as it is, decoded, without fragment, with slashes the right way."""
    from urllib.parse import unquote

    plain = location if "\x00" not in unquote(location) else ""
    yield from dict.fromkeys(
        each
        for written in (plain, plain.partition("#")[0], plain.replace("\\", "/"))
        for each in (written, unquote(written))
        if each
    )


def _copy(reference: Reference, base: Path) -> Path | None:
    """Return a file at or below the folder that has the same name as one on the network, and the right namespace."""
    name = reference.location.partition("#")[0].partition("?")[0].rpartition("/")[2]
    if not name or name == base.name:
        return None
    return next((path for path in _named(name, base.parent) if _fits(path, reference)), None)


def _named(name: str, folder: Path) -> Iterator[Path]:
    left = _MOST_ENTRIES
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each != "node_modules")
        left -= len(folders) + len(files)
        if left < 0:
            return
        path = Path(place, name)
        if name in files and path.is_file() and not path.is_symlink():
            yield path


def _fits(path: Path, reference: Reference) -> bool:
    try:
        if path.stat().st_size > MAX_BYTES:
            return False
        target = read_schema_file(path, path.read_bytes()).target
    except (OSError, xml.XmlError):
        return False
    return reference.kind is not ReferenceKind.IMPORT or target == reference.namespace
