"""Documents of any schema as plain JSON, with values as their types have them.

Children and attributes go by their local names, attributes with a leading `@`, those of XML Schema itself as `@xsi:...`;
a child that occurs more than once is a list, and so is a value whose type is one. An element with attributes keeps its
text under `$`, one without is its text. Where text stands between children, `$` lists texts and children in their order.
An element that is nil is null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestra_compiler.model import Json
from orchestra_compiler.protocol import typed
from orchestra_compiler.protocol.layout import UNKNOWN, Layout, Shape, Value
from orchestra_compiler.xsd.names import XSI, local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NIL, TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
HINTS = frozenset((f"{{{XSI}}}schemaLocation", f"{{{XSI}}}noNamespaceSchemaLocation"))
"""Attributes that say where a schema may lie: they are no content, and nobody here goes there."""
XSI_PREFIX = "@xsi:"
_NO_CONTENT = HINTS | {NIL}


def to_json(element: Element, layout: Layout) -> Json:
    """Return a document's content, the root's own name left out."""
    return _Decoder(layout).element(element, _declared_shape(layout, element))


def shape_of(element: Element, declared: Shape, layout: Layout) -> Shape:
    """Return what an element holds: its declared type, or the one that `xsi:type` names instead."""
    named = element.get(TYPE)
    if named is None:
        return declared
    return layout.type(type_named(named)) or UNKNOWN


def type_named(text: str) -> str:
    """Return the local name of the type that an `xsi:type` names, by a prefix or by its namespace in full."""
    return text.rpartition("}")[2].strip().rpartition(":")[2]


def child_shape(child: Element, shape: Shape, layout: Layout) -> Shape:
    """Return what a child of an element of some shape holds."""
    known = shape.children.get(child.tag)
    return shape_of(child, known.shape, layout) if known else _declared_shape(layout, child)


def _declared_shape(layout: Layout, element: Element) -> Shape:
    known = layout.elements.get(element.tag)
    return shape_of(element, known.shape if known else UNKNOWN, layout)


class _Decoder:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def element(self, element: Element, shape: Shape) -> Json:
        content = self._attributes(element, shape)
        if (element.get(NIL) or "").strip() in ("true", "1") and not len(element) and not element.text:
            return content | {"$": None} if content else None
        if any(child.tail and child.tail.strip() for child in element):
            return {**content, "$": self._mixed(element, shape)}
        self._children(element, shape, content)
        value = typed.read(shape.value or Value(), element.text or "")
        if not content:
            return value
        if not len(element) and shape.value is None and not (element.text or "").strip():
            return content  # attributes alone: there is no text to tell of
        if not len(element) or (element.text or "").strip():
            content["$"] = value
        return content

    def _attributes(self, element: Element, shape: Shape) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for name, text in element.attrib.items():
            if name == TYPE:  # which prefix a document uses for it is no content
                found[f"{XSI_PREFIX}type"] = type_named(text)
            elif name not in _NO_CONTENT:
                known, key = shape.attributes.get(name), f"@{local_name(name)}"
                found[f"@{name}" if key in found else key] = typed.read(known.value if known else Value(), text)
        return found

    def _children(self, element: Element, shape: Shape, content: dict[str, Json]) -> None:
        grouped: dict[str, list[Json]] = {}
        for child in element:
            value = self.element(child, child_shape(child, shape, self._layout))
            grouped.setdefault(local_name(child.tag), []).append(value)
        content.update((name, found if len(found) > 1 else found[0]) for name, found in grouped.items())

    def _mixed(self, element: Element, shape: Shape) -> list[Json]:
        parts: list[Json] = [element.text] if element.text else []
        for child in element:
            parts.append({local_name(child.tag): self.element(child, child_shape(child, shape, self._layout))})
            if child.tail:
                parts.append(child.tail)
        return parts
