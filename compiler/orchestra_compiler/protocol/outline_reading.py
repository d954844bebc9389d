"""Reads the short form of documents of any schema; `outline` writes it and has its grammar."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from orchestra_compiler.errors import MessageError
from orchestra_compiler.patterns import pattern
from orchestra_compiler.protocol import outline_channel
from orchestra_compiler.protocol.channel import Channel
from orchestra_compiler.protocol.decoding import TYPE, shape_of
from orchestra_compiler.protocol.layout import UNKNOWN, Layout, Shape
from orchestra_compiler.protocol.outline import TEXT_NODE, XSI_KEY
from orchestra_compiler.xsd.names import XSI, local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_WORD = pattern(r'(?P<key>@?(?:\{[^{}]*\})?[^\W\d][\w.\-]*(?::\w+)?)=(?P<value>"|[^\s"]\S*)')
_NAME = pattern(r"(?:\{[^{}\n]*\})?[^\W\d][\w.\-]*")
_DEEPEST = 200


class _Line(NamedTuple):
    """One line: its depth, name, words, and text; `block` says whether the text stands on the lines below."""

    depth: int
    name: str
    words: tuple[tuple[str, str], ...]
    text: str | None
    block: bool


def read(text: str, layout: Layout, channel: Channel) -> Element:
    """Return the document that an outline stands for; whether it is valid, the schema says.

    Raises:
        MessageError: It is no outline, or an element stands where nobody can tell which is meant.
    """
    root, complete = _Reader(text.removesuffix("\n").split("\n"), layout).document()
    return outline_channel.completed(root, layout, channel.values) if channel.values and not complete else root


class _Reader:
    def __init__(self, lines: list[str], layout: Layout) -> None:
        self._lines = lines
        self._next = 0
        self._layout = layout

    def document(self) -> tuple[Element, bool]:
        """Return the root, and whether it says that nothing was left out."""
        from xml.etree.ElementTree import Element

        line = self._line()
        complete = line.name.endswith("!")
        name = line.name.removesuffix("!")
        declared = self._layout.elements.get(name) or self._layout.element(name)
        root = Element(declared.name if declared else name)
        self._fill(root, declared.shape if declared else UNKNOWN, line)
        if self._next < len(self._lines):
            raise self._error("a second root element")
        return root, complete

    def _error(self, text: str) -> MessageError:
        return MessageError(f"line {min(self._next, len(self._lines))} of the outline: {text}")

    def _line(self) -> _Line:
        line = self._lines[self._next]
        self._next += 1
        rest = line.lstrip(" ")
        depth = len(line) - len(rest)
        if depth > _DEEPEST:
            raise self._error(f"elements nest deeper than {_DEEPEST}")
        if rest.startswith(TEXT_NODE):
            name, end = TEXT_NODE, 1
        else:
            found = _NAME.match(rest)
            if found is None:
                raise self._error(f"{rest[:40]!r} does not begin with a name")
            name, end = found.group(), found.end()
        if rest[end : end + 1] == "!" and depth == 0:
            name, end = name + "!", end + 1
        words, end = self._words(rest, end)
        if end == len(rest):
            return _Line(depth, name, words, None, block=False)
        if rest[end] != ":" or rest[end + 1 : end + 2] not in ("", " "):
            raise self._error(f"{rest[end : end + 40]!r} is neither key=value nor : text")
        block = end + 1 == len(rest)
        return _Line(depth, name, words, None if block else self._plain(rest[end + 2 :]), block)

    def _words(self, rest: str, end: int) -> tuple[tuple[tuple[str, str], ...], int]:
        words: list[tuple[str, str]] = []
        while rest[end : end + 1] == " ":
            found = _WORD.match(rest, end + 1)
            if found is None:
                raise self._error(f"{rest[end + 1 : end + 41]!r} is no key=value")
            key, value, end = found["key"], found["value"], found.end()
            if value == '"':
                value, end = self._json(rest, end - 1)
            elif value.endswith(":"):  # the colon before the text
                value, end = value[:-1], end - 1
            words.append((key, value))
        return tuple(words), end

    def _json(self, rest: str, start: int) -> tuple[str, int]:
        try:
            value, end = json.JSONDecoder().raw_decode(rest, start)
        except ValueError as error:
            raise self._error(f"{rest[start : start + 40]!r} is no JSON string") from error
        return str(value), end

    def _plain(self, text: str) -> str:
        if not text.startswith('"'):
            return text
        value, end = self._json(text, 0)
        if end != len(text):
            raise self._error("something follows a quoted text")
        return value

    def _text(self, line: _Line) -> str:
        if not line.block:
            return line.text or ""
        indent, found = " " * (line.depth + 1), list[str]()
        while self._next < len(self._lines) and self._lines[self._next].startswith(indent):
            found.append(self._lines[self._next][len(indent) :])
            self._next += 1
        return "\n".join(found)

    def _fill(self, element: Element, declared: Shape, line: _Line) -> None:
        for key, value in line.words:
            if key.startswith(XSI_KEY):
                name = f"{{{XSI}}}{key[len(XSI_KEY) :]}"
                element.set(name, self._layout.type_name(value) or value if name == TYPE else value)
        shape = shape_of(element, declared, self._layout)
        for key, value in line.words:
            if not key.startswith(XSI_KEY):
                self._put(element, shape, key, value)
        for each in shape.attributes.values():
            if each.implied is not None:
                element.attrib.setdefault(each.name, each.implied)
        text = self._text(line)
        if text:
            element.text = text
        self._children(element, shape, line.depth)

    def _put(self, element: Element, shape: Shape, key: str, value: str) -> None:
        from xml.etree.ElementTree import SubElement

        child = shape.child_by_local_name.get(key)
        if child is not None:
            SubElement(element, child.name).text = value
            return
        name = key.removeprefix("@")
        known: Mapping[str, object] = shape.attribute_by_local_name
        if name in known:
            element.set(shape.attribute_by_local_name[name].name, value)
        elif key.startswith("@"):
            element.set(name, value)
        else:
            raise self._error(f"<{local_name(element.tag)}> has neither an attribute nor a child {key!r}")

    def _children(self, element: Element, shape: Shape, depth: int) -> None:
        from xml.etree.ElementTree import SubElement

        while self._next < len(self._lines) and self._lines[self._next].startswith(" " * (depth + 1)):
            line = self._line()
            if line.depth != depth + 1:
                raise self._error("it stands deeper than a child can")
            if line.name == TEXT_NODE:
                self._add_text(element, self._text(line))
                continue
            known = shape.child_by_local_name.get(line.name)
            declared = known or self._layout.elements.get(line.name)
            child = SubElement(element, declared.name if declared else line.name)
            self._fill(child, declared.shape if declared else UNKNOWN, line)

    def _add_text(self, element: Element, text: str) -> None:
        if len(element):
            element[-1].tail = (element[-1].tail or "") + text
        else:
            element.text = (element.text or "") + text
