"""Elements that claim to be what they may not be: nil, abstract, of another type, another root."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.document import NIL, TYPE, Node, QualifiedName, Value
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.forms import Form
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.model import ComplexType, ElementDeclaration, ElementParticle, Group, SimpleType
from orchestra_compiler.xsd.mutations.children import pair
from orchestra_compiler.xsd.mutations.drafts import Draft
from orchestra_compiler.xsd.mutations.mutation import (
    FOREIGN,
    UNKNOWN,
    Context,
    Mutation,
    changed,
    content_of,
    settled,
    with_attribute_first,
)
from orchestra_compiler.xsd.names import XS, local_name, namespace_of

_MOST_TYPES = 6


def not_nillable(demand: Demand, site: Site, _: Context) -> Iterator[Mutation]:
    """Yield documents in which an element claims to be nil that may not be.

    Each would be valid if the element were nillable: an empty nil one where nothing else misses the content, else one
    that says it is not nil, which is no less forbidden.
    """
    node = site.node
    empty = replace(with_attribute_first(node, NIL, "true"), text="", children=())
    denied = with_attribute_first(node, NIL, "false")
    fixed = node.declaration is not None and node.declaration.fixed is not None
    for each in (denied, empty) if fixed else (empty, denied):
        yield changed(demand, site, each, "nil")
    yield changed(demand, site, with_attribute_first(node, NIL, "true"), "nil")


def nil_with_content(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which an element is nil and yet holds something."""
    node, kind = site.node, content_of(site.node)
    texts: list[Value] = [node.text]
    if isinstance(kind, SimpleType):
        texts += context.grower.values.distinct(kind, 3)
    for text in texts:
        full = replace(node, text=text)
        if full.text or full.children:
            yield changed(demand, site, with_attribute_first(full, NIL, "true"), "nil-with-content")


def abstract_element(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with an abstract element itself where only its substitutes may stand."""
    head, group = demand.holder, content_of(site.node)
    if not isinstance(head, ElementDeclaration) or not isinstance(group, Group):
        yield from abstract_root(demand, context)
        return
    for part in group.elements():
        if part.declaration is head and part.most != 0:
            for node in _as_themselves(head, part, context):
                draft = Draft(instead={part: node})
                yield from pair(demand, site, context, Draft(), draft, "abstract-element")
    yield from abstract_root(demand, context)


def abstract_root(demand: Demand, context: Context) -> Iterator[Mutation]:
    """Yield documents that begin with an abstract element."""
    head = demand.holder
    for node in _as_themselves(head, None, context) if isinstance(head, ElementDeclaration) else ():
        yield Mutation(
            constraint=demand.constraint,
            scenario="abstract-root",
            component=node.shown(()),
            rule=demand.constraint.rule,
            document=settled(node, context),
            path=(),
        )


def _as_themselves(head: ElementDeclaration, part: ElementParticle | None, context: Context) -> Iterator[Node]:
    """Yield an abstract element with the content of a substitute, with its own, and with none."""
    bare = Node(name=head.name, declaration=head, particle=part)
    with contextlib.suppress(UnmakableError):
        yield replace(context.grower.maker.smallest(head, part), name=head.name)
    with contextlib.suppress(UnmakableError):
        yield context.grower.maker.element(Form(head, head.type), particle=part)
    yield bare


def abstract_type(demand: Demand, site: Site, _: Context) -> Iterator[Mutation]:
    """Yield documents with an element of an abstract type that names no other one; a full one, then an empty one."""
    if site.node.get(TYPE) is not None:
        bare = site.node.with_attribute(TYPE, None)
        yield changed(demand, site, bare, "abstract-type")
        yield changed(demand, site, replace(bare, text="", children=()), "abstract-type")


def wrong_type(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with a type by `xsi:type` that is not derived from the element's, or that nobody knows."""
    declaration = site.node.declaration
    if declaration is None:
        return
    own = declaration.type
    unrelated = [
        each.name
        for each in context.schema.types.values()
        if isinstance(each, ComplexType) and not each.abstract and not _is_above(own, each)
    ]
    for name in [*unrelated[:_MOST_TYPES], f"{XS}anyType"]:
        yield _typed(demand, site, name, "wrong-type")
    yield from unknown_type(demand, site, context)


def unknown_type(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield the document with a type by `xsi:type` that nobody knows."""
    space = context.schema.namespace
    yield _typed(demand, site, f"{{{space}}}NoSuchType" if space else "NoSuchType", "unknown-type")


def blocked_type(demand: Demand, site: Site, _: Context) -> Iterator[Mutation]:
    """Yield documents with a derived type by `xsi:type` where the type blocks its derivation."""
    kind = demand.holder
    if isinstance(kind, ComplexType):
        for each in kind.derived[:_MOST_TYPES]:
            yield _typed(demand, site, each.name, "blocked-type")


def unknown_root(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents whose root the schema does not know."""
    name = site.root.name
    space = namespace_of(name)
    for other, scenario in (
        (f"{{{space}}}{UNKNOWN}" if space else UNKNOWN, "unknown-root"),
        (f"{{{FOREIGN}}}{local_name(name)}", "root-of-wrong-namespace"),
        (local_name(name), "root-without-namespace"),
    ):
        if other not in context.schema.elements:
            root = Node(name=other)
            yield Mutation(
                constraint=demand.constraint,
                scenario=scenario,
                component=root.shown(()),
                rule="root",
                document=root,
                path=(),
                base=site.root,
            )


def _typed(demand: Demand, site: Site, name: str, scenario: str) -> Mutation:
    return changed(demand, site, with_attribute_first(site.node, TYPE, QualifiedName(name)), scenario, attribute=TYPE)


def _is_above(base: object, kind: ComplexType) -> bool:
    """Return whether a type is another one or is derived from it."""
    current: object = kind
    while isinstance(current, ComplexType):
        if current is base:
            return True
        current = current.base
    return current is base
