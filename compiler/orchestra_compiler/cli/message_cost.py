"""What the envelope of messages costs, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from orchestra_compiler.tokens import ESTIMATE, ESTIMATE_ERROR

if TYPE_CHECKING:
    from orchestra_compiler.protocol.overhead import Overhead

_HEAD = ("type", "measured", "content", "form", "envelope", "share", "at a reply", "under 5 % from")

_FIGURES = (2, 4, 5, 6, 7)


def as_text(measured: Overhead) -> str:
    """Return the figures as a table, with what they are figures of."""
    rows = [_HEAD, *_rows(measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    table = ("  ".join(_aligned(row, widths)).rstrip() for row in rows)
    return "\n".join((*table, "", *_notes(measured))) + "\n"


def as_markdown(measured: Overhead) -> str:
    """Return the table as Markdown, for a page."""
    rows = (_HEAD, tuple("---:" if column in _FIGURES else "---" for column in range(len(_HEAD))), *_rows(measured))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _aligned(row: tuple[str, ...], widths: list[int]) -> Iterator[str]:
    for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if column in _FIGURES else cell.ljust(width)


def _rows(measured: Overhead) -> Iterator[tuple[str, ...]]:
    for kind in measured.types:
        scripted = f"{kind.messages} scripted" if kind.messages else "smallest"
        for number, form in enumerate(kind.forms):
            first = (kind.type, scripted, f"{kind.content_tokens:,}") if number == 0 else ("", "", "")
            at_reply = "-" if form.percent_at_reply is None else f"{form.percent_at_reply} %"
            figures = (f"{form.envelope_tokens:,}", f"{form.percent} %", at_reply, f"{form.break_even_tokens:,}")
            yield (*first, form.form, *figures)


def _notes(measured: Overhead) -> Iterator[str]:
    error = f", known to {ESTIMATE_ERROR * 100:.0f} %" if measured.tokenizer == ESTIMATE else ""
    yield f"Tokens by {measured.tokenizer}{error}. Envelope: what a message holds besides the text an agent has to say."
    yield "Content and envelope are medians of the project's scripted messages; channel: compact, without what both ends know."
    if measured.replies:
        yield f"At a reply: beside {measured.reply_tokens} tokens, the median of {measured.replies:,} plain scripted replies."
    for kind, reason in measured.unmeasured.items():
        yield f"{kind}: not measured: {reason}"


def as_json(measured: Overhead) -> str:
    """Return the figures as JSON; shares are decimal texts in per cent."""
    types = [
        {
            "type": kind.type,
            "messages": kind.messages,
            "content_tokens": kind.content_tokens,
            "forms": {
                form.form: {
                    "envelope_tokens": form.envelope_tokens,
                    "percent": str(form.percent),
                    "percent_at_reply": _text(form.percent_at_reply),
                    "break_even_tokens": form.break_even_tokens,
                }
                for form in kind.forms
            },
        }
        for kind in measured.types
    ]
    whole = {
        "tokenizer": measured.tokenizer,
        "replies": measured.replies,
        "reply_tokens": measured.reply_tokens,
        "types": types,
        "unmeasured": dict(measured.unmeasured),
    }
    return json.dumps(whole, sort_keys=True, indent=2) + "\n"


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
