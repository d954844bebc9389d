"""IDs that occur twice, and references to IDs that nobody has."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.growing.identity import is_id
from orchestra_compiler.xsd.growing.selecting import Slot, type_of
from orchestra_compiler.xsd.model import AttributeUse, ComplexType, SimpleType
from orchestra_compiler.xsd.mutations.mutation import Context, Mutation, settled
from orchestra_compiler.xsd.mutations.slots import DANGLING, mutation_at, value_at, with_value

_MOST_PLACES = 6


def duplicate_id(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which two elements have the same ID."""
    base, own = _with_own(demand, site, context), _own_slot(demand, site)
    if base is None:
        return
    for grown in (base, *_with_further_ids(base, own, context)):
        for slot in _ids(grown):
            if slot != own:
                document = with_value(grown, own, value_at(grown, slot))
                yield mutation_at(demand, document, grown, own, "duplicate-id")
                document = with_value(grown, slot, value_at(grown, own))
                yield mutation_at(demand, document, grown, slot, "duplicate-id")
    twin = _twin(demand, site, context, base)
    if twin is not None:
        yield twin


def dangling_idref(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which a reference names no ID."""
    base, own = _with_own(demand, site, context), _own_slot(demand, site)
    if base is None:
        return
    kind = demand.attribute.type if demand.attribute is not None else getattr(demand.holder, "simple_type", None)
    ids = {value_at(base, slot) for slot in _ids(base)}
    for value in (DANGLING, *(context.grower.values.distinct(kind, 4) if kind is not None else ())):
        if value not in ids:
            yield mutation_at(demand, with_value(base, own, value), base, own, "dangling-idref")


def _own_slot(demand: Demand, site: Site) -> Slot:
    return Slot(site.path, demand.attribute.name if demand.attribute is not None else None)


def _with_own(demand: Demand, site: Site, context: Context) -> Node | None:
    """Return the document with the attribute that is meant, which may not be in it yet."""
    use, root = demand.attribute, site.root
    if use is not None and site.node.get(use.name) is None:
        value = context.grower.values.typical(use.type)
        if value is None:
            return None
        root = root.replaced(site.path, site.node.with_attribute(use.name, value))
    return settled(root, context)


def _twin(demand: Demand, site: Site, context: Context, base: Node) -> Mutation | None:
    """Return the document with the element, or one around it, twice, both with the same ID."""
    own = _own_slot(demand, site)
    for length in range(len(site.path), 0, -1):
        path = site.path[:length]
        node = base.at(path)
        most = node.particle.most if node.particle is not None else 1
        if most is not None and most <= 1:
            continue
        valid = settled(base.replaced(path, node, node), context)
        slot = Slot((*path[:-1], path[-1] + 1, *site.path[length:]), own.attribute)
        return mutation_at(demand, with_value(valid, slot, value_at(valid, own)), valid, slot, "duplicate-id")
    return None


def _with_further_ids(base: Node, own: Slot, context: Context) -> Iterator[Node]:
    """Yield the document with one more ID, in an attribute that it could have had before."""
    number = 0
    for path, node in base.walk():
        kind = type_of(node)
        for use in kind.attributes if isinstance(kind, ComplexType) else ():
            if not is_id(use.type) or use.use == "prohibited" or node.get(use.name) is not None or path == own.path:
                continue
            for value in context.grower.values.distinct(use.type, 2):
                yield settled(base.replaced(path, node.with_attribute(use.name, value)), context)
                break
            number += 1
            if number == _MOST_PLACES:
                return


def _ids(root: Node) -> Iterator[Slot]:
    for path, node in root.walk():
        kind = type_of(node)
        uses: tuple[AttributeUse, ...] = kind.attributes if isinstance(kind, ComplexType) else ()
        for use in uses:
            if is_id(use.type) and node.get(use.name) is not None:
                yield Slot(path, use.name)
        simple = kind.content if isinstance(kind, ComplexType) else kind
        if isinstance(simple, SimpleType) and is_id(simple):
            yield Slot(path)
