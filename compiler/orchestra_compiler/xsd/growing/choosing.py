"""The cheapest form of each element and the cheapest filling of each wildcard, or the reason why there is none."""

from __future__ import annotations

import math

from orchestra_compiler.xsd.growing.costs import MOST_REPEATS, Costs, UnmakableError, is_entity
from orchestra_compiler.xsd.growing.forms import Form
from orchestra_compiler.xsd.model import (
    ElementDeclaration,
    ElementParticle,
    Group,
    Particle,
    Process,
    SimpleType,
    Type,
    Wildcard,
)
from orchestra_compiler.xsd.names import local_name


class Choices(Costs):
    """Costs, and what is chosen by them."""

    def form(self, declaration: ElementDeclaration) -> Form:
        """Return the cheapest form of an element.

        Raises:
            UnmakableError: None can be made.
        """
        best = min(self.forms(declaration), key=lambda form: self.of_form(form, declaration), default=None)
        if best is None:
            raise UnmakableError(f"<{local_name(declaration.name)}> is abstract and nothing takes its place")
        if self.of_form(best, declaration) == math.inf:
            raise UnmakableError(self.reason(declaration))
        return best

    def filler(self, wildcard: Wildcard) -> ElementDeclaration | str:
        """Return what fills a wildcard: the name of an element that no schema knows, or the cheapest global element.

        Raises:
            UnmakableError: Nothing does.
        """
        name = "" if wildcard.process is Process.STRICT else self.unknown_name(wildcard)
        if name:
            return name
        best = min(self.let_in(wildcard), key=self.of, default=None)
        if best is None or self.of(best) == math.inf:
            raise UnmakableError("a wildcard must be filled, and the schema has no element for it")
        return best

    def reason(self, declaration: ElementDeclaration) -> str:
        """Return why an element cannot be made: the first thing on the way down that nobody can make."""
        seen: set[ElementDeclaration] = set()
        current = declaration
        while current not in seen:
            seen.add(current)
            forms = self.forms(current)
            if not forms:
                return f"<{local_name(current.name)}> is abstract and nothing takes its place"
            found = self._obstacle(forms[0].type, current)
            if isinstance(found, str):
                return found
            current = found
        return f"<{local_name(current.name)}> must hold itself without end"

    def _obstacle(self, kind: Type, holder: ElementDeclaration) -> str | ElementDeclaration:
        """Return what makes a type unmakable, or the element in it that does."""
        where = f"<{local_name(holder.name)}>"
        if isinstance(kind, SimpleType):
            return _no_value(where, kind)
        for attribute in kind.attributes:
            if attribute.required and attribute.fixed is None and not self.knows(attribute.type):
                return _no_value(f"the attribute {local_name(attribute.name)} of {where}", attribute.type)
        if isinstance(kind.content, SimpleType):
            return _no_value(where, kind.content)
        found = self._dear(kind.content) if kind.content is not None else None
        if isinstance(found, ElementParticle) and found.least <= MOST_REPEATS:
            return found.declaration
        if isinstance(found, Wildcard):
            return f"a wildcard in {where} must be filled, and the schema has no element for it"
        return f"a part of {where} must occur more than {MOST_REPEATS} times, or an empty choice be taken"

    def _dear(self, particle: Particle) -> Particle | None:
        """Return the innermost part that costs infinitely much by itself."""
        if self.of_particle(particle) < math.inf:
            return None
        if particle.least > MOST_REPEATS or not isinstance(particle, Group):
            return particle
        return next((found for each in particle.particles if (found := self._dear(each)) is not None), particle)


def _no_value(where: str, kind: SimpleType) -> str:
    if is_entity(kind):
        return f"{where} names an entity, and only a document with a DTD can declare one"
    return f"no value was found for {where} of the type {local_name(kind.name) or kind.built_in or 'without a name'}"
