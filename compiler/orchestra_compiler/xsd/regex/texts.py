"""Texts for expressions: some that match, and some that nearly do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from orchestra_compiler.xsd.regex.automaton import Automaton
from orchestra_compiler.xsd.regex.search import Path, Search


def text_of(path: Path) -> str:
    """Return the most pleasant text of a shape."""
    return "".join(chars.first() for chars in path)


def texts_of(path: Path) -> Iterator[str]:
    """Yield the texts of a shape, the most pleasant first, the last character changing fastest."""
    choices = [chars.some() for chars in path]
    wheels = [0] * len(choices)
    while True:
        yield "".join(each[at] for each, at in zip(choices, wheels, strict=True))
        for position in reversed(range(len(wheels))):
            wheels[position] += 1
            if wheels[position] < len(choices[position]):
                break
            wheels[position] = 0
        else:
            return


def matches(search: Search, *, least: int = 0, most: int | None = None, per_shape: int = 1) -> Iterator[str]:
    """Yield texts that a search finds, shortest first.

    Args:
        search: For what matches some expressions.
        least: The fewest characters.
        most: The most characters; None for no bound.
        per_shape: How many texts of each shape.
    """
    for path in search.paths(least, most):
        yield from (text_of(path),) if per_shape == 1 else islice(texts_of(path), per_shape)


_STRANGERS = "xX0#-_ é"


def near(text: str) -> Iterator[str]:
    """Yield texts that differ from one in one character: another one, its other case, one less, one more."""
    seen = {text}
    for changed in _changed(text):
        if changed not in seen:
            seen.add(changed)
            yield changed


_MOST_PLACES = 24
_FURTHER = 20
"""How much longer than the text next to which it is looked for a miss may be."""


def _places(text: str) -> list[int]:
    """Return positions in a text, its ends before its middle, not more than a few of a long one."""
    ends = sorted(range(len(text)), key=lambda position: (min(position, len(text) - 1 - position), position))
    return ends[:_MOST_PLACES]


def _changed(text: str) -> Iterator[str]:
    places = _places(text)
    for place in places:
        for char in (text[place].swapcase(), *_STRANGERS):
            if len(char) == 1:
                yield text[:place] + char + text[place + 1 :]
    for place in places:
        yield text[:place] + text[place + 1 :]
    for place in (len(text), 0, *places):
        for char in (text[place - 1 : place] or "x", *_STRANGERS):
            yield text[:place] + char + text[place:]


def near_misses(missed: Automaton, *kept: Automaton, of: str, least: int = 0, most: int | None = None) -> Iterator[str]:
    """Yield texts that one expression refuses and all others match: those near a text first, then any that exist.

    Args:
        missed: The expression that must refuse them.
        kept: The expressions that must still match.
        of: A text that matches all of them.
        least: The fewest characters.
        most: The most characters; None for no bound.
    """
    for text in near(of):
        fits = least <= len(text) and (most is None or len(text) <= most)
        if fits and not missed.matches(text) and all(each.matches(text) for each in kept):
            yield text
    furthest = max(least, len(of)) + _FURTHER
    for path in islice(Search(kept, (missed,)).paths(least, furthest if most is None else min(most, furthest)), 5):
        yield text_of(path)
