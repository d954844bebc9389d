"""What a content model shall have beyond the least: the words in which the makers of documents ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.model import AttributeUse, ElementParticle, Group, Particle


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the content of an element shall have beyond the least.

    Attributes:
        times: How often a part occurs.
        branches: The positions of the branches that a choice takes, one after the other.
        nodes: An element that stands for the first occurrence of a part.
        attributes: The optional attributes that are there.
    """

    times: Mapping[Particle, int] = field(default_factory=dict)
    branches: Mapping[Group, Sequence[int]] = field(default_factory=dict)
    nodes: Mapping[Particle, Node] = field(default_factory=dict)
    attributes: frozenset[AttributeUse] = frozenset()

    @property
    def parts(self) -> frozenset[Particle]:
        """The parts of the content that something is wished for."""
        return frozenset((*self.times, *self.branches, *self.nodes))


NOTHING = Wish()


class Wished:
    """A wish, and which of its parts stand inside of which part of the content model."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self._parts = wish.parts
        self._inside: dict[Particle, frozenset[Particle]] = {}

    def inside(self, particle: Particle) -> frozenset[Particle]:
        """Return the parts wished for that are a part or stand inside of it."""
        known = self._inside.get(particle)
        if known is None:
            known = frozenset({particle} & self._parts)
            if isinstance(particle, Group):
                known = known.union(*(self.inside(each) for each in particle.particles))
            self._inside[particle] = known
        return known


def combined(uses: Sequence[AttributeUse], parts: Sequence[ElementParticle]) -> Iterator[Wish]:
    """Yield wishes for all combinations of some optional attributes and parts, those for few first."""
    every: list[AttributeUse | ElementParticle] = [*uses, *parts]
    for size in range(len(every) + 1):
        for some in combinations(every, size):
            yield Wish(
                times={each: 1 for each in some if isinstance(each, ElementParticle)},
                attributes=frozenset(each for each in some if isinstance(each, AttributeUse)),
            )
