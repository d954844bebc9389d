"""Values that are names with a namespace: those of enumerated QNames and of notations.

What such a word means hangs on the prefixes of the schema's file, and its spelling in a document on the prefixes there;
so these values are names, not texts.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.xsd.document import QualifiedName
from orchestra_compiler.xsd.model import FacetKind, SimpleType
from orchestra_compiler.xsd.names import XS, local_name, namespace_of
from orchestra_compiler.xsd.simple.labelled import RightValue, WrongValue


def is_named(kind: SimpleType) -> bool:
    """Return whether the values of a type are enumerated names."""
    return kind.primitive in ("QName", "NOTATION") and kind.first(FacetKind.ENUMERATION) is not None


def names_of(kind: SimpleType) -> tuple[QualifiedName, ...]:
    """Return the names that a type enumerates, in its order; those whose prefix nobody declares are left out."""
    words = kind.first(FacetKind.ENUMERATION)
    spaces = dict(kind.component.schema.namespaces)
    found: list[QualifiedName] = []
    for word in () if words is None else words.values:
        prefix, _, local = word.strip().rpartition(":")
        space = spaces.get(prefix, "" if not prefix else None)
        if space is not None:
            found.append(QualifiedName(f"{{{space}}}{local}" if space else local))
    return tuple(dict.fromkeys(found))


def right_names(kind: SimpleType) -> Iterator[RightValue]:
    """Yield each name of a type."""
    words = kind.first(FacetKind.ENUMERATION)
    if words is not None:
        for name, place in zip(names_of(kind), words.places, strict=False):
            yield RightValue(value=name, scenario="word", place=place)


def wrong_names(kind: SimpleType) -> Iterator[WrongValue]:
    """Yield a name like those of a type that is none of them: for a notation another one that the schema declares."""
    words, names = kind.first(FacetKind.ENUMERATION), names_of(kind)
    if words is None or not names:
        return
    if kind.primitive == "NOTATION":
        others = [QualifiedName(str(each)) for each in kind.component.maps.notations if not each.startswith(XS)]
    else:
        first = names[0].name
        home, local = namespace_of(first), local_name(first)
        others = [QualifiedName(f"{{{home}}}{each}" if home else each) for each in (f"{local}x", f"x{local}", "other")]
    for other in others:
        if other not in names:
            yield WrongValue(value=other, rule="enumeration", scenario="unknown-word", facet=words, place=words.place)
            return
