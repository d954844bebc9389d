"""The comparison for a terminal: the headline, then a section for each aspect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from orchestra_compiler.diff.changes import Changes
from orchestra_compiler.diff.output.headline import headline
from orchestra_compiler.diff.output.sections import Section, Style, sections
from orchestra_compiler.lint.outputs.terminal import visible

_GAP = "  "
_NARROWEST_LAST = 30
_WIDEST_NAME = 44
_MOST_ROWS = 40


def render(changes: Changes, width: int) -> str:
    """Return the comparison as text for a terminal of `width` columns; only the last column of a table is wrapped."""
    lines = [f"{visible(changes.old.label)} → {visible(changes.new.label)}", *wrap(headline(changes), max(width, 40))]
    for section in sections(changes):
        lines += ["", visible(section.title), *_body(section, width)]
    return "\n".join(lines) + "\n"


def _body(section: Section, width: int) -> Iterator[str]:
    if section.lead:
        yield f"{_GAP}{visible(section.lead)}"
    shown = [tuple(" ".join(visible(cell).split()) for cell in row) for row in section.rows[:_MOST_ROWS]]
    figures = [column.style is Style.FIGURE for column in section.columns]
    fixed = [
        min(max([len(column.title), *(len(row[place]) for row in shown)]), _WIDEST_NAME)
        for place, column in enumerate(section.columns)
    ]
    if len(section.columns) > 1:
        yield _line([column.title for column in section.columns], fixed, figures)[0]
    for row in shown:
        yield from _line(row, fixed, figures, width)
    if len(section.rows) > len(shown):
        yield f"{_GAP}... and {len(section.rows) - len(shown):,} more: --format json has all"


def _line(row: Sequence[str], fixed: Sequence[int], figures: Sequence[bool], width: int = 0) -> list[str]:
    """Return a row: long cells run on, and the last, where it is a sentence, is wrapped below itself."""
    last = len(row) - 1
    head = _GAP + "".join(
        (f"{cell:>{fixed[place]}}" if figures[place] else f"{cell:<{fixed[place]}}") + _GAP
        for place, cell in enumerate(row[:last])
    )
    if figures[last]:
        return [f"{head}{row[last]:>{fixed[last]}}"]
    indent = len(_GAP) + sum(fixed[:last]) + len(_GAP) * last
    room = width - indent
    if not width or len(head) + len(row[last]) <= width or not row[last]:
        return [f"{head}{row[last]}".rstrip()]
    if room < _NARROWEST_LAST:
        indent, room = 2 * len(_GAP) + 2, max(width - 2 * len(_GAP) - 2, _NARROWEST_LAST)
        below = wrap(row[last], room, break_on_hyphens=False, break_long_words=False)
        return [head.rstrip(), *(" " * indent + part for part in below)]
    below = wrap(row[last], room, break_on_hyphens=False, break_long_words=False)
    return [f"{head}{below[0]}", *(" " * indent + part for part in below[1:])]
