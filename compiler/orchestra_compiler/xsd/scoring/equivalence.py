"""Whether a loosened schema lets in anything that the original does not, as far as its types tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from orchestra_compiler.mutation import Verdict
from orchestra_compiler.xsd.growing.selecting import Name, ways
from orchestra_compiler.xsd.languages import Bound, difference, language_of, stand_ins
from orchestra_compiler.xsd.model import (
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Group,
    Identity,
    Process,
    Schema,
    SimpleType,
    Type,
    Wildcard,
)
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.simple.values import Values
from orchestra_compiler.xsd.suites.implied import is_loose, types_of

CONTENT = frozenset({"min-occurs", "max-occurs", "order", "unknown-element"})
"""The kinds of change whose whole meaning is the language of a content model."""

NOTHING_NEW = "no content is valid that was not so before"

Implied = Mapping[ComplexType, tuple[Bound, ...]]
"""How often children may stand in an element of a type by what identity constraints say."""


def told_apart(original: Schema, changed: Schema, kind: str, values: Values, implied: Implied) -> tuple[Verdict, str]:
    """Return what is known of a loosened schema that no case noticed: whether it is equivalent, and what shows that."""
    twins = list(_twins(original, changed))
    if kind in CONTENT:
        return _by_content(twins, implied)
    if kind in _SIGNATURES and _look_alike(original, changed, kind):
        return Verdict.EQUIVALENT, "no type that an element can have is any other than before"
    for old, new in twins:
        if isinstance(old, SimpleType) and isinstance(new, SimpleType):
            for wrong in values.wrong(old):
                if isinstance(wrong.value, str) and new.accepts(wrong.value):
                    return Verdict.SURVIVED, f"{_called(old)} would take {wrong.value[:60]!r}"
    return Verdict.UNDECIDED, "no document was found that tells the two apart"


def _look_alike(original: Schema, changed: Schema, kind: str) -> bool:
    """Return whether the types that elements can have are the same in what a change is about."""
    of = _SIGNATURES[kind]
    old, new = (
        {(each.place, each.name, of(each, schema)) for each in complex_types(schema)} for schema in (original, changed)
    )
    return old == new


def _attributes_let_in(kind: ComplexType, schema: Schema) -> object:
    """Return what tells one wildcard for attributes from another: a lax one judges only attributes that the schema knows."""
    wildcard = kind.any_attribute
    if wildcard is None:
        return None
    known = any(map(wildcard.lets_in, schema.component.maps.attributes))
    process = "skip" if wildcard.process is Process.LAX and not known else wildcard.process
    spaces = (getattr(wildcard.component, name, ()) or () for name in ("namespace", "not_namespace", "not_qname"))
    return (str(process), *(frozenset(each) for each in spaces))


_SIGNATURES: Mapping[str, Callable[[ComplexType, Schema], object]] = MappingProxyType({
    "text": lambda kind, _: kind.mixed,
    "unknown-attribute": _attributes_let_in,
    "attribute-wildcard-strictness": _attributes_let_in,
    "attribute-wildcard-namespace": _attributes_let_in,
    "required-attribute": lambda kind, _: frozenset((use.name, use.use) for use in kind.attributes),
})  # fmt: skip
"""By kind of change: what it is about, as far as that can be told of a single type."""


def identities(schema: Schema) -> tuple[Identity, ...]:
    """Return every identity constraint of a schema."""
    inside = (part.declaration for kind in complex_types(schema) for part in _elements(kind))
    return tuple(each for declaration in {*schema.elements.values(), *inside} for each in declaration.identities)


def never_missing(identity: Identity, schema: Schema) -> bool:
    """Return whether every element that a key compares has a value for each field, so that it may as well be unique.

    That is known where the fields are attributes that the elements must have, or have by themselves, and where no wildcard
    lets in elements that nothing is known of.
    """
    types = complex_types(schema)
    declarations = {part.declaration for kind in types for part in _elements(kind)} | set(schema.elements.values())
    declarations |= {each for declaration in declarations for each in declaration.substitutes}
    if any(kind.anything or kind.open or _has_wildcard(kind.content) for kind in types):
        return False
    along = ways(identity.selector, identity)
    fields = [way for field in identity.fields for way in ways(field, identity)]
    if len(fields) != len(identity.fields) or any(way.steps or way.attribute is None for way in fields):
        return False
    scopes = {each for each in declarations if identity in each.identities}
    meant = {found for way in along for found in (declarations if way.anywhere else _followed(scopes, way.steps))}
    return all(_always_has(each, way.attribute) for each in meant for way in fields if way.attribute is not None)


def _followed(scopes: set[ElementDeclaration], steps: tuple[Name, ...]) -> set[ElementDeclaration]:
    """Return the elements that some steps may lead to."""
    current = scopes
    for step in steps:
        kinds = [kind for each in current for kind in types_of(each)]
        parts = (stand_in for kind in kinds for part in _elements(kind) for stand_in in stand_ins(part))
        current = {each for each in parts if step.fits(each.name)}
    return current


def _always_has(declaration: ElementDeclaration, attribute: Name) -> bool:
    kinds = types_of(declaration)
    return bool(kinds) and all(any(map(partial(_is_sure, attribute), kind.attributes)) for kind in kinds)


def _is_sure(name: Name, use: AttributeUse) -> bool:
    return name.fits(use.name) and (use.required or use.fixed is not None or use.default is not None)


def _elements(kind: ComplexType) -> Iterator[ElementParticle]:
    return kind.content.elements() if isinstance(kind.content, Group) else iter(())


def _has_wildcard(part: object) -> bool:
    return isinstance(part, Wildcard) or (isinstance(part, Group) and any(map(_has_wildcard, part.particles)))


def simple_types(schema: Schema) -> tuple[SimpleType, ...]:
    """Return every simple type of a schema that elements, attributes or other types of use have."""
    return tuple(each for each in _every_type(schema) if isinstance(each, SimpleType))


def complex_types(schema: Schema) -> tuple[ComplexType, ...]:
    """Return every complex type of a schema that elements, attributes or other types of use have."""
    return tuple(each for each in _every_type(schema) if isinstance(each, ComplexType))


def _by_content(twins: list[tuple[Type, Type]], implied: Implied) -> tuple[Verdict, str]:
    for old, new in twins:
        if not (isinstance(old, ComplexType) and isinstance(new, ComplexType)):
            continue
        before, after = (each.content if isinstance(each.content, Group) else None for each in (old, new))
        try:
            way = difference(language_of(after), language_of(before), implied.get(old, ()))
        except (OverflowError, RecursionError):
            return Verdict.UNDECIDED, f"the content of {_called(old)} is too large to compare"
        if way is not None:
            shown = ", ".join(local_name(name) for name in way) or "no children"
            return Verdict.SURVIVED, f"{_called(old)} would take {shown}"
    return Verdict.EQUIVALENT, NOTHING_NEW


def _called(kind: Type) -> str:
    return local_name(kind.name) or f"the type on line {kind.place.line}"


def _twins(original: Schema, changed: Schema) -> Iterator[tuple[Type, Type]]:
    """Yield each type with its changed form; both stand on the same line, since a change moves none."""
    old, new = _types(original), _types(changed)
    for key, kind in old.items():
        if key in new:
            yield kind, new[key]


def _types(schema: Schema) -> dict[tuple[str, int, str, str], Type]:
    found: dict[tuple[str, int, str, str], Type] = {}
    for each in _every_type(schema):
        found.setdefault((each.place.file, each.place.line, each.name, type(each).__name__), each)
    return found


def _every_type(schema: Schema) -> Iterator[Type]:
    """Yield the types that elements have or may claim; not those that others are only derived from."""
    seen: set[int] = set()
    waiting: list[ElementDeclaration | Type] = [*schema.elements.values()]
    if is_loose(schema):  # then an element that nothing is known of may claim any of them
        waiting.extend(schema.types.values())
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, ElementDeclaration):
            waiting.extend((current.type, *types_of(current), *current.substitutes))
            continue
        yield current
        if isinstance(current, SimpleType):
            waiting.extend((*current.members, *((current.item,) if current.item is not None else ())))
            continue
        waiting.extend(each.type for each in current.attributes)
        if isinstance(current.content, Group):
            waiting.extend(each.declaration for each in current.content.elements())
        elif current.content is not None:
            waiting.append(current.content)
