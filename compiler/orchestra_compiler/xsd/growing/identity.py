"""What must be consistent across a document: IDs, references to them, and unique, key and keyref constraints.

A document made part by part has the same value wherever a type has the same one. `settled` changes values, never the
elements, until all constraints hold: values that must differ are drawn from the type's other values, references take the
value of what they refer to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.selecting import Slot, type_of
from orchestra_compiler.xsd.growing.slots import is_id, is_reference, typed_slots
from orchestra_compiler.xsd.model import (
    IdentityKind,
    SimpleType,
    Variety,
)

if TYPE_CHECKING:
    from orchestra_compiler.xsd.simple.values import Values
from orchestra_compiler.xsd.growing.keys import Keys, MissingError

__all__ = ["is_id", "is_reference", "settled"]

_ROUNDS = 4
"""Keys may hold references to other keys: a change may ask for another one, but not for ever."""


def settled(root: Node, values: Values) -> Node:
    """Return a document whose IDs differ, whose references point at something, and whose keys hold.

    Raises:
        UnmakableError: No values make it so.
    """
    if not _concerned(root):
        return root
    table = _Settler(root, values)
    table.settle_ids()
    scopes = [
        (path, identity) for path, node in root.walk() if node.declaration for identity in node.declaration.identities
    ]
    for _ in range(_ROUNDS):
        before = dict(table.changes)
        for path, identity in scopes:
            if identity.kind is IdentityKind.KEYREF:
                table.refer(path, identity)
        settled_references = table.changes == before
        for path, identity in scopes:
            if identity.kind is not IdentityKind.KEYREF:
                table.part(path, identity)
        if settled_references and table.changes == before:
            return table.applied()
    raise UnmakableError("the keys and the references to them ask for different values")


def _concerned(root: Node) -> bool:
    """Return whether a document holds an ID, a reference to one, or a constraint."""
    return any(
        (node.declaration is not None and node.declaration.identities)
        or any(is_id(kind) or is_reference(kind) for _, kind in typed_slots(path, node))
        for path, node in root.walk()
    )


class _Settler(Keys):
    """Settles the IDs too."""

    def settle_ids(self) -> None:
        """Make all IDs differ, and let every reference point at one."""
        typed = [each for path, node in self.root.walk() for each in typed_slots(path, node)]
        fixed = {slot for slot, _ in typed if self.is_fixed(slot)}
        for slot, kind in sorted(typed, key=lambda each: each[0] not in fixed):
            if is_id(kind):
                self._settle_id(slot, kind)
        for slot, kind in typed:
            if is_reference(kind) and slot not in fixed:
                self._point(slot, kind)

    def _settle_id(self, slot: Slot, kind: SimpleType) -> None:
        value = self.value(slot)
        if value is None:
            return
        if value in self.ids:
            if self.is_fixed(slot):
                raise UnmakableError("an ID is fixed, and would occur twice")
            others = self.draw(kind, len(self.ids) + 1)
            value = next((each for each in others if each not in self.ids), None)
            if value is None:
                raise UnmakableError("there are not enough values for all IDs")
            self.changes[slot] = value
        self.ids[value] = slot

    def _point(self, slot: Slot, kind: SimpleType) -> None:
        if not self.ids:
            self._add_id()
        for value in self.ids:
            if isinstance(value, str) and kind.accepts(value):
                self.changes[slot] = value
                return
        doubled = (f"{value} {value}" for value in self.ids)  # a list may have to hold more than one
        found = next((each for each in doubled if kind.variety is Variety.LIST and kind.accepts(each)), None)
        if found is None:
            raise MissingError("a reference needs an ID, and the document has none that fits")
        self.changes[slot] = found

    def _add_id(self) -> None:
        """Give an ID to the first element that may have one and does not."""
        for path, node in self.root.walk():
            for use in getattr(type_of(node), "attributes", ()):
                value = self.values.typical(use.type) if is_id(use.type) and use.use == "optional" else None
                if value is not None:
                    self.changes[Slot(path, use.name)] = value if use.fixed is None else use.fixed
                    self.ids[self.changes[Slot(path, use.name)]] = Slot(path, use.name)
                    return
