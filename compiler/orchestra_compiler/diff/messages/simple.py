"""Values of two simple types: which values one refuses that the other accepts, by what the types declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orchestra_compiler.diff import rules
from orchestra_compiler.diff.changes import Finding
from orchestra_compiler.xsd.names import local_name

_XS = "{http://www.w3.org/2001/XMLSchema}"
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

_LOWER = {"minLength": "length", "minInclusive": "value", "minExclusive": "value"}
_UPPER = {
    "maxLength": "length", "maxInclusive": "value", "maxExclusive": "value",
    "totalDigits": "total digits", "fractionDigits": "fraction digits",
}  # fmt: skip
_MOST_SHOWN = 8


def value_findings(old: Any, new: Any, where: str) -> Iterator[Finding]:
    """Yield what the change of a simple type breaks or admits.

    Args:
        old: A simple type of xmlschema.
        new: The one that stands in its place.
        where: The element's or attribute's path.
    """
    words = _words(old)
    if words:
        yield from _listed(words, new, where)
    elif _words(new):
        yield rules.TYPE_NO_CHANGE.at(
            where, f"any value of its type would do; it must be one of {_shown(_words(new))} now"
        )
    elif (old.is_list(), old.is_union()) != (new.is_list(), new.is_union()):
        yield rules.TYPE_NO_CHANGE.at(where, f"the value was {_variety(old)}, and is {_variety(new)} now")
    elif old.is_list():
        yield from value_findings(_inherited(old, "item_type"), _inherited(new, "item_type"), where)
        yield from _facet_findings(old, new, where)
    elif old.is_union():
        yield from _members(old, new, where)
    else:
        yield from _base(old, new, where)
        yield from _facet_findings(old, new, where)
        yield from _patterns(old, new, where)


def _listed(words: tuple[str, ...], new: Any, where: str) -> Iterator[Finding]:
    """Words are tried one by one, so what is said here is exact."""
    now = _words(new)
    refused = [word for word in words if not _accepts(new, word)]
    for word in refused:
        yield rules.ENUM_VALUE_NO_DELETE.at(where, f"{word!r} is not allowed any longer")
    for word in now:
        if word not in words:
            yield rules.ENUM_VALUE_NO_ADD.at(where, f"{word!r} is new")
    if not now and len(refused) < len(words):
        yield rules.TYPE_NO_WIDEN.at(where, f"it had to be one of {_shown(words)}, and is free now")


def _members(old: Any, new: Any, where: str) -> Iterator[Finding]:
    before, after = _inherited(old, "member_types") or (), _inherited(new, "member_types") or ()
    if len(before) != len(after):
        rule = rules.TYPE_NO_CHANGE if len(after) < len(before) else rules.TYPE_NO_WIDEN
        yield rule.at(where, f"the value was one of {len(before)} types, and is one of {len(after)} now")
        return
    for was, now in zip(before, after, strict=True):
        yield from value_findings(was, now, where)


def _base(old: Any, new: Any, where: str) -> Iterator[Finding]:
    before, after = _built_in(old), _built_in(new)
    if before == after or (before in _FREE and after in _FREE):
        return
    rule = rules.TYPE_NO_WIDEN if after in _FREE or after in _ancestors(before) else rules.TYPE_NO_CHANGE
    yield rule.at(where, f"the value was xs:{before}, and is xs:{after} now")


def _facet_findings(old: Any, new: Any, where: str) -> Iterator[Finding]:
    before, after = _facets(old), _facets(new)
    for name in (*_LOWER, *_UPPER):
        was, now = _bound(before, name), _bound(after, name)
        if was == now:
            continue
        narrower = was is None or (now is not None and _tighter(name, was, now))
        rule = rules.FACET_NO_NARROW if narrower else rules.FACET_NO_WIDEN
        yield rule.at(
            where, f"{name} was {'none' if was is None else was}, and is {'none' if now is None else now} now"
        )


def _tighter(name: str, was: Any, now: Any) -> bool:
    try:
        return bool(now > was if name in _LOWER else now < was)
    except TypeError:
        return True  # values that cannot be told apart in order: said rather than passed over


def _patterns(old: Any, new: Any, where: str) -> Iterator[Finding]:
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


def _words(kind: Any) -> tuple[str, ...]:
    facet = _facets(kind).get("enumeration")
    return () if facet is None else tuple(_lexical(word) for word in facet.enumeration)


def _lexical(word: object) -> str:
    return str(word).lower() if isinstance(word, bool) else str(word)


def _bound(facets: Mapping[str, Any], name: str) -> Any:
    if name not in facets and name in ("minLength", "maxLength") and "length" in facets:
        name = "length"
    return getattr(facets.get(name), "value", None)


def _regular(kind: Any) -> tuple[str, ...]:
    """Return the patterns of a type and its bases, without those that make up a built-in type."""
    found: list[str] = []
    while kind is not None and not (kind.name or "").startswith(_XS):
        facet = getattr(kind, "facets", {}).get(f"{_XS}pattern")
        if facet is not None:
            found.append(" or ".join(str(text) for text in facet.regexps))
        kind = kind.base_type
    return tuple(found)


def _facets(kind: Any) -> Mapping[str, Any]:
    """Return a type's facets by local name, those of its bases included, without those of a built-in type."""
    found: dict[str, Any] = {}
    while kind is not None and not (kind.name or "").startswith(_XS):
        for name, facet in getattr(kind, "facets", {}).items():
            if name is not None:
                found.setdefault(local_name(name), facet)
        kind = kind.base_type
    return found


def _built_in(kind: Any) -> str:
    while kind is not None and not (kind.name or "").startswith(_XS):
        kind = kind.base_type
    return local_name(kind.name) if kind is not None else "anySimpleType"


def _ancestors(name: str) -> Iterator[str]:
    while name in _PARENTS:
        name = _PARENTS[name]
        yield name


def _inherited(kind: Any, name: str) -> Any:
    while kind is not None and not hasattr(kind, name):
        kind = kind.base_type
    return getattr(kind, name, None)


def _accepts(kind: Any, value: str) -> bool:
    try:
        return bool(kind.is_valid(value))
    except (ValueError, TypeError, ArithmeticError):
        return False


def _variety(kind: Any) -> str:
    return "a list" if kind.is_list() else "a union" if kind.is_union() else f"xs:{_built_in(kind)}"


def _shown(words: tuple[str, ...]) -> str:
    more = f" and {len(words) - _MOST_SHOWN} more" if len(words) > _MOST_SHOWN else ""
    return ", ".join(words[:_MOST_SHOWN]) + more
