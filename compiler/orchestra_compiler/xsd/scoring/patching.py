"""A change to a content model made in the model itself, which is much less work than to load the changed schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from orchestra_compiler.xsd.languages import Bound, difference, language_of
from orchestra_compiler.xsd.model import ComplexType, ElementParticle, Group, GroupKind, Particle, Place, Wildcard
from orchestra_compiler.xsd.scoring.loosening import Loosened
from orchestra_compiler.xsd.scoring.markup import Markup

_KINDS = frozenset({"min-occurs", "max-occurs", "order"})


def lets_in_nothing_new(
    change: Loosened, file: str, types: Iterable[ComplexType], implied: Mapping[ComplexType, tuple[Bound, ...]]
) -> bool:
    """Return whether a change to a content model is known to let in no content that was not valid before.

    False says nothing: the change is none that can be made here, or the models are too large.
    """
    if change.kind not in _KINDS or not _is_alone(change.element):
        return False
    place, met = Place(file, change.line), False
    for kind in types:
        group = kind.content
        if not isinstance(group, Group):
            continue
        here = [each for each in group.parts() if _is_at(each, place, change)]
        if not here:
            continue
        if not all(_is_as_written(each, change.element) for each in here):
            return False
        met = True
        changed = _changed(group, place, change)
        try:
            if not isinstance(changed, Group) or _differ(changed, group, implied.get(kind, ())):
                return False
        except (OverflowError, RecursionError):
            return False
    return met


def _differ(changed: Group, group: Group, bounds: tuple[Bound, ...]) -> bool:
    return difference(language_of(changed), language_of(group), bounds) is not None


def _is_alone(element: Markup) -> bool:
    """Return whether no other part of a content model begins on the line of one, or gets its bounds from a reference."""
    if element.kind == "group" or (element.parent is not None and element.parent.kind == "group"):
        return False
    top = element
    while top.parent is not None:
        top = top.parent
    return not any(
        each.line == element.line and each is not element and each.kind == element.kind for each in top.walk()
    )


def _is_at(part: Particle, place: Place, change: Loosened) -> bool:
    """Return whether a part of a model is the changed one: on its line and of its kind."""
    kind = part.kind.value if isinstance(part, Group) else "any" if isinstance(part, Wildcard) else "element"
    return part.place == place and kind == change.element.kind


def _is_as_written(part: Particle, element: Markup) -> bool:
    """Return whether a part has the bounds that its file gives it."""
    least, most = element.get("minOccurs", "1").strip(), element.get("maxOccurs", "1").strip()
    shown = str(part.least), "unbounded" if part.most is None else str(part.most)
    return shown == (least.lstrip("0") or "0", most.lstrip("0") or "0")


def _changed(part: Particle, place: Place, change: Loosened) -> Particle:
    """Return a part of a model with the change, wherever it is meant."""
    if isinstance(part, Group):
        part = replace(part, particles=tuple(_changed(each, place, change) for each in part.particles))
    return _loosened(part, change) if _is_at(part, place, change) else part


def _loosened(part: Particle, change: Loosened) -> ElementParticle | Group | Wildcard:
    if change.kind == "order":
        return replace(part, kind=GroupKind.ALL) if isinstance(part, Group) else part
    if change.kind == "min-occurs":
        return replace(part, least=part.least - 1)
    return part if part.most is None else replace(part, most=part.most + 1)
