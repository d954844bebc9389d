"""Values that meet twice and must not, that are missing, or that point at nothing: keys, IDs and references."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.document import Node, Path
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.growing.selecting import Slot, fields, selected, type_of
from orchestra_compiler.xsd.model import ComplexType, Identity
from orchestra_compiler.xsd.mutations.mutation import Context, Mutation, settled
from orchestra_compiler.xsd.mutations.slots import mutation_at, other_values, value_at, with_value

_MOST_PLACES = 6
_MOST_CANDIDATES = 40


def duplicate(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which two elements have the same unique value or key."""
    identity = demand.target
    if not isinstance(identity, Identity):
        return
    for scope, base in _documents(site, context, identity, 2):
        first, *others = (fields(base, each, identity) for each in _compared(base, scope, identity))
        for second in others[:_MOST_PLACES]:
            pairs = [(left[0], right[0]) for left, right in zip(first, second, strict=True) if left and right]
            if len(pairs) != len(identity.fields):
                continue
            document = base
            for left, right in pairs:
                document = with_value(document, right, value_at(document, left))
            yield mutation_at(demand, document, base, second[0][0], f"duplicate-{identity.kind}")


def without_field(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which an element lacks a part of its key."""
    identity = demand.target
    if not isinstance(identity, Identity):
        return
    for scope, base in _documents(site, context, identity, 1):
        for place in _compared(base, scope, identity)[:_MOST_PLACES]:
            for slot in (found[0] for found in fields(base, place, identity) if found):
                if slot.attribute is not None:
                    document = with_value(base, slot, None)
                elif slot.path != place:
                    document = base.replaced(slot.path)
                else:
                    continue
                yield mutation_at(demand, document, base, Slot(place), "key-without-field")


def dangling_keyref(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which a reference names no key."""
    identity = demand.target
    if not isinstance(identity, Identity):
        return
    for scope, base in _documents(site, context, identity, 1):
        for place in _compared(base, scope, identity)[:_MOST_PLACES]:
            found = fields(base, place, identity)
            if not all(found):
                continue
            for slot in (each[0] for each in found):
                for value in other_values(base, slot, context):
                    yield mutation_at(demand, with_value(base, slot, value), base, slot, "dangling-keyref")


# Documents with what is compared


def _documents(site: Site, context: Context, identity: Identity, least: int) -> Iterator[tuple[Path, Node]]:
    """Yield documents in which a constraint compares at least so many elements, and where it is declared."""
    for root in _candidates(site, context, identity):
        for path, node in root.walk():
            if node.declaration is None or identity not in node.declaration.identities:
                continue
            found = _compared(root, path, identity)
            if len(found) >= least:
                yield path, root
                break
            if found:
                grown = _repeated(root, path, found[-1], context, identity, least)
                if grown is not None:
                    yield path, grown
                    break


def _compared(root: Node, scope: Path, identity: Identity) -> list[Path]:
    """Return the elements that a constraint compares: those with all its fields."""
    return [each for each in selected(root, scope, identity) if all(fields(root, each, identity))]


def _candidates(site: Site, context: Context, identity: Identity) -> Iterator[Node]:
    """Yield valid documents that hold the element of a constraint: the site's, others, and as large a one as there is."""
    seen = 0
    for each in (site, *context.sites):
        if _scopes(each.root, identity) and (each is site or len(each.path) > len(site.path)):
            yield each.root
            yield _with_all_attributes(each.root, context)
            seen += 1
        if seen >= _MOST_CANDIDATES:
            break
    largest = context.largest(site.root)
    if largest is not None:
        yield largest


def _scopes(root: Node, identity: Identity) -> bool:
    return any(node.declaration is not None and identity in node.declaration.identities for _, node in root.walk())


def _with_all_attributes(root: Node, context: Context) -> Node:
    """Return a document whose elements have all attributes that they may have."""
    full = root
    for path, node in root.walk():
        kind = type_of(node)
        for use in kind.attributes if isinstance(kind, ComplexType) else ():
            if use.use != "prohibited" and full.at(path).get(use.name) is None:
                value = use.fixed or context.grower.values.typical(use.type)
                if value is not None:
                    full = full.replaced(path, full.at(path).with_attribute(use.name, value))
    return settled(full, context)


def _repeated(root: Node, scope: Path, place: Path, context: Context, identity: Identity, least: int) -> Node | None:
    """Return the document with an element, or one around it, once more, so that there are enough to compare."""
    for length in range(len(place), len(scope), -1):
        path = place[:length]
        twice = root.replaced(path, root.at(path), root.at(path))
        try:
            document = context.settled(twice)
        except UnmakableError:
            continue
        node = root.at(path)
        most = node.particle.most if node.particle is not None else None
        if (most is None or most > 1) and len(_compared(document, scope, identity)) >= least:
            return document
    return None
