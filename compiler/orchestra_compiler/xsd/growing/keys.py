"""The unique, key and keyref constraints of a document: values that differ, and values that are those of keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product
from typing import TYPE_CHECKING

from orchestra_compiler.xsd.document import Node, Path, Value
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.selecting import Slot, fields, selected, type_of
from orchestra_compiler.xsd.growing.slots import Meant, Table, Tuple, is_id
from orchestra_compiler.xsd.model import (
    ComplexType,
    Identity,
    IdentityKind,
)
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from orchestra_compiler.xsd.simple.values import Values


_MOST_TRIES = 2_000


class MissingError(UnmakableError):
    """A document lacks an element: one with an ID, one that a key selects, or a field of one.

    Attributes:
        path: Below which element it is missing.
        identity: The key; None where an ID is missing.
        field: The position of the key's field that is missing; None where the whole key is.
    """

    def __init__(
        self, reason: str, path: Path = (), identity: Identity | None = None, field: int | None = None
    ) -> None:
        super().__init__(reason)
        self.path, self.identity, self.field = path, identity, field


class Keys(Table):
    """The values of a document, and the changes that its constraints ask for.

    Attributes:
        ids: The values that are IDs, with their places.
    """

    def __init__(self, root: Node, values: Values) -> None:
        super().__init__(root, values)
        self.ids: dict[Value, Slot] = {}
        self._references: dict[Slot, tuple[Path, Identity, int]] = {}

    def part(self, scope: Path, identity: Identity) -> None:
        """Make the values of a unique or key constraint differ, and all of a key's be there."""
        self._part(selected(self.root, scope, identity), identity)

    def _part(self, paths: Iterable[Path], identity: Identity) -> None:
        taken: set[Meant] = set()
        waiting: list[list[Slot]] = []
        for path in paths:
            slots = self._key_slots(path, identity)
            if slots is None:
                continue
            held = self.meant(slots)
            if held is not None and held not in taken:
                taken.add(held)
            else:
                waiting.append(slots)
        for slots in waiting:
            taken.add(self._change(slots, taken, identity))

    def refer(self, scope: Path, identity: Identity) -> None:
        """Let the values of a keyref be those of keys, of different ones where there are enough."""
        key, declaring = identity.refer, list(self._declaring(scope, identity.refer))
        if len(declaring) > 1 and key is not None:  # tables that meet must not hold the same key
            self._part(dict.fromkeys(each for path in declaring for each in selected(self.root, path, key)), key)
        keys = self._keys(scope, identity)
        used = self._referred(scope, identity)
        unused = [meant for meant in keys if meant not in used]
        for path in selected(self.root, scope, identity):
            slots = self._key_slots(path, identity)
            meant = self.meant(slots) if slots is not None else None
            if slots is None or meant is None:
                continue
            self._references |= {slot: (scope, identity, number) for number, slot in enumerate(slots)}
            if meant in keys:
                continue
            if not keys:
                reason = f"the reference {local_name(identity.name)} needs a key, and the document has none"
                raise MissingError(reason, scope, identity.refer)
            fitting = (each for each in (*unused, *keys) if self.takes(slots, keys[each]))
            chosen = next(fitting, None)
            if chosen is None:
                raise UnmakableError(f"no key fits the reference {local_name(identity.name)}")
            self.changes |= dict(zip(slots, keys[chosen], strict=True))
            unused = [each for each in unused if each != chosen]

    def _referred(self, scope: Path, identity: Identity) -> set[Meant]:
        found = (self._key_slots(path, identity) for path in selected(self.root, scope, identity))
        return {meant for slots in found if slots is not None and (meant := self.meant(slots)) is not None}

    def _keys(self, scope: Path, identity: Identity) -> dict[Meant, Tuple]:
        """Return the values of the key that a keyref refers to, below its own element or else anywhere.

        Of several elements that declare the key, those of the last one: not every validator remembers the others'.
        """
        return self._keys_below(scope, identity.refer) or self._keys_below((), identity.refer)

    def _keys_below(self, scope: Path, key: Identity | None) -> dict[Meant, Tuple]:
        found: dict[Meant, Tuple] = {}
        for declaring in self._declaring(scope, key):
            paths = selected(self.root, declaring, key) if key is not None else ()
            every = [self._key_slots(path, key) for path in paths] if key is not None else []
            held = [(self.meant(slots), self.held(slots)) for slots in every if slots is not None]
            found = {meant: values for meant, values in held if meant is not None and values is not None} or found
        return found

    def _declaring(self, scope: Path, key: Identity | None) -> Iterator[Path]:
        """Yield the elements at and below a path that declare a key."""
        for path, node in self.root.at(scope).walk(scope):
            if key is not None and node.declaration is not None and key in node.declaration.identities:
                yield path

    def _key_slots(self, path: Path, identity: Identity) -> list[Slot] | None:
        """Return one place for each field; None where an element lacks one and need not have it."""
        found: list[Slot] = []
        for number, slots in enumerate(fields(self.root, path, identity)):
            if len(slots) > 1:
                raise UnmakableError(f"a field of {local_name(identity.name)} has several values")
            slot = slots[0] if slots else self._addable(path, identity, number)
            if slot is None:
                if identity.kind is IdentityKind.KEY:
                    raise MissingError(f"the key {local_name(identity.name)} lacks a field", path, identity, number)
                return None
            found.append(slot)
        return found

    def _addable(self, path: Path, identity: Identity, number: int) -> Slot | None:
        """Return the optional attribute that a key's field asks for; it is added."""
        field = "".join(identity.fields[number].split()).removeprefix("./")
        kind = type_of(self.root.at(path))
        if identity.kind is not IdentityKind.KEY or not field.startswith("@") or not isinstance(kind, ComplexType):
            return None
        local = field[1:].rpartition(":")[2]
        use = next((use for use in kind.attributes if local_name(use.name) == local), None)
        if use is None or use.use == "prohibited":
            return None
        slot = Slot(path, use.name)
        if slot not in self.changes:
            value = self.values.typical(use.type)
            if value is None:
                return None
            self.changes[slot] = value
        return slot

    def _change(self, slots: Sequence[Slot], taken: set[Meant], identity: Identity) -> Meant:
        """Change some of a key's values so that together they differ from all others; references come last."""
        order = sorted(range(len(slots)), key=lambda number: slots[number] in self._references)
        choices = [self.choices(slots[number], len(taken) + 1) for number in order]
        for picked in islice(product(*reversed(choices)), _MOST_TRIES + len(taken)):
            by_place = dict(zip(reversed(order), picked, strict=True))
            held = tuple(by_place[number] for number in range(len(slots)))
            meant = tuple(self.meaning(slot, value) for slot, value in zip(slots, held, strict=True))
            if meant not in taken:
                self.changes |= {
                    slot: value for slot, value in zip(slots, held, strict=True) if value != self.value(slot)
                }
                return meant
        reason = f"there are not enough values for {local_name(identity.name)}"
        referring = next((self._references[slot] for slot in slots if slot in self._references), None)
        if referring is not None:
            raise MissingError(reason, referring[0], referring[1].refer)
        raise UnmakableError(reason)

    def choices(self, slot: Slot, count: int) -> Sequence[Value]:
        """Return the values that a place may take, its present one first."""
        present, kind = self.value(slot), self.kind(slot)
        first = () if present is None else (present,)
        if kind is None or self.is_fixed(slot):
            return first
        if slot in self._references:
            scope, identity, number = self._references[slot]
            return tuple(dict.fromkeys((*first, *(values[number] for values in self._keys(scope, identity).values()))))
        if is_id(kind):
            return [value for value in self.draw(kind, count + len(self.ids)) if value not in self.ids] or first
        return tuple(dict.fromkeys((*first, *self.draw(kind, count))))
