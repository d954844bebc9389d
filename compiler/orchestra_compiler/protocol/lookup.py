"""Finding one value in a decoded document, and telling whether it is what somebody expected."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

from orchestra_compiler.model import Json


class Missing(enum.Enum):
    """The type of `MISSING`: a document may well hold None or an empty text."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


def look_up(content: Json, name: str) -> Json | Missing:
    """Return the value at a path, or at the shortest path that ends with it; `MISSING` where there is none.

    Dots and slashes separate alike, hyphens and underscores are alike, and `@` before an attribute may be left out.
    """
    wanted = _shape(name).strip(".")
    ends = "." + wanted
    found = [(path, value) for path, value in _walk(content, "") if path.endswith(ends)]
    return min(found, key=lambda pair: pair[0].count("."), default=("", MISSING))[1]


def _walk(content: Json, path: str) -> Iterator[tuple[str, Json]]:
    if isinstance(content, dict):
        for name, value in content.items():
            below = f"{path}.{_shape(name)}"
            yield below, value
            yield from _walk(value, below)
    elif isinstance(content, list):
        for number, value in enumerate(content):
            below = f"{path}.{number}"
            yield below, value
            yield from _walk(value, below)


def _shape(name: str) -> str:
    return name.replace("_", "-").replace("@", "").replace("/", ".")


def same(actual: Json | Missing, expected: Json) -> bool:
    """Return whether a decoded value is the expected one; text is read as what the expected value is.

    `true` equals the texts `true` and `1`, a number equals any text of the same value, and an element with attributes
    equals its text.
    """
    if isinstance(actual, dict) and "$" in actual and not isinstance(expected, dict):
        return same(actual["$"], expected)
    if isinstance(actual, str) and isinstance(expected, bool):
        return actual.strip() in (("true", "1") if expected else ("false", "0"))
    if isinstance(actual, str) and isinstance(expected, int | float):
        try:
            return Decimal(actual.strip()) == Decimal(str(expected))
        except InvalidOperation:
            return False
    if isinstance(actual, bool) != isinstance(expected, bool):
        return False
    return actual == expected
