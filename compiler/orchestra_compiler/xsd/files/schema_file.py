"""One file of a schema: what it refers to and declares, the lines of its elements, and its text as engines read it.

Engines get a file with every reference already resolved: `schemaLocation` holds the absolute address of a file that was
read, or is not there. So they neither search nor disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from orchestra_compiler.patterns import pattern
from orchestra_compiler.xsd.files.schema_text import MAX_DEPTH, harmless, quoted
from orchestra_compiler.xsd.names import XS
from orchestra_compiler.xsd.xml import HostileXmlError, MalformedXmlError

MAX_ELEMENTS = 300_000
MAX_NAMES = 60_000
MAX_ATTRIBUTES = 256
_LONGEST_TAG = 100_000

_VERSIONING = "{http://www.w3.org/2007/XMLSchema-versioning}minVersion"
_NEW_IN_11 = frozenset(
    XS + name for name in ("assert", "assertion", "alternative", "override", "openContent", "defaultOpenContent")
) | {f"{XS}explicitTimezone"}
_NOTES = f"{XS}annotation"
_TAG = pattern(r"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_LOCATION = pattern(r"""\sschemaLocation\s*=\s*(?:"[^"]*"|'[^']*')""")


class ReferenceKind(StrEnum):
    """How one file of a schema brings in another."""

    IMPORT = "import"
    INCLUDE = "include"
    REDEFINE = "redefine"
    OVERRIDE = "override"


class Reference(NamedTuple):
    """A file's reference to another.

    Attributes:
        kind: Import, include, redefine or override.
        namespace: What an import brings in; empty where it has none.
        location: As written, stripped; empty where there is none.
        line: From 1.
        offset: The byte of the text at which its tag begins.
    """

    kind: ReferenceKind
    namespace: str
    location: str
    line: int
    offset: int


class Declaration(NamedTuple):
    """What a file declares for everyone: `kind` is the XSD element, such as `complexType`."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFile:
    """One file of a schema, read and harmless.

    Attributes:
        path: Where it was read.
        text: UTF-8 without document type; its lines are the file's.
        target: Its target namespace; empty where it has none.
        references: In document order.
        declarations: What it declares at its top.
        xsd11: Whether it asks for XSD 1.1 or uses what only that knows.
        root_end: The byte behind the root's start tag; 0 where the root is empty.
    """

    path: Path
    text: bytes
    target: str
    references: tuple[Reference, ...]
    declarations: frozenset[Declaration]
    xsd11: bool
    root_end: int

    @property
    def address(self) -> str:
        """The file as a URL, the same for every engine."""
        return self.path.as_uri()


class NoSchemaError(MalformedXmlError):
    """The file is XML, but no XML Schema."""


def read_schema_file(path: Path, raw: bytes) -> SchemaFile:
    """Return a file of a schema.

    Raises:
        XmlError: It is not harmless XML, or no XML Schema; with the line.
        OSError: It cannot be read.
    """
    _check_size(raw)
    text = harmless(raw)
    if len(text) != len(raw):  # it was in another encoding, or had entities
        _check_size(text)
    outline = _Outline(text)
    outline.run()
    return SchemaFile(
        path=path,
        text=text,
        target=outline.target,
        references=tuple(outline.references),
        declarations=frozenset(outline.declarations),
        xsd11=outline.xsd11,
        root_end=_tag_end(text, outline.root_offset),
    )


def _check_size(text: bytes) -> None:
    if text.count(b"name=") > MAX_NAMES:
        raise HostileXmlError(f"more than {MAX_NAMES} declarations")
    if text.count(b"<") - text.count(b"</") - text.count(b"<!") > MAX_ELEMENTS:
        raise HostileXmlError(f"more than {MAX_ELEMENTS} elements")


def _tag_end(text: bytes, offset: int) -> int:
    tag = _tag_at(text, offset)
    return 0 if not tag or tag.endswith("/>") else offset + len(tag.encode())


def _tag_at(text: bytes, offset: int) -> str:
    found = _TAG.match(text[offset : offset + _LONGEST_TAG].decode(errors="ignore"))
    return found.group() if found else ""


class _Outline:
    """Collects while expat reads; what stands in annotations is prose."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.target = ""
        self.references: list[Reference] = []
        self.declarations: list[Declaration] = []
        self.xsd11 = False
        self.root_offset = 0
        self.depth = 0
        self.notes = 0
        self.parser = expat.ParserCreate("utf-8", "}")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def run(self) -> None:
        try:
            self.parser.Parse(self.text, True)
        except expat.ExpatError as error:
            raise MalformedXmlError(expat.ErrorString(error.code) or "not XML", error.lineno) from error

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.check(attributes)
        tag = "{" + name if "}" in name else name
        if self.depth == 1:
            self.root(tag, attributes)
        if self.notes or tag == _NOTES:
            self.notes += 1
            return
        self.xsd11 = self.xsd11 or tag in _NEW_IN_11
        if self.depth == 2 and tag.startswith(XS):  # noqa: PLR2004 - a child of the root
            self.child(tag.removeprefix(XS), attributes)

    def end(self, _name: str) -> None:
        self.depth -= 1
        self.notes = max(0, self.notes - 1)

    def check(self, attributes: Mapping[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        if self.depth > MAX_DEPTH:
            raise HostileXmlError(f"elements nest deeper than {MAX_DEPTH}", line)
        if len(attributes) > MAX_ATTRIBUTES:
            raise HostileXmlError(f"an element with more than {MAX_ATTRIBUTES} attributes", line)

    def root(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag != f"{XS}schema":
            line = self.parser.CurrentLineNumber
            raise NoSchemaError("this is not an XML Schema: its root is not xs:schema", line)
        self.target = attributes.get("targetNamespace", "").strip()
        self.root_offset = self.parser.CurrentByteIndex
        self.xsd11 = attributes.get(_VERSIONING.removeprefix("{"), "").strip() == "1.1"

    def child(self, kind: str, attributes: Mapping[str, str]) -> None:
        if kind in set(ReferenceKind):
            line, offset = self.parser.CurrentLineNumber, self.parser.CurrentByteIndex
            space = attributes.get("namespace", "").strip()
            location = attributes.get("schemaLocation", "").strip()
            self.references.append(Reference(ReferenceKind(kind), space, location, line, offset))
        elif "name" in attributes:
            self.declarations.append(Declaration(kind.replace("simpleType", "complexType"), attributes["name"].strip()))


def rendered(file: SchemaFile, addresses: Sequence[str | None], also: Sequence[str] = ()) -> bytes:
    """Return a file's text for the engines.

    Args:
        file: The file.
        addresses: For each of its references the address of the file meant, None where there is none.
        also: Addresses of further files to include.
    """
    parts: list[bytes] = []
    done = 0
    for start, end, piece in sorted(_changes(file, addresses, also)):
        parts += [file.text[done:start], piece]
        done = end
    return b"".join([*parts, file.text[done:]])


def _changes(
    file: SchemaFile, addresses: Sequence[str | None], also: Sequence[str]
) -> Iterator[tuple[int, int, bytes]]:
    """Yield what to replace: first byte, the byte behind the last, the new text."""
    if also and file.root_end:
        extra = "".join(f'<include xmlns="{XS[1:-1]}" schemaLocation={quoted(each)}/>' for each in also)
        yield file.root_end, file.root_end, extra.encode()
    for reference, address in zip(file.references, addresses, strict=True):
        tag = _tag_at(file.text, reference.offset)
        if tag:
            itself = address == file.address and reference.kind is ReferenceKind.INCLUDE and tag.endswith("/>")
            written = _annotation(tag) if itself else _relocated(tag, address)
            yield reference.offset, reference.offset + len(tag.encode()), written.encode()


def _annotation(tag: str) -> str:
    """Return what may stand where a file includes itself, which adds nothing and which libxml2 refuses."""
    prefix, colon, _ = tag[1:].split(maxsplit=1)[0].rpartition(":")
    return "\n" * tag.count("\n") + f"<{prefix}{colon}annotation/>"


def _relocated(tag: str, address: str | None) -> str:
    bare = _LOCATION.sub(lambda found: "\n" * found.group().count("\n"), tag)
    if address is None:
        return bare
    return re.sub(r"\s*/?>$", lambda end: f" schemaLocation={quoted(address)}{end.group()}", bare)
