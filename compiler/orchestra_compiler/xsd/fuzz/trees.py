"""Random documents within the content models of a schema."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from orchestra_compiler.xsd.document import NIL, TYPE, Node, QualifiedName, Value
from orchestra_compiler.xsd.fuzz.lots import Lots
from orchestra_compiler.xsd.fuzz.texts import Texts
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.grower import Grower
from orchestra_compiler.xsd.model import (
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Group,
    GroupKind,
    Particle,
    SimpleType,
    Type,
    Wildcard,
)
from orchestra_compiler.xsd.names import local_name

_MOST_ELEMENTS = 40
_DEEPEST = 12
_MORE = 2
"""So many more occurrences than the least at most."""
_WORDS = ("text", " a ", "&", "\n", "漢")


class Trees:
    """Makes random documents; where one grows too large or too deep, what is left is made as small as it can be."""

    def __init__(self, grower: Grower, texts: Texts) -> None:
        self._grower = grower
        self._texts = texts

    def document(self, declaration: ElementDeclaration, lots: Lots) -> Node:
        """Return a document that should be valid.

        Raises:
            UnmakableError: An element or a value in it cannot be made.
        """
        return self._grower.settled(_Growing(self._grower, self._texts, lots).element(declaration, None, 0))


class _Growing:
    """One document on its way."""

    def __init__(self, grower: Grower, texts: Texts, lots: Lots) -> None:
        self._grower = grower
        self._texts = texts
        self._lots = lots
        self._left = _MOST_ELEMENTS

    def element(self, declaration: ElementDeclaration, particle: ElementParticle | None, depth: int) -> Node:
        declaration = self._substitute(declaration)
        self._left -= 1
        kind = self._type(declaration)
        if declaration.conditional or kind is None or self._is_full(depth):
            return replace(self._grower.maker.smallest(declaration), particle=particle)
        named = kind is not declaration.type
        attributes = self._attributes(kind) if isinstance(kind, ComplexType) else {}
        if named:
            attributes = {TYPE: QualifiedName(kind.name), **attributes}
        bare = Node(
            name=declaration.name,
            attributes=tuple(attributes.items()),
            declaration=declaration,
            particle=particle,
            type=kind if named else None,
        )
        if declaration.nillable and declaration.fixed is None and self._lots.happens(10):
            return bare.with_attribute(NIL, "true")
        return self._filled(bare, declaration, kind, depth)

    def _is_full(self, depth: int) -> bool:
        return self._left < 0 or depth > _DEEPEST

    def _substitute(self, declaration: ElementDeclaration) -> ElementDeclaration:
        others = declaration.substitutes
        return self._lots.one_of(others) if others and (declaration.abstract or self._lots.happens(30)) else declaration

    def _type(self, declaration: ElementDeclaration) -> Type | None:
        """Return the type that an element shall have, its own or a derived one; None where that is for others to say."""
        kind = declaration.type
        if not isinstance(kind, ComplexType):
            return kind
        derived = [each for each in kind.derived if each.name and each.derivation not in kind.blocked]
        if kind.abstract or (derived and self._lots.happens(20)):
            return self._lots.one_of(derived) if derived else None
        return kind

    def _attributes(self, kind: ComplexType) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for use in kind.attributes:
            if use.use == "prohibited" or not (use.required or self._lots.happens(50)):
                continue
            value = use.fixed if use.fixed is not None else self._texts.of(use.type, self._lots)
            if value is not None:
                found[use.name] = value
            elif use.required:
                raise UnmakableError(f"no value was found for the attribute {local_name(use.name)}")
        return found

    def _filled(self, bare: Node, declaration: ElementDeclaration, kind: Type, depth: int) -> Node:
        if declaration.fixed is not None:
            return replace(bare, text=declaration.fixed)
        simple = kind if isinstance(kind, SimpleType) else kind.content
        if isinstance(simple, SimpleType):
            text = self._texts.of(simple, self._lots)
            if text is None:
                raise UnmakableError(f"no value was found for <{local_name(declaration.name)}>")
            return replace(bare, text=text)
        if simple is None:
            return bare
        children = tuple(self._part(simple, depth + 1))
        if isinstance(kind, ComplexType) and kind.mixed and self._lots.happens(50):
            children = tuple(replace(child, tail=self._lots.one_of(_WORDS)) for child in children)
            return replace(bare, text=self._lots.one_of(_WORDS), children=children)
        return replace(bare, children=children)

    def _part(self, particle: Particle, depth: int) -> Iterator[Node]:
        if self._is_full(depth):
            yield from self._least(particle)
            return
        most = particle.least + _MORE if particle.most is None else min(particle.most, particle.least + _MORE)
        for _ in range(self._lots.number(particle.least, most)):
            if isinstance(particle, ElementParticle):
                yield self.element(particle.declaration, particle, depth)
            elif isinstance(particle, Wildcard):
                yield self._grower.maker.filler(particle)
            else:
                yield from self._group(particle, depth)

    def _least(self, particle: Particle) -> Iterator[Node]:
        maker = self._grower.maker
        if isinstance(particle, Group):
            yield from maker.content(particle)
            return
        for _ in range(particle.least):
            if isinstance(particle, ElementParticle):
                yield maker.smallest(particle.declaration, particle)
            else:
                yield maker.filler(particle)

    def _group(self, group: Group, depth: int) -> Iterator[Node]:
        parts = list(group.particles)
        if group.kind is GroupKind.CHOICE:
            able = [each for each in parts if self._grower.maker.costs.of_particle(each) < math.inf]
            parts = [self._lots.one_of(able)] if able else []
        elif group.kind is GroupKind.ALL:
            parts = list(self._shuffled(parts))
        for part in parts:
            yield from self._part(part, depth)

    def _shuffled(self, parts: list[Particle]) -> Iterator[Particle]:
        left = list(parts)
        while left:
            yield left.pop(self._lots.number(0, len(left) - 1))
