"""Agents that share a file with others, as entries of a mapping or a list: what the front ends of such files share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.frontends import names
from orchestra_compiler.frontends.common import compact, faults
from orchestra_compiler.frontends.front_matter import drop_empty, passed_over, take_texts, without_description
from orchestra_compiler.source.places import LazyPlaces
from orchestra_compiler.source.tree import Document, List, Map

Spot = tuple[int, int]


class Entry(NamedTuple):
    """One agent's part of a file.

    Attributes:
        written: The agent's name as the file has it.
        spot: Where the name stands; the place of a name that stands nowhere is the entry's start.
        document: The entry as a document of its own, from its key to its end.
    """

    written: str
    spot: Spot
    document: Document

    @property
    def name(self) -> str:
        """The agent's name as a plain word."""
        return names.plain(self.written) or "agent"

    @property
    def written_name(self) -> dict[str, str]:
        """The name as it is written, as it is kept where it is no plain word."""
        return {} if self.written == self.name else {"name": compact(self.written)}

    @property
    def data(self) -> Map:
        """The entry's keys and values."""
        value: Map = self.document.value
        return value


def entries(document: Document, value: Any, *name_keys: str) -> Iterator[Entry]:
    """Yield the mappings that a mapping or a list holds; those of a list say their names under one of `name_keys`."""
    if isinstance(value, Map):
        for key, item in value.items():
            if isinstance(item, Map):
                spot = value.key_spot(key)
                yield Entry(key, spot, Document(document.text, item, spot[0], item.end))
    for number, (item, _) in enumerate(items(value), 1):
        if isinstance(item, Map):
            named = next((each for each in name_keys if isinstance(item.get(each), str) and item[each]), None)
            spot = item.spot(named) if named else (item.start, item.start)
            written = str(item[named]) if named else f"agent-{number}"
            yield Entry(written, spot, Document(document.text, item, item.start, item.end))


def items(value: Any) -> Iterator[tuple[Any, Spot]]:
    """Yield the items of a list with their places; nothing for any other value."""
    if isinstance(value, List):
        yield from ((item, value.spot(number)) for number, item in enumerate(value))


def judged(entry: Entry, kind: str, texts: Iterable[str]) -> list[Diagnostic]:
    """Return what is wrong with an entry; empty values are dropped, and texts are taken as they are written."""
    drop_empty(entry.data)
    found = take_texts(entry.document, texts, "ORC009")
    return found + passed_over(faults(entry.document, kind), entry.document, entry.data)


def undescribed(entry: Entry, key: str) -> list[Diagnostic]:
    """Return the finding that an entry does not say when to call its agent, where it does not."""
    return without_description(entry.document, key)


def places(entry: Entry, spots: Mapping[str, Spot]) -> LazyPlaces:
    """Return the places of an agent: those of its entry, its name's, and `spots` under the model's own names."""
    return LazyPlaces(entry.document.text, entry.data, {"name": entry.spot, **spots})


def renamed(data: Map, keys: Mapping[str, str]) -> dict[str, Spot]:
    """Return the places of fields of the model by the keys that a format has for them; only of keys that are there.

    Args:
        data: An entry.
        keys: Field -> key.
    """
    spots: dict[str, Spot] = {}
    for field, key in keys.items():
        if key in data:
            spots[field] = data.spot(key)
            spots |= {f"{field}.{number}": spot for number, (_, spot) in enumerate(items(data[key]))}
    return spots
