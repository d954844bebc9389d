"""XML is hostile until proven harmless: every document passes here before any other code sees it.

`screen` lets expat read the whole document once. A DTD (and with it every entity and external subset), an encoding
other than UTF-8, an external reference, or more depth, attributes or namespaces than a message can need is refused
with its line. What comes back is plain UTF-8 that any parser may read without risk.

What is plain from the bytes is refused before expat sees them: size, another encoding, a `<!DOCTYPE` in front of the root,
more tags, marks or attributes of one element than the limits. Handlers that count cost time, so they are hung up only
where the bytes say that a limit could be reached: a document with two hundred `<` cannot nest deeper than that.

For bulk, `plain_bytes` passes what cannot be hostile by its bytes alone, without a parse. It may still be no XML: that is
for the parser of whoever judges it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from orchestra_compiler.xsd.xml_bytes import (
    MAX_ATTRIBUTES,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_NAME,
    MAX_NAMESPACES,
    MOST_PLAIN,
    XINCLUDE,
    check_bytes,
    doctype_refused,
    plain_bytes,
    utf8,
)
from orchestra_compiler.xsd.xml_errors import HostileXmlError, MalformedXmlError, XmlError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = [
    "MAX_ATTRIBUTES",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_ELEMENTS",
    "MAX_NAMESPACES",
    "HostileXmlError",
    "MalformedXmlError",
    "Tree",
    "XmlError",
    "plain_bytes",
    "read",
    "read_with_lines",
    "screen",
    "tree_with_lines",
    "unfit_character",
]

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed document and the line on which each of its elements starts."""

    root: Element
    lines: dict[Element, int]


def unfit_character(text: str) -> str | None:
    """Return the first character of a text that XML 1.0 cannot carry, or None."""
    found = _NOT_XML.search(text)
    return found.group() if found else None


def screen(document: str | bytes) -> bytes:
    """Return a harmless document as UTF-8 without a byte order mark.

    Raises:
        HostileXmlError, MalformedXmlError: It is not let in.
    """
    raw = utf8(document)
    check_bytes(raw)
    _parse(raw, _Guard(raw))
    return raw


def read(document: str | bytes) -> Element:
    """Return the root of a harmless document.

    Raises:
        HostileXmlError, MalformedXmlError: It is not let in.
    """
    from xml.etree.ElementTree import fromstring

    return fromstring(screen(document))  # noqa: S314 - screened


def read_with_lines(document: str | bytes) -> Tree:
    """Return a harmless document with its elements' lines; slower than `read`, for documents that are to be explained.

    Raises:
        HostileXmlError, MalformedXmlError: It is not let in.
    """
    return tree_with_lines(screen(document))


def tree_with_lines(raw: bytes) -> Tree:
    """Return XML that was screened already with its elements' lines."""
    from xml.etree.ElementTree import TreeBuilder

    builder = TreeBuilder()
    lines: dict[Element, int] = {}
    parser = expat.ParserCreate("utf-8", "}")
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        known = {_expanded(key): value for key, value in attributes.items()}
        lines[builder.start(_expanded(name), known)] = parser.CurrentLineNumber

    def end(name: str) -> None:
        builder.end(_expanded(name))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.Parse(raw, True)
    return Tree(builder.close(), lines)


def _expanded(name: str) -> str:
    """Return expat's `uri}name` the way ElementTree spells it."""
    return "{" + name if "}" in name else name


class _Guard:
    """The handlers that refuse; `parser` is set before the first of them is called."""

    parser: expat.XMLParserType

    def __init__(self, raw: bytes) -> None:
        self.counts = raw.count(b"<") > MAX_DEPTH or raw.count(b"=") > MAX_ATTRIBUTES or len(raw) > MOST_PLAIN
        self.depth = 0
        self.elements = 0
        self.namespaces = 0

    def hang_up(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartNamespaceDeclHandler = self.namespace
        parser.ProcessingInstructionHandler = self.instruction
        if self.counts:
            parser.ordered_attributes = True
            parser.StartElementHandler = self.start
            parser.EndElementHandler = self.end

    def refuse(self, message: str, hint: str = "") -> HostileXmlError:
        return HostileXmlError(message, self.parser.CurrentLineNumber, hint)

    def declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0":
            raise MalformedXmlError(f"XML {version[:10]} is not accepted", 1, "declare version 1.0")
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
            raise self.refuse(f"the encoding {encoding[:40]!r} is not accepted", "declare and use UTF-8")

    def doctype(self, *_: object) -> None:
        raise doctype_refused(self.parser.CurrentLineNumber)

    def namespace(self, _prefix: str | None, uri: str | None) -> None:
        self.namespaces += 1
        if self.namespaces > MAX_NAMESPACES:
            raise self.refuse(f"more than {MAX_NAMESPACES} namespace declarations")
        if self.counts and uri is not None and len(uri) > MAX_NAME:  # every name in it carries it along
            raise self.refuse(f"a namespace of more than {MAX_NAME} characters")
        if uri == XINCLUDE:
            raise self.refuse("an inclusion of other documents (XInclude) is not accepted")

    def instruction(self, target: str, _data: str) -> None:
        if target.lower().startswith("xml-"):
            raise self.refuse(f"a reference to another document (<?{target[:40]}?>) is not accepted")

    def start(self, name: str, attributes: list[str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise self.refuse(f"elements nest deeper than {MAX_DEPTH}")
        if self.elements > MAX_ELEMENTS:
            raise self.refuse(f"more than {MAX_ELEMENTS} elements")
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            raise self.refuse(f"an element with more than {MAX_ATTRIBUTES} attributes")
        if len(name) > 2 * MAX_NAME or any(len(each) > 2 * MAX_NAME for each in attributes[::2]):  # with the namespace
            raise self.refuse(f"a name of more than {2 * MAX_NAME} characters")

    def end(self, _name: str) -> None:
        self.depth -= 1


def _parse(raw: bytes, guard: _Guard) -> None:
    parser = expat.ParserCreate("utf-8", "}")
    guard.hang_up(parser)
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise MalformedXmlError(expat.ErrorString(error.code) or "not XML", error.lineno) from error
    except ValueError as error:  # expat hands over a name that is not a str
        raise MalformedXmlError(str(error), parser.CurrentLineNumber) from error
