"""Elements whose type has assertions or is chosen by their attributes (XSD 1.1): made, and tried until one holds.

What an XPath asks for is not worked out from it. Candidates with other values and with optional parts are put before
xmlschema, simple ones first, and the first that it accepts is taken.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING, Protocol

from orchestra_compiler.xsd.document import NIL, TYPE, Node, Value, prefixes_of, to_text
from orchestra_compiler.xsd.growing.forms import Form
from orchestra_compiler.xsd.growing.wishing import Wish, combined
from orchestra_compiler.xsd.model import AttributeUse, ComplexType, ElementDeclaration, Group, Schema, Type

if TYPE_CHECKING:
    from orchestra_compiler.xsd.simple.values import Values

_MOST_TRIES = 400
_MOST_VALUES = 6
_MOST_PARTS = 4
"""So many optional parts and places of values are tried in all their combinations."""


class Maker(Protocol):
    """Makes elements."""

    schema: Schema
    values: Values

    def element(self, form: Form, wish: Wish = ...) -> Node:
        """Return an element in a given form, with the least content and what is wished for."""
        ...


def must_be_tried(form: Form) -> bool:
    """Return whether only a trial can tell if an element of a form is valid."""
    return form.declaration.conditional or has_assertions(form.type)


def has_assertions(kind: Type | None) -> bool:
    """Return whether a complex type, or one that it is derived from, has assertions."""
    while isinstance(kind, ComplexType):
        if kind.assertions:
            return True
        kind = kind.base
    return False


def holds(declaration: ElementDeclaration, node: Node) -> bool:
    """Return whether xmlschema accepts an element as one of a declaration."""
    try:
        tree = ET.fromstring(to_text(node))  # noqa: S314 - our own text
        return bool(declaration.component.is_valid(tree, namespaces=prefixes_of(node)))
    except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError):
        return False


def first_that_holds(maker: Maker, form: Form) -> Node | None:
    """Return the first candidate for an element that is accepted, or None."""
    for candidate in islice(_candidates(maker, form), _MOST_TRIES):
        if holds(form.declaration, candidate):
            return candidate
    return None


def _candidates(maker: Maker, form: Form) -> Iterator[Node]:
    for each in (form, *_alternatives(maker.schema, form.declaration)):
        kind = each.type
        if not isinstance(kind, ComplexType):
            yield maker.element(each)
            continue
        optional = [use for use in kind.attributes if use.use == "optional"]
        parts = [part for part in kind.content.elements() if not part.least] if isinstance(kind.content, Group) else []
        for wish in combined(optional[:_MOST_PARTS], parts[:_MOST_PARTS]):
            node = maker.element(each, wish)
            if each is not form:  # the attributes choose the type, `xsi:type` must not
                node = replace(node.with_attribute(TYPE, None), type=kind)
            yield from _with_other_values(maker, node, kind)


def _alternatives(schema: Schema, declaration: ElementDeclaration) -> Iterator[Form]:
    """Yield the forms of the named types among an element's type alternatives."""
    for alternative in getattr(declaration.component, "alternatives", ()):
        kind = schema.types.get(getattr(alternative.type, "name", None) or "")
        if kind is not None and kind is not declaration.type:
            yield Form(declaration, kind)


def _with_other_values(maker: Maker, node: Node, kind: ComplexType) -> Iterator[Node]:
    """Yield an element with other values of its attributes and of its children's texts, all combinations of a few."""
    places = [*_attribute_places(maker, node, kind), *_text_places(maker, node)][:_MOST_PARTS]
    for row in product(*(values for _, values in places)):
        changed = node
        for (place, _), value in zip(places, row, strict=True):
            changed = _changed(changed, place, value)
        yield changed


def _attribute_places(
    maker: Maker, node: Node, kind: ComplexType
) -> Iterator[tuple[AttributeUse | int, tuple[Value, ...]]]:
    for use in kind.attributes:
        if node.get(use.name) is not None and use.fixed is None:
            yield use, maker.values.distinct(use.type, _MOST_VALUES)


def _text_places(maker: Maker, node: Node) -> Iterator[tuple[AttributeUse | int, tuple[Value, ...]]]:
    for position, child in enumerate(node.children):
        declaration = child.declaration
        if declaration is not None and declaration.simple_type and declaration.fixed is None and child.get(NIL) is None:
            yield position, maker.values.distinct(declaration.simple_type, _MOST_VALUES)


def _changed(node: Node, place: AttributeUse | int, value: Value) -> Node:
    if isinstance(place, AttributeUse):
        return node.with_attribute(place.name, value)
    return node.replaced((place,), replace(node.children[place], text=value))
