"""Plain data that remembers its places: what every reader returns and every front end reads.

`Map` is a dict, `List` a list, scalars are plain Python values. Places are indexes into the document's `Text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.source.text import Text

Path: TypeAlias = "tuple[str | int, ...]"
"""The keys and positions that lead from a document to a value."""


class Map(dict[str, Any]):
    """A mapping with the places of its keys and values; not to be changed once it is read.

    Attributes:
        start, end: Indexes of its first character and of the one past its last.
        spots: Four indexes per key: start and end of the key, start and end of the value.
    """

    __slots__ = ("_rank", "end", "spots", "start")
    _rank: dict[str, int]
    start: int
    end: int
    spots: list[int]

    def _base(self, key: str) -> int:
        try:
            rank = self._rank
        except AttributeError:
            rank = self._rank = {each: 4 * number for number, each in enumerate(self)}
        return rank[key]

    def key_spot(self, key: str) -> tuple[int, int]:
        """Return the indexes around a key."""
        base = self._base(key)
        return self.spots[base], self.spots[base + 1]

    def spot(self, key: str) -> tuple[int, int]:
        """Return the indexes around a key's value."""
        base = self._base(key)
        return self.spots[base + 2], self.spots[base + 3]

    def drop(self, key: str) -> None:
        """Forget a key that must not reach anyone, with its places."""
        if key in self:  # it is not where the reading stopped before its value
            base = 4 * list(self).index(key)
            del self[key], self.spots[base : base + 4]
            if hasattr(self, "_rank"):
                del self._rank


class List(list[Any]):
    """A sequence with the places of its items; `spots` holds two indexes per item."""

    __slots__ = ("end", "spots", "start")
    start: int
    end: int
    spots: list[int]

    def spot(self, number: int) -> tuple[int, int]:
        """Return the indexes around an item."""
        return self.spots[2 * number], self.spots[2 * number + 1]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: its value and where it stands.

    Attributes:
        value: `Map`, `List`, or a scalar.
        start, end: Indexes into the text.
    """

    text: Text
    value: Any
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The span of the whole document."""
        return self.text.span(self.start, self.end)

    def span_at(self, path: Path) -> Span:
        """Return the span of the value at a path of keys and positions; of the deepest value that is there."""
        return self.text.span(*self._spot(path))

    def key_span_at(self, path: Path) -> Span:
        """Return the span of the key that ends a path; of the value where it is no key."""
        parent = self.value
        for part in path[:-1]:
            parent = parent[part]
        if isinstance(parent, Map) and path[-1] in parent:
            return self.text.span(*parent.key_spot(str(path[-1])))
        return self.span_at(path)

    def head_span_at(self, path: Path) -> Span:
        """Return the span of the first key of the mapping at a path, where a missing key is best told."""
        value = self.value
        for part in path:
            value = value[part]
        if isinstance(value, Map) and value.spots:
            return self.text.span(*value.spots[:2])
        return self.span_at(path)

    def _spot(self, path: Path) -> tuple[int, int]:
        value: Any = self.value
        spot = self.start, self.end
        for part in path:
            if isinstance(value, Map) and part in value:
                spot = value.spot(str(part))
            elif isinstance(value, List) and isinstance(part, int) and part < len(value):
                spot = value.spot(part)
            else:
                break
            parent: Any = value
            value = parent[part]
        return spot
