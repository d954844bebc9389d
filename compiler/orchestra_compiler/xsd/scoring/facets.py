"""Facets that forbid nothing because others of the same type forbid it too: a length that a pattern already fixes, say."""

from __future__ import annotations

from collections.abc import Iterable

from orchestra_compiler.xsd.model import Facet, FacetKind, Place, SimpleType, Variety
from orchestra_compiler.xsd.regex.parsing import parse
from orchestra_compiler.xsd.regex.syntax import Choice, Node, One, Repeat
from orchestra_compiler.xsd.simple.profile import LENGTHS


def is_implied(kind: str, place: Place, types: Iterable[SimpleType]) -> bool:
    """Return whether every type with the facet of a kind on a line is known to be the same without it."""
    met = False
    for each in types:
        for facet in each.facets:
            if facet.kind == kind and place in facet.places:
                met = True
                if not _is_idle(facet, each):
                    return False
    return met


def _is_idle(facet: Facet, kind: SimpleType) -> bool:
    if kind.variety is not Variety.ATOMIC or kind.primitive != "string":
        return False
    others = [each for each in kind.facets if each is not facet]
    words = next((each.values for each in others if each.kind is FacetKind.ENUMERATION), ())
    if words and facet.kind is not FacetKind.ENUMERATION and all(map(kind.accepts, words)):
        return True
    return facet.kind in LENGTHS and any(
        each.kind is FacetKind.PATTERN and _keeps_to(each.values, facet) for each in others
    )


def _keeps_to(patterns: Iterable[str], facet: Facet) -> bool:
    """Return whether no text that matches a pattern is too short or too long."""
    try:
        spans = [_span(parse(each)) for each in patterns]
        bound = int(facet.values[0])
    except (ValueError, RecursionError):
        return False
    short = facet.kind is not FacetKind.MAX_LENGTH and any(least < bound for least, _ in spans)
    long = facet.kind is not FacetKind.MIN_LENGTH and any(most is None or most > bound for _, most in spans)
    return not short and not long


def _span(node: Node) -> tuple[int, int | None]:
    """Return how short and how long the texts are that an expression matches; None for without end."""
    if isinstance(node, One):
        return 1, 1
    if isinstance(node, Repeat):
        least, most = _span(node.part)
        if node.most == 0 or most == 0:
            return 0, 0
        return least * node.least, None if most is None or node.most is None else most * node.most
    spans = [_span(each) for each in (node.branches if isinstance(node, Choice) else node.parts)]
    longest = [most for _, most in spans if most is not None]
    if isinstance(node, Choice):
        return min(least for least, _ in spans), max(longest) if len(longest) == len(spans) else None
    return sum(least for least, _ in spans), sum(longest) if len(longest) == len(spans) else None
