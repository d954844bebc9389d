"""Messages of the audit trail as lines: for people in columns, for scripts as JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from orchestra_compiler.lint.outputs.terminal import first, visible, width
from orchestra_compiler.model import Json
from orchestra_compiler.patterns import pattern
from pytest_orchestra.ledger import KeptText, MessageRow
from pytest_orchestra.values import MessageForm, VerdictKind

MISSION = "(mission)"
"""Stands for the mission itself, which gives tasks and is answered; no agent can be called so."""
TASK = "(task)"
"""Stands for the type of a task in plain words."""
UNKNOWN = "(unknown)"
"""Stands for the type of a document that names none."""

_MARKUP = pattern(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)  # linear, whatever is left open
_WIDEST_COLUMN = 48
_LEAST_WORDS = 30  # columns
_LONGEST_LOOKED_AT = 10_000  # characters


class Told(NamedTuple):
    """A message with its text."""

    row: MessageRow
    kept: KeptText


def lines(told: Sequence[Told], columns: int) -> Iterator[str]:
    """Yield a line per message, in columns, no wider than so many columns where its first words can give way."""
    cells = [_cells(row) for row, _ in told]
    if len({row.run for row, _ in told}) > 1:
        cells = [[visible(row.run), *cell] for cell, (row, _) in zip(cells, told, strict=True)]
    widths = [min(max(map(width, column)), _WIDEST_COLUMN) for column in zip(*cells, strict=True)]
    for cell, (row, kept) in zip(cells, told, strict=True):
        padded = (text + " " * (most - width(text)) for text, most in zip(cell, widths, strict=True))
        begin = "  ".join(padded)
        words = first(visible(first_words(row.form, kept.text)), max(columns - width(begin) - 2, _LEAST_WORDS))
        yield f"{begin}  {words}".rstrip()


def text_lines(kept: KeptText) -> Iterator[str]:
    """Yield a text line by line, each behind a bar, and what is missing of it."""
    for line in kept.text.splitlines():
        yield f"  | {visible(line)}".rstrip()
    if kept.loss:
        yield f"  ({kept.loss})"


def verdict(row: MessageRow) -> str:
    """Return what was said of a message, in words."""
    if row.refused:
        return f"refused by {row.refused_by}"
    return f"accepted, {row.gate_check} warns" if row.gate is VerdictKind.WARN else "accepted"


def to_json(told: Told) -> dict[str, Json]:
    """Return a message as JSON, its text included."""
    row, kept = told
    return {
        "run": row.run,
        "mission": row.mission,
        "trial": row.trial,
        "step": row.step,
        "number": row.number,
        "position": row.position,
        "at": row.at.isoformat(),
        "form": row.form.value,
        "sender": row.sender or None,
        "recipient": row.recipient or None,
        "type": row.type or None,
        "task_id": row.task_id,
        "parent_task": row.parent_task or None,
        "verdict": "refused" if row.refused else "accepted",
        "refused_by": row.refused_by or None,
        "rule": row.rule or None,
        "gate": None if row.gate is None else row.gate.value,
        "gate_check": row.gate_check or None,
        "sha256": row.sha256,
        "characters": row.characters,
        "text": kept.text,
        "loss": kept.loss or None,
    }


def json_line(value: dict[str, Json]) -> str:
    """Return one line of JSON, in ASCII: safe for whatever reads the pipe."""
    return json.dumps(value, sort_keys=True) + "\n"


def first_words(form: MessageForm, text: str) -> str:
    """Return what a text says, without markup: of a document its longest text, a sentence rather than a word."""
    text = text[:_LONGEST_LOOKED_AT]
    if form is MessageForm.TASK:
        return " ".join(text.split())
    pieces = (" ".join(html.unescape(piece).split()) for piece in _MARKUP.split(text))
    return max(pieces, key=lambda piece: (" " in piece, len(piece)), default="")


def _cells(row: MessageRow) -> list[str]:
    kind = row.type or (TASK if row.form is MessageForm.TASK else UNKNOWN)
    who = f"{row.sender or MISSION} -> {row.recipient or MISSION}"
    when = f"{row.at:%Y-%m-%d %H:%M:%S}.{row.at.microsecond // 1000:03d}"
    return [when, *map(visible, (who, kind, row.task_id, verdict(row)))]
