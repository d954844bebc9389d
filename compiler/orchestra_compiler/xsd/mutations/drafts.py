"""The content of an element as it is wanted, valid or not: parts too often, left out, in another order, strange ones.

What is not touched is made as the grower makes it, at its least.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.making import Maker
from orchestra_compiler.xsd.model import Group, GroupKind, Particle, Wildcard


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the content shall be.

    Attributes:
        times: How often a part occurs, whatever the schema says.
        parts: The positions of the parts that the first occurrence of a group consists of, in their order.
        after: An element behind the last part of the first occurrence of a group.
        instead: An element in the place of the first occurrence of a part.
        present: Parts that occur at least once where nothing else is said.
    """

    times: Mapping[Particle, int] = field(default_factory=dict)
    parts: Mapping[Group, tuple[int, ...]] = field(default_factory=dict)
    after: Mapping[Group, Node] = field(default_factory=dict)
    instead: Mapping[Particle, Node] = field(default_factory=dict)
    present: frozenset[Particle] = frozenset()

    def names(self, particle: Particle) -> bool:
        """Return whether something is said of this very part."""
        return (
            particle in self.times or particle in self.parts or particle in self.after or particle in self.instead
        )  # fmt: skip


def content(maker: Maker, group: Group, draft: Draft) -> tuple[Node, ...]:
    """Return the children of an element.

    Raises:
        UnmakableError: A part of them cannot be made.
    """
    return tuple(_Writer(maker, draft, group).written(group))


class _Writer:
    def __init__(self, maker: Maker, draft: Draft, group: Group) -> None:
        self._maker = maker
        self._draft = draft
        self._named: set[Particle] = set()
        self._wanted: set[Particle] = set()
        self._mark(group)

    def _mark(self, particle: Particle) -> tuple[bool, bool]:
        """Note which parts hold something that the draft names, or wants to be present."""
        named, wanted = self._draft.names(particle), particle in self._draft.present
        for each in particle.particles if isinstance(particle, Group) else ():
            inside = self._mark(each)
            named, wanted = named or inside[0], wanted or inside[1]
        if named:
            self._named.add(particle)
        if wanted:
            self._wanted.add(particle)
        return named, wanted

    def written(self, particle: Particle) -> Iterator[Node]:
        """Yield the elements of a part."""
        if particle not in self._named and particle not in self._wanted:
            yield from self._least(particle)
            return
        count = self._draft.times.get(particle, max(particle.least, 1))
        if not isinstance(particle, Group):
            yield from self._leaves(particle, count)
            return
        for number in range(count):
            yield from self._occurrence(particle, first=number == 0)

    def _least(self, particle: Particle) -> Iterator[Node]:
        if isinstance(particle, Group):
            yield from self._maker.content(particle)
        else:
            yield from self._leaves(particle, particle.least)

    def _leaves(self, particle: Particle, count: int) -> Iterator[Node]:
        given = self._draft.instead.get(particle)
        if given is not None and count:
            yield given
            count -= 1
        for _ in range(count):
            if isinstance(particle, Wildcard):
                yield self._maker.filler(particle)
            elif not isinstance(particle, Group):
                yield self._maker.smallest(particle.declaration, particle)

    def _occurrence(self, group: Group, *, first: bool) -> Iterator[Node]:
        if not first and group not in self._draft.times:
            yield from self._least(replace(group, least=1))
            return
        stated = self._draft.parts.get(group) if first else None
        for position in stated if stated is not None else self._usual(group):
            yield from self.written(group.particles[position])
        after = self._draft.after.get(group)
        if after is not None and first:
            yield after

    def _usual(self, group: Group) -> tuple[int, ...]:
        """Return the positions of the parts that an occurrence consists of."""
        positions = range(len(group.particles))
        if group.kind is not GroupKind.CHOICE:
            return tuple(positions)
        for chosen in (self._named, self._wanted):
            found = next((each for each in positions if group.particles[each] in chosen), None)
            if found is not None:
                return (found,)
        cost = self._maker.costs.of_particle
        best = min(positions, key=lambda each: cost(group.particles[each]), default=None)
        if best is None or cost(group.particles[best]) == math.inf:
            raise UnmakableError("no branch of a choice can be made")
        return (best,)
