"""What is tried at one element: a change of its structure, or a value, each alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.placing import Placer
from orchestra_compiler.xsd.growing.reaching import Step
from orchestra_compiler.xsd.growing.wishing import Wish
from orchestra_compiler.xsd.model import (
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Group,
    GroupKind,
    Particle,
    Place,
    Process,
    SimpleType,
    Wildcard,
)
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.simple.labelled import RightValue

_MOST_OCCURRENCES = 20
"""A highest number of occurrences up to this is tried exactly."""
_MOST_VALUES = 1_000
"""A type with more boundary values than this shows only the first of them."""
_TEXT = "text"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An element to put where a step leads; what is told of it ends in `below`, a part of its content."""

    scenario: str
    place: Place
    node: Node
    below: str = ""


class Attempts:
    """What is tried at each step; types, and forms of an element, that were tried once are not tried again."""

    def __init__(self, placer: Placer) -> None:
        self._placer = placer
        self._maker = placer.maker
        self._costs = placer.maker.costs
        self._heads: set[ElementDeclaration] = set()
        self._types: set[SimpleType] = set()

    # Structure

    def structure(self, step: Step) -> Iterator[Attempt]:
        """Yield one change of structure after the other."""
        declaration, kind = step.form
        plain = self._plain(step)
        if plain is None:
            return
        if step.form.named:
            yield Attempt(f"derived-type-{local_name(kind.name)}", kind.place, plain)
        if step.new_declaration:
            yield from self._of_declaration(step, plain)
        if not step.new_type or not isinstance(kind, ComplexType):
            return
        for use in kind.attributes:
            if use.use == "optional":
                yield from self._with_attribute(step, use)
        yield from self._with_any_attribute(kind, plain)
        if isinstance(kind.content, Group) and declaration.fixed is None:
            yield from self._of_content(step, kind.content)
        if kind.mixed and declaration.fixed is None:
            children = (replace(plain.children[0], tail=_TEXT), *plain.children[1:]) if plain.children else ()
            yield Attempt("mixed-text", kind.place, replace(plain, text=_TEXT, children=children))

    def _plain(self, step: Step) -> Node | None:
        try:
            return self._maker.least(step.form, step.particle)
        except UnmakableError:
            return None

    def _of_declaration(self, step: Step, plain: Node) -> Iterator[Attempt]:
        declaration = step.form.declaration
        if declaration.nillable and declaration.fixed is None:
            yield Attempt("nil", declaration.place, self._maker.nil(step.form, step.particle))
        simple = declaration.simple_type
        if simple is None:
            return
        if declaration.fixed is not None:
            yield Attempt("fixed-omitted", declaration.place, replace(plain, text=""))
        elif declaration.default is not None:
            yield Attempt("default-omitted", declaration.place, replace(plain, text=""))
            other = next(
                (each for each in self._placer.values.distinct(simple, 3) if each != declaration.default), None
            )
            if other is not None:
                yield Attempt("default-overridden", declaration.place, replace(plain, text=other))

    def _with_attribute(self, step: Step, use: AttributeUse) -> Iterator[Attempt]:
        node = self._made(step, Wish(attributes=frozenset({use})))
        if node is not None:
            yield Attempt(f"with-{local_name(use.name)}", use.place, node, f"/@{local_name(use.name)}")

    def _with_any_attribute(self, kind: ComplexType, plain: Node) -> Iterator[Attempt]:
        wildcard = kind.any_attribute
        if wildcard is not None and wildcard.process is not Process.STRICT:
            name = self._costs.unknown_name(wildcard)
            if name and plain.get(name) is None:
                yield Attempt(
                    "any-attribute", wildcard.place, plain.with_attribute(name, _TEXT), f"/@{local_name(name)}"
                )

    def _of_content(self, step: Step, content: Group) -> Iterator[Attempt]:
        for particle, lone in _parts(content, alone=False):
            if particle.most == 0 or self._costs.once(particle) == math.inf:
                continue
            below = f"/{local_name(particle.declaration.name)}" if isinstance(particle, ElementParticle) else ""
            for scenario, wish in self._wishes(particle, lone=lone):
                node = self._made(step, wish)
                if node is not None:
                    yield Attempt(scenario, particle.place, node, below)
            if isinstance(particle, ElementParticle):
                yield from self._in_other_forms(step, particle)

    def _wishes(self, particle: Particle, *, lone: bool) -> Iterator[tuple[str, Wish]]:
        """Yield what is wished for to see a part of a content model; `lone` for a branch of a choice."""
        name = _name(particle)
        if lone:
            yield f"branch-{name}", Wish(times={particle: max(particle.least, 1)})
        elif particle.least == 0:
            yield f"with-{name}", Wish(times={particle: 1})
        few = max(particle.least, 1)
        counts = {few + 1}
        if particle.most is not None and particle.most <= _MOST_OCCURRENCES:
            counts.add(particle.most)
        for count in sorted(counts):
            if count > few and (particle.most is None or count <= particle.most):
                of = "" if isinstance(particle, ElementParticle) else f"-of-{name}"
                yield f"occurs-{count}{of}", Wish(times={particle: count})
        if isinstance(particle, Group) and particle.kind is GroupKind.CHOICE and _repeats(particle):
            every = [place for place, each in enumerate(particle.particles) if self._costs.once(each) < math.inf]
            if particle.most is None or len(every) <= particle.most:
                parts = [particle.particles[place] for place in every]
                yield f"every-branch-of-{name}", Wish(times={each: max(each.least, 1) for each in parts})

    def _in_other_forms(self, step: Step, particle: ElementParticle) -> Iterator[Attempt]:
        head = particle.declaration
        if head in self._heads:
            return
        self._heads.add(head)
        for form in self._costs.forms(head):
            if form == (head, head.type) or self._costs.of_form(form, head) == math.inf:
                continue
            word, what = ("derived-type", form.type) if form.named else ("substitute", form.declaration)
            inner = self._maker.element(form, particle=particle)
            node = self._made(step, Wish(nodes={particle: inner}))
            if node is not None:
                yield Attempt(f"{word}-{local_name(what.name)}", what.place, node, f"/{local_name(inner.name)}")

    def _made(self, step: Step, wish: Wish) -> Node | None:
        try:
            return self._maker.element(step.form, wish, step.particle)
        except UnmakableError:
            return None

    # Values

    def values(self, step: Step) -> Iterator[Attempt]:
        """Yield one value after the other of each simple type, where the type is met first."""
        declaration, kind = step.form
        plain = self._plain(step)
        if plain is None:
            return
        simple = kind if isinstance(kind, SimpleType) else kind.content
        if step.new_declaration and isinstance(simple, SimpleType) and declaration.fixed is None:
            for right in self._first_time(simple):
                place = right.place if right.place.line else declaration.place
                yield Attempt(right.scenario, place, replace(plain, text=right.value))
        if step.new_type and isinstance(kind, ComplexType):
            for use in kind.attributes:
                if use.use != "prohibited" and use.fixed is None:
                    for right in self._first_time(use.type):
                        place = right.place if right.place.line else use.place
                        node = plain.with_attribute(use.name, right.value)
                        yield Attempt(right.scenario, place, node, f"/@{local_name(use.name)}")

    def _first_time(self, kind: SimpleType) -> Iterator[RightValue]:
        if kind not in self._types:
            self._types.add(kind)
            yield from self._placer.values.boundaries(kind)[:_MOST_VALUES]


def _parts(group: Group, *, alone: bool) -> Iterator[tuple[Particle, bool]]:
    """Yield every part of a content model with whether it is a branch of a choice."""
    yield group, alone
    for each in group.particles:
        branch = group.kind is GroupKind.CHOICE and len(group.particles) > 1
        if isinstance(each, Group):
            yield from _parts(each, alone=branch)
        else:
            yield each, branch


def _repeats(group: Group) -> bool:
    return group.most is None or group.most > 1


def _name(particle: Particle) -> str:
    """Return what a part of a content model is called: the first element in it."""
    if isinstance(particle, ElementParticle):
        return local_name(particle.declaration.name)
    if isinstance(particle, Wildcard):
        return "any-element"
    first = next(particle.elements(), None)
    return local_name(first.declaration.name) if first is not None else "group"
