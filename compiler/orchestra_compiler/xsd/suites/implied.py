"""How often children may stand in an element by what identity constraints say, whatever its content model lets in.

A field may find one value at most, a key must find one, two children with the same fixed key cannot stand side by side,
and a reference needs a key to point at. Only what holds in every document is told: the element must have no other place
in the schema than the one that the constraint looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from orchestra_compiler.xsd.growing.selecting import Name, Way, ways
from orchestra_compiler.xsd.languages import Bound, difference, language_of, stand_ins
from orchestra_compiler.xsd.model import (
    NOWHERE,
    ComplexType,
    ElementDeclaration,
    Group,
    GroupKind,
    Identity,
    IdentityKind,
    Particle,
    Process,
    Schema,
    Wildcard,
)

_NO_CONTENT = Group(kind=GroupKind.CHOICE, particles=(), least=1, most=1, place=NOWHERE)
"""A model that no children satisfy, not even none."""


def implied_bounds(schema: Schema) -> Mapping[ComplexType, tuple[Bound, ...]]:
    """Return what the identity constraints of a schema say about the children of its types."""
    where = _Where(schema)
    found: dict[ComplexType, list[Bound]] = {}
    if where.loose:
        return {}
    for scope in where.declarations:
        for identity in scope.identities:
            for kind, bound in _Implied(where, scope, identity).bounds():
                found.setdefault(kind, []).append(bound)
    return {kind: tuple(dict.fromkeys(each)) for kind, each in found.items()}


def is_loose(schema: Schema) -> bool:
    """Return whether some wildcard of a schema lets in what is not judged by a declaration."""
    return _Where(schema).loose


def keyed_attributes(schema: Schema) -> frozenset[tuple[ComplexType, str]]:
    """Return the attributes, by type and name, that a key demands wherever the type is used."""
    where = _Where(schema)
    if where.loose:
        return frozenset()
    keys = (
        _Implied(where, scope, identity)
        for scope in where.declarations
        for identity in scope.identities
        if identity.kind is IdentityKind.KEY
    )
    return frozenset(found for key in keys for found in key.attributes())


def is_never_twice(schema: Schema, scope: ElementDeclaration, identity: Identity) -> bool:
    """Return whether an identity constraint looks at one element at most, so that nothing can be there twice."""
    where = _Where(schema)
    return not where.loose and _Implied(where, scope, identity).is_never_twice()


def is_always_there(schema: Schema, scope: ElementDeclaration, key: Identity) -> bool:
    """Return whether no document can lack the fields of a key: attributes that are demanded anyway, or have a default."""
    where = _Where(schema)
    return not where.loose and _Implied(where, scope, key).is_always_there()


class _Where:
    """Where in a schema each declaration and type is used.

    Attributes:
        loose: Whether some wildcard lets in what is not judged by a declaration; then nothing is certain.
    """

    def __init__(self, schema: Schema) -> None:
        self.declarations: dict[ElementDeclaration, None] = {}
        self.loose = False
        self._owners: dict[ComplexType, set[ElementDeclaration]] = {}
        self._parents: dict[ElementDeclaration, set[ComplexType]] = {}
        self._children: dict[ComplexType, tuple[ElementDeclaration, ...]] = {}
        waiting = list(schema.elements.values())
        while waiting:
            declaration = waiting.pop()
            if declaration in self.declarations:
                continue
            self.declarations[declaration] = None
            waiting.extend(declaration.substitutes)
            for kind in types_of(declaration):
                self._owners.setdefault(kind, set()).add(declaration)
                waiting.extend(self._enter(kind))

    def _enter(self, kind: ComplexType) -> Iterable[ElementDeclaration]:
        if kind not in self._children:
            group = kind.content if isinstance(kind.content, Group) else None
            parts = list(group.elements()) if group is not None else []
            self._children[kind] = tuple(dict.fromkeys(each for part in parts for each in stand_ins(part)))
            for each in self._children[kind]:
                self._parents.setdefault(each, set()).add(kind)
            self.loose = self.loose or kind.anything or kind.open or (group is not None and _has_wildcard(group))
        return self._children[kind]

    def below(self, scope: ElementDeclaration, steps: Sequence[Name]) -> tuple[ElementDeclaration, ...]:
        """Return the elements that some steps lead to; none unless they stand nowhere else."""
        current: tuple[ElementDeclaration, ...] = (scope,)
        for step in steps:
            kinds = {kind for each in current for kind in types_of(each)}
            if step.local is None or not self.only(kinds, current):
                return ()
            current = tuple(dict.fromkeys(each for kind in kinds for each in self.children(kind, step)))
            if any(each.is_global or not self._parents[each] <= kinds for each in current):
                return ()
        return current

    def children(self, kind: ComplexType, step: Name) -> Iterator[ElementDeclaration]:
        """Yield the elements of a type's content that a step asks for."""
        return (each for each in self._children.get(kind, ()) if step.fits(each.name))

    def only(self, kinds: Iterable[ComplexType], declarations: Iterable[ElementDeclaration]) -> bool:
        """Return whether no other elements than these have one of some types."""
        return all(self._owners[kind] <= set(declarations) for kind in kinds)


class _Implied:
    """What one identity constraint implies."""

    def __init__(self, where: _Where, scope: ElementDeclaration, identity: Identity) -> None:
        self._where = where
        self._scope = scope
        self._identity = identity
        self._ways = ways(identity.selector, identity)
        self._fields = [ways(each, identity) for each in identity.fields]

    def bounds(self) -> Iterator[tuple[ComplexType, Bound]]:
        yield from self._of_fields()
        if self._identity.kind is IdentityKind.KEYREF:
            yield from self._of_reference()
        else:
            yield from self._of_fixed()

    def attributes(self) -> Iterator[tuple[ComplexType, str]]:
        """Yield the attributes that are fields of their own."""
        for way in self._ways:
            targets = () if way.anywhere else self._where.below(self._scope, way.steps)
            for kind in self._kinds(targets):
                for name in filter(None, map(_attribute, self._fields)):
                    yield from ((kind, use.name) for use in kind.attributes if name.fits(use.name))

    def is_never_twice(self) -> bool:
        ways = self._ways
        if any(way.anywhere or not way.steps for way in ways) or len({way.steps[:-1] for way in ways}) != 1:
            return False
        above = ways[0].steps[:-1]
        levels: list[tuple[Sequence[Name], Sequence[Name]]] = [
            (above[:depth], [step]) for depth, step in enumerate(above)
        ]
        levels.append((above, [way.steps[-1] for way in ways]))
        return all(self._holds_one(self._where.below(self._scope, path), steps) for path, steps in levels)

    def _holds_one(self, parents: Sequence[ElementDeclaration], steps: Sequence[Name]) -> bool:
        """Return whether none of some elements can hold two children that these steps ask for."""
        kinds = [kind for parent in parents for kind in types_of(parent)]
        named = [(kind, {each.name for step in steps for each in self._where.children(kind, step)}) for kind in kinds]
        return bool(kinds) and all(_never(kind, Bound(frozenset(names), least=2)) for kind, names in named)

    def is_always_there(self) -> bool:
        names = [_attribute(field) for field in self._fields]
        for way in self._ways:
            targets = () if way.anywhere else self._where.below(self._scope, way.steps)
            kinds = [kind for target in targets for kind in types_of(target)]
            if not kinds or not all(name and _is_sure(kind, name) for kind in kinds for name in names):
                return False
        return True

    def _of_fields(self) -> Iterator[tuple[ComplexType, Bound]]:
        """Yield that a field which is a child stands there once at most, and that of a key at least once."""
        least = 1 if self._identity.kind is IdentityKind.KEY else 0
        for way in self._ways:
            targets = () if way.anywhere else self._where.below(self._scope, way.steps)
            for step in filter(None, map(_child, self._fields)):
                for kind in self._kinds(targets):
                    names = frozenset(each.name for each in self._where.children(kind, step))
                    if names:
                        yield kind, Bound(names, least=least, most=1)

    def _of_fixed(self) -> Iterator[tuple[ComplexType, Bound]]:
        """Yield that children with the same fixed attribute for a key stand there once at most, all counted together."""
        alike: dict[tuple[ComplexType, str], set[str]] = {}
        attribute = _attribute(self._fields[0]) if len(self._fields) == 1 else None
        for way in self._ways:
            if attribute is None or way.anywhere or not way.steps:
                return
            parents = self._where.below(self._scope, way.steps[:-1])
            for kind in self._kinds(parents):
                for child in self._where.children(kind, way.steps[-1]):
                    fixed = next((use.fixed for use in child.attributes if attribute.fits(use.name)), None)
                    if fixed is not None and len(types_of(child)) == 1:
                        alike.setdefault((kind, fixed), set()).add(child.name)
        for (kind, _), names in alike.items():
            yield kind, Bound(frozenset(names), most=1)

    def _of_reference(self) -> Iterator[tuple[ComplexType, Bound]]:
        """Yield that beside a reference in the scope's own child there is something that has the key."""
        step = _child(self._fields[0]) if len(self._fields) == 1 and self._ways == (Way(False, (), None),) else None
        key = self._identity.refer
        along = ways(key.selector, key) if key is not None and key in self._scope.identities else ()
        between = {way.steps[0] for way in along}
        if step is None or len(between) != 1 or any(way.anywhere or len(way.steps) != 2 for way in along):  # noqa: PLR2004
            return
        holders = self._where.below(self._scope, (*between,))
        for kind in self._kinds((self._scope,)):
            references = [each for each in self._where.children(kind, step) if not each.nillable]
            if len(references) != 1 or not holders:
                continue
            beside = frozenset((references[0].name,))
            held = frozenset(each.name for each in holders)
            yield kind, Bound(held, least=1, beside=beside)
            if _never(kind, Bound(beside, most=0)) and _never(kind, Bound(held, least=2)):
                for holder in self._kinds(holders):
                    steps = [way.steps[1] for way in along]
                    names = {each.name for step in steps for each in self._where.children(holder, step)}
                    yield holder, Bound(frozenset(names), least=1)

    def _kinds(self, declarations: Sequence[ElementDeclaration]) -> Iterator[ComplexType]:
        for kind in dict.fromkeys(kind for each in declarations for kind in types_of(each)):
            if self._where.only((kind,), declarations):
                yield kind


def types_of(declaration: ElementDeclaration) -> tuple[ComplexType, ...]:
    """Return the complex types that elements of a declaration may have."""
    kind = declaration.type
    return (kind, *kind.derived) if isinstance(kind, ComplexType) else ()


def _child(field: tuple[Way, ...]) -> Name | None:
    """Return the step of a field that is nothing but a child."""
    if len(field) != 1 or field[0].anywhere or field[0].attribute is not None or len(field[0].steps) != 1:
        return None
    return field[0].steps[0] if field[0].steps[0].local is not None else None


def _attribute(field: tuple[Way, ...]) -> Name | None:
    """Return the attribute of a field that is nothing but an attribute."""
    if len(field) != 1 or field[0].anywhere or field[0].steps:
        return None
    return field[0].attribute


def _is_sure(kind: ComplexType, name: Name) -> bool:
    """Return whether every element of a type has an attribute, be it by default."""
    uses = [use for use in kind.attributes if name.fits(use.name)]
    return any(use.required or use.fixed is not None or use.default is not None for use in uses)


def _never(kind: ComplexType, bound: Bound) -> bool:
    """Return whether no content of a type keeps to a bound."""
    group = kind.content if isinstance(kind.content, Group) else None
    try:
        return difference(language_of(group), language_of(_NO_CONTENT), (bound,)) is None
    except (OverflowError, RecursionError):
        return False


def _has_wildcard(particle: Particle) -> bool:
    if isinstance(particle, Wildcard):
        return particle.process is not Process.STRICT
    return isinstance(particle, Group) and any(_has_wildcard(each) for each in particle.particles)
