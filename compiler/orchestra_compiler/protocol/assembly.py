"""Whole documents from what decoding gave: the inverse of `decoding`, with children put where the schema wants them.

It makes a document of a mapping that has all the parts that the schema demands, and of no other: what a writer leaves
out is filled in elsewhere. Of two orders that a schema leaves free the declared one is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json
from orchestra_compiler.protocol import typed
from orchestra_compiler.protocol.decoding import NIL, TYPE, XSI_PREFIX, type_named
from orchestra_compiler.protocol.layout import (
    AnyPart,
    Declaration,
    ElementPart,
    GroupPart,
    Layout,
    Part,
    Shape,
    Value,
)
from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_Counts: TypeAlias = "dict[str, int]"
_MOST_ROUNDS = 100_000


class IncompleteError(MessageError):
    """The mapping lacks a part that the schema demands, or holds one that it has no place for."""


def assemble(layout: Layout, declaration: Declaration, given: Json) -> Element:
    """Return the document that a decoded value stands for.

    Raises:
        IncompleteError: It is not whole.
        MessageError: A value holds what XML cannot carry, or is no simple value.
    """
    from xml.etree.ElementTree import Element

    root = Element(declaration.name)
    _Assembler(layout).fill(root, declaration, given)
    return root


class _Assembler:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def fill(self, element: Element, declaration: Declaration, given: Json) -> None:
        """Give an element its attributes and its content."""
        if given is None:
            self._nil(element, declaration)
            return
        parts: dict[str, Json]
        parts = {_shape_of_key(key): value for key, value in given.items()} if isinstance(given, dict) else {"$": given}
        shape = self._shape(declaration, parts.get("@xsi-type"))
        text = parts.pop("$", "")
        self._attributes(element, shape, parts)
        if text is None:
            self._nil(element, declaration)
        elif isinstance(text, list) and not (shape.value and shape.value.many):
            self._mixed(element, shape, text)
        else:
            self._children(element, shape, parts)
            if text != "" or shape.value is not None:
                element.text = _fit(element, typed.write(shape.value or Value(), text, local_name(element.tag)))

    def _shape(self, declaration: Declaration, named: Json) -> Shape:
        if not isinstance(named, str):
            return declaration.shape
        found = self._layout.type(type_named(named))
        if found is None:
            raise IncompleteError(f"<{local_name(declaration.name)}> is of a type {named!r} that nobody declares")
        return found

    def _nil(self, element: Element, declaration: Declaration) -> None:
        if not declaration.nillable:
            raise IncompleteError(f"<{local_name(element.tag)}> must not be null")
        element.set(NIL, "true")

    def _attributes(self, element: Element, shape: Shape, parts: dict[str, Json]) -> None:
        known = {_shape_of_key(f"@{name}"): each for name, each in shape.attribute_by_local_name.items()}
        for key in [key for key in parts if key.startswith("@")]:
            value = parts.pop(key)
            if key == "@xsi-type":
                name = type_named(str(value))
                element.set(TYPE, self._layout.type_name(name) or name)
            elif key in known:
                where = f"{local_name(element.tag)}/{key}"
                element.set(known[key].name, _fit(element, typed.write(known[key].value, value, where)))
            else:
                raise IncompleteError(f"<{local_name(element.tag)}> has no attribute {key[1:]!r}")
        for each in shape.attributes.values():
            if each.implied is not None and each.name not in element.attrib:
                element.set(each.name, each.implied)

    def _children(self, element: Element, shape: Shape, parts: Mapping[str, Json]) -> None:
        by_key = {_shape_of_key(name): each for name, each in shape.child_by_local_name.items()}
        waiting: dict[str, list[Json]] = {}
        for key, value in parts.items():
            if key not in by_key:
                raise IncompleteError(f"<{local_name(element.tag)}> has no <{key}>")
            waiting[by_key[key].name] = _occurrences(by_key[key], value)
        counts = {name: len(values) for name, values in waiting.items() if values}
        order = _arranged(shape.content, counts)
        if order is None or counts:
            lacking = "its parts" if not counts else f"<{local_name(next(iter(counts)))}>"
            raise IncompleteError(f"<{local_name(element.tag)}> has no place for {lacking}, or lacks others")
        self._append(element, shape, [(name, waiting[name].pop(0)) for name in order])

    def _append(self, element: Element, shape: Shape, children: list[tuple[str, Json]]) -> None:
        from xml.etree.ElementTree import SubElement

        for name, value in children:
            self.fill(SubElement(element, name), shape.children[name], value)

    def _mixed(self, element: Element, shape: Shape, parts: list[Json]) -> None:
        last: Element | None = None
        for part in parts:
            if isinstance(part, dict) and len(part) == 1:
                ((name, value),) = part.items()
                known = shape.child_by_local_name.get(name)
                if known is None:
                    raise IncompleteError(f"<{local_name(element.tag)}> has no <{name}>")
                self._append(element, shape, [(known.name, value)])
                last = element[-1]
            elif isinstance(part, str) and last is None:
                element.text = (element.text or "") + _fit(element, part)
            elif isinstance(part, str) and last is not None:
                last.tail = (last.tail or "") + _fit(element, part)
            else:
                raise MessageError(f"<{local_name(element.tag)}> must list texts and elements")


def _occurrences(declaration: Declaration, value: Json) -> list[Json]:
    """Return a child's values, one for each time it occurs; the value of a list type is itself a list."""
    if not isinstance(value, list):
        return [value]
    shape = declaration.shape
    if shape.value is not None and shape.value.many and not all(isinstance(each, list | dict) for each in value):
        return [value]
    if shape.value is not None and shape.value.many and not value:
        return [value]
    return list(value)


def _arranged(part: Part | None, counts: _Counts) -> list[str] | None:
    """Return the names of the children in an order that fits, taking them from the counts; None where they do not fit."""
    if part is None or isinstance(part, AnyPart):
        return []
    if isinstance(part, ElementPart):
        return _elements(part, counts)
    order: list[str] = []
    most = _MOST_ROUNDS if part.most is None else part.most
    for number in range(most):
        if number >= part.least and not any(counts.get(name) for name in _names(part)):
            break
        found = _once(part, counts)
        if found is None:
            return order if number >= part.least else None
        order += found
        if not found:  # an empty round may be repeated for nothing
            break
    return order


def _elements(part: ElementPart, counts: _Counts) -> list[str] | None:
    order: list[str] = []
    for each in part.choices:
        room = None if part.most is None else part.most - len(order)
        taken = counts.get(each.name, 0) if room is None else min(room, counts.get(each.name, 0))
        if taken:
            order += [each.name] * taken
            counts[each.name] -= taken
            if not counts[each.name]:
                del counts[each.name]
    return order if len(order) >= part.least else None


def _once(part: GroupPart, counts: _Counts) -> list[str] | None:
    if part.order == "choice":
        return _branch(part, counts)
    trial, order = dict(counts), list[str]()
    for each in part.parts:
        found = _arranged(each, trial)
        if found is None:
            return None
        order += found
    counts.clear()
    counts.update(trial)
    return order


def _branch(part: GroupPart, counts: _Counts) -> list[str] | None:
    """Return what the branch that takes most of the children makes of them; of two alike the first."""
    best: tuple[list[str], _Counts] | None = None
    for each in part.parts:
        trial = dict(counts)
        found = _arranged(each, trial)
        if found is not None and (best is None or len(found) > len(best[0])):
            best = found, trial
    if best is None:
        return None if part.parts else []
    counts.clear()
    counts.update(best[1])
    return best[0]


def _names(part: Part) -> Iterator[str]:
    if isinstance(part, ElementPart):
        yield from (each.name for each in part.choices)
    elif isinstance(part, GroupPart):
        for each in part.parts:
            yield from _names(each)


def _shape_of_key(key: str) -> str:
    """Return a key as it is compared: a hyphen is as good as an underscore."""
    return "@xsi-" + key[len(XSI_PREFIX) :] if key.startswith(XSI_PREFIX) else key.replace("_", "-")


def _fit(element: Element, text: str) -> str:
    unfit = xml.unfit_character(text)
    if unfit is not None:
        raise MessageError(
            f"<{local_name(element.tag)}> holds U+{ord(unfit):04X}, which XML 1.0 cannot carry",
            "leave the character out",
        )
    return text
