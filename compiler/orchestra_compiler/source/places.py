"""The places of a document's values by dotted path, found when asked for.

`Places` of the model are these: a path such as `tier`, `capabilities.0` or `signals.kind.table.design` gives the span of
the value as it was written. Paths follow the file's own form; an item of a list may stand in a text with commas. Where a
path goes deeper than the file does (`needs.0` of the short form `needs: scout`), the deepest value on the way is the answer;
a first key that is not in the file has no place. Keys with dots in them are found too. Where a mapping's keys are names,
`tiers.strategic.name` is the place of the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.tree import List, Map

_QUOTES = frozenset("'\"")


def split_outside_brackets(text: str) -> list[str]:
    """Split at the commas that stand in no parentheses: `Bash(git add, git rm), Read` holds two tools."""
    if "(" not in text:
        return text.split(",")
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth = max(0, depth + (character == "(") - (character == ")"))
        if character == "," and not depth:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


class LazyPlaces(Mapping[str, Span]):
    """The places below one mapping of a document; `more` are places that stand outside it, by their paths."""

    __slots__ = ("_more", "_text", "_value")

    def __init__(self, text: Text, value: Map, more: Mapping[str, tuple[int, int]] = MappingProxyType({})) -> None:
        self._text = text
        self._value = value
        self._more = more

    def __getitem__(self, path: str) -> Span:
        spot = self._more.get(path) or _find(self._value, path.split("."), None)
        if spot is None:
            raise KeyError(path)
        key, _, number = path.rpartition(".")
        if number.isdecimal() and isinstance(self._value.get(key), str):
            spot = self._item(key, int(number)) or spot
        return self._text.span(*spot)

    def _item(self, key: str, number: int) -> tuple[int, int] | None:
        """Return the spot of an item of a list that is written as text with commas, such as `tools: Read, Grep`."""
        start, end = self._value.spot(key)
        written = self._text.content[start:end]
        if written[:1] in _QUOTES:
            start, written = start + 1, written[1:-1]
        if written != self._value[key]:  # escapes or line breaks: the items do not stand there as they are
            return None
        for item in split_outside_brackets(written):
            text = item.strip()
            if text and not number:
                start += item.index(text)
                return start, start + len(text)
            number -= bool(text)
            start += len(item) + 1
        return None

    def __iter__(self) -> Iterator[str]:
        yield from _paths(self._value, "")
        yield from self._more

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _find(value: Any, parts: list[str], spot: tuple[int, int] | None) -> tuple[int, int] | None:
    if isinstance(value, Map):
        for count in range(1, len(parts) + 1):
            key = ".".join(parts[:count])
            if key in value:
                below = value[key]
                if parts[count:] == ["name"] and not (isinstance(below, Map) and "name" in below):
                    return value.key_spot(key)
                return _find(below, parts[count:], value.spot(key))
    elif isinstance(value, List) and parts and parts[0].isdecimal() and int(parts[0]) < len(value):
        return _find(value[int(parts[0])], parts[1:], value.spot(int(parts[0])))
    return spot


def _paths(value: Any, prefix: str) -> Iterator[str]:
    entries = value.items() if isinstance(value, Map) else enumerate(value) if isinstance(value, List) else ()
    for key, item in entries:
        yield f"{prefix}{key}"
        yield from _paths(item, f"{prefix}{key}.")
