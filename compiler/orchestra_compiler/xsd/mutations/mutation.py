"""A document with one violation, and what the families make it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from orchestra_compiler.xsd.cases import Constraint
from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.document import Node, Path, Value
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.grower import Grower, Site
from orchestra_compiler.xsd.growing.selecting import type_of
from orchestra_compiler.xsd.languages import Bound
from orchestra_compiler.xsd.model import ComplexType, Group, Schema, SimpleType, Wildcard
from orchestra_compiler.xsd.names import local_name

UNKNOWN = "no-such-element"
_LARGE = 400
FOREIGN = "urn:no-such-namespace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A document that is meant to break a constraint and nothing else.

    Attributes:
        scenario: What was done, in a few words joined by hyphens.
        component: The path of the element or attribute in the document, such as `/message/header/@version`.
        rule: The rule that must refuse it.
        path: The element that an engine must blame, itself or one of its children.
        base: The valid document that it was made from, where that is not the site's own.
    """

    constraint: Constraint
    scenario: str
    component: str
    rule: str
    document: Node
    path: Path
    base: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a family may ask: the schema, and who makes valid parts of documents.

    Attributes:
        sites: Every site of the schema, in the order in which they were found.
        implied: How often children may stand in an element of a type by what identity constraints say.
        keyed: Whether the schema has IDs or keys, so that a changed document must be settled.
        bases: Valid documents by site and the names of the children that were changed there; each is made once.
        large: The largest documents by the names of their roots, likewise.
    """

    schema: Schema
    grower: Grower
    sites: tuple[Site, ...]
    implied: Mapping[ComplexType, tuple[Bound, ...]] = field(default_factory=dict)
    keyed: bool = True
    bases: dict[tuple[object, ...], Node] = field(default_factory=dict)
    large: dict[str, Node | None] = field(default_factory=dict)

    def largest(self, root: Node) -> Node | None:
        """Return the largest document with the same root, if there is one and it is not too large to be looked through."""
        if root.name not in self.large:
            try:
                found = None if root.declaration is None else self.grower.largest(root.declaration)
            except UnmakableError:
                found = None
            self.large[root.name] = found if found is not None and found.size() <= _LARGE else None
        return self.large[root.name]

    def settled(self, document: Node) -> Node:
        """Return a valid document with consistent keys.

        Raises:
            UnmakableError: No values make them so.
        """
        return self.grower.settled(document) if self.keyed else document


Family = Callable[[Demand, Site, Context], Iterator[Mutation]]
"""Yields mutations of a site that break a demand, the clearest first; none where there is nothing to break."""


def content_of(node: Node) -> Group | SimpleType | None:
    """Return what the type of an element lets it hold."""
    kind = type_of(node)
    return kind.content if isinstance(kind, ComplexType) else kind


def changed(
    demand: Demand,
    site: Site,
    node: Node,
    scenario: str,
    *,
    rule: str = "",
    attribute: str = "",
    base: Node | None = None,
) -> Mutation:
    """Return the mutation that puts another element in the place of the site's."""
    document = site.root.replaced(site.path, node)
    shown = document.shown(site.path) + (f"/@{local_name(attribute)}" if attribute else "")
    return Mutation(
        constraint=demand.constraint,
        scenario=scenario,
        component=shown,
        rule=rule or demand.constraint.rule,
        document=document,
        path=site.path,
        base=base,
    )


def spaces_of(wildcard: Wildcard) -> tuple[str, ...]:
    """Return the namespaces that a wildcard names, each for itself."""
    named = getattr(wildcard.component, "namespace", ()) or ()
    return tuple(sorted(each for each in named if not each.startswith("##")))


def settled(document: Node, context: Context) -> Node:
    """Return an invalid document with consistent keys, where what is wrong with it leaves that possible."""
    try:
        return context.settled(document)
    except UnmakableError:
        return document


def settled_around(document: Node, path: Path, context: Context) -> Node:
    """Return an invalid document with consistent keys, unless that would undo what was done to the children at a path."""
    found = settled(document, context)
    wanted = [child.name for child in document.at(path).children]
    try:
        kept = [child.name for child in found.at(path).children] == wanted
    except IndexError:
        kept = False
    return found if kept else document


def with_attribute_first(node: Node, name: str, value: Value) -> Node:
    """Return an element with an attribute before its others, as `xsi:` attributes are written."""
    rest = tuple(each for each in node.attributes if each[0] != name)
    return replace(node, attributes=((name, value), *rest))
