"""A part of a text read as YAML by itself, with the places of the whole: the cost is the part's, wherever it stands."""

from __future__ import annotations

from typing import Any

from orchestra_compiler.source import yaml
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.tree import Document, List, Map


class _Excerpt(Text):
    """A part of a text: what stands in it has the places of the whole."""

    def __init__(self, whole: Text, start: int, content: str) -> None:
        super().__init__(whole.path, content)
        self._whole = whole
        self._offset = start

    def place(self, index: int) -> tuple[int, int]:
        return self._whole.place(index + self._offset)


def read(text: Text, start: int, content: str, *, merges: bool = False) -> yaml.Reading:
    """Return the documents of a part of a text.

    Args:
        text: The whole.
        start: Where the part starts in it.
        content: The part: the characters from `start` on, or as many others in their place.
        merges: See `yaml.read`.
    """
    reading = yaml.read(_Excerpt(text, start, content), merges=merges)
    documents = []
    for document in reading.documents:
        _move(document.value, start)
        documents.append(Document(text, document.value, document.start + start, document.end + start))
    return yaml.Reading(documents, reading.diagnostics)


def _move(value: Any, offset: int) -> None:
    """Move the places inside of a value."""
    waiting, seen = [value], set[int]()
    while waiting:
        item = waiting.pop()
        if isinstance(item, Map | List) and id(item) not in seen:  # an alias shares what it names
            seen.add(id(item))
            item.start += offset
            item.end += offset
            item.spots = [spot + offset for spot in item.spots]
            waiting += item.values() if isinstance(item, Map) else item
