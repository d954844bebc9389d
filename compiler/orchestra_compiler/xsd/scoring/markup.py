"""The elements of a schema's file with the spans of their text, so that one of them can be changed and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from orchestra_compiler.xsd.names import XS, local_name

_ATTRIBUTE = re.compile(rb"(?<=\s)([^\s=/>]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_NAME = re.compile(rb"[^\s/>]+")


@dataclass(eq=False, slots=True, kw_only=True)
class Markup:
    """One element of a file.

    Attributes:
        tag: `{namespace}local`.
        written: The name of the element as written, with its prefix.
        line: From 1.
        start: The offset of its `<` in the bytes.
        inside: The offset after its start tag.
        end: The offset after the whole element.
    """

    tag: str
    written: str
    attributes: Mapping[str, str]
    line: int
    start: int
    inside: int = 0
    end: int = 0
    parent: Markup | None = None
    children: list[Markup] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The local name of an element of the schema language; empty for any other."""
        return local_name(self.tag) if self.tag.startswith(XS) else ""

    @property
    def prefix(self) -> str:
        """The prefix that it is written with, with the colon; empty where there is none."""
        before, colon, _ = self.written.rpartition(":")
        return before + colon

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute's value."""
        return self.attributes.get(name, default)

    def below(self, *kinds: str) -> list[Markup]:
        """Return its children of these kinds."""
        return [child for child in self.children if child.kind in kinds]

    def walk(self) -> Iterator[Markup]:
        """Yield it and everything in it, in document order."""
        waiting: list[Markup] = [self]
        while waiting:
            current = waiting.pop()
            yield current
            waiting.extend(reversed(current.children))


def parsed(raw: bytes) -> Markup:
    """Return the root of a well-formed file in UTF-8 that was screened before."""
    parser = expat.ParserCreate("utf-8", "}")
    parser.ordered_attributes = False
    opened: list[Markup] = []
    roots: list[Markup] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        offset = parser.CurrentByteIndex
        made = Markup(
            tag="{" + name if "}" in name else name,
            written=_written(raw, offset),
            attributes=attributes,
            line=parser.CurrentLineNumber,
            start=offset,
            inside=_tag_end(raw, offset),
            parent=opened[-1] if opened else None,
        )
        (opened[-1].children if opened else roots).append(made)
        opened.append(made)

    def end(_name: str) -> None:
        closed = opened.pop()
        offset = parser.CurrentByteIndex
        closed.end = closed.inside if raw[closed.inside - 2 : closed.inside] == b"/>" else _tag_end(raw, offset)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(raw, True)
    return roots[0]


def _written(raw: bytes, start: int) -> str:
    found = _NAME.match(raw, start + 1)
    return found.group().decode() if found else ""


def _tag_end(raw: bytes, start: int) -> int:
    """Return the offset after the `>` of a tag; one in quotes does not close it."""
    quote = 0
    for offset in range(start, len(raw)):
        byte = raw[offset]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == ord(">"):
            return offset + 1
    return len(raw)


def with_attribute(raw: bytes, element: Markup, name: str, value: str | None) -> bytes:
    """Return the file with one attribute of an element set, or with None taken away."""
    head = raw[element.start : element.inside]
    text = b"" if value is None else f'{name}="{_escaped(value)}"'.encode()
    place = 1 + len(element.written.encode())
    found = next((each for each in _ATTRIBUTE.finditer(head, place) if each[1] == name.encode()), None)
    if found is None:
        changed = head[:place] + b" " + text + head[place:]
    else:
        changed = head[: found.start()] + text + head[found.end() :]
    return raw[: element.start] + changed + raw[element.inside :]


def without(raw: bytes, *elements: Markup) -> bytes:
    """Return the file without some elements, none of which is inside another; the lines of the rest stay."""
    for element in sorted(elements, key=lambda each: -each.start):
        gone = raw[element.start : element.end]
        raw = raw[: element.start] + b"\n" * gone.count(b"\n") + raw[element.end :]
    return raw


def renamed(raw: bytes, element: Markup, name: str) -> bytes:
    """Return the file with another local name of an element, in both of its tags."""
    old, new = element.written.encode(), (element.prefix + name).encode()
    if raw[element.inside - 2 : element.inside] != b"/>":
        close = raw.rindex(b"</", element.start, element.end)
        raw = raw[:close] + b"</" + new + raw[close + 2 + len(old) :]
    return raw[: element.start + 1] + new + raw[element.start + 1 + len(old) :]


def with_content(raw: bytes, element: Markup, text: str) -> bytes:
    """Return the file with a text put at the end of an element's content, before its end tag."""
    added = text.encode()
    if raw[element.inside - 2 : element.inside] == b"/>":
        opened = raw[element.start : element.inside - 2].rstrip() + b">"
        return raw[: element.start] + opened + added + f"</{element.written}>".encode() + raw[element.inside :]
    close = raw.rindex(b"</", element.start, element.end)
    return raw[:close] + added + raw[close:]


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
