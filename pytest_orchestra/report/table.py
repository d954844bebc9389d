"""Lays out text in a given width: aligned tables, labelled lists, wrapped lines.

Everything that comes out fits the width, so that a terminal never breaks a line by itself. A table that is too wide
gives up its least important columns one by one.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        cells: One per row, the same number in every column.
        left: Aligned left, as words are; numbers are aligned right.
        weight: 0 stays whatever the width; of the others the greatest goes first.
    """

    title: str
    cells: tuple[str, ...]
    left: bool = False
    weight: int = 0

    @property
    def width(self) -> int:
        """The width of the widest of its cells, the title included."""
        return max(map(len, (self.title, *self.cells)))


def width_of(columns: Sequence[Column]) -> int:
    """Return the width of a table of these columns."""
    return sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)


def fitting(columns: Sequence[Column], width: int) -> tuple[Column, ...]:
    """Return the columns that fit, the most important ones; the first is shortened where even those do not."""
    kept = list(columns)
    while width_of(kept) > width and (heaviest := max(kept, key=lambda column: column.weight)).weight:
        kept.remove(heaviest)
    spare = width - width_of(kept)
    if spare < 0:
        kept[0] = _shortened(kept[0], max(kept[0].width + spare, 1))
    return tuple(kept)


def lines(columns: Sequence[Column]) -> list[str]:
    """Return the table's lines, the titles first, without trailing spaces."""
    rows = zip(*((column.title, *column.cells) for column in columns), strict=True)
    widths = [column.width for column in columns]
    return [
        GAP.join(
            cell.ljust(width) if column.left else cell.rjust(width)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ).rstrip()
        for row in rows
    ]


def joined(parts: Iterable[str], width: int, separator: str, indent: str = "") -> list[str]:
    """Return the parts on as few lines as hold them, broken between parts where possible."""
    found: list[str] = []
    for part in parts:
        if found and len(found[-1]) + len(separator) + len(part) <= width:
            found[-1] += separator + part
        else:
            wrapped = textwrap.wrap(part, max(width - len(indent), 8), break_on_hyphens=False)
            found.extend(indent + line for line in wrapped)
    return found


def labelled(label: str, parts: Iterable[str], width: int, separator: str, *, column: int = 11) -> list[str]:
    """Return the parts beside a label, further lines below the first part."""
    indent = " " * column
    found = joined(parts, width, separator, indent)
    return [label.ljust(column) + found[0][column:], *found[1:]] if found else []


def _shortened(column: Column, width: int) -> Column:
    cut = tuple(cell if len(cell) <= width else cell[: width - 1] + "~" for cell in (column.title, *column.cells))
    return Column(title=cut[0], cells=cut[1:], left=column.left, weight=column.weight)
