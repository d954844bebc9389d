"""Which family breaks which kind of constraint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.demands.kinds import Kind
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.model import Assertion, FacetKind
from orchestra_compiler.xsd.mutations import (
    assertions,
    attributes,
    children,
    identities,
    ids,
    laxness,
    typing,
    values,
    witnesses,
)
from orchestra_compiler.xsd.mutations.mutation import Context, Family, Mutation


def _then_witnesses(family: Family) -> Family:
    """Return a family that, when nothing else serves, asks for children that only the bound forbids."""

    def both(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
        yield from family(demand, site, context)
        yield from witnesses.witnesses(demand, site, context)

    return both


FAMILIES: Mapping[str, Family] = MappingProxyType({
    **dict.fromkeys(map(str, FacetKind), values.wrong_values),
    Kind.DATATYPE: values.wrong_values,
    Kind.FIXED: values.changed_fixed,
    Kind.ROOT: typing.unknown_root,
    Kind.NOT_NILLABLE: typing.not_nillable,
    Kind.NIL_CONTENT: typing.nil_with_content,
    Kind.ABSTRACT: typing.abstract_element,
    Kind.ABSTRACT_TYPE: typing.abstract_type,
    Kind.TYPE: typing.wrong_type,
    Kind.UNKNOWN_TYPE: typing.unknown_type,
    Kind.BLOCKED_TYPE: typing.blocked_type,
    Kind.REQUIRED_ATTRIBUTE: attributes.missing,
    Kind.UNKNOWN_ATTRIBUTE: attributes.unknown,
    Kind.PROHIBITED_ATTRIBUTE: attributes.prohibited,
    Kind.ATTRIBUTE_NAMESPACE: attributes.outside_wildcard,
    Kind.ATTRIBUTE_STRICTNESS: attributes.unknown_to_strict,
    Kind.MIN_OCCURS: _then_witnesses(children.too_few),
    Kind.MAX_OCCURS: _then_witnesses(children.too_many),
    Kind.ORDER: _then_witnesses(children.swapped),
    Kind.CHOICE: _then_witnesses(children.two_branches),
    Kind.UNKNOWN_ELEMENT: children.unknown_element,
    Kind.NAMESPACE: children.wrong_namespace,
    Kind.TEXT: children.stray_text,
    Kind.NO_CHILD: children.unexpected_child,
    Kind.WILDCARD_NAMESPACE: children.outside_wildcard,
    Kind.WILDCARD_STRICTNESS: children.unknown_to_strict,
    Kind.WILDCARD_LAXNESS: laxness.wrong_within_lax,
    Kind.UNIQUE: identities.duplicate,
    Kind.KEY: identities.duplicate,
    Kind.KEY_FIELD: identities.without_field,
    Kind.KEYREF: identities.dangling_keyref,
    Kind.ID: ids.duplicate_id,
    Kind.IDREF: ids.dangling_idref,
})  # fmt: skip
"""By `Constraint.kind`."""


def family_of(demand: Demand) -> Family:
    """Return the family that breaks a demand; an assertion may be one of a complex type or a facet."""
    if isinstance(demand.target, Assertion):
        return assertions.false_assertion
    return FAMILIES[demand.constraint.kind]
