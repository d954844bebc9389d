"""Simple values between XML text and JSON, as their type has it.

JSON carries what loses nothing: whole numbers of any size, and a decimal or a float where the number's shortest form
has all its digits; `19.99` is a number, a decimal of twenty digits stays text, as do `NaN` and `INF`, dates and words.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json
from orchestra_compiler.patterns import pattern
from orchestra_compiler.protocol.layout import Kind, Value

_SPACE = re.compile("[ \t\r\n]+")  # what XML calls white space; Python's `split` knows more
_WHOLE = pattern(r"[+-]?[0-9]{1,4000}", re.ASCII)
_FRACTION = pattern(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})", re.ASCII)
_FLOAT = pattern(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,9})?", re.ASCII)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def read(value: Value, text: str) -> Json:
    """Return what a text says as a simple type; what is no value of the type comes back as text."""
    if value.many:
        return [_read(value.kind, item) for item in collapsed(text).split(" ") if item]
    return _read(value.kind, text)


def collapsed(text: str) -> str:
    """Return a text as XML collapses it: no white space at its ends, single spaces inside."""
    return _SPACE.sub(" ", text).strip(" ")


def _read(kind: Kind, text: str) -> Json:
    if kind is Kind.TEXT:
        return text
    if kind is Kind.LINE:
        return text.translate(_LINE)
    word = collapsed(text)
    if kind is Kind.TRUTH:
        return _TRUTHS.get(word, word)
    if kind is Kind.INTEGER:
        return int(word) if _WHOLE.fullmatch(word) else word
    if kind is Kind.DECIMAL:
        return _decimal(word)
    return _float(word) if kind is Kind.FLOAT else word


_LINE = str.maketrans("\t\r\n", "   ")


def _decimal(word: str) -> Json:
    if not _FRACTION.fullmatch(word):
        return word
    exact = Decimal(word)
    whole = int(exact)
    if exact == whole:
        return whole
    near = float(exact)
    return near if Decimal(repr(near)) == exact else word


def _float(word: str) -> Json:
    """Return a float where its shortest form is the same number; a single-precision value has few digits and is one too."""
    if not _FLOAT.fullmatch(word):
        return word
    near = float(word)
    if math.isinf(near):
        return word
    try:
        return near if Decimal(repr(near)) == Decimal(word) else word
    except InvalidOperation:
        return word


def write(value: Value, given: Json, where: str) -> str:
    """Return the text of a value.

    Raises:
        MessageError: It is no simple value.
    """
    if isinstance(given, list) and value.many:
        return " ".join(write(value._replace(many=False), each, where) for each in given)
    if isinstance(given, bool):
        return "true" if given else "false"
    if given is None or isinstance(given, dict | list):
        raise MessageError(f"<{where}> must be text, a number or a truth")
    if isinstance(given, float):
        return _written(value.kind, given)
    return digits(given, where) if isinstance(given, int) else given


def digits(number: int, where: str) -> str:
    """Return a whole number's digits.

    Raises:
        MessageError: It has so many that Python refuses to write them.
    """
    try:
        return str(number)
    except ValueError as error:
        raise MessageError(f"<{where}> is a number of too many digits", "write it as text") from error


def _written(kind: Kind, number: float) -> str:
    if math.isfinite(number):
        if kind not in (Kind.DECIMAL, Kind.INTEGER):
            return repr(number)
        shortest = Decimal(repr(number))
        return str(int(shortest)) if number.is_integer() else format(shortest, "f")
    return "NaN" if math.isnan(number) else ("INF" if number > 0 else "-INF")
