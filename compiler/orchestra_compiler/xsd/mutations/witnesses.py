"""Whether a bound of a content model forbids anything at all, and if so, children that only it forbids.

The model is loosened by the one bound, and both are compared as languages. Where they are the same, no document can
break the bound, since other parts of the model let in what it forbids.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.demands.kinds import Kind
from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.growing.making import Maker
from orchestra_compiler.xsd.languages import difference, language_of
from orchestra_compiler.xsd.model import ComplexType, ElementParticle, Group, GroupKind, Particle
from orchestra_compiler.xsd.mutations.mutation import Context, Mutation, changed, content_of, settled_around

_SCENARIOS = {
    Kind.MIN_OCCURS: "too-few",
    Kind.MAX_OCCURS: "too-many",
    Kind.ORDER: "swapped",
    Kind.CHOICE: "two-branches",
}


_MOST_PARTS = 24
_MOST_OCCURRENCES = 12
"""Larger models are not compared: that takes longer than it is worth."""


def is_idle(demand: Demand, context: Context) -> bool:
    """Return whether a bound is known to forbid nothing that the rest of the schema does not forbid."""
    if not isinstance(demand.holder, ComplexType):
        return False
    group = demand.holder.content
    loosened = _loosened(demand, group)
    if loosened is None or not isinstance(group, Group):
        return False
    try:
        return _difference(loosened, group, demand.holder, context) is None
    except (OverflowError, RecursionError):
        return False


def witnesses(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield the document with the fewest children that a bound forbids, and nothing else does."""
    group = content_of(site.node)
    loosened = _loosened(demand, group)
    if loosened is None or not isinstance(group, Group):
        return
    try:
        names = _difference(loosened, group, demand.holder, context)
    except (OverflowError, RecursionError):
        return
    if names is None:
        return
    parts = {part.declaration.name: part for part in group.elements()}
    parts |= {each.name: part for part in group.elements() for each in part.declaration.substitutes}
    scenario = _SCENARIOS[Kind(demand.constraint.kind)]
    other = Maker(context.schema, context.grower.values, branch=1)
    for repeated in (context.grower.maker, other) if len(set(names)) < len(names) else (other,):
        makers = [repeated if name in names[:number] else context.grower.maker for number, name in enumerate(names)]
        children = tuple(_child(name, parts, maker) for name, maker in zip(names, makers, strict=True))
        mutation = changed(demand, site, replace(site.node, text="", children=children), scenario)
        yield replace(mutation, document=settled_around(mutation.document, mutation.path, context))


def _difference(loosened: Group, group: Group, holder: object, context: Context) -> tuple[str, ...] | None:
    bounds = context.implied.get(holder, ()) if isinstance(holder, ComplexType) else ()
    return difference(language_of(loosened), language_of(group), bounds)


def _child(name: str, parts: dict[str, ElementParticle], maker: Maker) -> Node:
    part = parts.get(name)
    if part is None:
        return Node(name=name)
    if part.declaration.name == name:
        return maker.smallest(part.declaration, part)
    declaration = next(each for each in part.declaration.substitutes if each.name == name)
    return maker.smallest(declaration, part)


def _loosened(demand: Demand, group: object) -> Group | None:
    part = demand.target
    if demand.constraint.kind not in _SCENARIOS or not isinstance(group, Group) or not isinstance(part, Particle):
        return None
    if not _is_small(group):
        return None
    changed_part: Particle = part
    if demand.constraint.kind == Kind.MIN_OCCURS:
        changed_part = replace(part, least=part.least - 1)
    elif demand.constraint.kind == Kind.ORDER and isinstance(part, Group):
        changed_part = replace(part, kind=GroupKind.ALL)
    elif part.most is not None:
        changed_part = replace(part, most=part.most + 1)
    return _replaced(group, part, changed_part)


def _is_small(group: Group) -> bool:
    parts = list(group.parts())
    return len(parts) <= _MOST_PARTS and all(
        each.least <= _MOST_OCCURRENCES and (each.most or 0) <= _MOST_OCCURRENCES for each in parts
    )


def _replaced(group: Group, part: Particle, other: Particle) -> Group:
    if group is part and isinstance(other, Group):
        return other
    particles = tuple(
        other if each is part else _replaced(each, part, other) if isinstance(each, Group) else each
        for each in group.particles
    )
    return replace(group, particles=particles)
