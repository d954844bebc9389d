"""Elements and their content from a schema, as small as it allows, except for what is wished for.

A `Wish` says what a content model shall have beyond the least: a part so many times, a branch of a choice, an element
made elsewhere. The groups around what is wished for then occur at least once. Everything else is made at its least.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from orchestra_compiler.xsd.document import NIL, TYPE, Node, QualifiedName, Value
from orchestra_compiler.xsd.growing.choosing import Choices
from orchestra_compiler.xsd.growing.costs import DETOUR, UnmakableError
from orchestra_compiler.xsd.growing.forms import Form
from orchestra_compiler.xsd.growing.stating import attribute_value, text_value
from orchestra_compiler.xsd.growing.trying import first_that_holds, must_be_tried
from orchestra_compiler.xsd.growing.wishing import NOTHING, Wish, Wished
from orchestra_compiler.xsd.model import (
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Group,
    GroupKind,
    Particle,
    Schema,
    SimpleType,
    Wildcard,
)
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.xml import MAX_ATTRIBUTES, MAX_DEPTH

if TYPE_CHECKING:
    from orchestra_compiler.xsd.simple.values import Values

MOST_ELEMENTS = 5_000
"""A document with more elements than this is not made."""
MOST_ATTRIBUTES = MAX_ATTRIBUTES - 6
"""An element gets no more; an invalid document may have one that is too many, or that says its type, and is still let in."""
_MOST_LEVELS = 60


class Maker:
    """Make elements of a schema.

    Args:
        prefer: The local name of the element that a choice takes first; empty for none.
        branch: Which branch a choice takes when none is preferred: 0 for the cheapest, 1 for the next, and so on around.
    """

    def __init__(self, schema: Schema, values: Values, *, prefer: str = "", branch: int = 0) -> None:
        self.schema = schema
        self.values = values
        self.costs = Choices(schema, values)
        self._prefer, self._branch = prefer, branch
        self._open: list[Group] = []
        self._made: dict[ElementDeclaration, Node] = {}
        self._heights: dict[ElementDeclaration, int] = {}
        self._count = self._level = 0

    # Elements

    def smallest(self, declaration: ElementDeclaration, particle: ElementParticle | None = None) -> Node:
        """Return an element with the least content, in its cheapest form.

        Raises:
            UnmakableError: None can be made.
        """
        known = self._made.get(declaration)
        if known is None:
            size = self.costs.of(declaration) % DETOUR if self.costs.form(declaration) else 0
            if size > MOST_ELEMENTS:
                raise UnmakableError(f"<{local_name(declaration.name)}> needs more than {MOST_ELEMENTS} elements")
            known = self._wayward(declaration) if self._branch or self._prefer else self._prepared(declaration)
        return known if particle is None else replace(known, particle=particle)

    def _prepared(self, declaration: ElementDeclaration) -> Node:
        """Make an element and first all that it needs: a chain of types may be longer than Python's stack."""
        waiting = [declaration]
        while waiting:
            current = waiting[-1]
            form = self.costs.form(current)
            needed = dict.fromkeys(self._needed(form))
            missing = [each for each in needed if each not in self._made]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            self._heights[current] = 1 + max((self._heights[each] for each in needed), default=0)
            if self._heights[current] > MAX_DEPTH:
                raise UnmakableError(f"<{local_name(declaration.name)}> nests deeper than {MAX_DEPTH} elements")
            self._made[current] = self.least(form)
        return self._made[declaration]

    def least(self, form: Form, particle: ElementParticle | None = None) -> Node:
        """Return an element in a given form with the least content that its assertions and alternatives accept.

        Raises:
            UnmakableError: None can be made.
        """
        if not must_be_tried(form):
            return self.element(form, particle=particle)
        found = first_that_holds(self, form)
        if found is None:
            where = f"<{local_name(form.declaration.name)}>"
            raise UnmakableError(f"no content was found for {where} that its assertions or type alternatives accept")
        return replace(found, particle=particle)

    def _needed(self, form: Form) -> Iterator[ElementDeclaration]:
        """Yield the elements in the least content of a form."""
        kind = form.type
        if form.declaration.fixed is None and isinstance(kind, ComplexType) and isinstance(kind.content, Group):
            yield from self._least(kind.content)

    def _least(self, particle: Particle) -> Iterator[ElementDeclaration]:
        if not particle.least:
            return
        if isinstance(particle, ElementParticle):
            yield particle.declaration
        elif isinstance(particle, Wildcard):
            filler = self.costs.filler(particle)
            if not isinstance(filler, str):
                yield filler
        elif particle.kind is GroupKind.CHOICE:
            yield from self._least(self._usual(particle, empty=True))
        else:
            for each in particle.particles:
                yield from self._least(each)

    def _wayward(self, declaration: ElementDeclaration) -> Node:
        """Make an element whose choices need not take the cheapest branch, which may lead far."""
        self._count = self._count + 1 if self._level else 0
        if self._count > MOST_ELEMENTS or self._level > _MOST_LEVELS:
            raise UnmakableError(f"<{local_name(declaration.name)}> would become too large")
        self._level += 1
        try:
            known = self.least(self.costs.form(declaration))
        finally:
            self._level -= 1
        if not self._open:  # inside of a choice that is not the cheapest, the next one may be taken otherwise
            self._made[declaration] = known
        return known

    def element(self, form: Form, wish: Wish = NOTHING, particle: ElementParticle | None = None) -> Node:
        """Return an element in a given form, with the least content and what is wished for.

        Raises:
            UnmakableError: None can be made.
        """
        bare, content = self.bare(form, wish, particle)
        return bare if content is None else replace(bare, children=tuple(self.content(content, wish)))

    def bare(
        self, form: Form, wish: Wish = NOTHING, particle: ElementParticle | None = None
    ) -> tuple[Node, Group | None]:
        """Return an element without children, and the content model by which it gets them; None where it gets none.

        Raises:
            UnmakableError: A value is not known.
        """
        declaration, kind = form
        attributes = dict(self.attributes(kind, wish.attributes)) if isinstance(kind, ComplexType) else {}
        if form.named:
            attributes = {TYPE: QualifiedName(kind.name), **attributes}
        node = Node(
            name=declaration.name,
            attributes=tuple(attributes.items()),
            declaration=declaration,
            particle=particle,
            type=kind if form.named else None,
        )
        content = kind if isinstance(kind, SimpleType) else kind.content
        if isinstance(content, SimpleType):
            return replace(node, text=text_value(self.values, declaration, content)), None
        if declaration.fixed is not None:
            return replace(node, text=declaration.fixed), None
        return node, content

    def nil(self, form: Form, particle: ElementParticle | None = None) -> Node:
        """Return an element that is nil, with the attributes that it must have."""
        declaration, kind = form
        attributes = dict(self.attributes(kind)) if isinstance(kind, ComplexType) else {}
        return Node(
            name=declaration.name,
            attributes=((NIL, "true"), *attributes.items()),
            declaration=declaration,
            particle=particle,
        )

    def attributes(
        self, kind: ComplexType, wished: frozenset[AttributeUse] = frozenset()
    ) -> Iterator[tuple[str, Value]]:
        """Yield the attributes that a type demands, and those wished for, with their values.

        Raises:
            UnmakableError: They are too many, or a value is not known.
        """
        given = [use for use in kind.attributes if use.required or use in wished]
        if len(given) > MOST_ATTRIBUTES:
            raise UnmakableError(f"an element would have more than {MOST_ATTRIBUTES} attributes")
        for use in given:
            yield use.name, attribute_value(self.values, use)

    # Content

    def content(self, group: Group, wish: Wish = NOTHING) -> Iterator[Node]:
        """Yield the elements of a content model: the least, and what is wished for.

        Raises:
            UnmakableError: They cannot be made.
        """
        return self._part(group, Wished(wish), wish.parts)

    def _part(self, particle: Particle, wished: Wished, parts: frozenset[Particle]) -> Iterator[Node]:
        """Yield the elements of a part of a content model; `parts` are those inside of it that are wished for."""
        wish = wished.wish if particle in parts else NOTHING
        usual = max(particle.least, 1) if parts and wish.times.get(particle) != 0 else particle.least
        count = max(wish.times.get(particle, usual), particle.least)
        if isinstance(particle, Group):
            yield from self._group(particle, count, wished, parts)
            return
        given = wish.nodes.get(particle)
        if given is not None:
            yield given
            count -= 1
        for _ in range(count):
            yield (
                self.filler(particle)
                if isinstance(particle, Wildcard)
                else self.smallest(particle.declaration, particle)
            )

    def filler(self, wildcard: Wildcard) -> Node:
        """Return an element that a wildcard lets in."""
        filler = self.costs.filler(wildcard)
        return Node(name=filler) if isinstance(filler, str) else self.smallest(filler)

    def _group(self, group: Group, count: int, wished: Wished, parts: frozenset[Particle]) -> Iterator[Node]:
        if group.kind is GroupKind.CHOICE:
            for branch, inside in self._taken(group, count, wished, parts):
                yield from self._branch_of(group, branch, wished, inside)
            return
        for _ in range(count):
            for each in group.particles:
                inside = wished.inside(each) & parts if parts else parts
                parts -= inside  # a part that stands in two places gets what is wished for in the first
                yield from self._part(each, wished, inside)

    def _taken(
        self, group: Group, count: int, wished: Wished, parts: frozenset[Particle]
    ) -> list[tuple[Particle, frozenset[Particle]]]:
        """Return the branch that a choice takes at each of its occurrences: those wished for, then the usual one."""
        if not count:
            return []
        taken: list[tuple[Particle, frozenset[Particle]]] = []
        chosen = wished.wish.branches.get(group) if group in parts else None
        for each in group.particles if chosen is None else [group.particles[position] for position in chosen]:
            inside = wished.inside(each) & parts if parts else parts
            parts -= inside
            if inside or chosen is not None:
                taken.append((each, inside))
        if group.most is not None and len(taken) > group.most:
            raise UnmakableError("a choice takes one branch, and several are needed")
        if count <= len(taken):
            return taken
        return taken + [(self._usual(group, empty=not taken), frozenset[Particle]())] * (count - len(taken))

    def _branch_of(self, group: Group, branch: Particle, wished: Wished, parts: frozenset[Particle]) -> Iterator[Node]:
        if self._branch or self._prefer:
            self._open.append(group)
            try:
                yield from [*self._part(branch, wished, parts)]
            finally:
                self._open.pop()
        else:
            yield from self._part(branch, wished, parts)

    def _usual(self, group: Group, *, empty: bool) -> Particle:
        """Return the branch that a choice takes when none is wished for; the cheapest one inside of itself.

        Beside other branches, one that holds nothing is passed over: validators do not count it as an occurrence.
        """
        ranked = sorted(group.particles, key=self.costs.of_particle)
        makable = [each for each in ranked if self.costs.of_particle(each) < math.inf]
        if not makable:
            raise UnmakableError("no branch of a choice can be made")
        if not empty:
            makable = [each for each in makable if self.costs.of_particle(each)] or makable
        if group in self._open:
            return makable[0]
        return self.chosen(makable)

    def chosen(self, ranked: Sequence[Particle]) -> Particle:
        """Return the branch that is preferred, or the one that is asked for among these, of which there is one at least."""
        preferred = (each for each in ranked if self._prefer and self._is_preferred(each))
        return next(preferred, ranked[self._branch % len(ranked)])

    def _is_preferred(self, particle: Particle) -> bool:
        return isinstance(particle, ElementParticle) and local_name(particle.declaration.name) == self._prefer
