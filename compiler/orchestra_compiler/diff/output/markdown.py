"""The comparison as Markdown for a pull request or a step summary: the headline, tables, details folded away.

Whatever a project's files hold, nothing of it is taken for Markdown or HTML, and no name in it calls anybody up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orchestra_compiler.diff.changes import Changes
from orchestra_compiler.diff.output.headline import headline
from orchestra_compiler.diff.output.sections import Section, Style, sections
from orchestra_compiler.diff.words import Severity
from orchestra_compiler.lint.outputs.terminal import visible

_MOST_ROWS = 50
_LONGEST_CELL = 300
_TICKS = re.compile("`+")
_MEANS_SOMETHING = str.maketrans(
    {**{each: f"\\{each}" for each in "\\`*_[]|~"}, "&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;"}
)


def render(changes: Changes) -> str:
    """Return the comparison as GitHub-flavoured Markdown."""
    mark = "❌ " if changes.of(Severity.BREAKING) else ""
    title = f"### {mark}{plain(changes.new.project)}: {code(changes.old.label)} → {code(changes.new.label)}"
    parts = [title, f"**{plain(headline(changes))}**", *map(_section, sections(changes))]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Return a text that reads as itself."""
    return _line(text).translate(_MEANS_SOMETHING).replace("://", ":&#47;/").replace("www.", "www&#46;")


def code(text: str) -> str:
    """Return a text as a code span, for a table or outside of one."""
    shown = _line(text)
    if not shown.strip():
        return ""
    ticks = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}".replace("|", "\\|")


def _line(text: str) -> str:
    shown = " ".join(visible(text).split())
    return shown if len(shown) <= _LONGEST_CELL else f"{shown[:_LONGEST_CELL]}…"


def _section(section: Section) -> str:
    body = "\n".join(_body(section))
    if section.folded:
        return f"<details><summary>{plain(section.title)}</summary>\n\n{body}\n\n</details>"
    return f"#### {plain(section.title)}\n\n{body}"


def _body(section: Section) -> Iterator[str]:
    if section.lead:
        yield f"{plain(section.lead)}\n"
    rows = section.rows[:_MOST_ROWS]
    if len(section.columns) == 1:
        yield from (f"- {plain(row[0])}" for row in rows)
    else:
        yield _row([column.title for column in section.columns])
        yield _row(["--:" if column.style is Style.FIGURE else "---" for column in section.columns])
        for row in rows:
            styles = (column.style for column in section.columns)
            yield _row(
                [code(cell) if style is Style.NAME else plain(cell) for cell, style in zip(row, styles, strict=True)]
            )
    if len(section.rows) > len(rows):
        yield f"\nand {len(section.rows) - len(rows):,} more: `orchestra diff --format json` has all"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
