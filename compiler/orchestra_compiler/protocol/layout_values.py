"""The built-in simple types, and what facets make of one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from orchestra_compiler.protocol.layout import Kind, Value
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_INTEGERS = (
    "integer nonPositiveInteger negativeInteger long int short byte nonNegativeInteger unsignedLong unsignedInt"
    " unsignedShort unsignedByte positiveInteger"
)
_BUILT_IN: Mapping[str, Value] = MappingProxyType(
    {
        "string": Value(Kind.TEXT, free=True),
        "normalizedString": Value(Kind.LINE, free=True),
        "anySimpleType": Value(),
        "anyAtomicType": Value(),
        "boolean": Value(Kind.TRUTH),
        "decimal": Value(Kind.DECIMAL),
        "float": Value(Kind.FLOAT),
        "double": Value(Kind.FLOAT),
        **dict.fromkeys(_INTEGERS.split(), Value(Kind.INTEGER)),
        **dict.fromkeys(("NMTOKENS", "IDREFS", "ENTITIES"), Value(Kind.WORD, many=True)),
    }
)
_WORDS = (
    "anyURI base64Binary date dateTime duration ENTITY gDay gMonth gMonthDay gYear gYearMonth hexBinary ID IDREF language"
    " Name NCName NMTOKEN NOTATION QName time token"
)
BUILT_IN_NAMES = (*_BUILT_IN, *_WORDS.split())
_TEXTS = (Kind.TEXT, Kind.LINE, Kind.WORD)
_WHITE_SPACE = {"preserve": Kind.TEXT, "replace": Kind.LINE, "collapse": Kind.WORD}


def built_in(name: str) -> Value:
    """Return what a built-in simple type is, by its name without a prefix."""
    return _BUILT_IN.get(name, Value(Kind.WORD))


def restricted(value: Value, element: Element) -> Value:
    """Return a simple type with the facets of a restriction; a number of a fixed form is a word, not a number."""
    facets = {local_name(each.tag): each.get("value", "") for each in element}
    kind = value.kind
    if kind in _TEXTS:
        kind = _WHITE_SPACE.get(facets.get("whiteSpace", ""), kind)
    elif "pattern" in facets:
        kind = Kind.WORD
    return Value(kind, value.many, value.free and not facets.keys() & {"enumeration", "pattern"})
