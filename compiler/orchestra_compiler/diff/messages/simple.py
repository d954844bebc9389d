"""Values of two simple types: which values one refuses that the other accepts, by what the types declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orchestra_compiler.diff import rules
from orchestra_compiler.diff.changes import Finding
from orchestra_compiler.xsd.model import FacetKind, SimpleType, Variety
from orchestra_compiler.xsd.simple.meaning import meaning_of
from orchestra_compiler.xsd.simple.numbers import number_of

_PARENTS: Mapping[str, str] = {
    "normalizedString": "string", "token": "normalizedString", "language": "token", "NMTOKEN": "token", "Name": "token",
    "NCName": "Name", "ID": "NCName", "IDREF": "NCName", "ENTITY": "NCName", "float": "double", "decimal": "float",
    "integer": "decimal", "nonPositiveInteger": "integer", "negativeInteger": "nonPositiveInteger", "long": "integer",
    "int": "long", "short": "int", "byte": "short", "nonNegativeInteger": "integer", "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt", "unsignedByte": "unsignedShort",
    "positiveInteger": "nonNegativeInteger",
}  # fmt: skip
"""Built-in type -> the next one whose texts include all of its own; of texts, so that every decimal is a float too."""

_FREE = frozenset({"string", "normalizedString", "token", "anySimpleType", "anyAtomicType"})
"""Types without a text that they refuse: white space is replaced, not refused."""

_LOWER = (FacetKind.MIN_LENGTH, FacetKind.MIN_INCLUSIVE, FacetKind.MIN_EXCLUSIVE)
_UPPER = (
    FacetKind.MAX_LENGTH,
    FacetKind.MAX_INCLUSIVE,
    FacetKind.MAX_EXCLUSIVE,
    FacetKind.TOTAL_DIGITS,
    FacetKind.FRACTION_DIGITS,
)
_COUNTS = frozenset({
    FacetKind.MIN_LENGTH, FacetKind.MAX_LENGTH, FacetKind.TOTAL_DIGITS, FacetKind.FRACTION_DIGITS
})  # fmt: skip
_MOST_SHOWN = 8


def value_findings(old: SimpleType, new: SimpleType, where: str) -> Iterator[Finding]:
    """Yield what the change of a simple type breaks or admits.

    Args:
        old: A simple type.
        new: The one that stands in its place.
        where: The element's or attribute's path.
    """
    words = words_of(old)
    if words:
        yield from _listed(words, old, new, where)
    elif words_of(new):
        listed = _shown(words_of(new))
        yield rules.TYPE_NO_CHANGE.at(where, f"any value of its type would do; it must be one of {listed} now")
    elif old.variety is not new.variety:
        yield rules.TYPE_NO_CHANGE.at(where, f"the value was {_called(old)}, and is {_called(new)} now")
    elif old.item is not None and new.item is not None:
        yield from value_findings(old.item, new.item, where)
        yield from _facet_findings(old, new, where)
    elif old.variety is Variety.UNION:
        yield from _members(old.members, new.members, where)
    else:
        yield from _base(old.built_in, new.built_in, where)
        yield from _facet_findings(old, new, where)
        yield from _patterns(old, new, where)


def declared(kind: SimpleType) -> tuple[object, ...]:
    """Return all that a type declares of its values; equal for types that are written alike."""
    facets = tuple((facet.kind, facet.values) for facet in kind.facets)
    below = tuple(map(declared, kind.members if kind.item is None else (kind.item,)))
    return kind.variety, kind.primitive, kind.built_in, facets, below


def words_of(kind: SimpleType) -> tuple[str, ...]:
    """Return the words that a type lists, without white space around them; empty where it lists none."""
    facet = kind.first(FacetKind.ENUMERATION)
    return () if facet is None else tuple(dict.fromkeys(word.strip() for word in facet.values))


def _listed(words: tuple[str, ...], old: SimpleType, new: SimpleType, where: str) -> Iterator[Finding]:
    """Words are tried one by one, so what is said here is exact."""
    now = words_of(new)
    refused = [word for word in words if not new.accepts(word)]
    for word in refused:
        yield rules.ENUM_VALUE_NO_DELETE.at(where, f"{word!r} is not allowed any longer")
    for word in now:
        if word not in words and not old.accepts(word):
            yield rules.ENUM_VALUE_NO_ADD.at(where, f"{word!r} is new")
    if not now and len(refused) < len(words):
        yield rules.TYPE_NO_WIDEN.at(where, f"it had to be one of {_shown(words)}, and is free now")


def _members(old: tuple[SimpleType, ...], new: tuple[SimpleType, ...], where: str) -> Iterator[Finding]:
    if len(old) != len(new):
        rule = rules.TYPE_NO_CHANGE if len(new) < len(old) else rules.TYPE_NO_WIDEN
        yield rule.at(where, f"the value was one of {len(old)} types, and is one of {len(new)} now")
        return
    for was, now in zip(old, new, strict=True):
        yield from value_findings(was, now, where)


def _base(before: str, after: str, where: str) -> Iterator[Finding]:
    if before == after or (before in _FREE and after in _FREE):
        return
    rule = rules.TYPE_NO_WIDEN if after in _FREE or after in _ancestors(before) else rules.TYPE_NO_CHANGE
    yield rule.at(where, f"the value was xs:{before}, and is xs:{after} now")


def _facet_findings(old: SimpleType, new: SimpleType, where: str) -> Iterator[Finding]:
    for kind in (*_LOWER, *_UPPER):
        was, now = _bound(old, kind), _bound(new, kind)
        before, after = _meaning(old, kind, was), _meaning(new, kind, now)
        if before == after:
            continue
        narrower = was is None or (now is not None and _tighter(kind, before, after))
        rule = rules.FACET_NO_NARROW if narrower else rules.FACET_NO_WIDEN
        yield rule.at(where, f"{_spelled(kind)} was {was or 'none'}, and is {now or 'none'} now")


def _bound(type_: SimpleType, kind: FacetKind) -> str | None:
    facet = type_.first(kind)
    if facet is None and kind in (FacetKind.MIN_LENGTH, FacetKind.MAX_LENGTH):
        facet = type_.first(FacetKind.LENGTH)
    return None if facet is None else facet.values[0].strip()


def _meaning(type_: SimpleType, kind: FacetKind, bound: str | None) -> Any:
    """Return a bound as what can be compared; of numbers and moments their value."""
    if bound is None:
        return None
    return number_of(bound) if kind in _COUNTS else meaning_of(type_, bound)


def _tighter(kind: FacetKind, was: Any, now: Any) -> bool:
    try:
        return bool(now > was if kind in _LOWER else now < was)
    except TypeError:
        return True  # values that cannot be told apart in order: said rather than passed over


def _spelled(kind: FacetKind) -> str:
    """Return a facet's name as schemas write it, such as `maxLength`."""
    first, *others = kind.split("-")
    return first + "".join(map(str.title, others))


def _patterns(old: SimpleType, new: SimpleType, where: str) -> Iterator[Finding]:
    before, after = _regular(old), _regular(new)
    if before == after:
        return
    if not after:
        yield rules.PATTERN_NO_DELETE.at(where, f"the pattern {_shown(before)} is gone")
    elif set(after) < set(before):
        yield rules.PATTERN_NO_DELETE.at(where, f"the pattern is {_shown(after)} only, no longer {_shown(before)}")
    else:
        was = f"was {_shown(before)}" if before else "is new"
        yield rules.PATTERN_NO_CHANGE.at(where, f"the pattern {was}; it is {_shown(after)} now")


def _regular(kind: SimpleType) -> tuple[str, ...]:
    """Return the patterns of a type, one for each step of its derivation; a value must match all of them."""
    return tuple(" or ".join(facet.values) for facet in kind.facets if facet.kind is FacetKind.PATTERN)


def _ancestors(name: str) -> Iterator[str]:
    while name in _PARENTS:
        name = _PARENTS[name]
        yield name


def _called(kind: SimpleType) -> str:
    return f"xs:{kind.built_in}" if kind.variety is Variety.ATOMIC else f"a {kind.variety}"


def _shown(words: tuple[str, ...]) -> str:
    more = f" and {len(words) - _MOST_SHOWN} more" if len(words) > _MOST_SHOWN else ""
    return ", ".join(words[:_MOST_SHOWN]) + more
