"""The answers as text: aligned columns, cut to the terminal where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from orchestra_compiler.discovery.facets import model_of
from orchestra_compiler.discovery.index import Entry, Listing
from orchestra_compiler.model import Agent, Fleet

_GAP = "  "
_NOTHING = "-"


class _Column(NamedTuple):
    """One column.

    Attributes:
        least: How narrow a narrow terminal may make it.
        rank: Columns of a lower rank give way first.
        keeps_end: What is cut off is the beginning: of a path the end says more.
    """

    head: str
    least: int = 12
    rank: int = 0
    keeps_end: bool = False


_AGENT = (
    _Column("agent", 8, 3),
    _Column("tier", 8, 2),
    _Column("model", 8, 2),
    _Column("capabilities", 12, 0),
    _Column("file", 16, 1, keeps_end=True),
)


def agents_table(fleet: Fleet, agents: Iterable[Agent], root: Path, width: int | None) -> str:
    """Return a table of agents, a line each; `width` is the terminal's, None for no limit."""
    rows = [
        (
            agent.name,
            agent.tier or _NOTHING,
            model_of(fleet, agent) or agent.model or _NOTHING,
            ", ".join(agent.capabilities) or _NOTHING,
            (root / agent.span.path).as_posix() + f":{agent.span.line}",
        )
        for agent in agents
    ]
    kept = [
        number
        for number, column in enumerate(_AGENT)
        if column.head != "capabilities" or any(row[3] != _NOTHING for row in rows)
    ]
    return _table([_AGENT[number] for number in kept], [[row[number] for number in kept] for row in rows], width)


def listing_table(listing: Listing, entries: Iterable[Entry], width: int | None) -> str:
    """Return each value with its agents; of messages with who sends and who accepts it."""
    if listing is Listing.MESSAGES:
        rows = [(each.value, _named(each.agents), _named(each.receivers)) for each in entries]
        return _table((_Column("message", rank=1), _Column("sent by"), _Column("accepted by")), rows, width)
    pairs = [(each.value, _named(each.agents)) for each in entries]
    return _table((_Column(listing.value, rank=1), _Column("agents")), pairs, width)


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) or _NOTHING


def _table(columns: Sequence[_Column], rows: Sequence[Sequence[str]], width: int | None) -> str:
    cells = [[column.head for column in columns], *([_flat(cell) for cell in row] for row in rows)]
    sizes = [max(map(len, column)) for column in zip(*cells, strict=True)]
    if width is not None:
        _narrow(sizes, columns, width)
    return "".join(f"{line}\n" for line in _lines(cells, columns, sizes))


def _narrow(sizes: list[int], columns: Sequence[_Column], width: int) -> None:
    """Take from the columns of the lowest rank first, of these from the widest, until the terminal holds them."""
    for rank in sorted({column.rank for column in columns}):
        giving = [number for number, column in enumerate(columns) if column.rank == rank]
        while sum(sizes) + len(_GAP) * (len(sizes) - 1) > width:
            widest = max(giving, key=lambda number: sizes[number])
            if sizes[widest] <= columns[widest].least:
                break
            sizes[widest] -= 1


def _lines(cells: Iterable[Sequence[str]], columns: Sequence[_Column], sizes: Sequence[int]) -> Iterator[str]:
    for row in cells:
        shown = (
            f"{_cut(cell, size, keeps_end=column.keeps_end):<{size}}"
            for cell, size, column in zip(row, sizes, columns, strict=True)
        )
        yield _GAP.join(shown).rstrip()


def _flat(text: str) -> str:
    """Return a text on one line and without characters that steer a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)


def _cut(text: str, width: int, *, keeps_end: bool) -> str:
    if len(text) <= width:
        return text
    return f"…{text[1 - width :]}" if keeps_end else f"{text[: width - 1]}…"
