"""Bare scalars as the YAML 1.2 core schema reads them, and the ones that older readers take for something else.

Numbers keep what was written: a number of up to 15 digits is exact as a `float` already (its shortest repr is the same
decimal), a longer one becomes a `Float` with its text. `exact` gives the decimal of either. What JSON cannot hold
(`.inf`, `.nan`, numbers out of a double's range, integers of more than 300 digits) stays text, so that wherever a number
is asked for it is found to be none.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from orchestra_compiler.patterns import pattern

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = pattern(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_RADIX = pattern(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_LEADING_ZERO = pattern(r"[-+]?0[0-9]+\Z")
_AMBIGUOUS = pattern(
    r"""(?:[-+]?0[0-9_]+                               # an octal number, once
    |[-+]?0b[01_]+ | [-+]?0x[0-9a-fA-F]*_[0-9a-fA-F_]*
    |[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?  # base 60, once
    |[-+]?[0-9][0-9]*_[0-9_]*(?:\.[0-9_]*)?            # digits in groups
    |[0-9]{4}-[0-9]{2}-[0-9]{2}
    |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*
    )\Z""",
    re.VERBOSE,
)
_TRUTHS_ONCE = frozenset(
    {"y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"}
)
_STARTS_OF_NUMBERS = frozenset("0123456789+-.")
_MOST_DIGITS = 300
_EXACT_DIGITS = 15


class Float(float):
    """A float whose text says more than a double can hold."""

    text: str


def exact(value: float | str) -> Decimal:
    """Return a number of a document as the decimal that was written; text must be a decimal number."""
    if isinstance(value, Float):
        return Decimal(value.text)
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def ambiguous(text: str) -> bool:
    """Return whether a bare scalar is text here and something else to a YAML 1.1 reader."""
    return text in _TRUTHS_ONCE or (text[:1] in _STARTS_OF_NUMBERS and _AMBIGUOUS.match(text) is not None)


def read(text: str) -> str | float | bool | None:
    """Return the value of a bare scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS_OF_NUMBERS or len(text) > _MOST_DIGITS:
        return text
    if _INTEGER.match(text):
        return int(text)
    if _RADIX.match(text):
        return int(text, 0)
    if _FLOAT.match(text) and not _LEADING_ZERO.match(text):
        return _float(text)
    return text


def _float(text: str) -> str | float:
    value = float(text)
    digits = text.lower().partition("e")[0].strip("+-").replace(".", "").lstrip("0")
    if not math.isfinite(value) or (value == 0.0 and digits):
        return text
    if len(digits) <= _EXACT_DIGITS:
        return value
    kept = Float(value)
    kept.text = text
    return kept


class Plain(dict[str, "str | float | bool | None"]):
    """The values of the bare scalars met so far; each text is read once.

    Attributes:
        ambiguous: Whether one of them is ambiguous.
    """

    ambiguous = False

    def __missing__(self, text: str) -> str | float | bool | None:
        value = self[text] = read(text)
        if isinstance(value, str) and ambiguous(text):
            self.ambiguous = True
        return value
