"""What the smallest content of each type costs, so that documents are made without trying.

The cost of a type is the number of elements that its smallest content has, found as the least fixed point over all
types that it may need: a type that needs itself endlessly, or a value that nobody knows, costs infinitely much and
cannot be made. Content made along finite costs always comes to an end, since each part costs less than the whole. A
substitute or a type named by `xsi:type` costs more than any number of plain elements: it stands only where the plain
form cannot.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestra_compiler.xsd.growing.forms import Form, forms_of
from orchestra_compiler.xsd.model import (
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Group,
    GroupKind,
    Particle,
    Process,
    Schema,
    SimpleType,
    Type,
    Wildcard,
)

if TYPE_CHECKING:
    from orchestra_compiler.xsd.simple.values import Values

Cost = int | float
"""A number of elements and, in units of `DETOUR`, of forms that are not the plain ones; `math.inf` where unmakable."""

DETOUR = 10**18
MOST_REPEATS = 1_000
"""A part that must occur more often than this is not made."""


class UnmakableError(Exception):
    """No document can be made, and why."""


class Costs:
    """The costs of a schema's parts; each is found when it is first asked for."""

    def __init__(self, schema: Schema, values: Values) -> None:
        self.schema = schema
        self._values = values
        self._types: dict[ComplexType, Cost] = {}
        self._forms: dict[ElementDeclaration, tuple[Form, ...]] = {}
        self._known: dict[SimpleType, bool] = {}
        self._let_in: dict[Wildcard, tuple[ElementDeclaration, ...]] = {}
        self._final: dict[ElementDeclaration | Particle, Cost] = {}
        self._finding = False

    def forms(self, declaration: ElementDeclaration) -> tuple[Form, ...]:
        """Return every form of an element, the plainest first."""
        known = self._forms.get(declaration)
        if known is None:
            known = self._forms[declaration] = tuple(forms_of(declaration))
        return known

    def of(self, declaration: ElementDeclaration) -> Cost:
        """Return what an element costs in its cheapest form."""
        known = self._final.get(declaration)
        if known is None:
            known = min((self.of_form(form, declaration) for form in self.forms(declaration)), default=math.inf)
            if not self._finding:
                self._final[declaration] = known
        return known

    def of_form(self, form: Form, declaration: ElementDeclaration) -> Cost:
        """Return what an element costs in a form that it may take."""
        detours = (form.declaration is not declaration) + form.named
        if form.declaration.fixed is not None and isinstance(form.type, SimpleType):
            return 1 + DETOUR * detours
        return 1 + DETOUR * detours + self.of_type(form.type)

    def of_type(self, kind: Type) -> Cost:
        """Return what the content of a type costs."""
        if isinstance(kind, SimpleType):
            return 0 if self.knows(kind) else math.inf
        if kind not in self._types:
            self._find(kind)
        return self._types[kind]

    def of_particle(self, particle: Particle) -> Cost:
        """Return what a part of a content model costs as often as it must occur."""
        return 0 if not particle.least else self.times(particle.least) * self.once(particle)

    @staticmethod
    def times(least: int) -> Cost:
        """Return how often something is made that must occur so often; infinitely often where that is too much."""
        return least if least <= MOST_REPEATS else math.inf

    def once(self, particle: Particle) -> Cost:
        """Return what one occurrence costs."""
        known = self._final.get(particle)
        if known is None:
            known = self._once(particle)
            if not self._finding:
                self._final[particle] = known
        return known

    def _once(self, particle: Particle) -> Cost:
        if isinstance(particle, ElementParticle):
            return self.of(particle.declaration)
        if isinstance(particle, Wildcard):
            return self._filler_cost(particle)
        parts = (self.of_particle(each) for each in particle.particles)
        if particle.kind is GroupKind.CHOICE:
            return min(parts, default=math.inf)
        return sum(parts)

    # What a wildcard lets in

    def let_in(self, wildcard: Wildcard) -> tuple[ElementDeclaration, ...]:
        """Return the global elements that a wildcard lets in."""
        known = self._let_in.get(wildcard)
        if known is None:
            elements = self.schema.elements.values()
            known = self._let_in[wildcard] = tuple(each for each in elements if wildcard.lets_in(each.name))
        return known

    def unknown_name(self, wildcard: Wildcard) -> str:
        """Return a name that a wildcard lets in and that the schema does not know; empty where there is none."""
        own = self.schema.namespace
        named = sorted(space for space in getattr(wildcard.component, "namespace", ()) if not space.startswith("##"))
        for space in ("urn:example:other", *named, "", own):
            name = f"{{{space}}}anything" if space else "anything"
            if wildcard.lets_in(name) and name not in self.schema.elements:
                return name
        return ""

    def _filler_cost(self, wildcard: Wildcard) -> Cost:
        if wildcard.process is not Process.STRICT and self.unknown_name(wildcard):
            return 1
        return min((self.of(each) for each in self.let_in(wildcard)), default=math.inf)

    # The fixed point

    def _find(self, kind: ComplexType) -> None:
        """Find the costs of a type and of all that it may need: lower them until none can be lowered."""
        order, users = self._needed(kind)
        self._types |= dict.fromkeys(order, math.inf)
        self._finding = True
        waiting = dict.fromkeys(order)
        while waiting:
            each = next(iter(waiting))
            del waiting[each]
            cost = self._content_cost(each)
            if cost < self._types[each]:
                self._types[each] = cost
                waiting.update(dict.fromkeys(users.get(each, ())))
        self._finding = False

    def _needed(self, kind: ComplexType) -> tuple[list[ComplexType], dict[ComplexType, list[ComplexType]]]:
        """Return the types without a cost that a type may need, those needed first, and who needs each of them."""
        users: dict[ComplexType, list[ComplexType]] = {}
        order: list[ComplexType] = []
        seen = {kind}
        stack = [(kind, self._needs(kind))]
        while stack:
            current, needs = stack[-1]
            for each in needs:
                if each in self._types:
                    continue
                users.setdefault(each, []).append(current)
                if each not in seen:
                    seen.add(each)
                    stack.append((each, self._needs(each)))
                    break
            else:
                order.append(current)
                stack.pop()
        return order, users

    def _needs(self, kind: ComplexType) -> Iterator[ComplexType]:
        if not isinstance(kind.content, Group):
            return
        for declaration in self._demanded(kind.content):
            for form in self.forms(declaration):
                if isinstance(form.type, ComplexType):
                    yield form.type

    def _demanded(self, particle: Particle) -> Iterator[ElementDeclaration]:
        """Yield the elements that a part of a content model may need at the least."""
        if not particle.least:
            return
        if isinstance(particle, ElementParticle):
            yield particle.declaration
        elif isinstance(particle, Group):
            for each in particle.particles:
                yield from self._demanded(each)
        elif particle.process is Process.STRICT or not self.unknown_name(particle):
            yield from self.let_in(particle)

    def _content_cost(self, kind: ComplexType) -> Cost:
        for attribute in kind.attributes:
            if attribute.required and attribute.fixed is None and not self.knows(attribute.type):
                return math.inf
        if isinstance(kind.content, SimpleType):
            return 0 if self.knows(kind.content) else math.inf
        return self.of_particle(kind.content) if kind.content is not None else 0

    def knows(self, kind: SimpleType) -> bool:
        """Return whether a value of a type is known."""
        known = self._known.get(kind)
        if known is None:
            known = self._known[kind] = not is_entity(kind) and self._values.typical(kind) is not None
        return known


def is_entity(kind: SimpleType) -> bool:
    """Return whether a type's values name entities, which only a DTD declares, and documents here have none."""
    return kind.built_in in ("ENTITY", "ENTITIES") or (kind.item is not None and kind.item.built_in == "ENTITY")
