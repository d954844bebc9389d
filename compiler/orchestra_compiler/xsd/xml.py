"""XML is hostile until proven harmless: every document passes here before any other code sees it.

`screen` lets expat read the whole document once. A DTD (and with it every entity and external subset), an encoding
other than UTF-8, an external reference, or more depth, attributes or namespaces than a message can need is refused
with its line. What comes back is plain UTF-8 that any parser may read without risk.

Handlers that count elements cost time, so they are hung up only where a look at the bytes says that a limit could be
reached: a document with two hundred `<` cannot nest deeper than that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from orchestra_compiler.errors import MessageError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 200
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 256
MAX_NAMESPACES = 256

_BOM = b"\xef\xbb\xbf"
_FOREIGN_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00\x00", b"+/v", b"\x4c\x6f\xa7\x94")
"""How documents in UTF-16, UTF-32, UTF-7 and EBCDIC begin."""

_XINCLUDE = "http://www.w3.org/2001/XInclude"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class XmlError(MessageError):
    """A document that is not let in; `line` counts from 1, 0 where unknown."""

    rule = "malformed-xml"

    def __init__(self, message: str, line: int = 0, hint: str = "") -> None:
        super().__init__(f"line {line}: {message}" if line else message, hint)
        self.line = line


class HostileXmlError(XmlError):
    """The document holds what no message needs and attacks are made of."""

    rule = "hostile-xml"


class MalformedXmlError(XmlError):
    """The document is not well-formed XML in UTF-8."""


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
    raw = _utf8(document)
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
    from xml.etree.ElementTree import TreeBuilder

    raw = screen(document)
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


def _utf8(document: str | bytes) -> bytes:
    if isinstance(document, str):
        try:
            raw = document.encode()
        except UnicodeEncodeError as error:
            raise MalformedXmlError("the text holds half a surrogate pair, which XML cannot carry") from error
    else:
        raw = document
    if len(raw) > MAX_BYTES:
        raise HostileXmlError(f"the document has {len(raw)} bytes, the most is {MAX_BYTES}")
    raw = raw.removeprefix(_BOM)
    if raw.startswith(_FOREIGN_MARKS):
        raise HostileXmlError("the document is not in UTF-8", 1, "save it as UTF-8")
    return raw


class _Guard:
    """The handlers that refuse; `parser` is set before the first of them is called."""

    parser: expat.XMLParserType

    def __init__(self, raw: bytes) -> None:
        self.counts = raw.count(b"<") > MAX_DEPTH or raw.count(b"=") > MAX_ATTRIBUTES
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
        raise self.refuse("a document type declaration is not accepted", "remove <!DOCTYPE ...> and its entities")

    def namespace(self, _prefix: str | None, uri: str | None) -> None:
        self.namespaces += 1
        if self.namespaces > MAX_NAMESPACES:
            raise self.refuse(f"more than {MAX_NAMESPACES} namespace declarations")
        if uri == _XINCLUDE:
            raise self.refuse("an inclusion of other documents (XInclude) is not accepted")

    def instruction(self, target: str, _data: str) -> None:
        if target.lower().startswith("xml-"):
            raise self.refuse(f"a reference to another document (<?{target[:40]}?>) is not accepted")

    def start(self, _name: str, attributes: list[str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise self.refuse(f"elements nest deeper than {MAX_DEPTH}")
        if self.elements > MAX_ELEMENTS:
            raise self.refuse(f"more than {MAX_ELEMENTS} elements")
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            raise self.refuse(f"an element with more than {MAX_ATTRIBUTES} attributes")

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
