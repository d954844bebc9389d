"""What binds the values of one simple type, gathered from all steps of its derivation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from orchestra_compiler.xsd.model import Facet, FacetKind, SimpleType, Variety
from orchestra_compiler.xsd.regex.automaton import Automaton
from orchestra_compiler.xsd.regex.parsing import PatternError, parse
from orchestra_compiler.xsd.regex.search import Search
from orchestra_compiler.xsd.regex.syntax import Node, one_of
from orchestra_compiler.xsd.simple.lexical import form_of, tidy_form

LENGTHS = (FacetKind.LENGTH, FacetKind.MIN_LENGTH, FacetKind.MAX_LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """A type with what its facets come to.

    Attributes:
        words: The most derived enumeration; empty where there is none.
        least: The least length, in the type's own unit: characters, octets, or items of a list.
        most: The greatest length; None for no bound.
        patterns: Each pattern facet that can be read, with its expression.
        form: How values of the built-in type are written; None where every text will do.
        scale: The most digits behind the point; None for no bound.
        digits: The most digits in all; None for no bound.
    """

    type: SimpleType
    words: tuple[str, ...]
    least: int
    most: int | None
    patterns: tuple[tuple[Facet, Automaton], ...]
    form: Automaton | None
    scale: int | None
    digits: int | None

    def others(self, facet: Facet | None = None) -> list[Automaton]:
        """Return the expressions that a value must match, save that of one facet."""
        found = [automaton for each, automaton in self.patterns if each is not facet]
        return [*found, self.form] if self.form is not None else found


def search_of(profile: Profile, *, tidy: bool) -> Search:
    """Return the search for what matches every pattern of a type; a tidy one finds what white space handling leaves alone."""
    return _search((*profile.others(), tidy_form()) if tidy else tuple(profile.others()))


@lru_cache(maxsize=256)
def _search(expressions: tuple[Automaton, ...]) -> Search:
    """Return a search that types with the same patterns share, with what it has found out."""
    return Search(expressions)


@lru_cache(maxsize=1024)
def _alternatives(patterns: tuple[str, ...]) -> Automaton | None:
    """Return the expression of a pattern facet; None for one that cannot be read."""
    try:
        branches: list[Node] = [parse(each) for each in patterns]
    except PatternError:
        return None
    return Automaton(one_of(branches))


def profile_of(kind: SimpleType) -> Profile:
    """Return what binds the values of a type."""
    words = kind.first(FacetKind.ENUMERATION)
    lengths = {each: _number(kind.first(each)) for each in LENGTHS}
    exact = lengths[FacetKind.LENGTH]
    least = exact if exact is not None else lengths[FacetKind.MIN_LENGTH]
    return Profile(
        type=kind,
        words=() if words is None else words.values,
        least=least or 0,
        most=exact if exact is not None else lengths[FacetKind.MAX_LENGTH],
        patterns=tuple(_patterns(kind)),
        form=form_of(kind.built_in) or form_of(kind.primitive) if kind.variety is Variety.ATOMIC else None,
        scale=_number(kind.first(FacetKind.FRACTION_DIGITS)),
        digits=_number(kind.first(FacetKind.TOTAL_DIGITS)),
    )


def _number(facet: Facet | None) -> int | None:
    try:
        return None if facet is None else int(facet.values[0])
    except ValueError:
        return None


def _patterns(kind: SimpleType) -> Iterator[tuple[Facet, Automaton]]:
    for facet in kind.facets:
        found = _alternatives(facet.values) if facet.kind is FacetKind.PATTERN else None
        if found is not None:
            yield facet, found
