"""The largest document of an element: every optional part, every attribute, every branch of a repeated choice.

A type is filled once on each way down and is small where it comes again. A document that would become too large is
filled down to a smaller depth, as far down as fits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.costs import DETOUR
from orchestra_compiler.xsd.growing.forms import Form
from orchestra_compiler.xsd.growing.making import MOST_ATTRIBUTES, Maker
from orchestra_compiler.xsd.growing.slots import is_reference
from orchestra_compiler.xsd.growing.trying import holds, must_be_tried
from orchestra_compiler.xsd.growing.wishing import Wish
from orchestra_compiler.xsd.model import (
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Group,
    GroupKind,
    Particle,
    Process,
    Type,
    Wildcard,
)

MOST_ELEMENTS = 2_000
_DEPTHS = (40, 10, 6, 4, 3, 2, 1)
_TEXT = "text"


class _TooLargeError(Exception):
    """The document has more elements than it may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fullness:
    """What a large document holds.

    Attributes:
        twice: Whether parts that may repeat do so.
        references: Whether optional attributes that refer to IDs are there.
    """

    twice: bool = True
    references: bool = True


FULLNESSES = (Fullness(), Fullness(twice=False), Fullness(twice=False, references=False))
"""From the fullest on; a document's keys may not bear the fullest."""


def largest(maker: Maker, declaration: ElementDeclaration, fullness: Fullness) -> Node:
    """Return a document with this root and as much in it as fits.

    Raises:
        UnmakableError: None can be made.
    """
    form, least = maker.costs.form(declaration), maker.smallest(declaration)
    for depth in _DEPTHS:
        try:
            return _Filler(maker, fullness, depth).element(form, None, ())
        except _TooLargeError:
            continue
    return least


class _Filler:
    def __init__(self, maker: Maker, fullness: Fullness, depth: int) -> None:
        self._maker = maker
        self._costs = maker.costs
        self._fullness = fullness
        self._depth = depth
        self._count = 0

    def element(self, form: Form, particle: ElementParticle | None, above: tuple[Type, ...]) -> Node:
        """Return a full element, or where its assertions or alternatives refuse that a small one."""
        full = self._full(form, particle, above)
        if must_be_tried(form) and not holds(form.declaration, full):
            return self._maker.least(form, particle)
        return full

    def _full(self, form: Form, particle: ElementParticle | None, above: tuple[Type, ...]) -> Node:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise _TooLargeError
        kind = form.type
        if not isinstance(kind, ComplexType):
            return self._maker.element(form, particle=particle)
        bare, content = self._maker.bare(form, Wish(attributes=self._optional(kind)), particle)
        bare = self._with_any_attribute(bare, kind)
        if content is None:
            return bare
        children = tuple(self._part(content, (*above, kind)))
        return replace(bare, children=children, text=_TEXT if kind.mixed else "")

    def _optional(self, kind: ComplexType) -> frozenset[AttributeUse]:
        """Return the optional attributes that can be there, as many as an element may have."""
        room = MOST_ATTRIBUTES - sum(use.required for use in kind.attributes)
        fit = (
            use
            for use in kind.attributes
            if use.use == "optional"
            and (self._fullness.references or not is_reference(use.type))
            and (use.fixed is not None or self._maker.values.typical(use.type) is not None)
        )
        return frozenset(islice(fit, max(room, 0)))

    def _with_any_attribute(self, node: Node, kind: ComplexType) -> Node:
        wildcard = kind.any_attribute
        if wildcard is None or wildcard.process is Process.STRICT:
            return node
        name = self._costs.unknown_name(wildcard)
        return node.with_attribute(name, _TEXT) if name and node.get(name) is None else node

    def _part(self, particle: Particle, above: tuple[Type, ...]) -> Iterator[Node]:
        if particle.most == 0 or self._costs.once(particle) == math.inf:
            return
        if isinstance(particle, Group):
            yield from self._group(particle, above)
        elif isinstance(particle, Wildcard):
            for _ in range(max(particle.least, 1)):
                self._count += 1
                yield self._maker.filler(particle)
        else:
            yield from self._elements(particle, above)

    def _elements(self, particle: ElementParticle, above: tuple[Type, ...]) -> Iterator[Node]:
        form = self._costs.form(particle.declaration)
        if form.type in above or len(above) >= self._depth:
            self._count += int(particle.least * self._costs.of(particle.declaration) % DETOUR)
            if self._count > MOST_ELEMENTS:
                raise _TooLargeError
            for _ in range(particle.least):
                yield self._maker.smallest(particle.declaration, particle)
            return
        for _ in range(self._times(particle)):
            yield self.element(form, particle, above)

    def _times(self, particle: Particle) -> int:
        most = math.inf if particle.most is None else particle.most
        wanted = 2 if self._fullness.twice and most >= 2 else 1  # noqa: PLR2004 - twice
        return max(particle.least, wanted)

    def _group(self, group: Group, above: tuple[Type, ...]) -> Iterator[Node]:
        if group.kind is not GroupKind.CHOICE:
            for _ in range(max(group.least, 1)):
                for each in group.particles:
                    yield from self._part(each, above)
            return
        makable = [each for each in group.particles if each.most != 0 and self._costs.once(each) < math.inf]
        most = len(makable) if group.most is None else group.most
        dearest = sorted(makable, key=self._costs.once, reverse=True)
        taken = makable if most >= len(makable) else [self._maker.chosen(dearest)]
        missing = max(group.least - len(taken), 0)
        for each in (*taken, *[taken[-1]] * (missing if taken else 0)):
            yield from self._part(each, above)
