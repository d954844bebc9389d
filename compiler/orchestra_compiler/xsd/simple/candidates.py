"""Texts that a type may accept, the most usual first; whoever asks lets the type judge them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from itertools import chain, count, islice, product

from orchestra_compiler.xsd.model import FacetKind, Variety
from orchestra_compiler.xsd.regex.texts import matches
from orchestra_compiler.xsd.simple.labelled import Giver
from orchestra_compiler.xsd.simple.lengths import MOST_ITEMS, bounds_in_characters, texts_of_length
from orchestra_compiler.xsd.simple.lexical import range_of, usual_words
from orchestra_compiler.xsd.simple.moments import MOMENTS
from orchestra_compiler.xsd.simple.numbers import number_of, written
from orchestra_compiler.xsd.simple.profile import Profile, search_of
from orchestra_compiler.xsd.simple.steps import LOWER, UPPER, stepped

_MOST_MATCHES = 300
_MOST_STEPS = 1_000
_PARTLY_ORDERED = MOMENTS | {"duration"}
_ORDERED = _PARTLY_ORDERED | {"decimal", "float", "double"}


def candidates(profile: Profile, giver: Giver) -> Iterator[str]:
    """Yield texts that a type may accept."""
    kind = profile.type
    if profile.words:
        yield from profile.words
        return
    if kind.variety is Variety.UNION:
        yield from chain.from_iterable(giver.texts(member, 1) for member in kind.members)
    elif kind.variety is Variety.LIST:
        yield from _lists(profile, giver)
    else:
        if kind.primitive in _PARTLY_ORDERED:  # what is written like a bound is the only thing that compares surely
            yield from _near_bounds(profile)
        yield from usual_words(kind.built_in, kind.primitive)
        if kind.primitive not in _PARTLY_ORDERED:
            yield from _near_bounds(profile)
        yield from _lengths(profile)
    yield from _matching(profile)


def more_candidates(profile: Profile, giver: Giver, typical: str) -> Iterator[str]:
    """Yield texts that a type may accept beside its typical one, many and as different as its kind allows."""
    kind = profile.type
    if kind.variety is Variety.UNION:
        for member in kind.members:
            yield from giver.texts(member, 20)
    elif kind.variety is Variety.LIST and kind.item is not None:
        items = giver.texts(kind.item, 40)
        width = max(1, len(typical.split()))
        for size in dict.fromkeys((width, 1, 2, profile.least or 1)):
            yield from (" ".join(each) for each in islice(product(items, repeat=min(size, 4)), 1_600))
            yield from (" ".join((items * size)[shift : shift + size]) for shift in range(len(items)))
    else:
        if kind.primitive in _ORDERED:
            for by in range(1, _MOST_STEPS):
                yield from chain(stepped(profile, typical, by), stepped(profile, typical, -by))
        elif not profile.patterns:
            yield from _numbered(profile, typical)
        yield from _matching(profile, per_shape=1_600)


def _near_bounds(profile: Profile) -> Iterator[str]:
    for kinds, inward in ((LOWER, 1), (UPPER, -1)):
        for facet in profile.type.facets:
            if facet.kind in kinds:
                for by in (0, inward, 2 * inward):
                    yield from stepped(profile, facet.values[0], by)
    least, most = (profile.type.first(kind) for kind in (FacetKind.MIN_EXCLUSIVE, FacetKind.MAX_EXCLUSIVE))
    low, high = (number_of(facet.values[0]) if facet is not None else None for facet in (least, most))
    if low is not None and high is not None:
        yield written((low + high) / 2)
    yield from (str(bound) for bound in range_of(profile.type.built_in) if bound is not None)


def _lengths(profile: Profile) -> Iterator[str]:
    yield from texts_of_length(profile, profile.least)
    if profile.most is not None:
        yield from texts_of_length(profile, min(profile.most, max(4, profile.least)))


def _matching(profile: Profile, per_shape: int = 3) -> Iterator[str]:
    """Yield what matches every pattern; first without, then with odd white space and control characters."""
    if not profile.patterns:
        return
    least, most = bounds_in_characters(profile, profile.least, profile.most)
    if profile.type.variety is not Variety.ATOMIC:
        least, most = 0, None
    for tidy in (True, False):
        found = matches(search_of(profile, tidy=tidy), least=least, most=most, per_shape=per_shape)
        yield from islice(found, _MOST_MATCHES * per_shape)


def _lists(profile: Profile, giver: Giver) -> Iterator[str]:
    item = profile.type.item
    items = giver.texts(item, 1) if item is not None else ()
    if not items:
        yield ""
        return
    if profile.least > MOST_ITEMS:
        return
    most = profile.most if profile.most is not None else max(4, profile.least)
    for size in dict.fromkeys(
        (max(1, profile.least), profile.least, *range(profile.least, min(most, profile.least + 8) + 1))
    ):
        yield " ".join(items * size)


def _numbered(profile: Profile, typical: str) -> Iterator[str]:
    """Yield the typical text with numbers at its end, as long as the type allows; for octets, the numbers themselves."""
    primitive, width = profile.type.primitive, len(typical)
    for number in count(1):
        if primitive in ("hexBinary", "base64Binary"):
            octets = max(1, profile.least, (number.bit_length() + 7) // 8)
            raw = (number % 256**octets).to_bytes(octets, "big")
            yield raw.hex().upper() if primitive == "hexBinary" else b64encode(raw).decode("ascii")
        else:
            digits = str(number)
            yield typical + digits
            yield typical[: max(0, width - len(digits))] + digits
            yield _lettered(number, width)
        if number > _MOST_STEPS:
            return


def _lettered(number: int, width: int) -> str:
    """Return a number in letters, for names that no digit may start."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("a") + digit) + letters
    return letters.rjust(width, "a")
