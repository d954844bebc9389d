"""Children that are missing, too many, in the wrong order, of two branches at once, or unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, islice, pairwise

from orchestra_compiler.xsd.demands.allowances import alternatives
from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.model import ElementParticle, Group, GroupKind, Particle, Wildcard
from orchestra_compiler.xsd.mutations.drafts import Draft, content
from orchestra_compiler.xsd.mutations.mutation import (
    FOREIGN,
    UNKNOWN,
    Context,
    Mutation,
    changed,
    content_of,
    settled_around,
    spaces_of,
)
from orchestra_compiler.xsd.names import local_name, namespace_of

MOST_REPEATS = 120
"""An occurrence bound above this is not crossed: the document would be all repetition."""

_MOST_PAIRS = 12


def too_few(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which a part occurs once less than it must."""
    part = demand.target
    if not isinstance(part, Particle) or not 0 < part.least <= MOST_REPEATS:
        return
    whole = isinstance(part, Group)
    scenario = ("missing-group" if whole else "missing") if part.least == 1 else "too-few"
    for present in company(part, site):
        yield from pair(
            demand,
            site,
            context,
            Draft(times={part: part.least}, present=present),
            Draft(times={part: part.least - 1}, present=present),
            scenario,
        )


def too_many(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which a part occurs once more than it may."""
    part = demand.target
    if not isinstance(part, Particle) or part.most is None or part.most > MOST_REPEATS:
        return
    scenario = "too-many" if part.most != 1 else "repeated-group" if isinstance(part, Group) else "repeated"
    for present in company(part, site):
        yield from pair(
            demand,
            site,
            context,
            Draft(times={part: part.most}, present=present),
            Draft(times={part: part.most + 1}, present=present),
            scenario,
        )


def swapped(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which two parts of a sequence stand the wrong way around."""
    group = demand.target
    if not isinstance(group, Group):
        return
    usual = [number for number, each in enumerate(group.particles) if each.most != 0]
    neighbours = list(pairwise(usual))
    distant = (pair for pair in combinations(usual, 2) if pair not in neighbours)  # there may be millions: few are made
    for left, right in islice(chain(neighbours, distant), _MOST_PAIRS):
        present = _somewhere(group.particles[left]) | _somewhere(group.particles[right])
        order = [right if each == left else left if each == right else each for each in usual]
        base = Draft(parts={group: tuple(usual)}, present=present)
        yield from pair(demand, site, context, base, Draft(parts={group: tuple(order)}, present=present), "swapped")


def two_branches(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with two branches of a choice that allows one."""
    group = demand.target
    if not isinstance(group, Group):
        return
    usual = [number for number, each in enumerate(group.particles) if each.most != 0]
    for left, right in islice(combinations(usual, 2), _MOST_PAIRS):
        present = _somewhere(group.particles[left]) | _somewhere(group.particles[right])
        base = Draft(parts={group: (left,)}, present=present)
        yield from pair(
            demand, site, context, base, Draft(parts={group: (left, right)}, present=present), "two-branches"
        )


def unknown_element(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with an element at the end of a group that no part of the schema knows."""
    group = demand.target
    if not isinstance(group, Group):
        return
    base = Draft(parts={}, present=_somewhere(group))
    for space, scenario in ((_home(site), "unknown-element"), (FOREIGN, "foreign-element")):
        stranger = Node(name=f"{{{space}}}{UNKNOWN}" if space else UNKNOWN)
        choice = group.kind is GroupKind.CHOICE
        if choice and group.most == 1:
            yield from pair(demand, site, context, base, Draft(parts={group: ()}, after={group: stranger}), scenario)
        yield from pair(demand, site, context, base, Draft(after={group: stranger}, present=base.present), scenario)
        yield from pair(demand, site, context, Draft(), Draft(after={group: stranger}), scenario)


def wrong_namespace(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents in which a child has the right name in the wrong namespace, or in none."""
    group = content_of(site.node)
    if not isinstance(group, Group):
        return
    for part in list(group.elements())[:_MOST_PAIRS]:
        if part.most == 0:
            continue
        name = part.declaration.name
        spaces = ("", FOREIGN) if namespace_of(name) else (context.schema.namespace, FOREIGN)
        for space in spaces:
            if space == namespace_of(name):
                continue
            other = Node(name=f"{{{space}}}{local_name(name)}" if space else local_name(name))
            yield from pair(demand, site, context, Draft(), Draft(instead={part: other}), "wrong-namespace")


def outside_wildcard(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with an element from a namespace that the wildcard does not let in."""
    for name in _strange(demand, site, context, let_in=False):
        yield from _in_wildcard(demand, site, context, name, "element-of-wrong-namespace")


def unknown_to_strict(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with an element that the wildcard lets in, but only if the schema knew it."""
    for name in _strange(demand, site, context, let_in=True):
        yield from _in_wildcard(demand, site, context, name, "undeclared-element")


def unexpected_child(demand: Demand, site: Site, _: Context) -> Iterator[Mutation]:
    """Yield the document with a child in an element that may have none."""
    space = _home(site)
    child = Node(name=f"{{{space}}}{UNKNOWN}" if space else UNKNOWN)
    yield changed(demand, site, replace(site.node, children=(child,)), "unexpected-child")


def stray_text(demand: Demand, site: Site, _: Context) -> Iterator[Mutation]:
    """Yield the document with text where only elements may stand."""
    yield changed(demand, site, replace(site.node, text="stray text"), "stray-text")


# Parts of the above


def pair(demand: Demand, site: Site, context: Context, base: Draft, draft: Draft, scenario: str) -> Iterator[Mutation]:
    """Yield the document with the content of a draft, together with the valid one that it differs from."""
    try:
        good, bad = written(site, context, base), written(site, context, draft)
    except UnmakableError:
        return
    if bad is None or good is None:
        return
    names = [child.name for child in good.children]
    if names == [child.name for child in bad.children]:
        return
    key = (site, *names)
    try:
        if key not in context.bases:
            context.bases[key] = context.settled(site.root.replaced(site.path, good))
    except UnmakableError:
        return
    found = changed(demand, site, bad, scenario, base=context.bases[key])
    yield replace(
        found, document=settled_around(found.document, found.path, context), component=_component(demand, found, bad)
    )


def _component(demand: Demand, found: Mutation, node: Node) -> str:
    """Return the path of the element that a mutation is about; the one above where it is gone."""
    part = demand.target
    if isinstance(part, ElementParticle) and any(child.particle is part for child in node.children):
        return f"{found.component}/{local_name(part.declaration.name)}"
    return found.component


def written(site: Site, context: Context, draft: Draft) -> Node | None:
    """Return the element of a site with the content of a draft; None where it can have no children.

    Raises:
        UnmakableError: A part of the content cannot be made.
    """
    group = content_of(site.node)
    if not isinstance(group, Group):
        return None
    return replace(site.node, text="", children=content(context.grower.maker, group, draft))


def company(part: Particle, site: Site) -> Iterator[frozenset[Particle]]:
    """Yield which parts stand beside one: as few as may be, then its neighbours, then all of them."""
    inside = _somewhere(part)
    yield inside
    group = content_of(site.node)
    if not isinstance(group, Group):
        return
    around = _holder(group, part)
    if around is not None:
        yield frozenset(alternatives(around)) | inside
    if around is not group:
        yield frozenset(group.elements())


def _holder(group: Group, part: Particle) -> Group | None:
    if any(each is part for each in group.particles):
        return group
    found = (_holder(each, part) for each in group.particles if isinstance(each, Group))
    return next((each for each in found if each is not None), None)


def _somewhere(part: Particle) -> frozenset[Particle]:
    """Return what must be present so that a part shows in a document."""
    if not isinstance(part, Group):
        return frozenset((part,))
    for each in part.particles:
        if each.most != 0:
            return frozenset((part,)) | _somewhere(each)
    return frozenset()


def _home(site: Site) -> str:
    """Return the namespace that an element's children have, or its own."""
    return namespace_of(next((child.name for child in site.node.children), site.node.name))


def _strange(demand: Demand, site: Site, context: Context, *, let_in: bool) -> Iterator[str]:
    """Yield names that the schema does not know, in a namespace that a wildcard lets in or does not."""
    if not isinstance(demand.target, Wildcard):
        return
    for space in dict.fromkeys(("", FOREIGN, context.schema.namespace, _home(site), *spaces_of(demand.target))):
        name = f"{{{space}}}{UNKNOWN}" if space else UNKNOWN
        if demand.target.lets_in(name) is let_in:
            yield name


def _in_wildcard(demand: Demand, site: Site, context: Context, name: str, scenario: str) -> Iterator[Mutation]:
    part = demand.target
    if isinstance(part, Wildcard):
        node = Node(name=name)
        for present in company(part, site):
            base = Draft(present=present if part.least else present - {part})
            yield from pair(demand, site, context, base, Draft(instead={part: node}, present=present), scenario)
