"""The monthly projection as text: amounts in cents that add up as printed, and savings with their sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from textwrap import wrap

from orchestra_compiler.prices import distribute
from orchestra_compiler.projection.month import BaselineCost, Projection

_CENTS = 2
_GAP = "  "
_NARROWEST = 8
_EMPTY = "The workload is empty: name its tasks under `workload` to have them priced."


def render(projection: Projection, width: int) -> str:
    """Return the projection as text for a terminal of `width` columns, ending in a newline.

    Long names are shortened to fit, figures never are: a terminal too narrow for them gets longer lines. The printed
    rows of a column add up to its printed total: cents are handed out by the largest remainder.
    """
    if not projection.tasks:
        return _EMPTY + "\n"
    prose = [
        *_baselines(projection),
        "",
        *(f"price of {read.model}: read {read.date or '?'}, {read.source or '?'}" for read in projection.prices),
    ]
    wrapped = (part for line in prose for part in _wrapped(line, width))
    return "\n".join((*_tasks(projection, width), "", *_tiers(projection, width), "", *wrapped)) + "\n"


def _tasks(projection: Projection, width: int) -> Iterator[str]:
    shown = distribute([task.month_usd for task in projection.tasks], _CENTS)
    rows = [
        (task.task, task.tier, task.model, f"{task.per_month:,}", f"{task.each_usd:f}", f"{usd:,}")
        for task, usd in zip(projection.tasks, shown, strict=True)
    ]
    yield from _table(("task", "tier", "model", "a month", "USD each", "USD a month"), rows, 3, width)


def _tiers(projection: Projection, width: int) -> Iterator[str]:
    shown = distribute([tier.month_usd for tier in projection.tiers], _CENTS)
    shares = _shares([tier.month_usd for tier in projection.tiers])
    rows = [
        (tier.tier, f"{tier.per_month:,}", f"{usd:,}", share)
        for tier, usd, share in zip(projection.tiers, shown, shares, strict=True)
    ]
    tasks = sum(tier.per_month for tier in projection.tiers)
    share = "100.0 %" if projection.total_usd else "-"
    rows.append(("total", f"{tasks:,}", f"{sum(shown, Decimal(0)):,}", share))
    yield from _table(("tier", "tasks a month", "USD a month", "share"), rows, 1, width)


def _shares(amounts: Sequence[Decimal]) -> Sequence[str]:
    total = sum(amounts, Decimal(0))
    if not total:
        return ["-"] * len(amounts)
    return [f"{share} %" for share in distribute([amount * 100 / total for amount in amounts], 1)]


def _baselines(projection: Projection) -> Iterator[str]:
    yield "The same tokens with one tier doing everything:"
    names = [f"{each.tier} ({each.model})" for each in projection.baselines]
    amounts = ["?" if each.month_usd is None else f"{each.month_usd:,.2f}" for each in projection.baselines]
    wide, right = max(map(len, names), default=0), max(map(len, amounts), default=0)
    for name, amount, each in zip(names, amounts, projection.baselines, strict=True):
        yield f"{_GAP}{name:<{wide}}{_GAP}{amount:>{right}} USD: {_verdict(each)}"


def _verdict(baseline: BaselineCost) -> str:
    if baseline.saving_usd is None:
        return f"unknown: {baseline.why}"
    amount = f"{abs(baseline.saving_usd):,.2f} USD"
    percent = "" if baseline.saving_percent is None else f" ({abs(baseline.saving_percent)} %)"
    if baseline.saving_usd < 0:
        return f"routing costs {amount} more{percent}"
    return f"routing saves {amount}{percent}" if baseline.saving_usd else "routing saves nothing (0 %)"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int, width: int) -> Iterator[str]:
    """Yield a table whose first `texts` columns are texts, shortened to fit, and whose others are figures."""
    columns = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    while sum(columns) + len(_GAP) * (len(columns) - 1) > width and max(columns[:texts]) > _NARROWEST:
        columns[max(range(texts), key=lambda place: columns[place])] -= 1
    for row in (head, ["-" * column for column in columns], *rows):
        cells = [
            f"{_cut(cell, column):<{column}}" if place < texts else f"{cell:>{column}}"
            for place, (cell, column) in enumerate(zip(row, columns, strict=True))
        ]
        yield _GAP.join(cells).rstrip()


def _wrapped(line: str, width: int) -> Sequence[str]:
    if len(line) <= width:
        return (line,)
    kept = " " * (len(line) - len(line.lstrip()))
    return wrap(line, width, subsequent_indent=kept + "    ", break_long_words=False, break_on_hyphens=False)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
