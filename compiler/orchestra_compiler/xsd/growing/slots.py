"""The values of a document with their types and meanings, and those that are to be changed."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from orchestra_compiler.xsd.document import NIL, Node, Path, Value
from orchestra_compiler.xsd.growing.selecting import Slot, type_of
from orchestra_compiler.xsd.model import AttributeUse, ComplexType, SimpleType

if TYPE_CHECKING:
    from orchestra_compiler.xsd.simple.values import Values

Tuple = tuple[Value, ...]
Meant = tuple[Hashable, ...]
"""What the values of a key mean: `1` and `+1` of a number mean the same."""


def is_id(kind: SimpleType) -> bool:
    """Return whether a type's values must differ all over a document."""
    return kind.built_in == "ID"


def is_reference(kind: SimpleType) -> bool:
    """Return whether a type's values must be IDs of the document."""
    return "IDREF" in (kind.built_in, kind.item.built_in if kind.item is not None else "") or kind.built_in == "IDREFS"


def typed_slots(path: Path, node: Node) -> Iterator[tuple[Slot, SimpleType]]:
    """Yield the places of an element's values with their types: its attributes, then its text."""
    kind = type_of(node)
    if isinstance(kind, ComplexType):
        uses = {use.name: use for use in kind.attributes}
        for name, _ in node.attributes:
            if name in uses:
                yield Slot(path, name), uses[name].type
        kind = kind.content if isinstance(kind.content, SimpleType) else None
    if isinstance(kind, SimpleType) and node.get(NIL) is None:
        yield Slot(path), kind


class Table:
    """The values of a document.

    Attributes:
        changes: The new values of places.
    """

    def __init__(self, root: Node, values: Values) -> None:
        self.root = root
        self.values = values
        self.changes: dict[Slot, Value] = {}
        self._drawn: dict[tuple[SimpleType, int], tuple[Value, ...]] = {}
        self._meanings: dict[tuple[SimpleType, str], Hashable] = {}

    def applied(self) -> Node:
        """Return the document with the changes."""
        by_path: dict[Path, list[tuple[str | None, Value]]] = {}
        for (path, attribute), value in self.changes.items():
            by_path.setdefault(path, []).append((attribute, value))
        touched = {path[:length] for path in by_path for length in range(len(path) + 1)}
        return _changed(self.root, (), by_path, touched)

    def value(self, slot: Slot) -> Value | None:
        """Return a value as it stands now; None where there is none."""
        if slot in self.changes:
            return self.changes[slot]
        node = self.root.at(slot.path)
        if node.get(NIL) is not None and slot.attribute is None:
            return None
        if slot.attribute is None:
            stated = node.declaration.default or node.declaration.fixed if node.declaration is not None else None
            return node.text or stated or ""
        found = node.get(slot.attribute)
        use = self.use(slot)
        return found if found is not None or use is None else use.default if use.default is not None else use.fixed

    def held(self, slots: Sequence[Slot]) -> Tuple | None:
        """Return the values of some places; None where one has none."""
        values = [self.value(slot) for slot in slots]
        known = [value for value in values if value is not None]
        return tuple(known) if len(known) == len(values) else None

    def meant(self, slots: Sequence[Slot]) -> Meant | None:
        """Return what some values mean, so that `1` and `+1` of a number are the same."""
        held = self.held(slots)
        return None if held is None else tuple(map(self.meaning, slots, held))

    def meaning(self, slot: Slot, value: Value) -> Hashable:
        """Return what a value means to the type of a place."""
        kind = self.kind(slot)
        if kind is None or not isinstance(value, str):
            return value
        known = self._meanings.get((kind, value))
        if known is None:
            known = self._meanings[kind, value] = _decoded(kind, value)
        return known

    def use(self, slot: Slot) -> AttributeUse | None:
        """Return what the schema says of an attribute; None for text and for unknown ones."""
        kind = type_of(self.root.at(slot.path))
        uses = kind.attributes if isinstance(kind, ComplexType) else ()
        return next((use for use in uses if use.name == slot.attribute), None)

    def kind(self, slot: Slot) -> SimpleType | None:
        """Return the type of the values at a place; None where the schema does not say."""
        if slot.attribute is not None:
            use = self.use(slot)
            return use.type if use is not None else None
        kind = type_of(self.root.at(slot.path))
        content = kind.content if isinstance(kind, ComplexType) else kind
        return content if isinstance(content, SimpleType) else None

    def is_fixed(self, slot: Slot) -> bool:
        """Return whether a place takes one value only, or one that nobody knows."""
        if slot.attribute is not None:
            use = self.use(slot)
            return use is None or use.fixed is not None
        declaration = self.root.at(slot.path).declaration
        return declaration is None or declaration.fixed is not None

    def takes(self, slots: Sequence[Slot], key: Tuple) -> bool:
        """Return whether places may get the values of a key."""
        return all(
            value == self.value(slot) or self._admits(slot, value) for slot, value in zip(slots, key, strict=True)
        )

    def _admits(self, slot: Slot, value: Value) -> bool:
        kind = self.kind(slot)
        return kind is not None and not self.is_fixed(slot) and (not isinstance(value, str) or kind.accepts(value))

    def draw(self, kind: SimpleType, count: int) -> tuple[Value, ...]:
        """Return different values of a type, at least so many where it has them."""
        size = 1 << (count + 1).bit_length()  # drawn in few different amounts, so that most are known already
        known = self._drawn.get((kind, size))
        if known is None:
            known = self._drawn[kind, size] = self.values.distinct(kind, size)
        return known


def _decoded(kind: SimpleType, text: str) -> Hashable:
    try:
        value = kind.component.decode(text)
    except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError):
        return text
    return repr(value) if isinstance(value, list) else value if isinstance(value, Hashable) else text


def _changed(node: Node, path: Path, changes: dict[Path, list[tuple[str | None, Value]]], touched: set[Path]) -> Node:
    """Return a tree with new values; what holds none of them is shared."""
    if path not in touched:
        return node
    for attribute, value in changes.get(path, ()):
        node = replace(node, text=value) if attribute is None else node.with_attribute(attribute, value)
    children = tuple(_changed(child, (*path, place), changes, touched) for place, child in enumerate(node.children))
    return replace(node, children=children)
