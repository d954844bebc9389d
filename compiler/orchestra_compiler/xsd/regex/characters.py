"""Sets of characters as sorted ranges, and those that XML Schema's expressions have names for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

_LAST = 0x10FFFF
_SOME = 40
_DIGIT, _LOWER, _UPPER = "1234567890", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PLEASANT = "aA1" + _LOWER[1:] + _UPPER[1:] + _DIGIT[1:] + "-_. :/@#,;=+!?()*'%$~^|[]{}`\\\"&<>"


class CharSet:
    """A set of characters, never changed.

    Attributes:
        ranges: The first and last code point of each run, ascending, not touching.
    """

    __slots__ = ("_hash", "_lows", "_some", "ranges")

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        merged: list[tuple[int, int]] = []
        for low, high in sorted(ranges):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = merged[-1][0], max(high, merged[-1][1])
            else:
                merged.append((low, high))
        self.ranges = tuple(merged)
        self._lows = [low for low, _ in merged]
        self._hash = hash(self.ranges)
        self._some: tuple[str, ...] | None = None

    @classmethod
    def of(cls, text: str) -> CharSet:
        """Return the set of the characters of a text."""
        return cls((ord(char), ord(char)) for char in text)

    def __contains__(self, char: str) -> bool:
        code = ord(char)
        at = bisect_right(self._lows, code) - 1
        return at >= 0 and code <= self.ranges[at][1]

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, CharSet) and self.ranges == other.ranges)

    def __hash__(self) -> int:
        return self._hash

    def __or__(self, other: CharSet) -> CharSet:
        return CharSet(chain(self.ranges, other.ranges))

    def __and__(self, other: CharSet) -> CharSet:
        return CharSet(_overlaps(self.ranges, other.ranges))

    def __sub__(self, other: CharSet) -> CharSet:
        return self & ~other

    def __invert__(self) -> CharSet:
        gaps, start = [], 0
        for low, high in self.ranges:
            if start < low:
                gaps.append((start, low - 1))
            start = high + 1
        if start <= _LAST:
            gaps.append((start, _LAST))
        return CharSet(gaps)

    def __len__(self) -> int:
        return sum(high - low + 1 for low, high in self.ranges)

    def __repr__(self) -> str:
        return f"CharSet({''.join(chr(a) if a == b else f'{chr(a)}-{chr(b)}' for a, b in self.ranges[:9])!r})"

    def choices(self) -> Iterator[str]:
        """Yield the characters, those that are pleasant to read first, each once."""
        yield from (char for char in _PLEASANT if char in self)
        for low, high in self.ranges:
            yield from (char for char in map(chr, range(low, high + 1)) if char not in _PLEASANT)

    def some(self) -> tuple[str, ...]:
        """Return the forty characters that are most pleasant to read, or all where there are fewer."""
        if self._some is None:
            self._some = tuple(islice(self.choices(), _SOME))
        return self._some

    def first(self) -> str:
        """Return the most pleasant character."""
        return self.some()[0]


def _overlaps(ours: tuple[tuple[int, int], ...], theirs: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    left = right = 0
    while left < len(ours) and right < len(theirs):
        low, high = max(ours[left][0], theirs[right][0]), min(ours[left][1], theirs[right][1])
        if low <= high:
            yield low, high
        if ours[left][1] < theirs[right][1]:
            left += 1
        else:
            right += 1


EVERYTHING = CharSet([(0, _LAST)])
NOTHING = CharSet()
DOT = ~CharSet.of("\n\r")
SPACE = CharSet.of(" \t\n\r")
READABLE = CharSet([(0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0x1FFFD)])
"""What may stand in an XML document and neither is a control character nor changed by white space handling."""


@lru_cache(maxsize=256)
def property_set(name: str) -> CharSet | None:
    r"""Return the characters of `\p{name}`: a category such as `Lu`, or a block such as `IsGreek`; None if unknown."""
    from elementpath.regex import RegexError, unicode_subset

    try:
        found = unicode_subset(name)
    except (RegexError, KeyError, ValueError):
        return None
    points = found.codepoints
    return CharSet((point, point) if isinstance(point, int) else (point[0], point[1] - 1) for point in points)


def _category(name: str) -> CharSet:
    found = property_set(name)
    return NOTHING if found is None else found


# The characters of names as XML 1.0 has them since its fifth edition; both engines agree on them for the Latin ones.
_NAME_START = (
    (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F),
    (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD),
)  # fmt: skip


@lru_cache(maxsize=16)
def escape_set(letter: str) -> CharSet | None:
    r"""Return the characters of `\letter` for the letters that stand for many; None for others."""
    if letter.isupper():
        small = escape_set(letter.lower())
        return None if small is None else ~small
    if letter == "d":
        return _category("Nd")
    if letter == "s":
        return SPACE
    if letter == "w":
        return ~(_category("P") | _category("Z") | _category("C"))
    if letter in ("i", "c"):
        start = CharSet(_NAME_START) | CharSet.of(_LOWER + _UPPER + ":_")
        more = CharSet([(0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040)]) | CharSet.of(_DIGIT + "-.")
        return start if letter == "i" else start | more
    return None
