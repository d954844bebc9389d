"""Neighbours of a value in its type's order."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.xsd.model import FacetKind
from orchestra_compiler.xsd.simple.lexical import is_integer
from orchestra_compiler.xsd.simple.moments import stepped_duration, stepped_moment
from orchestra_compiler.xsd.simple.numbers import stepped_decimals, stepped_floats
from orchestra_compiler.xsd.simple.profile import Profile

LOWER, UPPER = (
    (FacetKind.MIN_INCLUSIVE, FacetKind.MIN_EXCLUSIVE),
    (FacetKind.MAX_INCLUSIVE, FacetKind.MAX_EXCLUSIVE),
)


def stepped(profile: Profile, text: str, by: int) -> Iterator[str]:
    """Yield texts for the value that lies some steps away, the smallest step that the type can express first."""
    primitive = profile.type.primitive
    if by == 0:
        yield text
    elif primitive == "decimal":
        yield from stepped_decimals(text, by, 0 if is_integer(profile.type.built_in) else profile.scale)
    elif primitive in ("float", "double"):
        yield from stepped_floats(text, by, double=primitive == "double")
    else:
        moved = stepped_duration(text, by) if "uration" in primitive else stepped_moment(primitive, text, by)
        if moved is not None:
            yield moved
