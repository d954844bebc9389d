"""Reads a schema's layout from its files, without a schema library: decoding a reply must not cost half a second.

The files were gathered and screened before, and an engine judges the schema; here nothing is refused. What is broken,
remote, or decided by a condition (XSD 1.1's `xs:alternative`) is taken for text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from orchestra_compiler.protocol.layout import (
    UNKNOWN,
    AnyPart,
    Attribute,
    Declaration,
    ElementPart,
    GroupPart,
    Kind,
    Layout,
    Part,
    Shape,
    Value,
)
from orchestra_compiler.protocol.layout_files import Components, full_name
from orchestra_compiler.protocol.layout_values import BUILT_IN_NAMES, built_in, restricted
from orchestra_compiler.xsd.names import XS, local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from orchestra_compiler.xsd.files.sources import SchemaSources

_DEEPEST = 60
"""Types that rest on more types than this rest on themselves."""


def read_layout(sources: SchemaSources) -> Layout:
    """Return the layout of a schema's documents."""
    return _Reader(sources).layout()


class _Reader:
    def __init__(self, sources: SchemaSources) -> None:
        self._components = Components(sources)
        self._shapes: dict[Element, Shape] = {}
        self._depth = 0
        self._members = self._substitutes()

    def layout(self) -> Layout:
        elements, types = {}, {}
        for (tag, name), known in self._components.known.items():
            if tag == "element" and not _is_true(known.element, "abstract"):
                elements[name] = self._declaration(known.element)
            elif tag in ("complexType", "simpleType"):
                types[name] = partial(self._type_of, known.element)
        own = set(map(local_name, types))  # a name alone must not mean two types
        types |= {f"{XS}{name}": partial(Shape, built_in(name)) for name in BUILT_IN_NAMES if name not in own}
        return Layout(elements, types)

    def _substitutes(self) -> dict[str, list[Element]]:
        """Return the elements that may stand for each head."""
        found: dict[str, list[Element]] = {}
        for (tag, _), known in self._components.known.items():
            if tag == "element":
                for head in (known.element.get("substitutionGroup") or "").split():
                    found.setdefault(self._components.name(head, known.element), []).append(known.element)
        return found

    def _declaration(self, element: Element) -> Declaration:
        place = self._components.places[element]
        is_global = self._components.known.get(("element", self._components.global_name(element)))
        form = element.get("form")
        qualified = (is_global and is_global.element is element) or (form == "qualified" if form else place.qualified)
        namespace = element.get("targetNamespace", place.namespace) if qualified else ""
        name = full_name(namespace, element.get("name", ""))
        return Declaration(name, partial(self._shape_of, element), nillable=_is_true(element, "nillable"))

    def _shape_of(self, element: Element) -> Shape:
        """Return what a declared element holds."""
        if element.find(f"{XS}alternative") is not None:
            return UNKNOWN
        inner = next((each for each in element if each.tag in (f"{XS}complexType", f"{XS}simpleType")), None)
        if inner is not None:
            return self._type_of(inner)
        named = element.get("type")
        if named is not None:
            return self._type_named(self._components.name(named, element), element)
        head = (element.get("substitutionGroup") or "").split()
        above = self._components.known.get(("element", self._components.name(head[0], element))) if head else None
        return self._guarded(partial(self._shape_of, above.element)) if above else UNKNOWN

    def _guarded(self, make: Callable[[], Shape]) -> Shape:
        """Return what a type is; one that rests on itself is unknown."""
        if self._depth >= _DEEPEST:
            return UNKNOWN
        self._depth += 1
        try:
            return make()
        finally:
            self._depth -= 1

    def _type_named(self, name: str, asking: Element) -> Shape:
        if name.startswith(XS):
            return UNKNOWN if local_name(name) == "anyType" else Shape(built_in(local_name(name)))
        for tag in ("complexType", "simpleType"):
            found = self._components.named(tag, name, asking)
            if found is not None:
                return self._guarded(partial(self._type_of, found))
        return UNKNOWN

    def _type_of(self, element: Element) -> Shape:
        if element not in self._shapes:
            simple = element.tag == f"{XS}simpleType"
            self._shapes[element] = Shape(self._simple(element)) if simple else self._complex(element)
        return self._shapes[element]

    def _simple(self, element: Element) -> Value:
        for child in element:
            tag = local_name(child.tag)
            if tag == "restriction":
                return restricted(self._base_value(child, "base"), child)
            if tag == "list":
                item = self._base_value(child, "itemType")
                return Value(Kind.WORD if item.many else item.kind, many=True)
            if tag == "union":
                return self._union(child)
        return Value()

    def _base_value(self, element: Element, key: str) -> Value:
        inner = element.find(f"{XS}simpleType")
        if inner is not None:
            return self._type_of(inner).value or Value()
        named = element.get(key)
        return (self._type_named(self._components.name(named, element), element).value if named else None) or Value()

    def _union(self, element: Element) -> Value:
        names = (element.get("memberTypes") or "").split()
        members = [self._type_named(self._components.name(name, element), element).value or Value() for name in names]
        members += [self._type_of(each).value or Value() for each in element.findall(f"{XS}simpleType")]
        kinds = {(each.kind, each.many) for each in members}
        return members[0]._replace(free=all(each.free for each in members)) if len(kinds) == 1 else Value()

    def _complex(self, element: Element) -> Shape:
        for child in element:
            if child.tag in (f"{XS}simpleContent", f"{XS}complexContent"):
                mixed = _is_true(element, "mixed") or _is_true(child, "mixed")
                derived = next((each for each in child if each.tag in (f"{XS}restriction", f"{XS}extension")), None)
                return UNKNOWN if derived is None else self._derived(derived, mixed=mixed)
        return Shape(None, dict(self._attributes(element)), self._content(element), mixed=_is_true(element, "mixed"))

    def _derived(self, element: Element, *, mixed: bool) -> Shape:
        base = self._type_named(self._components.name(element.get("base", ""), element), element)
        if base is UNKNOWN and element.tag == f"{XS}restriction":
            base = Shape(mixed=mixed)
        attributes = {**base.attributes, **dict(self._attributes(element))}
        for each in element.findall(f"{XS}attribute"):
            if each.get("use") == "prohibited":
                attributes.pop(self._attribute_name(each), None)
        own = self._content(element)
        if element.tag == f"{XS}extension":
            parts = tuple(part for part in (base.content, own) if part is not None)
            content = GroupPart("sequence", parts, 1, 1) if len(parts) > 1 else next(iter(parts), None)
            return Shape(base.value, attributes, content, mixed=mixed or base.mixed)
        inner = element.find(f"{XS}simpleType")
        value = self._type_of(inner).value if inner is not None else base.value
        return Shape(restricted(value, element) if value else None, attributes, own, mixed=mixed)

    def _attributes(self, element: Element) -> Iterator[tuple[str, Attribute]]:
        for child in element:
            if child.tag == f"{XS}attributeGroup":
                found = self._components.named(
                    "attributeGroup", self._components.name(child.get("ref", ""), child), child
                )
                if found is not None and self._depth < _DEEPEST:
                    self._depth += 1
                    yield from self._attributes(found)
                    self._depth -= 1
            elif child.tag == f"{XS}attribute" and child.get("use") != "prohibited":
                name = self._attribute_name(child)
                implied = child.get("fixed") if child.get("use") == "required" else None
                yield name, Attribute(name, self._attribute_value(child), implied)

    def _attribute_name(self, element: Element) -> str:
        if element.get("ref"):
            return self._components.name(element.get("ref", ""), element)
        place, form = self._components.places[element], element.get("form")
        qualified = form == "qualified" if form else place.qualified_attributes
        return full_name(place.namespace if qualified else "", element.get("name", ""))

    def _attribute_value(self, element: Element) -> Value:
        if element.get("ref"):
            known = self._components.known.get(("attribute", self._components.name(element.get("ref", ""), element)))
            return self._base_value(known.element, "type") if known else Value()
        return self._base_value(element, "type")

    def _content(self, element: Element) -> Part | None:
        found = (self._part(child) for child in element)
        return next((part for part in found if part is not None), None)

    def _part(self, element: Element) -> Part | None:
        least, most = _occurrence(element)
        tag = local_name(element.tag)
        if most == 0:
            return None
        if tag == "element":
            return ElementPart(tuple(self._choices(element)), least, most)
        if tag == "any":
            return AnyPart(least, most)
        if tag == "group":
            found = self._components.named("group", self._components.name(element.get("ref", ""), element), element)
            if found is None or self._depth >= _DEEPEST:
                return None
            self._depth += 1
            inner = self._content(found)
            self._depth -= 1
            return GroupPart("sequence", (inner,), least, most) if inner is not None else None
        if tag in ("sequence", "choice", "all"):
            parts = tuple(part for child in element if (part := self._part(child)) is not None)
            return GroupPart(tag, parts, least, most)
        return None

    def _choices(self, element: Element) -> Iterator[Declaration]:
        if not element.get("ref"):
            yield self._declaration(element)
            return
        waiting, seen = [self._components.name(element.get("ref", ""), element)], set[str]()
        while waiting:
            name = waiting.pop(0)
            if name in seen:
                continue
            seen.add(name)
            known = self._components.known.get(("element", name))
            if known is not None and not _is_true(known.element, "abstract"):
                yield self._declaration(known.element)
            waiting += map(self._components.global_name, self._members.get(name, ()))


def _is_true(element: Element, name: str) -> bool:
    return (element.get(name) or "").strip() in ("true", "1")


def _occurrence(element: Element) -> tuple[int, int | None]:
    """Return how often a part occurs at the least and at the most."""
    least, most = (element.get(name, "1").strip() for name in ("minOccurs", "maxOccurs"))
    try:
        return int(least), None if most == "unbounded" else int(most)
    except ValueError:
        return 0, None
