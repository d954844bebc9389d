"""What a document lacks for its references to point at something: elements that hold IDs and keys, put where they fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from orchestra_compiler.xsd.document import Node, Path
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.fitting import places_for
from orchestra_compiler.xsd.growing.forms import Form
from orchestra_compiler.xsd.growing.keys import MissingError
from orchestra_compiler.xsd.growing.making import Maker
from orchestra_compiler.xsd.growing.reaching import Step, reach
from orchestra_compiler.xsd.growing.selecting import Name, type_of, ways
from orchestra_compiler.xsd.growing.slots import is_id
from orchestra_compiler.xsd.growing.wishing import Wish
from orchestra_compiler.xsd.model import AttributeUse, ComplexType, ElementParticle, Group, Identity, SimpleType

_MOST_STEPS = 2_000
"""An element that holds what is missing is sought so far away."""
_MOST_CHAINS = 20


class _Link(NamedTuple):
    """An element's form, and its place in the content of the element above."""

    form: Form
    part: ElementParticle


class _Holder(NamedTuple):
    """Where an element could be put: from which element of the document, by which way, with which attribute."""

    start: Path
    chain: tuple[_Link, ...]
    use: AttributeUse | None = None


def completed(maker: Maker, root: Node, missing: MissingError, kept: Path = ()) -> tuple[Node, Path]:
    """Return a document with one more element, which holds what is missing, and where `kept` has moved to.

    Raises:
        UnmakableError: No such element fits anywhere.
    """
    for holder in islice(_holders(maker, root, missing), _MOST_CHAINS):
        found = _grown(maker, root, holder, kept)
        if found is not None:
            return found
    raise UnmakableError(str(missing))


def _holders(maker: Maker, root: Node, missing: MissingError) -> Iterator[_Holder]:
    key = missing.identity
    if key is None:
        for chain, form in _near(maker, root):
            use = next(iter(_ids(form)), None)
            if chain and (use is not None or _is_id_text(form)):
                yield _Holder((), chain, use)
    elif missing.field is not None:
        yield from _along(maker, root, missing.path, key, key.fields[missing.field])
    else:
        for path, node in root.at(missing.path).walk(missing.path):
            if node.declaration is not None and key in node.declaration.identities:
                yield from _along(maker, root, path, key, key.selector)


def _along(maker: Maker, root: Node, path: Path, key: Identity, xpath: str) -> Iterator[_Holder]:
    """Yield the ways from an element along an XPath."""
    node = root.at(path)
    kind = type_of(node)
    if kind is None or node.declaration is None:
        return
    for way in ways(xpath, key):
        starts = _near(maker, node) if way.anywhere else iter([((), Form(node.declaration, kind))])
        for chain, form in starts:
            for each in _stepped(maker, chain, form, way.steps):
                if each:
                    yield _Holder(path, each)


def _stepped(maker: Maker, chain: tuple[_Link, ...], form: Form, steps: Sequence[Name]) -> Iterator[tuple[_Link, ...]]:
    if not steps:
        yield chain
        return
    content = form.type.content if isinstance(form.type, ComplexType) else None
    for part in content.elements() if isinstance(content, Group) else ():
        for each in maker.costs.forms(part.declaration):
            if steps[0].fits(each.declaration.name) and maker.costs.of_form(each, part.declaration) < math.inf:
                yield from _stepped(maker, (*chain, _Link(each, part)), each, steps[1:])


def _near(maker: Maker, node: Node) -> Iterator[tuple[tuple[_Link, ...], Form]]:
    """Yield the forms that can be reached from an element with the ways to them, near ones first."""
    roots = [] if node.declaration is None else [node.declaration]
    for step in islice(reach(maker.costs, roots), _MOST_STEPS):
        if isinstance(step, Step):
            chain, above = list[_Link](), step
            while above.above is not None and isinstance(above.part, ElementParticle):
                chain.append(_Link(above.form, above.part))
                above = above.above
            if above.above is None:
                yield tuple(reversed(chain)), step.form


def _ids(form: Form) -> Iterator[AttributeUse]:
    if isinstance(form.type, ComplexType):
        yield from (use for use in form.type.attributes if use.use != "prohibited" and is_id(use.type))


def _is_id_text(form: Form) -> bool:
    content = form.type.content if isinstance(form.type, ComplexType) else form.type
    return isinstance(content, SimpleType) and is_id(content)


def _grown(maker: Maker, root: Node, holder: _Holder, kept: Path) -> tuple[Node, Path] | None:
    """Return the document with the last element of a way, and those on the way that are not there; None if one fits not."""
    path, (*way, last) = holder.start, holder.chain
    for link in way:
        node = root.at(path)
        there = (place for place, child in enumerate(node.children) if child.declaration is link.form.declaration)
        position = next(there, None)
        if position is None:
            found = _inserted(maker, root, path, link, kept)
            if found is None:
                return None
            root, kept, position = found
        path = (*path, position)
    found = _inserted(maker, root, path, last, kept, holder.use)
    return None if found is None else found[:2]


def _inserted(
    maker: Maker, root: Node, path: Path, link: _Link, kept: Path, use: AttributeUse | None = None
) -> tuple[Node, Path, int] | None:
    node = root.at(path)
    kind = type_of(node)
    content = kind.content if isinstance(kind, ComplexType) else None
    if not isinstance(content, Group):
        return None
    position = next(places_for(content, node.children, link.form.declaration.name), None)
    if position is None:
        return None
    wish = Wish(attributes=frozenset() if use is None else frozenset({use}))
    made = maker.element(link.form, wish, link.part)
    below = len(path)
    if kept[:below] == path and len(kept) > below and position <= kept[below]:
        kept = (*path, kept[below] + 1, *kept[below + 1 :])
    return root.with_child(path, position, made), kept, position
