"""Values of simple types: the first that is right, and values that break one facet each.

Every value is put before the type itself (xmlschema's) before it is handed out; a right value that no proposal hits is
None, and the caller says so instead of writing something wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestra_compiler.xsd.patterns import example
from orchestra_compiler.xsd.violation import facet_rule

_BUILT_IN: dict[str, tuple[str, ...]] = {
    "string": ("text", "a", "0", ""),
    "boolean": ("true", "1"),
    "decimal": ("1", "0", "-1"),
    "float": ("1", "0", "-1"),
    "double": ("1", "0", "-1"),
    "duration": ("P1D", "PT1H", "P1Y"),
    "dateTime": ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00"),
    "date": ("2000-01-01", "2000-01-01Z"),
    "time": ("00:00:00", "00:00:00Z"),
    "gYearMonth": ("2000-01",),
    "gYear": ("2000",),
    "gMonthDay": ("--01-01",),
    "gDay": ("---01",),
    "gMonth": ("--01",),
    "hexBinary": ("00", ""),
    "base64Binary": ("AAAA", ""),
    "anyURI": ("urn:example:1", "http://example.org/", "a"),
    "QName": ("name",),
    "NOTATION": ("name",),
}
_XS = "{http://www.w3.org/2001/XMLSchema}"
_LONGEST = 100_000
_WRONG_FORM = ("not-a-value", "not a value", "")


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A value that a type refuses, the rule that refuses it, and a word for the scenario."""

    value: str
    rule: str
    scenario: str


def local(name: str | None) -> str:
    """Return a facet's or type's name without its namespace."""
    return (name or "").rpartition("}")[2]


def right_value(kind: Any) -> str | None:
    """Return a value that a simple type accepts, or None where none is found."""
    return next((value for value in _proposals(kind) if len(value) <= _LONGEST and _accepts(kind, value)), None)


def _accepts(kind: Any, value: str) -> bool:
    try:
        return bool(kind.is_valid(value))
    except (ValueError, TypeError, ArithmeticError):
        return False


def _primitive(kind: Any) -> Any:
    """Return the built-in type at the root of a type; None for a union, and for the type of what names none."""
    return getattr(kind, "primitive_type", None)


def _proposals(kind: Any) -> Iterator[str]:
    for value in kind.enumeration or ():
        yield _lexical(value)
    if kind.is_list():
        item = right_value(_inherited(kind, "item_type"))
        if item is not None:
            least = _number(kind, "length", "minLength") or 0
            for count in {int(least), 1, 0}:
                yield " ".join([item] * count)
        return
    if kind.is_union():
        for member in _inherited(kind, "member_types") or ():
            value = right_value(member)
            if value is not None:
                yield value
    yield from _atomic(kind)


def _inherited(kind: Any, name: str) -> Any:
    """Return what a list or union type is made of; a restriction of one leaves that to its base."""
    while kind is not None and not hasattr(kind, name):
        kind = kind.base_type
    return getattr(kind, name, None)


def _atomic(kind: Any) -> Iterator[str]:
    base = local(_primitive(kind).name) if _primitive(kind) is not None else "string"
    known = _BUILT_IN.get(base, _BUILT_IN["string"])
    yield from known
    yield "en"  # the language codes
    yield from _bounded(kind)
    least = int(_number(kind, "length", "minLength") or 0)
    most = _number(kind, "length", "maxLength")
    if base in ("string", "anyURI"):
        yield "a" * least
    elif base == "hexBinary":
        yield "00" * least
    for text in _patterns(kind):
        made = example(text, least)
        if made is not None:
            yield made
            yield made[: int(most)] if most is not None else made


def _lexical(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _facets(kind: Any, *, own: bool = False) -> dict[str, Any]:
    """Return a type's facets by local name; those of its bases count where it has none of its own.

    With `own` the facets that make up a built-in type are left out: engines call their breach a wrong form.
    """
    found: dict[str, Any] = {}
    while kind is not None and not (own and (kind.name or "").startswith(_XS)):
        for name, facet in getattr(kind, "facets", {}).items():
            if name is not None:
                found.setdefault(local(name), facet)
        kind = kind.base_type
    return found


def _patterns(kind: Any) -> list[str]:
    facet = _facets(kind).get("pattern")
    return [] if facet is None else [str(text) for text in facet.regexps]


def _number(kind: Any, *names: str) -> Decimal | None:
    """Return the value of the first of these facets that the type has, where it is a number."""
    facets = _facets(kind)
    for name in names:
        value = getattr(facets.get(name), "value", None)
        if isinstance(value, int | float | Decimal):
            return Decimal(str(value))
    return None


def _bounded(kind: Any) -> Iterator[str]:
    """Yield the type's bounds themselves and their neighbours; dates and the like as they are written."""
    for name, step in (("minInclusive", 0), ("maxInclusive", 0), ("minExclusive", 1), ("maxExclusive", -1)):
        facet = _facets(kind).get(name)
        if facet is None:
            continue
        number = _number(kind, name)
        if number is None:
            yield str(facet.value)
        else:
            yield format(number + step, "f")
            yield format(number + Decimal(step) / 1000, "f")


def wrong_values(kind: Any) -> Iterator[WrongValue]:
    """Yield values that a simple type refuses, one per facet that it has, and one of a wrong form."""
    seen: set[tuple[str, str]] = set()
    for wrong in _wrong_proposals(kind):
        if (wrong.rule, wrong.scenario) not in seen and not _accepts(kind, wrong.value):
            seen.add((wrong.rule, wrong.scenario))
            yield wrong


def _wrong_proposals(kind: Any) -> Iterator[WrongValue]:
    if kind.is_list() or kind.is_union() or _primitive(kind) is None:
        return
    facets = _facets(kind, own=True)
    if kind.enumeration:
        yield from (
            WrongValue(value, "enumeration", "unknown-word")
            for value in _not_listed(kind)
            if _accepts(kind.primitive_type, value)
        )
        return
    base = local(getattr(kind.primitive_type, "name", None))
    if base not in ("string", "anyURI"):
        yield from (
            WrongValue(value, "datatype", "wrong-form")
            for value in _WRONG_FORM
            if not _accepts(kind.primitive_type, value)
        )
    yield from _wrong_numbers(kind, facets)
    yield from _wrong_lengths(kind, base)
    if "pattern" in facets:
        for value in ("?!", "text", "0", "2000-01-01T00:00:00", "1"):
            if _accepts(kind.primitive_type, value):
                yield WrongValue(value, "pattern", "wrong-pattern")


def _not_listed(kind: Any) -> Iterator[str]:
    yield "no-such-word"
    numbers = [value for value in kind.enumeration if isinstance(value, int | Decimal) and not isinstance(value, bool)]
    if numbers:
        yield _lexical(max(numbers) + 1)


def _wrong_numbers(kind: Any, declared: dict[str, Any]) -> Iterator[WrongValue]:
    everything = _facets(kind)
    for name, step in (("minInclusive", -1), ("maxInclusive", 1), ("minExclusive", 0), ("maxExclusive", 0)):
        number = _number(kind, name) if name in everything else None
        if number is not None:
            scenario = "below-minimum" if name.startswith("min") else "above-maximum"
            rule = facet_rule(name.lower()) if name in declared else "datatype"
            yield WrongValue(format(number + step, "f"), rule, scenario)


def _wrong_lengths(kind: Any, base: str) -> Iterator[WrongValue]:
    if base not in ("string", "anyURI"):
        return
    sample = (right_value(kind) or "a")[:1] or "a"
    for name, change, scenario in (
        ("minLength", -1, "too-short"),
        ("maxLength", 1, "too-long"),
        ("length", 1, "too-long"),
    ):
        number = _number(kind, name)
        if number is not None and 0 <= number + change <= _LONGEST:
            yield WrongValue(sample * int(number + change), facet_rule(name.lower()), scenario)
