"""Right values worth trying: every word, each bound and the value just inside it, lengths, digits, patterns, odd forms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from orchestra_compiler.xsd.model import Facet, FacetKind, Place, SimpleType, Variety
from orchestra_compiler.xsd.regex.automaton import Automaton
from orchestra_compiler.xsd.regex.parsing import PatternError, parse
from orchestra_compiler.xsd.regex.search import Search
from orchestra_compiler.xsd.regex.texts import matches
from orchestra_compiler.xsd.simple.labelled import Giver
from orchestra_compiler.xsd.simple.lengths import MOST_ITEMS, bounds_in_characters, texts_of_length
from orchestra_compiler.xsd.simple.lexical import range_of, special_forms, tidy_form
from orchestra_compiler.xsd.simple.profile import LENGTHS, Profile
from orchestra_compiler.xsd.simple.steps import LOWER, UPPER, stepped

_TRIES = 60
_MOST_WORDS = 500
"""Of an enumeration with more words, such as all postal codes of a country, the first ones and the last are tried."""


class Attempt(NamedTuple):
    """Texts of which the first that the type accepts will do."""

    texts: Iterator[str]
    scenario: str
    place: Place


def attempts(profile: Profile, giver: Giver) -> Iterator[Attempt]:
    """Yield what is worth trying for a type, in the order of its facets."""
    kind = profile.type
    words = kind.first(FacetKind.ENUMERATION)
    if words is not None:
        pairs = list(zip(words.values, words.places, strict=True))
        for word, place in [*pairs[:_MOST_WORDS], *pairs[_MOST_WORDS:][-1:]]:
            yield Attempt(iter((word,)), "word", place)
        return
    for facet in kind.facets:
        yield from _of_facet(profile, facet, giver)
    yield from _of_kind(kind, giver)


def _of_kind(kind: SimpleType, giver: Giver) -> Iterator[Attempt]:
    """Yield what the variety and the built-in type alone make worth trying."""
    if kind.variety is Variety.UNION:
        for number, member in enumerate(kind.members, 1):
            yield Attempt(iter(giver.texts(member, 12)), f"member-{number}", kind.place)
    elif kind.variety is Variety.LIST and kind.item is not None:
        several = giver.texts(kind.item, 3)
        for scenario, size in (("no-item", 0), ("one-item", 1), ("three-items", 3)):
            yield Attempt(iter((" ".join(several[:size]),)), scenario, kind.place)
    else:
        for bound, scenario in zip(range_of(kind.built_in), ("least-of-its-kind", "greatest-of-its-kind"), strict=True):
            if bound is not None:
                yield Attempt(iter((str(bound),)), scenario, kind.place)
        for text, scenario in special_forms(kind.built_in):
            yield Attempt(iter((text,)), scenario, kind.place)


def _of_facet(profile: Profile, facet: Facet, giver: Giver) -> Iterator[Attempt]:
    if facet.kind is FacetKind.PATTERN:
        for number, (written, place) in enumerate(zip(facet.values, facet.places, strict=True), 1):
            scenario = "pattern" if len(facet.values) == 1 else f"pattern-{number}"
            yield Attempt(_matching(profile, facet, written), scenario, place)
    if profile.type.first(facet.kind) is not facet:
        return
    if facet.kind in LENGTHS:
        yield from _lengths(profile, facet, giver)
    for kinds, inward, end in ((LOWER, 1, "minimum"), (UPPER, -1, "maximum")):
        if facet.kind in kinds:
            exclusive = facet.kind is kinds[1]
            yield Attempt(stepped(profile, facet.values[0], inward * exclusive), f"at-{end}", facet.place)
            yield Attempt(stepped(profile, facet.values[0], inward * (1 + exclusive)), f"inside-{end}", facet.place)
    if facet.kind is FacetKind.TOTAL_DIGITS:
        yield Attempt(_all_digits(profile), "most-digits", facet.place)
    if facet.kind is FacetKind.FRACTION_DIGITS:
        yield Attempt(_all_fraction_digits(profile, giver), "most-fraction-digits", facet.place)


def _matching(profile: Profile, facet: Facet, written: str) -> Iterator[str]:
    try:
        wanted = Automaton(parse(written))
    except PatternError:
        return
    least, most = bounds_in_characters(profile, profile.least, profile.most)
    if profile.type.variety is not Variety.ATOMIC:
        least, most = 0, None
    for extra in ((tidy_form(),), ()):
        found = matches(Search([wanted, *profile.others(facet), *extra]), least=least, most=most, per_shape=3)
        yield from islice(found, _TRIES)


def _lengths(profile: Profile, facet: Facet, giver: Giver) -> Iterator[Attempt]:
    ends = {FacetKind.MIN_LENGTH: (("shortest", 0), ("one-longer-than-shortest", 1)),
            FacetKind.MAX_LENGTH: (("longest", 0), ("one-shorter-than-longest", -1)),
            FacetKind.LENGTH: (("exact-length", 0),)}  # fmt: skip
    length = profile.least if facet.kind is FacetKind.MIN_LENGTH else profile.most or 0
    for scenario, by in ends[facet.kind]:
        yield Attempt(sized_texts(profile, length + by, giver), scenario, facet.place)


def sized_texts(profile: Profile, length: int, giver: Giver) -> Iterator[str]:
    """Yield texts of a length, or lists of so many items."""
    if profile.type.variety is Variety.LIST and profile.type.item is not None:
        if 0 <= length <= MOST_ITEMS:
            items = giver.texts(profile.type.item, 1)
            yield " ".join(items * length)
        return
    yield from texts_of_length(profile, length)


def _all_digits(profile: Profile) -> Iterator[str]:
    digits, scale = profile.digits or 0, profile.scale
    if digits > MOST_ITEMS:
        return
    yield "9" * digits
    yield "1" * digits
    yield "-" + "9" * digits
    for behind in dict.fromkeys((scale or 0, 1, digits)):
        if 0 < behind <= digits:
            yield ("9" * (digits - behind) or "0") + "." + "9" * behind
            yield ("1" * (digits - behind) or "0") + "." + "1" * behind


def _all_fraction_digits(profile: Profile, giver: Giver) -> Iterator[str]:
    scale = profile.scale or 0
    for text in giver.texts(profile.type, 3):
        whole = text.partition(".")[0]
        yield from (f"{whole}.{each * scale}" if scale else whole for each in "19")
        yield f"{whole}.{'0' * (scale - 1)}1" if scale else whole
