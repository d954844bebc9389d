"""Attributes that are missing, unknown, prohibited, or not what a wildcard lets in."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.growing.selecting import type_of
from orchestra_compiler.xsd.model import ComplexType, Wildcard
from orchestra_compiler.xsd.mutations.mutation import FOREIGN, Context, Mutation, changed, spaces_of

_UNKNOWN = "no-such-attribute"


def missing(demand: Demand, site: Site, _: Context) -> Iterator[Mutation]:
    """Yield the document without an attribute that is required."""
    use = demand.attribute
    if use is not None and site.node.get(use.name) is not None:
        node = site.node.with_attribute(use.name, None)
        yield changed(demand, site, node, "missing-attribute", attribute=use.name)


def unknown(demand: Demand, site: Site, _: Context) -> Iterator[Mutation]:
    """Yield documents with an attribute that the schema does not know."""
    for name, scenario in ((_UNKNOWN, "unknown-attribute"), (f"{{{FOREIGN}}}{_UNKNOWN}", "foreign-attribute")):
        yield changed(demand, site, site.node.with_attribute(name, "x"), scenario, attribute=name)


def prohibited(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield the document with an attribute that a derived type prohibits."""
    use = demand.attribute
    if use is None or site.node.get(use.name) is not None:
        return
    value = use.fixed or context.grower.values.typical(use.type)
    if value is not None:
        yield changed(
            demand, site, site.node.with_attribute(use.name, value), "prohibited-attribute", attribute=use.name
        )


def outside_wildcard(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with an attribute from a namespace that the wildcard does not let in."""
    for name in _strange(demand, site, context):
        if isinstance(demand.target, Wildcard) and not demand.target.lets_in(name):
            yield changed(
                demand, site, site.node.with_attribute(name, "x"), "attribute-of-wrong-namespace", attribute=name
            )


def unknown_to_strict(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with an attribute that the wildcard lets in, but only if the schema knew it."""
    for name in _strange(demand, site, context):
        if isinstance(demand.target, Wildcard) and demand.target.lets_in(name):
            yield changed(demand, site, site.node.with_attribute(name, "x"), "undeclared-attribute", attribute=name)


def _strange(demand: Demand, site: Site, context: Context) -> Iterator[str]:
    """Yield names of attributes that the type does not declare, in every namespace that makes a difference."""
    named = spaces_of(demand.target) if isinstance(demand.target, Wildcard) else ()
    spaces = dict.fromkeys(("", FOREIGN, context.schema.namespace, *_spaces(context), *named))
    kind = type_of(site.node)
    known = {use.name for use in kind.attributes} if isinstance(kind, ComplexType) else set()
    for space in spaces:
        name = f"{{{space}}}{_UNKNOWN}" if space else _UNKNOWN
        if name not in known:
            yield name


def _spaces(context: Context) -> Iterator[str]:
    for name in context.schema.elements:
        if name.startswith("{"):
            yield name[1:].partition("}")[0]
