"""Wrong values: for each facet texts that break it and, wherever they can, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from orchestra_compiler.xsd.model import Facet, FacetKind, Place, Variety
from orchestra_compiler.xsd.regex.search import Search
from orchestra_compiler.xsd.regex.texts import near, near_misses, text_of
from orchestra_compiler.xsd.simple.boundaries import sized_texts
from orchestra_compiler.xsd.simple.labelled import Giver
from orchestra_compiler.xsd.simple.lengths import LONGEST, MOST_ITEMS, bounds_in_characters, texts_between
from orchestra_compiler.xsd.simple.lexical import malformed, tidy_form
from orchestra_compiler.xsd.simple.numbers import number_of, written
from orchestra_compiler.xsd.simple.profile import LENGTHS, Profile, search_of
from orchestra_compiler.xsd.simple.steps import LOWER, UPPER, stepped


class Assault(NamedTuple):
    """Texts of which the first that breaks a rule alone will do, or failing that the first that breaks it at all."""

    texts: Iterator[str]
    rule: str
    scenario: str
    facet: Facet | None
    place: Place


def assaults(profile: Profile, giver: Giver, typical: str) -> Iterator[Assault]:
    """Yield what should break each facet of a type, and then its form."""
    seen: set[FacetKind] = set()
    for facet in profile.type.facets:
        if facet.kind is FacetKind.PATTERN or facet.kind not in seen:
            yield from _on_facet(profile, facet, giver, typical)
        seen.add(facet.kind)
    yield from _on_form(profile, giver, typical)


def _on_facet(profile: Profile, facet: Facet, giver: Giver, typical: str) -> Iterator[Assault]:
    rule, place = facet.kind.value, facet.place
    for texts, scenario in _texts_against(profile, facet, giver, typical):
        yield Assault(texts, rule, scenario, facet, place)


_Texts = Iterator[tuple[Iterator[str], str]]


def _texts_against(profile: Profile, facet: Facet, giver: Giver, typical: str) -> _Texts:
    if facet.kind is FacetKind.ENUMERATION:
        yield _near_words(profile, facet, giver), "unknown-word"
    elif facet.kind is FacetKind.PATTERN:
        yield _near_pattern(profile, facet, typical), "pattern-missed"
    elif facet.kind in LENGTHS:
        yield from _wrong_lengths(profile, facet, giver)
    elif facet.kind in (*LOWER, *UPPER):
        yield _beyond(profile, facet), "below-minimum" if facet.kind in LOWER else "above-maximum"
    elif facet.kind is FacetKind.TOTAL_DIGITS:
        yield _too_many_digits(profile, giver), "too-many-digits"
    elif facet.kind is FacetKind.FRACTION_DIGITS:
        yield _too_many_fraction_digits(profile, giver), "too-many-fraction-digits"
    elif facet.kind is FacetKind.ASSERTION:
        yield _unlike(profile, giver, typical), "assertion-false"
    elif facet.kind is FacetKind.EXPLICIT_TIMEZONE:
        bare = typical.removesuffix("Z")
        required = facet.values[0] == "required"
        yield iter((bare,) if required else (f"{bare}Z",)), "zone-missing" if required else "zone-forbidden"


def _near_words(profile: Profile, facet: Facet, giver: Giver) -> Iterator[str]:
    """Yield words that look like those of an enumeration but are none of them, then whatever else the type takes."""
    words = facet.values
    for word in words[:5]:
        if profile.type.variety is Variety.ATOMIC and profile.type.primitive not in ("string", "anyURI"):
            for by in (1, -1):
                yield from stepped(profile, word, by)
        yield from (text for text in islice(near(word), 60) if text not in words)
    yield from _of_the_kind(profile, giver)


def _of_the_kind(profile: Profile, giver: Giver) -> Iterator[str]:
    kind = profile.type
    for member in (*kind.members, *((kind.item,) if kind.item is not None else ())):
        yield from giver.texts(member, 20)
    if profile.patterns or profile.form is not None:
        least, most = bounds_in_characters(profile, profile.least, profile.most)
        for path in islice(search_of(profile, tidy=True).paths(least, most), 20):
            yield text_of(path)
    for number in (0, 1, 2, 3, 10, 100, 1_000):
        yield from (str(number), f"-{number}")
    yield from ("text", "other", "true", "false")


def _near_pattern(profile: Profile, facet: Facet, typical: str) -> Iterator[str]:
    """Yield what misses one pattern and keeps to all else: first near the typical value, then anything."""
    missed = next((automaton for each, automaton in profile.patterns if each is facet), None)
    if missed is None:
        return
    atomic = profile.type.variety is Variety.ATOMIC
    least, most = bounds_in_characters(profile, profile.least, profile.most) if atomic else (0, None)
    kept = [*profile.others(facet), tidy_form()]
    if profile.type.primitive not in ("string", "anyURI"):
        for by in (1, -1, 10, 100, 1_000, 100_000):
            yield from (text for text in stepped(profile, typical, by) if not missed.matches(text))
    yield from islice(near_misses(missed, *kept, of=typical, least=least, most=most), 200)
    for word in profile.words[:3]:
        yield from islice(near_misses(missed, *kept, of=word, least=least, most=most), 20)
    yield from islice(near_misses(missed, *profile.others(facet), of=typical, least=least, most=most), 50)
    form = () if profile.form is None else (profile.form,)
    yield from islice(near_misses(missed, *form, tidy_form(), of=typical, least=least, most=most), 20)


def _wrong_lengths(profile: Profile, facet: Facet, giver: Giver) -> _Texts:
    below = facet.kind is not FacetKind.MAX_LENGTH
    above = facet.kind is not FacetKind.MIN_LENGTH
    if below and profile.least:
        yield _too_short(profile, giver), "too-short"
    if above and profile.most is not None:
        yield _too_long(profile, profile.most + 1, giver), "too-long"


_MARGIN = 12
"""How far from the bound a length may lie, where the patterns allow none next to it."""


def _too_short(profile: Profile, giver: Giver) -> Iterator[str]:
    size = profile.least - 1
    yield from sized_texts(profile, size, giver)
    if profile.patterns:
        yield from reversed(list(texts_between(profile, max(0, size - _MARGIN), size)))
        yield from texts_between(profile, 0, size)
    yield from _plain(size)


def _too_long(profile: Profile, size: int, giver: Giver) -> Iterator[str]:
    yield from sized_texts(profile, size, giver)
    if profile.patterns:
        yield from texts_between(profile, size, size + _MARGIN)
    yield from _plain(size)


def _plain(size: int) -> Iterator[str]:
    """Yield texts of a size whatever the patterns say."""
    if 0 <= size <= LONGEST:
        yield from ("a" * size, "1" * size)


def _beyond(profile: Profile, facet: Facet) -> Iterator[str]:
    outward = -1 if facet.kind in LOWER else 1
    inclusive = facet.kind in (FacetKind.MIN_INCLUSIVE, FacetKind.MAX_INCLUSIVE)
    for by in range(outward * inclusive, outward * 40, outward):
        yield from stepped(profile, facet.values[0], by)
    for by in (100, 1_000, 10_000, 1_000_000):
        yield from stepped(profile, facet.values[0], by * outward)


def _too_many_digits(profile: Profile, giver: Giver) -> Iterator[str]:
    digits = profile.digits or 0
    if digits > MOST_ITEMS:
        return
    yield from ("1" + "0" * digits, "-1" + "0" * digits, "1" * (digits + 1))
    for text in giver.texts(profile.type, 5):
        number = number_of(text)
        if number is None:
            continue
        whole = written(number).partition(".")[0]
        missing = digits + 1 - len(whole.lstrip("-0"))
        if missing > 0:
            yield f"{whole}.{'1' * missing}"
        yield f"{whole}.{'0' * max(0, missing - 1)}1"
    if profile.scale:
        yield "1" * (digits + 1 - profile.scale) + "." + "1" * profile.scale
    yield "0." + "1" * (digits + 1)


def _too_many_fraction_digits(profile: Profile, giver: Giver) -> Iterator[str]:
    scale = profile.scale or 0
    for text in giver.texts(profile.type, 5):
        whole = text.partition(".")[0]
        yield f"{whole}.{'0' * scale}1"
        yield f"{whole}.{'1' * (scale + 1)}"
    yield from (f"0.{'0' * scale}1", f"-0.{'0' * scale}1", f"1.{'0' * scale}1")


def _unlike(profile: Profile, giver: Giver, typical: str) -> Iterator[str]:
    yield from islice(near(typical), 100)
    for by in (1, -1, 10, -10, 100, -100, 1_000, -1_000, 10**6, -(10**6)):
        if profile.type.variety is Variety.ATOMIC:
            yield from stepped(profile, typical, by)
    for size in (0, 1, 2, 3, 5, 8, 13, 21, 50, 100):
        yield from sized_texts(profile, size, giver)
    yield from _of_the_kind(profile, giver)


def _on_form(profile: Profile, giver: Giver, typical: str) -> Iterator[Assault]:
    kind = profile.type
    if kind.variety is Variety.ATOMIC:
        for text, scenario in malformed(kind.built_in, kind.primitive):
            yield Assault(iter((text,)), "datatype", scenario, None, kind.place)
        if profile.patterns and profile.form is not None:
            yield Assault(_formless(profile), "datatype", "pattern-kept", None, kind.place)
    elif kind.variety is Variety.LIST and kind.item is not None:
        items = typical.split()
        for wrong in giver.wrong_texts(kind.item):
            text = str(wrong.value)
            if len(text.split()) == 1:
                texts = iter((" ".join([*items[:-1], text]), " ".join([*items, text])))
                yield Assault(texts, wrong.rule, f"item-{wrong.scenario}", wrong.facet, wrong.place)
    else:
        yield Assault(iter(_STRANGE), "datatype", "no-member", None, kind.place)
        for member in kind.members:
            for wrong in giver.wrong_texts(member):
                scenario = f"no-member-{wrong.scenario}"
                yield Assault(iter((str(wrong.value),)), "datatype", scenario, wrong.facet, wrong.place)


def _formless(profile: Profile) -> Iterator[str]:
    """Yield what matches every pattern, yet is not of the built-in type's form."""
    if profile.form is not None:
        least, most = bounds_in_characters(profile, profile.least, profile.most)
        patterns = [automaton for _, automaton in profile.patterns]
        for path in islice(Search([*patterns, tidy_form()], (profile.form,)).paths(least, most), 20):
            yield text_of(path)


_STRANGE = ("not a value", "not-a-value", "?", "~", "-", "é", "", "1e999", "a" * 300)
