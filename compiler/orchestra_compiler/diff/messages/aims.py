"""Documents that aim at a difference: what one schema accepts at a place and another, by what it declares, refuses.

Values are those that the one type accepts and the other refuses, found among the bounds of both; children are a
shortest sequence that the one content model lets in and the other does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from orchestra_compiler.diff.messages.content import told
from orchestra_compiler.diff.messages.simple import declared, words_of
from orchestra_compiler.diff.messages.structure import Pair, attribute_map
from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.growing.grower import Grower, Site, UnmakableError
from orchestra_compiler.xsd.languages import difference, language_of, stand_ins
from orchestra_compiler.xsd.model import AttributeUse, ComplexType, ElementDeclaration, Group, SimpleType, Variety
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.regex.search import Search
from orchestra_compiler.xsd.regex.texts import matches
from orchestra_compiler.xsd.simple.profile import Profile, profile_of

if TYPE_CHECKING:
    from orchestra_compiler.xsd.simple.values import Values

_MOST_VALUES = 40
_MOST_TEXTS = 5
_LONGEST_SHOWN = 40
_MOST_CHILDREN = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document that no schema has judged yet.

    Attributes:
        label: What is tried.
        where: The path of the element or attribute where that is; empty for a whole message.
        value: The value that is tried there; empty where it is something else.
        kind: The message type that it is made for; empty where that is to be seen.
    """

    label: str
    document: Node
    where: str = ""
    value: str = ""
    kind: str = ""


def aimed(grower: Grower, roots: Iterable[ElementDeclaration], pairs: Sequence[Pair]) -> Iterator[Draft]:
    """Yield documents for what differs between the elements of pairs; each pair of types once.

    Args:
        grower: What makes documents of the schema that is to accept them.
        roots: The elements that documents begin with.
        pairs: That schema's elements, each with the one that the other schema has in its place.
    """
    differing = {each.old: each for each in reversed(pairs)}  # the first place of an element counts
    seen: set[object] = set()
    for site in grower.sites(roots):
        pair = differing.get(site.declaration) if isinstance(site, Site) else None
        if pair is None or not isinstance(site, Site):
            continue
        for draft in _of_pair(grower, site, pair, seen):
            try:
                yield replace(draft, document=grower.settled(draft.document))
            except UnmakableError:
                continue


def _of_pair(grower: Grower, site: Site, pair: Pair, seen: set[object]) -> Iterator[Draft]:
    old, new, where = pair
    if (old.type, new.type, old.fixed, new.fixed) in seen:
        return
    seen.add((old.type, new.type, old.fixed, new.fixed))
    yield from _texts(grower.values, site, pair)
    others = attribute_map(new.type)
    for name, use in attribute_map(old.type).items():
        if name in others:
            for value in _values(grower.values, use, others[name]):
                node = site.node.with_attribute(use.name, value)
                yield _aim(site, node, f"{where}/@{name}", f"{name}={_cut(value)}", value)
    children = _children(grower, old, new)
    if children is not None:
        label = f"<{local_name(old.name)}> with {told([each.name for each in children])}"
        yield _aim(site, replace(site.node, text="", children=children), where, label)


def _aim(site: Site, node: Node, where: str, label: str, value: str = "") -> Draft:
    return Draft(label=label, where=where, value=value, document=site.root.replaced(site.path, node))


def _texts(values: Values, site: Site, pair: Pair) -> Iterator[Draft]:
    if pair.old.simple_type is not None:
        for value in _values(values, pair.old, pair.new):
            node = replace(site.node, text=value)
            yield _aim(site, node, pair.where, f"<{local_name(pair.old.name)}> {_cut(value)}", value)


def _values(
    values: Values, old: ElementDeclaration | AttributeUse, new: ElementDeclaration | AttributeUse
) -> list[str]:
    """Return values that one declaration accepts and the other refuses, the most usual first."""
    before, after = (each.type if isinstance(each, AttributeUse) else each.simple_type for each in (old, new))
    if old.fixed is not None or before is None:
        return []
    if new.fixed is None and after is not None and declared(before) == declared(after):
        return []
    found: list[str] = []
    for value in dict.fromkeys(_likely(values, before, after)):
        refused = value != new.fixed if new.fixed is not None else after is None or not after.accepts(value)
        if refused and before.accepts(value):
            found.append(value)
        if len(found) == _MOST_VALUES:
            break
    return found


def _likely(values: Values, old: SimpleType, new: SimpleType | None) -> Iterator[str]:
    """Yield values that are worth trying: usual ones, words, values on one type's bounds and just beyond the other's."""
    bounds = [each.value for each in values.boundaries(old)]
    beyond = [each.value for each in values.wrong(new)] if new is not None else []
    found = (values.typical(old), *words_of(old), *bounds, *beyond, *values.distinct(old, 3), "")
    yield from (each for each in found if isinstance(each, str))
    if new is not None and Variety.ATOMIC is old.variety is new.variety:
        yield from _unmatched(profile_of(old), profile_of(new))


def _unmatched(old: Profile, new: Profile) -> Iterator[str]:
    """Yield texts that match every pattern of one type and miss one of the other's."""
    for _, automaton in new.patterns:
        search = Search(old.others(), [automaton])
        yield from islice(matches(search, least=old.least, most=old.most), _MOST_TEXTS)


def _children(grower: Grower, old: ElementDeclaration, new: ElementDeclaration) -> tuple[Node, ...] | None:
    """Return a shortest content that one declaration lets in and the other does not; None where none is found."""
    if not isinstance(old.type, ComplexType) or not isinstance(new.type, ComplexType) or old.fixed is not None:
        return None
    before, after = old.type.content, new.type.content
    if old.type.anything or new.type.anything or isinstance(before, SimpleType) or isinstance(after, SimpleType):
        return None
    try:
        names = difference(language_of(before), language_of(after))
    except (OverflowError, RecursionError):
        return None
    return None if names is None or len(names) > _MOST_CHILDREN else _made(grower, before, names)


def _made(grower: Grower, group: Group | None, names: Sequence[str]) -> tuple[Node, ...] | None:
    parts = {each.name: (each, part) for part in (group.elements() if group else ()) for each in stand_ins(part)}
    try:
        return tuple(grower.maker.smallest(*parts[name]) if name in parts else Node(name=name) for name in names)
    except UnmakableError:
        return None


def _cut(value: str) -> str:
    return repr(value) if len(value) <= _LONGEST_SHOWN else f"of {len(value)} characters"
