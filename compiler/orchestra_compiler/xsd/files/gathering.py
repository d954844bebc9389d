"""The walk over the references of a schema's files.

Engines differ in what they do with several files of one imported namespace: so each import of a namespace names the first
of them, which includes the others, where these do not declare the same names again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.files import catalogue
from orchestra_compiler.xsd.files.broken import SchemaBrokenError, shown
from orchestra_compiler.xsd.files.locations import WrongLocationError, find
from orchestra_compiler.xsd.files.schema_file import (
    Declaration,
    Reference,
    ReferenceKind,
    SchemaFile,
    read_schema_file,
    rendered,
)
from orchestra_compiler.xsd.files.schema_text import MAX_BYTES

MAX_FILES = 2_000
MAX_CHAIN = 100
"""How many files may lead to one another in a row; xmlschema follows them by recursion."""


class Unresolved(NamedTuple):
    """An import for which there is no file; legal as long as nothing of it is used. `file` and `line` say where it is."""

    namespace: str
    location: str
    file: str
    line: int


class SchemaDocument(NamedTuple):
    """A file of a schema and its text as engines read it: harmless, every reference resolved."""

    file: SchemaFile
    text: bytes


class _Visit(NamedTuple):
    """A file and the namespace that its declarations are in, which for one without its own is that of who includes it."""

    path: Path
    namespace: str


class Gathering:
    """A walk over references, depth first as the engines do it, without recursion."""

    def __init__(self, main: Path, root: Path | None) -> None:
        self.main = main
        self.root = root
        self.files: dict[Path, SchemaFile] = {}
        self.visits: dict[_Visit, None] = {}
        self.names: dict[str, set[Declaration]] = {}
        self.heads: dict[str, Path] = {}
        self.more: list[_Visit] = []
        self.also: dict[Path, list[Path]] = {}
        self.included: dict[tuple[Path, int], Path] = {}
        self.unresolved: dict[tuple[Path, int], Unresolved] = {}
        self.mismatches: list[tuple[str, SchemaBrokenError]] = []

    def run(self) -> None:
        """Read every file.

        Raises:
            SchemaBrokenError: A file is missing, is no harmless schema, or lies where none may.
        """
        target = self._read(self.main, None).target
        self.heads[target] = self.main
        self._walk(_Visit(self.main, target))
        while self.more:
            visit = self.more.pop(0)
            if visit not in self.visits and not self._collides(visit):
                self.also.setdefault(self.heads[visit.namespace], []).append(visit.path)
                self._walk(visit)
        for namespace, error in self.mismatches:
            if namespace not in self.heads:
                raise error
        self.unresolved = {key: each for key, each in self.unresolved.items() if each.namespace not in self.heads}

    def documents(self) -> Iterator[SchemaDocument]:
        """Yield the files that belong to the schema, the main one first, as engines read them."""
        for file in self.files.values():
            if any(visit.path == file.path for visit in self.visits):
                addresses = [self._address(file, reference) for reference in file.references]
                also = [self.files[each].address for each in self.also.get(file.path, ())]
                yield SchemaDocument(file, rendered(file, addresses, also))

    def _address(self, file: SchemaFile, reference: Reference) -> str | None:
        if reference.kind is ReferenceKind.IMPORT:
            found = self.heads.get(reference.namespace)
        else:
            found = self.included.get((file.path, reference.offset))
        return None if found is None else self.files[found].address

    def _walk(self, start: _Visit) -> None:
        waiting: list[Iterator[_Visit]] = [iter([start])]
        while waiting:
            visit = next(waiting[-1], None)
            if visit is None:
                waiting.pop()
            elif visit not in self.visits:
                self.visits[visit] = None
                self.names.setdefault(visit.namespace, set()).update(self.files[visit.path].declarations)
                waiting.append(self._referred(visit))
                if len(waiting) > MAX_CHAIN:
                    name = self._shown(visit.path)
                    raise SchemaBrokenError(f"more than {MAX_CHAIN} files refer to one another in a row", name)

    def _referred(self, visit: _Visit) -> Iterator[_Visit]:
        file = self.files[visit.path]
        for reference in file.references:
            if reference.kind is not ReferenceKind.IMPORT:
                yield self._inclusion(file, reference, visit.namespace)
            elif reference.namespace != visit.namespace and reference.namespace not in catalogue.BUILT_IN:
                yield from self._imported(file, reference)

    def _inclusion(self, file: SchemaFile, reference: Reference, namespace: str) -> _Visit:
        found = self._find(file, reference)
        if found is None:
            remote = "is not a file of the project" if ":" in reference.location else "does not exist"
            hint = "keep a copy in the project and name that"
            raise self._broken(f"{reference.location!r} {remote}", file, reference, hint)
        target = self._read(found, (file, reference)).target
        if target not in ("", namespace):
            text = f"{reference.location!r} has the target namespace {target!r}, not {namespace!r}"
            raise self._broken(text, file, reference, "import it")
        self.included[file.path, reference.offset] = found
        return _Visit(found, namespace)

    def _imported(self, file: SchemaFile, reference: Reference) -> Iterator[_Visit]:
        namespace = reference.namespace
        found = self._find(file, reference)
        if found is None:
            where = self._shown(file.path), reference.line
            self.unresolved[file.path, reference.offset] = Unresolved(namespace, reference.location, *where)
        elif namespace in self.heads:
            if self.heads[namespace] != found and self._fits(found, file, reference):
                self.more.append(_Visit(found, namespace))
        elif self._fits(found, file, reference):
            self.heads[namespace] = found
            yield _Visit(found, namespace)

    def _fits(self, found: Path, file: SchemaFile, reference: Reference) -> bool:
        target = self._read(found, (file, reference)).target
        if target not in ("", reference.namespace):
            text = f"{reference.location!r} has the target namespace {target!r}, not {reference.namespace!r}"
            self.mismatches.append((reference.namespace, self._broken(text, file, reference)))
            return False
        return True

    def _collides(self, visit: _Visit) -> bool:
        """Return whether a file, or one that it includes, declares again what its namespace already has."""
        known, seen, waiting = self.names[visit.namespace], set[Path](), [visit.path]
        while waiting:
            path = waiting.pop()
            if path in seen or _Visit(path, visit.namespace) in self.visits:
                continue
            seen.add(path)
            file = self.files[path]
            if not known.isdisjoint(file.declarations):
                return True
            for reference in file.references:
                found = None if reference.kind is ReferenceKind.IMPORT else self._find(file, reference)
                if found is not None:
                    self._read(found, (file, reference))
                    waiting.append(found)
        return False

    def _find(self, file: SchemaFile, reference: Reference) -> Path | None:
        try:
            return find(reference, file.path, self.root)
        except WrongLocationError as error:
            raise self._broken(error.message, file, reference, error.hint) from error

    def _read(self, path: Path, origin: tuple[SchemaFile, Reference] | None) -> SchemaFile:
        known = self.files.get(path)
        if known is not None:
            return known
        name = self._shown(path)
        if len(self.files) >= MAX_FILES:
            raise SchemaBrokenError(f"the schema has more than {MAX_FILES} files", self._shown(self.main))
        try:
            raw = _bytes(path)
            file = self.files[path] = read_schema_file(path, raw)
        except OSError as error:
            text = f"the message schema cannot be read: {error.strerror}"
            raise (self._broken(text, *origin) if origin else SchemaBrokenError(text, name)) from error
        except xml.XmlError as error:
            text = error.message.removeprefix(f"line {error.line}: ")
            raise SchemaBrokenError(text, name, error.line, error.hint) from error
        return file

    def _broken(self, text: str, file: SchemaFile, reference: Reference, hint: str = "") -> SchemaBrokenError:
        return SchemaBrokenError(text, self._shown(file.path), reference.line, hint)

    def _shown(self, path: Path) -> str:
        return shown(path, self.root or self.main.parent)


def _bytes(path: Path) -> bytes:
    """Return a file's content, of one that is a file and not too large; a pipe would never end."""
    size = path.stat().st_size
    if not path.is_file():
        raise IsADirectoryError(0, "it is no file")
    if size > MAX_BYTES:
        raise xml.HostileXmlError(f"the file has {size} bytes, the most is {MAX_BYTES}")
    return path.read_bytes()
