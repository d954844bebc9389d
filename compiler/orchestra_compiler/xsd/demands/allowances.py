"""What parts of a schema let pass: nothing at all, any text, anything, or more of the same."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.xsd.model import Facet, Group, GroupKind, Particle, Process, SimpleType, Variety, Wildcard

_ANY_TEXT = frozenset({"string", "normalizedString", "token", "anySimpleType", "anyAtomicType", "anyURI"})


def alternatives(group: Group) -> tuple[Particle, ...]:
    """Return the parts of a group that may occur at all."""
    return tuple(each for each in group.particles if each.most != 0 and not (isinstance(each, Group) and each.hollow))


def can_be_empty(particle: Particle) -> bool:
    """Return whether nothing at all satisfies a part of a content model."""
    if not particle.least:
        return True
    if not isinstance(particle, Group):
        return False
    parts = [can_be_empty(each) for each in particle.particles]
    return any(parts) or not parts if particle.kind is GroupKind.CHOICE else all(parts)


def is_any_text(kind: SimpleType) -> bool:
    """Return whether a type has no lexical form of its own that a text could miss."""
    if kind.variety is Variety.LIST:
        return kind.item is None or is_any_text(kind.item)
    if kind.variety is Variety.UNION:
        return any(is_any_text(each) and not each.facets for each in kind.members)
    return not kind.primitive or kind.built_in in _ANY_TEXT


def facets_of(kind: SimpleType) -> Iterator[Facet]:
    """Yield the facets that bind a value, and those of a list's items."""
    yield from kind.facets
    if kind.variety is Variety.LIST and kind.item is not None:
        yield from kind.item.facets


def is_endless(parts: tuple[Particle, ...]) -> bool:
    """Return whether a group may go on for ever as it is, so that no further occurrence of it would show."""
    return not parts or (len(parts) == 1 and parts[0].most is None and parts[0].least <= 1)


def takes_anything(part: Particle) -> bool:
    """Return whether a part is a wildcard that lets in elements that no schema knows."""
    return isinstance(part, Wildcard) and part.process is not Process.STRICT and not is_limited(part)


def is_limited(wildcard: Wildcard) -> bool:
    """Return whether a wildcard keeps some namespace out."""
    return not (wildcard.lets_in("{urn:no-such-namespace}anything") and wildcard.lets_in("anything"))
