"""The way from a root to every element and complex type of a schema, the one with the fewest elements first.

Dijkstra's algorithm over the forms that elements take: going from a type to an element in its content costs what has to
stand beside it.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from orchestra_compiler.xsd.growing.choosing import Choices
from orchestra_compiler.xsd.growing.costs import Cost
from orchestra_compiler.xsd.growing.forms import Form
from orchestra_compiler.xsd.model import (
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Group,
    GroupKind,
    Particle,
    Wildcard,
)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A form of an element, and the step to the element that it stands in.

    Attributes:
        above: None for a root.
        part: Where it stands in the content of the one above.
        new_declaration: Whether this is the first step to the element.
        new_type: Whether this is the first step to the type, and that is a complex one.
    """

    form: Form
    above: Step | None = None
    part: ElementParticle | Wildcard | None = None
    new_declaration: bool = True
    new_type: bool = True

    @property
    def particle(self) -> ElementParticle | None:
        """Where it stands, unless it is a root or let in by a wildcard."""
        return self.part if isinstance(self.part, ElementParticle) else None


@dataclass(frozen=True, slots=True)
class Unreached:
    """An element that stands in the content of a type that is reached, but of which no document can be made."""

    declaration: ElementDeclaration
    reason: str


def reach(costs: Choices, roots: Iterable[ElementDeclaration]) -> Iterator[Step | Unreached]:
    """Yield a step to every element declaration and complex type that can be reached, each once, near ones first."""
    return _Search(costs).steps(roots)


class _Search:
    def __init__(self, costs: Choices) -> None:
        self._costs = costs
        self._numbers = count()
        self._waiting: list[tuple[Cost, int, Step]] = []
        self._declarations: set[ElementDeclaration] = set()
        self._types: set[ComplexType] = set()
        self._met: dict[ElementDeclaration, str] = {}

    def steps(self, roots: Iterable[ElementDeclaration]) -> Iterator[Step | Unreached]:
        for root in roots:
            self._offer(0, root, None, None)
        while self._waiting:
            cost, _, step = heapq.heappop(self._waiting)
            declaration, kind = step.form
            new_type = isinstance(kind, ComplexType) and kind not in self._types
            plainest = not step.form.named or self._costs.forms(declaration)[0].named
            new_declaration = plainest and declaration not in self._declarations
            if not new_type and not new_declaration:
                continue
            step = Step(step.form, step.above, step.part, new_declaration, new_type)
            yield step
            if new_declaration:
                self._declarations.add(declaration)
            if isinstance(kind, ComplexType) and new_type:
                self._types.add(kind)
                self._enter(cost, step, kind)
        for declaration, reason in self._met.items():
            if declaration not in self._declarations:
                yield Unreached(declaration, reason)

    def _enter(self, cost: Cost, step: Step, kind: ComplexType) -> None:
        if not isinstance(kind.content, Group) or step.form.declaration.fixed is not None:
            return
        for part, beside in self._parts(kind.content, 0):
            if isinstance(part, ElementParticle):
                self._offer(cost + beside, part.declaration, step, part)
            elif beside < math.inf:
                for declaration in self._costs.let_in(part):
                    for form in self._costs.forms(declaration):
                        if form.declaration is declaration and not form.named:
                            self._offer_form(cost + beside, form, step, part)

    def _parts(self, particle: Particle, beside: Cost) -> Iterator[tuple[ElementParticle | Wildcard, Cost]]:
        """Yield every element and wildcard of a content model with what has to stand beside it."""
        if particle.most == 0:
            return
        if particle.least > 1:
            beside += self._costs.times(particle.least - 1) * self._costs.once(particle)
        if not isinstance(particle, Group):
            yield particle, beside
            return
        prices = [self._costs.of_particle(each) for each in particle.particles]
        endless, total = prices.count(math.inf), sum(price for price in prices if price < math.inf)
        for each, price in zip(particle.particles, prices, strict=True):
            others: Cost = 0
            if particle.kind is not GroupKind.CHOICE:
                own = price if price < math.inf else 0
                others = total - own if endless == (price == math.inf) else math.inf
            yield from self._parts(each, beside + others)

    def _offer(
        self, cost: Cost, declaration: ElementDeclaration, above: Step | None, part: ElementParticle | None
    ) -> None:
        forms = self._costs.forms(declaration)
        if not forms and not declaration.abstract:
            self._met.setdefault(declaration, "its type is abstract, and no other is derived from it")
        for detour, form in enumerate(forms):
            if above is None and form.declaration is not declaration:
                continue  # a substitute is a root of its own
            self._offer_form(cost + (0.5 if detour else 0), form, above, part)

    def _offer_form(self, cost: Cost, form: Form, above: Step | None, part: ElementParticle | Wildcard | None) -> None:
        inside = self._costs.of_type(form.type)
        if not form.named and max(cost, inside) == math.inf:
            beside = "what has to stand beside it cannot be made"
            reason = self._costs.reason(form.declaration) if inside == math.inf else beside
            self._met.setdefault(form.declaration, reason)
        if max(cost, inside) == math.inf:
            return
        heapq.heappush(self._waiting, (cost + 1, next(self._numbers), Step(form, above, part)))
