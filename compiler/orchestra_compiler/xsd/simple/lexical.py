"""How the values of the built-in types are written: their form as an expression, usual words, and words of a wrong form."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from orchestra_compiler.xsd.regex.automaton import Automaton
from orchestra_compiler.xsd.regex.parsing import parse

_YEAR = r"-?([1-9][0-9]{3,8}|0[0-9]{2}[1-9]|0[0-9][1-9][0-9]|0[1-9][0-9]{2})"
_MONTH, _DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?)"
_ZONE = r"(Z|[+\-](0[0-9]|1[0-3]):[0-5][0-9])?"
_DAYS, _HOURS = (
    r"[0-9]{1,9}D",
    r"T([0-9]{1,9}H([0-9]{1,9}M)?([0-9]{1,9}(\.[0-9]+)?S)?|[0-9]{1,9}M([0-9]{1,9}(\.[0-9]+)?S)?|[0-9]{1,9}(\.[0-9]+)?S)",
)
_MONTHS = r"([0-9]{1,9}Y([0-9]{1,9}M)?|[0-9]{1,9}M)"
_DAY_TIME = rf"({_DAYS}({_HOURS})?|{_HOURS})"
_INTEGER = r"[+\-]?[0-9]+"
_FLOAT = r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]{1,3})?|-?INF|NaN"
_BASE64 = r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?"
_NCNAME = r"[\i-[:]][\c-[:]]*"

_FORMS = {
    "boolean": "true|false|0|1",
    "decimal": r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "integer": _INTEGER,
    "float": _FLOAT,
    "double": _FLOAT,
    "duration": rf"-?P({_MONTHS}({_DAY_TIME})?|{_DAY_TIME})",
    "yearMonthDuration": rf"-?P{_MONTHS}",
    "dayTimeDuration": rf"-?P{_DAY_TIME}",
    "dateTime": rf"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}",
    "dateTimeStamp": rf"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}(Z|[+\-](0[0-9]|1[0-3]):[0-5][0-9])",
    "date": rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "time": rf"{_CLOCK}{_ZONE}",
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}",
    "gYear": rf"{_YEAR}{_ZONE}",
    "gMonthDay": rf"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": rf"---{_DAY}{_ZONE}",
    "gMonth": rf"--{_MONTH}{_ZONE}",
    "hexBinary": r"([0-9a-fA-F]{2})*",
    "base64Binary": _BASE64,
    "anyURI": r"([A-Za-z][A-Za-z0-9+\-.]*:)?[A-Za-z0-9\-_.~/?=&;,@+]*(#[A-Za-z0-9\-_.~/?=&;,@+]*)?",
    "QName": _NCNAME,  # a prefix would have to be declared
    "language": r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": r"\c+",
    "Name": r"\i\c*",
    "NCName": _NCNAME,
}
_FORMS |= dict.fromkeys(("ID", "IDREF", "ENTITY"), _NCNAME)
TIDY = r"([^\s\p{C}\p{Z}]+( [^\s\p{C}\p{Z}]+)*)?"
"""Texts without control characters, and without white space at the ends or twice in a row."""


@lru_cache(maxsize=64)
def form_of(built_in: str) -> Automaton | None:
    """Return the form in which a built-in type's values are written; None where every text will do."""
    written = _FORMS.get(built_in)
    return None if written is None else Automaton(parse(written))


@lru_cache(maxsize=1)
def tidy_form() -> Automaton:
    """Return the form of texts that no white space handling changes."""
    return Automaton(parse(TIDY))


USUAL: dict[str, tuple[str, ...]] = {
    "boolean": ("true", "false", "1", "0"),
    "decimal": ("1", "0", "-1", "1.5"),
    "float": ("1", "0", "-1", "1.5"),
    "double": ("1", "0", "-1", "1.5"),
    "duration": ("P1D", "PT1H", "P1Y", "P1M", "PT1S", "-P1D"),
    "yearMonthDuration": ("P1Y", "P1M", "-P1M"),
    "dayTimeDuration": ("P1D", "PT1H", "-PT1S"),
    "dateTime": ("2000-01-01T00:00:00", "2000-01-01T00:00:00Z", "2000-01-01T12:30:15.5Z"),
    "dateTimeStamp": ("2000-01-01T00:00:00Z", "2000-01-01T12:30:15.5Z"),
    "date": ("2000-01-01", "2000-01-01Z", "2000-12-31"),
    "time": ("00:00:00", "12:00:00", "00:00:00Z"),
    "gYearMonth": ("2000-01", "2000-01Z"),
    "gYear": ("2000", "2000Z"),
    "gMonthDay": ("--01-01", "--01-01Z"),
    "gDay": ("---01", "---01Z"),
    "gMonth": ("--01", "--01Z"),
    "hexBinary": ("00", "0A", ""),
    "base64Binary": ("AAAA", "AA==", ""),
    "anyURI": ("urn:example:1", "http://example.org/", "a"),
    "QName": ("name", "a"),
    "language": ("en", "de", "en-GB"),
    "NMTOKEN": ("text", "1"),
    "Name": ("name", "a"),
    "NCName": ("name", "a"),
    "ID": ("id1", "a"),
    "IDREF": ("id1", "a"),
    "string": ("text", "a", "1", "A", ""),
}


def usual_words(built_in: str, primitive: str) -> tuple[str, ...]:
    """Return words that most types of a kind accept, the most usual first.

    There are none for entities, which only a document type declares, nor for notations, which their types enumerate.
    """
    if built_in in ("ENTITY", "NOTATION"):
        return ()
    return USUAL.get(built_in) or USUAL.get(primitive) or USUAL["string"]


class Malformed(NamedTuple):
    """A text that is no value of a built-in type, and a word for what is wrong with it."""

    text: str
    scenario: str


_EMPTY = Malformed("", "empty")
_WORD = Malformed("text", "letters")
_MALFORMED: dict[str, tuple[Malformed, ...]] = {
    "boolean": (Malformed("yes", "other-word"), Malformed("TRUE", "upper-case"), Malformed("2", "number"), _EMPTY),
    "decimal": (_WORD, _EMPTY, Malformed("1e3", "exponent"), Malformed("1,5", "decimal-comma"), Malformed("1.2.3", "two-points"), Malformed("INF", "infinity")),
    "integer": (Malformed("1.5", "fraction"), _WORD, _EMPTY, Malformed("1e3", "exponent"), Malformed("0x10", "hexadecimal"), Malformed("1 000", "space-inside")),
    "float": (_WORD, _EMPTY, Malformed("1,5", "decimal-comma"), Malformed("inf", "lower-case-infinity")),
    "duration": (Malformed("1D", "without-p"), Malformed("P", "no-part"), _EMPTY, Malformed("P1DT", "t-without-time"), Malformed("P1S", "time-without-t"), Malformed("PT1.5H", "fraction-of-hours")),
    "yearMonthDuration": (Malformed("P1D", "days"), Malformed("1Y", "without-p"), _EMPTY),
    "dayTimeDuration": (Malformed("P1Y", "years"), Malformed("1D", "without-p"), _EMPTY),
    "dateTime": (Malformed("2000-13-01T00:00:00", "month-13"), Malformed("2001-02-29T00:00:00", "no-leap-year"), Malformed("2000-01-01", "without-time"), Malformed("2000-01-01 00:00:00", "space-for-t"), Malformed("2000-01-01T25:00:00", "hour-25"), Malformed("2000-01-01T00:60:00", "minute-60"), Malformed("2000-01-01T00:00:00+15:00", "zone-beyond-14"), _WORD, _EMPTY),
    "dateTimeStamp": (Malformed("2000-01-01T00:00:00", "without-zone"), Malformed("2000-13-01T00:00:00Z", "month-13"), _WORD, _EMPTY),
    "date": (Malformed("2000-13-01", "month-13"), Malformed("2001-02-29", "no-leap-year"), Malformed("2000-02-30", "february-30"), Malformed("2000-1-1", "single-digits"), Malformed("01-01-2000", "day-first"), Malformed("2000-01-01T00:00:00", "with-time"), _WORD, _EMPTY),
    "time": (Malformed("25:00:00", "hour-25"), Malformed("00:60:00", "minute-60"), Malformed("00:00", "without-seconds"), Malformed("1:00:00", "single-digit"), _WORD, _EMPTY),
    "gYearMonth": (Malformed("2000-13", "month-13"), Malformed("2000", "without-month"), _WORD, _EMPTY),
    "gYear": (Malformed("99", "two-digits"), _WORD, _EMPTY),
    "gMonthDay": (Malformed("--02-30", "february-30"), Malformed("--13-01", "month-13"), Malformed("01-01", "without-hyphens"), _WORD, _EMPTY),
    "gDay": (Malformed("---32", "day-32"), Malformed("01", "without-hyphens"), _WORD, _EMPTY),
    "gMonth": (Malformed("--13", "month-13"), Malformed("01", "without-hyphens"), _WORD, _EMPTY),
    "hexBinary": (Malformed("0", "odd-digits"), Malformed("0G", "other-letter"), Malformed("0 0", "space-inside")),
    "base64Binary": (Malformed("AAA", "padding-missing"), Malformed("A===", "too-much-padding"), Malformed("AA=A", "padding-inside"), Malformed("AA*A", "other-sign")),
    "QName": (Malformed("1name", "digit-first"), Malformed("a:b:c", "two-colons"), Malformed(":a", "colon-first"), Malformed("a b", "space-inside"), _EMPTY),
    "language": (Malformed("languageofengland", "part-too-long"), Malformed("en_GB", "underscore"), Malformed("1", "digit-first"), _EMPTY),
    "NMTOKEN": (Malformed("a b", "space-inside"), Malformed("a/b", "slash"), _EMPTY),
    "Name": (Malformed("1name", "digit-first"), Malformed("a b", "space-inside"), _EMPTY),
    "NCName": (Malformed("a:b", "colon"), Malformed("1name", "digit-first"), Malformed("a b", "space-inside"), _EMPTY),
}  # fmt: skip
_RANGES = {
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "nonNegativeInteger": (0, None),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
    "positiveInteger": (1, None),
}


_FORMS |= dict.fromkeys(_RANGES, _INTEGER)


def range_of(built_in: str) -> tuple[int | None, int | None]:
    """Return the least and the greatest value of a built-in integer type; None for no bound."""
    return _RANGES.get(built_in, (None, None))


def is_integer(built_in: str) -> bool:
    """Return whether a built-in type's values have no fraction."""
    return built_in == "integer" or built_in in _RANGES


def malformed(built_in: str, primitive: str) -> tuple[Malformed, ...]:
    """Return texts that are no values of a built-in type, those beyond its range first."""
    least, most = range_of(built_in)
    beyond = [] if least is None else [Malformed(str(least - 1), "below-range")]
    beyond += [] if most is None else [Malformed(str(most + 1), "above-range")]
    form = "integer" if is_integer(built_in) else built_in
    form = {"ID": "NCName", "IDREF": "NCName", "ENTITY": "NCName", "double": "float", "NOTATION": "QName"}.get(
        form, form
    )
    return (*beyond, *_MALFORMED.get(form, _MALFORMED.get(primitive, ())))


_SPECIAL: dict[str, tuple[tuple[str, str], ...]] = {
    "boolean": (("false", "false"), ("1", "one-for-true"), ("0", "zero-for-false")),
    "decimal": (("0", "zero"), ("-1", "negative"), ("+1", "plus-sign"), ("01", "leading-zero"), ("1.50", "trailing-zero")),
    "float": (("INF", "infinity"), ("-INF", "negative-infinity"), ("NaN", "not-a-number"), ("1.5E3", "exponent"), ("-0", "negative-zero")),
    "duration": (("-P1D", "negative"), ("P1Y2M3DT4H5M6S", "all-parts"), ("PT0S", "zero")),
    "dateTime": (("2000-02-29T00:00:00", "leap-day"), ("2000-01-01T23:59:59", "end-of-day"), ("2000-01-01T00:00:00Z", "zone-z"), ("2000-01-01T00:00:00+14:00", "easternmost-zone"), ("2000-01-01T00:00:00-05:30", "western-zone"), ("2000-01-01T00:00:00.123", "fraction-of-second")),
    "date": (("2000-02-29", "leap-day"), ("2000-01-01Z", "zone-z"), ("2000-01-01+14:00", "easternmost-zone"), ("-0044-03-15", "negative-year"), ("9999-12-31", "late")),
    "time": (("23:59:59", "end-of-day"), ("00:00:00Z", "zone-z"), ("12:00:00.5", "fraction-of-second"), ("00:00:00-05:30", "western-zone")),
    "gYearMonth": (("2000-12", "december"), ("2000-01Z", "zone-z")),
    "gYear": (("2000Z", "zone-z"), ("-0044", "negative-year"), ("9999", "late")),
    "gMonthDay": (("--02-29", "leap-day"), ("--12-31", "end-of-year"), ("--01-01Z", "zone-z")),
    "gDay": (("---31", "day-31"), ("---01Z", "zone-z")),
    "gMonth": (("--12", "december"), ("--01Z", "zone-z")),
    "hexBinary": (("", "empty"), ("0aFf", "mixed-case")),
    "base64Binary": (("", "empty"), ("AA==", "two-signs-of-padding"), ("AAA=", "one-sign-of-padding")),
    "anyURI": (("http://example.org/a?b=c#d", "all-parts"), ("../a", "relative")),
    "string": (("", "empty"), ("é", "not-ascii"), ("a b", "space-inside"), ("<&>", "markup-characters")),
    "language": (("en-GB", "with-region"),),
    "NMTOKEN": (("1", "digit-first"), ("a:b", "colon")),
    "Name": (("a:b", "colon"), ("_a", "underscore-first")),
    "NCName": (("_a", "underscore-first"), ("a-b.c", "marks-inside")),
}  # fmt: skip
_LIKE = {
    "double": "float", "ID": "NCName", "IDREF": "NCName", "normalizedString": "string", "token": "string",
    "dateTimeStamp": "dateTime", "yearMonthDuration": "duration", "dayTimeDuration": "duration",
}  # fmt: skip


def special_forms(built_in: str) -> tuple[tuple[str, str], ...]:
    """Return texts that a built-in type's values may unexpectedly look like, each with its scenario."""
    name = "decimal" if is_integer(built_in) else built_in
    return _SPECIAL.get(_LIKE.get(name, name), ())
