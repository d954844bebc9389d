"""The short form of documents of any schema: a line per element, depth by leading spaces.

    line   = depth name ["!"] (" " key "=" value)* [":" (" " text | lines of text)]

A key is an attribute, or a child that is a plain word and stands before all other children; `@key` is always the
attribute. A text of several lines stands below its line, one space deeper. `#` instead of a name is text between
children. Text that begins with a quotation mark is a JSON string, as is a value that is no plain word. Names are local;
one that the schema does not declare at its place is written in full, `{namespace}name`.

Left out are namespaces, comments, white space that the schema does not count, and attributes that can have one value
only. Values that the channel knows are left out too; the root's name then has no `!`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestra_compiler.patterns import pattern
from orchestra_compiler.protocol import outline_channel
from orchestra_compiler.protocol.channel import Channel
from orchestra_compiler.protocol.decoding import HINTS, child_shape, shape_of, type_named
from orchestra_compiler.protocol.layout import UNKNOWN, Kind, Layout, Shape
from orchestra_compiler.protocol.typed import collapsed
from orchestra_compiler.xsd.names import XSI, local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

TEXT_NODE = "#"
_PLAIN = pattern(r'[^\s"=:](?:[^\s]*[^\s:])?')
XSI_KEY = "@xsi:"


def write(root: Element, layout: Layout, channel: Channel) -> str:
    """Return a document as an outline, without what the channel knows."""
    mark = ""
    if channel.values:
        shorter = outline_channel.without(root, channel.values)
        restored = outline_channel.completed(shorter, layout, channel.values)
        if outline_channel.same(restored, root):
            root = shorter
        else:
            mark = "!"
    declared = layout.elements.get(root.tag)
    shape = shape_of(root, declared.shape if declared else UNKNOWN, layout)
    known = declared is not None and layout.element(local_name(root.tag)) is declared
    name = local_name(root.tag) if known else root.tag
    return "\n".join(_Writer(layout).lines(root, shape, name + mark, 0))


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def lines(self, element: Element, shape: Shape, name: str, depth: int) -> Iterator[str]:
        """Yield the lines of an element."""
        head = " " * depth + name + "".join(f" {word}" for word in _attributes(element, shape))
        if not len(element):
            yield head + _text(_counted(element.text or "", shape), depth)
            return
        if any(child.tail and child.tail.strip() for child in element):
            yield head
            yield from self._mixed(element, shape, depth + 1)
            return
        inline = 0 if (element.text or "").strip() else self._inline(element, shape)
        for child in list(element)[:inline]:
            text = _counted(child.text or "", shape.children[child.tag].shape)
            head += f" {local_name(child.tag)}={text}"
        yield head
        if (element.text or "").strip():
            yield " " * (depth + 1) + TEXT_NODE + _text(element.text or "", depth + 1)
        for child in list(element)[inline:]:
            yield from self._child(child, shape, depth + 1)

    def _child(self, child: Element, shape: Shape, depth: int) -> Iterator[str]:
        inner = child_shape(child, shape, self._layout)
        known = shape.child_by_local_name.get(local_name(child.tag))
        name = local_name(child.tag) if known is not None and known.name == child.tag else child.tag
        yield from self.lines(child, inner, name, depth)

    def _mixed(self, element: Element, shape: Shape, depth: int) -> Iterator[str]:
        if element.text:
            yield " " * depth + TEXT_NODE + _text(element.text, depth)
        for child in element:
            yield from self._child(child, shape, depth)
            if child.tail:
                yield " " * depth + TEXT_NODE + _text(child.tail, depth)

    def _inline(self, element: Element, shape: Shape) -> int:
        """Return how many of the first children are plain words, so that they fit on their parent's line."""
        count = 0
        for child in element:
            known = shape.child_by_local_name.get(local_name(child.tag))
            if known is None or known.name != child.tag or child.attrib or len(child):
                break
            inner = known.shape
            if inner.attributes or not _PLAIN.fullmatch(_counted(child.text or "", inner)):
                break
            count += 1
        return count


def _attributes(element: Element, shape: Shape) -> Iterator[str]:
    for name, text in element.attrib.items():
        known = shape.attributes.get(name)
        if name in HINTS or (known is not None and known.implied == text):
            continue
        local = local_name(name)
        if name.startswith(f"{{{XSI}}}"):
            key, text = f"{XSI_KEY}{local}", type_named(text)  # noqa: PLW2901 - without its prefix
        elif known is None or shape.attribute_by_local_name[local].name != name:
            key = f"@{name}"
        else:
            key = f"@{local}" if local in shape.child_by_local_name else local
        yield f"{key}={text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)}"


def _counted(text: str, shape: Shape) -> str:
    """Return a text without the white space that its type does not count."""
    kept = shape.value is None or shape.value.kind in (Kind.TEXT, Kind.LINE)
    return text if kept and not shape.content else collapsed(text)


def _text(text: str, depth: int) -> str:
    if not text:
        return ""
    if text.startswith('"') or "\r" in text:
        return f": {json.dumps(text, ensure_ascii=False)}"
    if "\n" in text:
        indent = "\n" + " " * (depth + 1)
        return ":" + indent + text.replace("\n", indent)
    return f": {text}"
