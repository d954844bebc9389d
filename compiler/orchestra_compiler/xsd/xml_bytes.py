"""What is plain from a document's bytes, before any parser sees them.

The limits are those of a message: no agent needs more. Looks at bytes are cheap, a pass over a megabyte is well under a
millisecond; so whatever can be refused here is.
"""

from __future__ import annotations

import re
from functools import cache

from orchestra_compiler.xsd.xml_errors import HostileXmlError, MalformedXmlError

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 200
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 256
MAX_NAMESPACES = 256
MAX_NAME = 1_000
"""The longest namespace; a name together with its namespace may be twice as long."""
MAX_MARKS = 100_000
"""The most comments, CDATA sections, processing instructions, and the most references to characters."""

MOST_PLAIN = 65_536
_MOST_IN_FRONT = 1_000
_BOM = b"\xef\xbb\xbf"
_FOREIGN_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00\x00", b"+/v", b"\x4c\x6f\xa7\x94")
"""How documents in UTF-16, UTF-32, UTF-7 and EBCDIC begin."""

XINCLUDE = "http://www.w3.org/2001/XInclude"
_XINCLUDE = XINCLUDE.encode()


@cache
def _declaration() -> re.Pattern[bytes]:
    return re.compile(
        rb"""<\?xml\s+version\s*=\s*["']1\.0["'](?:\s+encoding\s*=\s*["']utf-?8["'])?\s*\?>""", re.IGNORECASE
    )


@cache
def _crowded() -> re.Pattern[bytes]:
    """Return what finds a possible tag of more than 256 attributes: each takes four bytes, and no `<` is in any."""
    return re.compile(rb"<[^<]{1024,}")


@cache
def _long_name() -> re.Pattern[bytes]:
    """Return what finds an element or the first of its attributes with a name of many bytes; handlers see the others."""
    return re.compile(rb"""<[^\s<>/!?]{1,%d}+(?:[^\s<>/]|\s+[^\s<>="'/]{%d})""" % (4 * MAX_NAME, 4 * MAX_NAME))


@cache
def _attributes() -> re.Pattern[bytes]:
    attribute = rb"""\s+[^\s<>"'=]+\s*=\s*(?:"[^"<]*"|'[^'<]*')"""
    return re.compile(rb"""<[^\s<>"'=/]+(?:%s){%d}""" % (attribute, MAX_ATTRIBUTES + 1))


@cache
def _foreign_name() -> re.Pattern[bytes]:
    """Return what finds names that are not ASCII: which of them are names at all, parsers see by different editions."""
    return re.compile(rb"""<(?:[^<>"'\x80-\xff]|"[^"<]*"|'[^'<]*')*[\x80-\xff]""")


def utf8(document: str | bytes) -> bytes:
    """Return a document in UTF-8 without a byte order mark.

    Raises:
        HostileXmlError, MalformedXmlError: It is too large, in another encoding, or half a character.
    """
    if isinstance(document, str):
        if len(document) > MAX_BYTES:
            raise HostileXmlError(f"the document has {len(document)} characters, the most is {MAX_BYTES} bytes")
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


def plain_bytes(document: str | bytes) -> bytes | None:
    """Return a document that cannot be hostile by its bytes alone, or None where only `screen` can tell.

    It may be malformed: this is for judges that read strictly themselves, in bulk.

    Raises:
        HostileXmlError, MalformedXmlError: It is too large, in another encoding, or half a character.
    """
    raw = utf8(document)
    declared = _declaration().match(raw)
    start = declared.end() if declared else 0
    if (
        len(raw) > MOST_PLAIN
        or (len(raw) - len(raw.translate(None, b"<=")) > MAX_DEPTH and _may_reach_limits(raw))
        or (raw.find(b"?", start) >= 0 and raw.find(b"<?", start) >= 0)
        or (b"!" in raw and b"<!" in raw)
        or _XINCLUDE in raw
        or not raw[start : start + 80].lstrip().startswith(b"<")
        or not (raw.isascii() or _foreign_name().search(raw) is None)
    ):
        return None
    return raw


def _may_reach_limits(raw: bytes) -> bool:
    """Return whether elements may nest too deeply, each with a tag to end it, or have too much of anything."""
    return raw.count(b"<") > 2 * MAX_DEPTH or raw.count(b"=") > MAX_ATTRIBUTES or max(map(len, raw.split())) > MAX_NAME


def check_bytes(raw: bytes) -> None:
    """Refuse what is hostile for certain, before it is parsed.

    Raises:
        HostileXmlError: As soon as it is plain.
    """
    tags = raw.count(b"<")
    if tags > MAX_DEPTH:
        marks, instructions = raw.count(b"<!"), raw.count(b"<?")
        if marks + instructions > MAX_MARKS:
            raise HostileXmlError(f"more than {MAX_MARKS} comments, CDATA sections and processing instructions")
        if tags - marks - instructions - raw.count(b"</") > MAX_ELEMENTS:
            raise HostileXmlError(f"more than {MAX_ELEMENTS} elements")
    if len(raw) > 4 * MAX_MARKS and raw.count(b"&") > MAX_MARKS:
        raise HostileXmlError(f"more than {MAX_MARKS} references to characters")
    if len(raw) > MOST_PLAIN and (found := _long_name().search(raw)):
        line = raw.count(b"\n", 0, found.start()) + 1
        raise HostileXmlError(f"a name of more than {4 * MAX_NAME} characters", line)
    doctype = raw.find(b"<!DOCTYPE")
    if doctype >= 0 and _opens(raw, doctype):
        raise doctype_refused(raw.count(b"\n", 0, doctype) + 1)
    if raw.count(b"=") > MAX_ATTRIBUTES:
        for found in _crowded().finditer(raw):
            if _attributes().match(raw, found.start(), found.end()):
                line = raw.count(b"\n", 0, found.start()) + 1
                raise HostileXmlError(f"an element with more than {MAX_ATTRIBUTES} attributes", line)


def _opens(raw: bytes, doctype: int) -> bool:
    """Return whether a `<!DOCTYPE` stands in front of the root; elsewhere it is text."""
    at = 0
    for _ in range(_MOST_IN_FRONT):
        at = raw.find(b"<", at)
        if at == doctype:
            return True
        closing = b"-->" if raw.startswith(b"<!--", at) else b"?>" if raw.startswith(b"<?", at) else b""
        end = raw.find(closing, at + 4) if closing else -1
        if end < 0 or end > len(raw):
            return False
        at = end + len(closing)
        doctype = raw.find(b"<!DOCTYPE", at) if doctype < at else doctype
    return True


def doctype_refused(line: int) -> HostileXmlError:
    """Return what is told of a document type declaration."""
    return HostileXmlError(
        "a document type declaration is not accepted", line, "remove <!DOCTYPE ...> and its entities"
    )
