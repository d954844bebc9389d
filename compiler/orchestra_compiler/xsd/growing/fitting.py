"""Whether a row of elements fits a content model, and where in it another element could stand.

All ways through the model are followed at once: for every part and every place in the row, the set of places where the
part may end. That is polynomial in the row, whatever the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.forms import forms_of
from orchestra_compiler.xsd.model import ElementParticle, Group, GroupKind, Particle, Wildcard


def fits(content: Group, names: Sequence[str]) -> bool:
    """Return whether elements of these names, in this order, are what a content model asks for."""
    return len(names) in _Row(names).ends(content, 0)


def places_for(content: Group, children: Sequence[Node], name: str) -> Iterator[int]:
    """Yield every position among some children at which one more element of a name would fit, the last one first."""
    names = [child.name for child in children]
    for position in range(len(names), -1, -1):
        if fits(content, [*names[:position], name, *names[position:]]):
            yield position


class _Row:
    """A row of names, and where parts of a content model that start at a place in it may end."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._known: dict[tuple[Particle, int], frozenset[int]] = {}
        self._accepted: dict[ElementParticle, frozenset[str]] = {}

    def ends(self, particle: Particle, start: int) -> frozenset[int]:
        """Return where a part may end, occurring as often as it may."""
        known = self._known.get((particle, start))
        if known is None:
            known = self._known[particle, start] = self._repeated(particle, start)
        return known

    def _repeated(self, particle: Particle, start: int) -> frozenset[int]:
        now, found, number = {start}, set[int](), 0
        while now and (particle.most is None or number <= particle.most):
            if number >= particle.least:
                if now <= found:
                    break
                found |= now
            later = {end for place in now for end in self._once(particle, place)}
            if later == now and number < particle.least:  # occurrences that hold nothing go on for ever
                found |= now
                break
            now, number = later, number + 1
        return frozenset(found)

    def _once(self, particle: Particle, start: int) -> frozenset[int]:
        if not isinstance(particle, Group):
            right = start < len(self._names) and self._is_taken(particle, self._names[start])
            return frozenset({start + 1}) if right else frozenset()
        if particle.kind is GroupKind.CHOICE:
            return frozenset().union(*(self.ends(each, start) for each in particle.particles))
        if particle.kind is GroupKind.ALL:
            return frozenset(self._in_any_order(particle, start))
        places = frozenset({start})
        for each in particle.particles:
            places = frozenset(end for place in places for end in self.ends(each, place))
        return places

    def _in_any_order(self, group: Group, start: int) -> Iterator[int]:
        counts = dict.fromkeys(group.particles, 0)
        for place in range(start, len(self._names) + 1):
            if all(count >= each.least for each, count in counts.items()):
                yield place
            if place == len(self._names):
                return
            taker = next((each for each in counts if self._is_taken(each, self._names[place])), None)
            if taker is None or (taker.most is not None and counts[taker] >= taker.most):
                return
            counts[taker] += 1

    def _is_taken(self, particle: Particle, name: str) -> bool:
        if isinstance(particle, Wildcard):
            return particle.lets_in(name)
        if isinstance(particle, Group):
            return False
        known = self._accepted.get(particle)
        if known is None:
            names = (form.declaration.name for form in forms_of(particle.declaration))
            known = self._accepted[particle] = frozenset(names)
        return name in known
