"""Everything that a schema forbids or demands, each thing once.

A constraint belongs to a component of the schema: a declaration, an attribute, a complex type, a group. The facets of
a type belong to every element and attribute that uses it, since a validator may check one and forget the other. What
several types share through a group, an attribute group or a base type is said on one line and counts once.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from typing import NamedTuple

from orchestra_compiler.xsd.cases import Constraint
from orchestra_compiler.xsd.demands.allowances import (
    alternatives,
    can_be_empty,
    facets_of,
    is_any_text,
    is_endless,
    is_limited,
    takes_anything,
)
from orchestra_compiler.xsd.demands.kinds import RULES, Kind
from orchestra_compiler.xsd.model import (
    Assertion,
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Facet,
    Group,
    GroupKind,
    Identity,
    IdentityKind,
    Particle,
    Place,
    Process,
    Schema,
    SimpleType,
    Wildcard,
)
from orchestra_compiler.xsd.names import local_name

_MOST_HOLDERS = 5
"""A constraint that many types share is tried in so many of them."""

Holder = ElementDeclaration | ComplexType
Target = Facet | AttributeUse | ElementParticle | Group | Wildcard | Identity | Assertion | None


class Demand(NamedTuple):
    """A constraint with the part of the schema that it comes from.

    Attributes:
        holder: The element, or the type of the elements, that a document with a violation must hold.
        target: What is violated, where that is less than the holder.
        attribute: The attribute whose value is meant; None for an element's.
    """

    constraint: Constraint
    holder: Holder
    target: Target = None
    attribute: AttributeUse | None = None


def demands_of(schema: Schema, roots: Iterable[ElementDeclaration]) -> tuple[tuple[Demand, ...], ...]:
    """Return the constraints with where each of them can be violated, in the order of a search from the roots."""
    return tuple(tuple(demands) for demands in _Walk(schema).demands(roots))


class _Walk:
    """A search through the schema that meets every declaration and complex type once."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._found: dict[tuple[object, ...], list[Demand]] = {}
        self._labels: dict[ElementDeclaration, str] = {}
        self._waiting: deque[ElementDeclaration | tuple[ComplexType, str]] = deque()
        self._types: set[ComplexType] = set()
        self._lines: Counter[Place] = Counter()
        self._met: list[tuple[Holder, str]] = []

    def demands(self, roots: Iterable[ElementDeclaration]) -> Iterable[list[Demand]]:
        order = list(roots)
        for root in order:
            self._meet(root, "")
        if order:
            self._add(Kind.ROOT, order[0], local_name(order[0].name), order[0].place)
            self._add(Kind.UNKNOWN_TYPE, order[0], local_name(order[0].name), order[0].place)
        while self._waiting:
            found = self._waiting.popleft()
            if isinstance(found, ElementDeclaration):
                self._enter_element(found)
            else:
                self._enter_type(*found)
        self._meet_abstract(order)
        for holder, label in self._met:  # only now is it known on which lines several types begin
            if isinstance(holder, ElementDeclaration):
                self._element(holder, label)
            else:
                self._complex(holder, label)
        return self._found.values()

    # The search

    def _meet_abstract(self, roots: list[ElementDeclaration]) -> None:
        """Note abstract elements that no content names: where every element may begin a document, they still may not."""
        known = self._schema.elements.values()
        if {each for each in known if not each.abstract} <= set(roots):
            self._met.extend(
                (each, local_name(each.name)) for each in known if each.abstract and each not in self._labels
            )

    def _meet(self, declaration: ElementDeclaration, owner: str) -> None:
        if declaration in self._labels:
            return
        name = local_name(declaration.name)
        self._labels[declaration] = name if declaration.is_global or not owner else f"{owner}/{name}"
        self._waiting.append(declaration)
        for each in declaration.substitutes:
            self._meet(each, "")

    def _enter_element(self, declaration: ElementDeclaration) -> None:
        label = self._labels[declaration]
        self._met.append((declaration, label))
        kind = declaration.type
        if isinstance(kind, ComplexType) and not declaration.abstract:
            for each in (kind, *kind.derived):
                self._waiting.append((each, local_name(each.name) or label))

    def _enter_type(self, kind: ComplexType, label: str) -> None:
        if kind in self._types or kind.anything:
            return
        self._types.add(kind)
        self._lines[kind.place] += 1
        self._met.append((kind, label))
        if isinstance(kind.content, Group):
            for each in kind.content.elements():
                self._meet(each.declaration, label)

    # What each component demands

    def _add(
        self,
        kind: str,
        holder: Holder,
        component: str,
        place: Place,
        target: Target = None,
        attribute: AttributeUse | None = None,
    ) -> None:
        constraint = Constraint(kind=str(kind), component=component, place=place, rule=str(RULES.get(kind, kind)))
        part = target is not None or attribute is not None
        shared = part and isinstance(holder, ComplexType) and not self._is_crowded(holder)
        named = component.rpartition("/")[2] if shared else component
        key = (kind, place, named, attribute.place if attribute is not None else None)
        known = self._found.setdefault(key, [])
        if len(known) < _MOST_HOLDERS:
            first = known[0].constraint if known else constraint
            known.append(Demand(first, holder, target, attribute))

    def _is_crowded(self, holder: Holder) -> bool:
        """Return whether other types begin on the same line, so that a line says nothing about what is meant."""
        return self._lines[holder.place] > 1

    def _element(self, declaration: ElementDeclaration, label: str) -> None:
        if declaration.abstract:
            self._add(Kind.ABSTRACT, declaration, label, declaration.place)
            return
        if isinstance(declaration.type, ComplexType) and declaration.type.anything:
            return
        simple = declaration.simple_type
        if declaration.fixed is not None:
            self._add(Kind.FIXED, declaration, label, declaration.place)
        elif simple is not None:
            self._values(simple, declaration, label, declaration.place)
        if declaration.nillable:
            self._add(Kind.NIL_CONTENT, declaration, label, declaration.place)
        else:
            self._add(Kind.NOT_NILLABLE, declaration, label, declaration.place)
        if isinstance(declaration.type, ComplexType) and declaration.type.abstract:
            self._add(Kind.ABSTRACT_TYPE, declaration, label, declaration.place)
        for identity in declaration.identities:
            self._identity(identity, declaration, label)

    def _values(
        self, kind: SimpleType, holder: Holder, label: str, place: Place, attribute: AttributeUse | None = None
    ) -> None:
        for facet in facets_of(kind):
            self._add(facet.kind, holder, label, facet.place, facet, attribute)
        if kind.built_in == "ID":
            self._add(Kind.ID, holder, label, place, None, attribute)
        if kind.built_in in ("IDREF", "IDREFS") or (kind.item is not None and kind.item.built_in == "IDREF"):
            self._add(Kind.IDREF, holder, label, place, None, attribute)
        if not is_any_text(kind):
            self._add(Kind.DATATYPE, holder, label, place, None, attribute)

    def _identity(self, identity: Identity, holder: ElementDeclaration, label: str) -> None:
        component = f"{label}/{local_name(identity.name)}"
        self._add(identity.kind, holder, component, identity.place, identity)
        if identity.kind is IdentityKind.KEY:
            self._add(Kind.KEY_FIELD, holder, component, identity.place, identity)

    def _complex(self, kind: ComplexType, label: str) -> None:
        self._attributes(kind, label)
        for assertion in kind.assertions:
            self._add(Kind.ASSERTION, kind, label, assertion.place, assertion)
        if kind.blocked and kind.derived:
            self._add(Kind.BLOCKED_TYPE, kind, label, kind.place)
        self._add(Kind.TYPE, kind, label, kind.place)
        if kind.content is None or (isinstance(kind.content, Group) and kind.content.hollow):
            self._add(Kind.NO_CHILD, kind, label, kind.place)
        elif isinstance(kind.content, SimpleType):
            self._add(Kind.NO_CHILD, kind, label, kind.place)
            return
        elif not kind.open:
            self._group(kind.content, kind, label)
            if any(True for _ in kind.content.elements()):
                self._add(Kind.NAMESPACE, kind, label, kind.content.place)
        if not kind.mixed:
            self._add(Kind.TEXT, kind, label, kind.place)

    def _attributes(self, kind: ComplexType, label: str) -> None:
        for use in kind.attributes:
            component = f"{label}/@{local_name(use.name)}"
            if use.use == "prohibited":
                self._add(Kind.PROHIBITED_ATTRIBUTE, kind, component, use.place, use, use)
                continue
            if use.required:
                self._add(Kind.REQUIRED_ATTRIBUTE, kind, component, use.place, use, use)
            if use.fixed is not None:
                self._add(Kind.FIXED, kind, component, use.place, use, use)
            else:
                self._values(use.type, kind, component, use.place, use)
        wildcard = kind.any_attribute
        if wildcard is None:
            self._add(Kind.UNKNOWN_ATTRIBUTE, kind, label, kind.place)
            return
        if is_limited(wildcard):
            self._add(Kind.ATTRIBUTE_NAMESPACE, kind, f"{label}/@*", wildcard.place, wildcard)
        if wildcard.process is Process.STRICT:
            self._add(Kind.ATTRIBUTE_STRICTNESS, kind, f"{label}/@*", wildcard.place, wildcard)

    def _group(self, group: Group, holder: ComplexType, label: str) -> None:
        parts = alternatives(group)
        if group.least and not can_be_empty(group):
            self._add(Kind.MIN_OCCURS, holder, f"{label}/{group.kind}", group.place, group)
        if group.most and not is_endless(parts) and (group.kind is not GroupKind.CHOICE or group.most > 1):
            self._add(Kind.MAX_OCCURS, holder, f"{label}/{group.kind}", group.place, group)
        if len(parts) > 1 and group.kind is GroupKind.SEQUENCE:
            self._add(Kind.ORDER, holder, f"{label}/sequence", group.place, group)
        if len(parts) > 1 and group.kind is GroupKind.CHOICE and group.most == 1:
            self._add(Kind.CHOICE, holder, f"{label}/choice", group.place, group)
        if parts and not any(takes_anything(each) for each in parts):
            self._add(Kind.UNKNOWN_ELEMENT, holder, f"{label}/{group.kind}", group.place, group)
        for part in group.particles:
            self._particle(part, holder, label)

    def _particle(self, particle: Particle, holder: ComplexType, label: str) -> None:
        if isinstance(particle, Group):
            self._group(particle, holder, label)
            return
        name = "*" if isinstance(particle, Wildcard) else local_name(particle.declaration.name)
        component = f"{label}/{name}"
        if particle.least:
            self._add(Kind.MIN_OCCURS, holder, component, particle.place, particle)
        if particle.most is not None:
            self._add(Kind.MAX_OCCURS, holder, component, particle.place, particle)
        if isinstance(particle, Wildcard) and particle.most != 0:
            if is_limited(particle):
                self._add(Kind.WILDCARD_NAMESPACE, holder, component, particle.place, particle)
            if particle.process is Process.STRICT:
                self._add(Kind.WILDCARD_STRICTNESS, holder, component, particle.place, particle)
            elif particle.process is Process.LAX and self._is_judged(particle):
                self._add(Kind.WILDCARD_LAXNESS, holder, component, particle.place, particle)

    def _is_judged(self, wildcard: Wildcard) -> bool:
        """Return whether a wildcard lets in elements that the schema knows and that may not be nil."""
        known = self._schema.elements.values()
        return any(not each.abstract and not each.nillable and wildcard.lets_in(each.name) for each in known)
