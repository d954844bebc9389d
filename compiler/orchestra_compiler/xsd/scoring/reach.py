"""Which lines of a schema documents can depend on: those of what can be reached from its global elements."""

from __future__ import annotations

from collections.abc import Iterable

from orchestra_compiler.xsd.model import (
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Group,
    Particle,
    Place,
    SimpleType,
    Type,
)


def reached_places(roots: Iterable[ElementDeclaration]) -> frozenset[Place]:
    """Return the places of everything that documents with these roots can hold."""
    found: set[Place] = set()
    seen: set[int] = set()
    waiting: list[ElementDeclaration | Type | Particle] = list(roots)
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        found.add(current.place)
        waiting.extend(_parts(current, found))
    return frozenset(found)


def _parts(
    current: ElementDeclaration | Type | Particle, found: set[Place]
) -> Iterable[ElementDeclaration | Type | Particle]:
    if isinstance(current, ElementDeclaration):
        found.update(each.place for each in current.identities)
        yield current.type
        yield from current.substitutes
    elif isinstance(current, ElementParticle):
        yield current.declaration
    elif isinstance(current, Group):
        yield from current.particles
    elif isinstance(current, SimpleType):
        found.update(place for facet in current.facets for place in facet.places)
        yield from current.members
        yield from (current.item,) if current.item else ()
    elif isinstance(current, ComplexType):
        yield from _of_type(current, found)


def _of_type(current: ComplexType, found: set[Place]) -> Iterable[ElementDeclaration | Type | Particle]:
    found.update(each.place for each in current.attributes)
    found.update(each.place for each in current.assertions)
    if current.any_attribute is not None:
        found.add(current.any_attribute.place)
    yield from (each.type for each in current.attributes)
    yield from current.derived
    if isinstance(current.base, ComplexType):
        found.add(current.base.place)
    if current.content is not None:
        yield current.content
