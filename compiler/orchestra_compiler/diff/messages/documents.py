"""Messages that a schema accepts, made from it: the smallest of a type, full ones, and each of their parts varied."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from orchestra_compiler.protocol.build import Grower, Grown, UnmakableError
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.patterns import example
from orchestra_compiler.xsd.tree import to_text
from orchestra_compiler.xsd.values import right_value

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema

_BRANCHES = 4
_MOST_DOCUMENTS = 300
_MOST_WORDS = 12
_MOST_REPEATS = 20
_LONGEST_VALUE = 10_000
_LONGEST_SHOWN = 40
_FACET = "{http://www.w3.org/2001/XMLSchema}"
_USUAL = ("", "0", "1", "-1", "1.5", "true", "some words", "Some-Word_1", "x" * 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A message that its own side accepts.

    Attributes:
        kind: Its message type.
        label: How it differs from the plain one.
        where: The path of what was varied; empty for a plain one.
        value: The value written there.
    """

    kind: str
    label: str
    text: str
    where: str = ""
    value: str = ""

    @property
    def name(self) -> str:
        """What the document is called in a finding."""
        return f"{self.kind}, {self.label}"


def documents(schema: MessageSchema, kinds: Sequence[str]) -> Iterator[Document]:
    """Yield messages of these types that the schema accepts, by its own judge; what types share is varied once.

    Raises:
        MessageError: The schema has no such type.
    """
    varied: set[int] = set()
    for kind in kinds:
        seen: set[tuple[str, str]] = set()  # a plain document may come again, as the one with a certain value
        for candidate in _candidates(schema, kind, varied):
            key = candidate.text, candidate.where
            if key not in seen and len(seen) < _MOST_DOCUMENTS:
                seen.add(key)
                if not schema.validate(candidate.text):
                    yield candidate


def _candidates(schema: MessageSchema, kind: str, varied: set[int]) -> Iterator[Document]:
    for label, grown in _grown(schema, kind):
        yield Document(kind=kind, label=label, text=to_text(grown.root))
        yield from _Varying(kind, grown, schema.discriminator, varied).documents()


def _grown(schema: MessageSchema, kind: str) -> Iterator[tuple[str, Grown]]:
    for label in ("full", "minimal"):
        made = schema.instance(kind, full=label == "full").grown
        if made is not None:
            yield label, made
    for branch in range(1, 1 if schema.discriminator else _BRANCHES):
        try:
            yield f"choice {branch + 1}", Grower(branch=branch, full=True).grow(schema.component_of(kind))
        except UnmakableError:
            continue


class _Varying:
    """One document whose parts are varied, one at a time; after each the tree is as it was."""

    def __init__(self, kind: str, grown: Grown, discriminator: str, varied: set[int]) -> None:
        self._kind = kind
        self._grown = grown
        self._varied = varied
        self._fixed = f"/{local_name(grown.root.tag)}/{discriminator.strip('/')}" if discriminator else ""

    def documents(self) -> Iterator[Document]:
        """Yield the variations, from the root down."""
        waiting = [(self._grown.root, f"/{local_name(self._grown.root.tag)}")]
        while waiting:
            element, where = waiting.pop(0)
            component = self._grown.components[element]
            if id(component) not in self._varied:
                self._varied.add(id(component))
                yield from self._of_element(element, component, where)
            waiting += [(child, f"{where}/{local_name(child.tag)}") for child in element]

    def _of_element(self, element: Element, component: Any, where: str) -> Iterator[Document]:
        if where != self._fixed:
            yield from self._text(element, component, where)
        attributes = getattr(component.type, "attributes", {})
        for name in sorted(name for name in attributes if name):
            attribute, path = attributes[name], f"{where}/@{local_name(name)}"
            if path != self._fixed and str(attribute.name) in element.attrib:
                yield from self._attribute(element, attribute, path)
        for place, child in enumerate(list(element)):
            yield from self._child(element, place, child, f"{where}/{local_name(child.tag)}")

    def _document(self, label: str, where: str, value: str = "") -> Document:
        return Document(kind=self._kind, label=label, text=to_text(self._grown.root), where=where, value=value)

    def _text(self, element: Element, component: Any, where: str) -> Iterator[Document]:
        kind = component.type
        simple = kind if kind.is_simple() else kind.content if kind.has_simple_content() else None
        if simple is None or component.fixed is not None:
            return
        kept = element.text
        for value in _values(simple):
            element.text = value
            yield self._document(f"<{local_name(element.tag)}> {_cut(value)}", where, value)
        element.text = kept

    def _attribute(self, element: Element, attribute: Any, where: str) -> Iterator[Document]:
        name, kept = str(attribute.name), element.attrib[str(attribute.name)]
        for value in _values(attribute.type) if attribute.fixed is None else ():
            element.set(name, value)
            yield self._document(f"{local_name(name)}={_cut(value)}", where, value)
        if attribute.use != "required":
            del element.attrib[name]
            yield self._document(f"without {local_name(name)}", where)
        element.set(name, kept)

    def _child(self, element: Element, place: int, child: Element, where: str) -> Iterator[Document]:
        name, component = local_name(child.tag), self._grown.components[child]
        if not component.min_occurs:
            element.remove(child)
            yield self._document(f"without <{name}>", where)
            element.insert(place, child)
        most = component.max_occurs
        for times in sorted({2, min(_MOST_REPEATS, most if most is not None else _MOST_REPEATS)}):
            if most is None or 1 < times <= most:
                yield from self._repeated(element, place, times, where)

    def _repeated(self, element: Element, place: int, times: int, where: str) -> Iterator[Document]:
        """Yield the child several times: all alike, and each with values of its own, where they must not be alike."""
        child = element[place]
        for make in (_alike, _unlike):
            more = [make(child, number) for number in range(2, times + 1)]
            for number, one in enumerate(more, 1):
                element.insert(place + number, one)
            yield self._document(f"<{local_name(child.tag)}> {times} times", where)
            for one in more:
                element.remove(one)


def _alike(child: Element, _number: int) -> Element:
    return copy.deepcopy(child)


def _unlike(child: Element, number: int) -> Element:
    other = copy.deepcopy(child)
    for each in other.iter():
        each.attrib.update({name: f"{value}{number}" for name, value in each.attrib.items()})
        if not len(each):
            each.text = f"{each.text or ''}{number}"
    return other


def _values(simple: Any) -> Iterator[str]:
    """Yield values that are likely of a type: its words, its bounds, texts of its patterns; the schema judges them."""
    if simple.enumeration:
        listed = simple.enumeration[:_MOST_WORDS]
        yield from (str(word).lower() if isinstance(word, bool) else str(word) for word in listed)
        return
    facets = getattr(simple, "facets", {})
    for name in ("minInclusive", "maxInclusive"):
        bound = getattr(facets.get(f"{_FACET}{name}"), "value", None)
        if bound is not None:
            yield str(bound)
    usual = (right_value(simple) or "a")[:1]
    for length in (simple.min_length, simple.max_length):
        if length is not None and 0 <= length <= _LONGEST_VALUE:
            yield usual * length
    for pattern in getattr(facets.get(f"{_FACET}pattern"), "regexps", ()):
        made = example(str(pattern))
        if made is not None:
            yield made
    yield from _USUAL


def _cut(value: str) -> str:
    return repr(value) if len(value) <= _LONGEST_SHOWN else f"of {len(value)} characters"
