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
    """Return whether a decoded value is the expected one; a text and a value are alike where they say the same.

    `true` equals the texts `true` and `1`, a number equals any text of the same value, and an element with attributes
    equals its text. Lists are compared item by item.
    """
    if isinstance(actual, dict) and "$" in actual and not isinstance(expected, dict):
        return same(actual["$"], expected)
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    if isinstance(actual, str) and not isinstance(expected, str):
        return _says(actual, expected)
    if isinstance(expected, str) and not isinstance(actual, str):
        return _says(expected, actual)
    if isinstance(actual, bool) != isinstance(expected, bool):
        return False
    return actual == expected


def _says(text: str, value: Json | Missing) -> bool:
    """Return whether a text stands for a truth or a number."""
    if isinstance(value, bool):
        return text.strip() in (("true", "1") if value else ("false", "0"))
    if isinstance(value, int | float):
        try:
            return Decimal(text.strip()) == Decimal(str(value))
        except InvalidOperation:
            return False
    return False
