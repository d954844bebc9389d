"""Wrong values: of elements and attributes, each breaking one facet, the lexical form, or a fixed value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.demands.kinds import Kind
from orchestra_compiler.xsd.document import Node, Value
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.model import ElementDeclaration, Facet, SimpleType
from orchestra_compiler.xsd.mutations.mutation import Context, Mutation, changed


def wrong_values(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents whose value breaks one facet, or the form of its type."""
    kind = _type(demand)
    if kind is None:
        return
    facet = demand.target if isinstance(demand.target, Facet) else None
    for wrong in context.grower.values.wrong(kind):
        if wrong.facet == facet and (facet is not None or wrong.rule == Kind.DATATYPE):
            yield _with_value(demand, site, wrong.value, wrong.scenario, wrong.rule)


def changed_fixed(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with another value than the fixed one."""
    kind = _type(demand)
    fixed = demand.attribute.fixed if demand.attribute is not None else getattr(demand.holder, "fixed", None)
    others: list[Value] = [] if kind is None else [*context.grower.values.distinct(kind, 4)]
    for value in (*others, f"{fixed}-changed"):
        if value != fixed:
            found = _with_value(demand, site, value, "changed-fixed", str(Kind.FIXED))
            if context.keyed and fixed is not None:  # first what no key forbids as well
                yield replace(found, document=_everywhere(found.document, fixed, value))
            yield found


def _everywhere(document: Node, old: str, new: Value) -> Node:
    """Return a document with another value wherever one stands, so that what refers to it still does."""
    changed_document = document
    for path, node in document.walk():
        attributes = tuple((name, new if value == old else value) for name, value in node.attributes)
        if node.text == old or attributes != node.attributes:
            now = changed_document.at(path)
            other = replace(now, text=new if node.text == old else node.text, attributes=attributes)
            changed_document = changed_document.replaced(path, other)
    return changed_document


def _type(demand: Demand) -> SimpleType | None:
    if demand.attribute is not None:
        return demand.attribute.type
    return demand.holder.simple_type if isinstance(demand.holder, ElementDeclaration) else None


def _with_value(demand: Demand, site: Site, value: Value, scenario: str, rule: str) -> Mutation:
    if demand.attribute is not None:
        name = demand.attribute.name
        return changed(demand, site, site.node.with_attribute(name, value), scenario, rule=rule, attribute=name)
    return changed(demand, site, replace(site.node, text=value), scenario, rule=rule)
