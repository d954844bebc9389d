"""What a terminal may be shown: no control characters, none that are invisible or turn the direction of writing."""

from __future__ import annotations

import unicodedata

_TAB = 4
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return text as a terminal may show it: tabs as spaces, what is invisible as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\t":
        return " " * _TAB
    if unicodedata.category(character) not in _HIDDEN:
        return character
    return ascii(character)[1:-1]


def width(text: str) -> int:
    """Return the columns that visible text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def first(text: str, columns: int) -> str:
    """Return the longest beginning of visible text that fits some columns."""
    if width(text) <= columns:
        return text
    taken, used = [], 0
    for character in text:
        used += _columns(character)
        if used > columns:
            break
        taken.append(character)
    return "".join(taken)


def last(text: str, columns: int) -> str:
    """Return the longest end of visible text that fits some columns."""
    return first(text[::-1], columns)[::-1]
