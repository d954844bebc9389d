"""A schema file as harmless text: any common encoding, and a document type declaration that opens nothing.

Schemas are the developer's own files, and real ones are older and odder than messages: in ISO-8859-1 or UTF-16, with the
`<!DOCTYPE` of XML Signature, with entities for namespaces. What comes back is UTF-8 without any of that, every line where
it was. External subsets and entities are never opened, parameter entities never expanded, and all entities together may
add no more than `MAX_EXPANSION` characters: expat's own protection begins only at 8 MB.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING
from xml.parsers import expat

from orchestra_compiler.patterns import pattern
from orchestra_compiler.xsd.xml import HostileXmlError, MalformedXmlError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 200
MAX_EXPANSION = 1024 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"))
_DECLARATION = pattern(r"<\?xml\s[^>]*?\?>")
_ENCODING = pattern(r"""encoding\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_READABLE = pattern(
    r"utf-8|utf-16-[bl]e|ascii|iso8859-\d+|cp125\d|cp437|cp850|koi8-[ru]|mac-roman|shift_jis|euc_(?:jp|kr)|gb2312|gbk|gb18030|big5"
)
_REFERENCE = pattern(r"&([^#;&\s][^;&\s]*);")


def harmless(raw: bytes) -> bytes:
    """Return a schema file as UTF-8 without byte order mark, encoding declaration and document type, on the same lines.

    Raises:
        HostileXmlError: It is too large, expands too much, or refers to an external entity.
        MalformedXmlError: Its encoding is unknown or not what it says, or its document type is not XML.
    """
    if len(raw) > MAX_BYTES:
        raise HostileXmlError(f"the file has {len(raw)} bytes, the most is {MAX_BYTES}")
    text = _decoded(raw)
    found = _DECLARATION.match(text)
    if found:
        text = "\n" * found.group().count("\n") + text[found.end() :]
    plain = text.encode()
    return _Expansion(plain).run() if b"<!DOCTYPE" in plain else plain


def _decoded(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _text(raw[len(mark) :], encoding)
    for start, encoding in _UNMARKED:
        if raw.startswith(start):
            return _text(raw, encoding)
    declared = _DECLARATION.match(raw[:200].decode("latin-1"))
    named = _ENCODING.search(declared.group()) if declared else None
    return _text(raw, (named.group(1) or named.group(2) or "") if named else "utf-8")


def _text(raw: bytes, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    if not (_READABLE.fullmatch(name)):
        raise MalformedXmlError(f"the encoding {encoding[:40]!r} is not accepted", 1, "save it as UTF-8")
    try:
        text = raw.decode(name)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise MalformedXmlError(f"a byte is not in the encoding {encoding[:40]!r}", line, "save it as UTF-8") from error
    return text


class _Expansion:
    """Writes a document anew while expat reads it, with entities and default attributes in their places."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain
        self.most = len(plain) + MAX_EXPANSION
        self.entities: dict[str, str] = {}
        self.parts: list[str] = []
        self.size = 0
        self.line = 1
        self.open = False
        self.depth = 0
        parser = self.parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.EntityDeclHandler = self.entity
        parser.EndDoctypeDeclHandler = self.doctype_ends
        parser.ExternalEntityRefHandler = self.external
        parser.SkippedEntityHandler = self.skipped
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.CommentHandler = lambda data: self.write(f"<!--{data}-->")

    def run(self) -> bytes:
        try:
            self.parser.Parse(self.plain, True)
        except expat.ExpatError as error:
            raise MalformedXmlError(expat.ErrorString(error.code) or "not XML", error.lineno) from error
        return "".join(self.parts).encode()

    def refuse(self, message: str) -> HostileXmlError:
        return HostileXmlError(message, self.parser.CurrentLineNumber)

    def write(self, text: str) -> None:
        """Write, on the line where the parser is: a tag left open takes the missing line ends inside of it."""
        missing = max(0, self.parser.CurrentLineNumber - self.line)
        piece = "\n" * missing + (">" if self.open else "") + text
        self.open = False
        self.line += piece.count("\n")
        self.size += len(piece)
        if self.size > self.most:
            raise self.refuse(f"its entities add more than {MAX_EXPANSION} characters")
        self.parts.append(piece)

    def entity(self, name: str, parameter: int, value: str | None, *_: object) -> None:
        if not parameter and value is not None:
            self.entities.setdefault(name, value)

    def doctype_ends(self) -> None:
        sizes: dict[str, int] = {}
        for name in self.entities:
            if _expanded_size(name, self.entities, sizes, 0) > MAX_EXPANSION:
                raise self.refuse(f"the entity {name[:40]!r} expands to more than {MAX_EXPANSION} characters")

    def external(self, *_: object) -> int:
        raise self.refuse("a reference to an external entity is not accepted")

    def skipped(self, name: str, parameter: int) -> None:
        if not parameter:
            raise MalformedXmlError(f"the entity {name[:40]!r} is not declared here", self.parser.CurrentLineNumber)

    def start(self, name: str, attributes: list[str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refuse(f"elements nest deeper than {MAX_DEPTH}")
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        self.write(f"<{name}" + "".join(f" {key}={quoted(value)}" for key, value in pairs))
        self.open = True

    def end(self, name: str) -> None:
        self.write(f"</{name}>")
        self.depth -= 1

    def text(self, data: str) -> None:
        written = self.plain[self.parser.CurrentByteIndex : self.parser.CurrentByteIndex + 1]
        text = escaped(data)
        self.write(text.replace("\n", "&#10;") if written == b"&" else text)  # no line ends of entities' own


def escaped(text: str) -> str:
    """Return a text as XML writes it between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(value: str) -> str:
    """Return an attribute's value as XML writes it, in quotes, such that no parser changes its spaces."""
    value = escaped(value).replace('"', "&quot;")
    return '"' + value.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;") + '"'


def _expanded_size(name: str, entities: Mapping[str, str], sizes: dict[str, int], depth: int) -> int:
    """Return how long an entity is with all that it refers to; one that holds itself is as good as endless."""
    if name not in sizes:
        if depth > MAX_DEPTH:
            return MAX_EXPANSION + 1
        sizes[name] = MAX_EXPANSION + 1
        value = entities.get(name, "")
        inner = (_expanded_size(each, entities, sizes, depth + 1) for each in _REFERENCE.findall(value))
        sizes[name] = len(value) + sum(inner)
    return sizes[name]
