"""Texts of a given length, counted in the unit of their type."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from itertools import islice

from orchestra_compiler.xsd.regex.texts import matches
from orchestra_compiler.xsd.simple.profile import Profile, search_of

LONGEST = 100_000
"""A text with more characters than this is not made: no reader would look at it."""

MOST_ITEMS = 10_000
"""A list with more items, or a number with more digits, is not made."""

_TEXT = "text"
_TRIES = 3


def texts_of_length(profile: Profile, length: int) -> Iterator[str]:
    """Yield texts that have a length and match every pattern."""
    if not 0 <= length <= LONGEST:
        return
    yield from _simple_texts(profile, length)
    yield from texts_between(profile, length, length)


def texts_between(profile: Profile, least: int, most: int) -> Iterator[str]:
    """Yield texts with a length in bounds that match every pattern, shortest first."""
    if profile.others() and 0 <= least <= most <= LONGEST:
        low, high = bounds_in_characters(profile, least, most)
        yield from islice(matches(search_of(profile, tidy=True), least=low, most=high), _TRIES + most - least)
        yield from islice(matches(search_of(profile, tidy=False), least=low, most=high), _TRIES)


def _simple_texts(profile: Profile, length: int) -> Iterator[str]:
    primitive = profile.type.primitive
    if primitive == "hexBinary":
        yield "00" * length
    elif primitive == "base64Binary":
        yield b64encode(bytes(length)).decode("ascii")
    elif primitive == "anyURI":
        yield from (("urn:example:" + "a" * (length - 12))[:length], "a" * length)
    elif profile.form is None or not profile.patterns:
        yield (_TEXT * (length // len(_TEXT) + 1))[:length]


def bounds_in_characters(profile: Profile, least: int, most: int | None) -> tuple[int, int | None]:
    """Return how few and how many characters texts of these lengths have."""
    primitive = profile.type.primitive
    if primitive == "hexBinary":
        return 2 * least, None if most is None else 2 * most
    if primitive == "base64Binary":
        return (least + 2) // 3 * 4, None if most is None else (most + 2) // 3 * 4
    if primitive in ("string", "anyURI", "anySimpleType"):
        return least, most
    return 0, None
