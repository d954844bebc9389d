"""The report for a terminal: a headline, the bill per tier, what other tiers would have cost, and how the suite went.

Numbers are aligned on the right, columns of money add up, nothing is wider than the terminal, and whatever a
terminal's encoding cannot show is written in ASCII.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pytest_orchestra.report import figures, rows, table
from pytest_orchestra.report.rows import BillRow, ComparedRow
from pytest_orchestra.report.values import CheckCount, Report

_LEAST_WIDTH = 40
_LISTED = 10  # agents, missions
_NAMED = 3  # tests that did not run, lost calls
_SIGNS = str.maketrans("─·–✓✗", "-|-+x")  # one for one, so that nothing moves
_BOLD, _DIM, _GOOD, _BAD, _WARN = "1", "2", "32", "31", "33"


@dataclass(frozen=True, slots=True)
class _Page:
    """What all parts of the page need to know."""

    report: Report
    width: int
    digits: int
    colour: bool

    def style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def styled(self, lines: Iterable[str], code: str) -> list[str]:
        return [self.style(line, code) for line in lines]

    def rule(self, width: int) -> str:
        return self.style("─" * width, _DIM)


_Part = Callable[[_Page], list[str]]


def speaks_unicode(encoding: str | None) -> bool:
    """Return whether an output of this encoding can show the report's signs."""
    try:
        "─·–✓✗".encode(encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def render(report: Report, width: int, *, colour: bool = False, ascii_only: bool = False, detail: bool = False) -> str:
    """Return the report as text that ends in a newline.

    Args:
        report: From `build`.
        width: Columns of the terminal; below 40 it counts as 40.
        colour: Use ANSI colours.
        ascii_only: Use nothing beyond ASCII, see `speaks_unicode`.
        detail: Also show what agents and missions cost, and every gate check.
    """
    page = _Page(report, max(width, _LEAST_WIDTH), figures.money_digits(report), colour)
    parts: list[_Part] = [_head, _tiers, _sources, _baselines]
    if detail:
        parts += [_agents, _missions, _checks]
    blocks = ["\n".join(lines) for part in (*parts, _suite, _notes) if (lines := part(page))]
    text = "\n\n".join(blocks) + "\n"
    return text.translate(_SIGNS).encode("ascii", "replace").decode() if ascii_only else text


def _head(page: _Page) -> list[str]:
    report, info = page.report, page.report.run.info
    sums = report.total.sums
    title = table.joined(["orchestra", info.project, f"run {info.run}", info.provider], page.width, " · ")
    if not sums.calls:
        return [*page.styled(title, _DIM), page.style("no calls: nothing was priced", _BOLD)]
    money = f"total priced {figures.money(sums.priced_usd, page.digits)} (spent {figures.money(sums.spent_usd, page.digits)})"
    against = [text] if (text := figures.headline(report)) else []
    return [*page.styled(title, _DIM), *page.styled(table.joined([money, *against], page.width, " · "), _BOLD)]


def _tiers(page: _Page) -> list[str]:
    report = page.report
    if not report.total.sums.calls:
        return []
    lines = _bill(page, "tier", rows.tiers(report, page.digits))
    return [*lines, *page.styled(_legend(page), _DIM)]


def _legend(page: _Page) -> list[str]:
    """Return what a reader must know of the columns of all bills."""
    latency = ["latency: as scripted"] if page.report.latency_source == "scripted" else []
    said = [figures.how_counted(page.report), *latency, "accepted: replies that ended their step well"]
    ranges = figures.stands_for(page.report, page.digits)
    return [
        *table.joined(said, page.width, " · "),
        *(line for factor, money in ranges for line in table.joined((f"{factor}:", money), page.width, " ")),
    ]


def _sources(page: _Page) -> list[str]:
    """Return the bill per source of the tokens, which is only worth showing where there is more than one."""
    several = len(page.report.total.sources) > 1
    return _bill(page, "tokens", rows.sources(page.report, page.digits)) if several else []


def _agents(page: _Page) -> list[str]:
    return _bill(page, "agent", rows.agents(page.report, page.digits, _LISTED)) if page.report.agents else []


def _missions(page: _Page) -> list[str]:
    return _bill(page, "mission", rows.missions(page.report, page.digits, _LISTED)) if page.report.missions else []


def _bill(page: _Page, title: str, bill: Sequence[BillRow]) -> list[str]:
    """Return a table of sums with the total below its own rule; its numbers shrink before its columns go."""
    columns: Sequence[table.Column] = _bill_columns(title, bill, compact=False)
    if table.width_of(columns) > page.width and not bill[-1].sums.spent_usd:
        columns = [column for column in columns if column.title != "spent"]  # the headline says it: nothing
    if table.width_of(columns) > page.width:
        columns = table.fitting(_bill_columns(title, bill, compact=True), page.width)
    head, *body, foot = table.lines(columns)
    rule = page.rule(table.width_of(columns))
    return [page.style(head, _DIM), rule, *body, rule, page.style(foot, _BOLD)]


def _bill_columns(title: str, bill: Sequence[BillRow], *, compact: bool) -> list[table.Column]:
    def numbers(column: str, weight: int, pick: Callable[[BillRow], int]) -> table.Column:
        cells = tuple(figures.number(pick(row), compact=compact) for row in bill)
        return table.Column(title=column, cells=cells, weight=weight)

    def words(column: str, weight: int, pick: Callable[[BillRow], str]) -> table.Column:
        return table.Column(title=column, cells=tuple(pick(row) for row in bill), weight=weight)

    outcomes = tuple(row.outcome for row in bill)
    found = [
        table.Column(title=title, cells=tuple(row.name for row in bill), left=True),
        numbers("calls", 0, lambda row: row.sums.calls),
        numbers("input", 3, lambda row: row.sums.usage.input_tokens),
        numbers("output", 4, lambda row: row.sums.usage.output_tokens),
        numbers("cache r", 5, lambda row: row.sums.usage.cache_read_tokens),
        numbers("cache w", 6, lambda row: row.sums.usage.cache_write_tokens),
        words("priced", 0, lambda row: row.priced),
        words("share", 2, lambda row: row.share),
        words("spent", 7 if bill[-1].sums.spent_usd else 9, lambda row: row.spent),
        words("latency", 8, lambda row: figures.seconds(row.sums.mean_latency_s)),
        words("accepted", 1, lambda row: figures.share(row.sums.accepted_rate)),
        *([table.Column(title="outcome", cells=outcomes, left=True, weight=2)] if any(outcomes) else []),
    ]
    unused = {
        *([] if bill[-1].sums.usage.cache_read_tokens else ["cache r"]),
        *([] if bill[-1].sums.usage.cache_write_tokens else ["cache w"]),
    }
    return [column for column in found if column.title not in unused]


def _baselines(page: _Page) -> list[str]:
    compared = rows.comparisons(page.report, page.digits)
    if not page.report.total.sums.calls or not compared:
        return []
    columns = [
        table.Column(title="had all calls gone to", cells=tuple(map(_compared_name, compared)), left=True),
        table.Column(
            title="model", cells=tuple("" if each.source else each.model for each in compared), left=True, weight=1
        ),
        table.Column(title="priced", cells=tuple(each.priced for each in compared)),
        table.Column(title="this run is", cells=tuple(map(_difference, compared))),
    ]
    head, *body = table.lines(table.fitting(columns, page.width))
    reasons = dict.fromkeys(f"{each.tier}: {each.missing}" for each in compared if each.missing)
    return [page.style(head, _DIM), *body, *page.styled(table.joined(reasons, page.width, " · "), _WARN)]


def _compared_name(row: ComparedRow) -> str:
    return f"  {row.source}" if row.source else row.tier


def _difference(row: ComparedRow) -> str:
    return f"{row.difference} ({row.share})" if row.share else row.difference


def _checks(page: _Page) -> list[str]:
    checks = page.report.suite.checks
    if not checks:
        return []
    columns = [
        table.Column(title="gate check", cells=tuple(f"{each.layer}/{each.check}" for each in checks), left=True),
        *(
            table.Column(title=title, cells=tuple(figures.number(each.counts[place]) for each in checks))
            for place, title in enumerate(("pass", "warn", "block", "escalate"))
        ),
    ]
    head, *body = table.lines(table.fitting(columns, page.width))
    return [page.style(head, _DIM), *body]


def _suite(page: _Page) -> list[str]:
    suite, lines = page.report.suite, []
    if suite.total:
        counted = f"{suite.passed:,} of {suite.total:,} passed ({figures.share(suite.pass_rate)})"
        kinds = [f"{each.kind} {each.passed:,}/{each.total:,}" for each in suite.tests]
        lines += _labelled(page, "tests", [counted, *kinds])
    if suite.steps:
        levels = figures.share_column([each / suite.steps for each in map(Decimal, dict(suite.levels).values())])
        shares = [f"{level.name.lower()} {share}" for (level, _), share in zip(suite.levels, levels, strict=True)]
        lines += _labelled(page, "levels", [figures.plural(suite.steps, "step"), *shares])
    troubled = [f"{each.layer}/{each.check} {_trouble(each)}" for each in suite.checks if _trouble(each)]
    lines += _labelled(page, "checks", troubled)
    lines += _labelled(page, "errors", [f"{error} {count:,}" for error, count in page.report.errors])
    return [*lines, *_gates(page), *_not_run(page), *_lost(page)]


def _trouble(check: CheckCount) -> str:
    counts = ((check.warned, "warned"), (check.blocked, "blocked"), (check.escalated, "escalated"))
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def _gates(page: _Page) -> list[str]:
    lines: list[str] = []
    for each in page.report.suite.gates:
        name, actual, threshold = figures.gate(each, page.digits)
        text = f"{'✓' if each.held else '✗'} {name} {actual}, {'' if each.held else 'must be '}{threshold}"
        found = table.labelled("" if lines else "gates", [text], page.width, "")
        lines += page.styled(found, _GOOD if each.held else _BAD)
    return lines


def _not_run(page: _Page) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for each in page.report.suite.not_run:
        reasons.setdefault(each.reason, []).append(each.name)
    parts = [f"{len(names):,} {reason}: {_some(names)}" for reason, names in sorted(reasons.items())]
    if page.report.suite.budget_stopped:
        parts.insert(0, "the budget kept calls from being made")
    return page.styled(_labelled(page, "not run", parts), _WARN)


def _lost(page: _Page) -> list[str]:
    lost = page.report.lost
    if not lost:
        return []
    count = figures.plural(page.report.lost_calls, "call")
    names = _some([f"{call.mission}/{call.step} call {call.number + 1} to {call.model}" for call in lost])
    return page.styled(_labelled(page, "lost", [f"{count} started, never seen to end: {names}"]), _WARN)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _labelled(page: _Page, label: str, parts: Iterable[str]) -> list[str]:
    return table.labelled(label, parts, page.width, " · ")


def _notes(page: _Page) -> list[str]:
    lines = [line for note in page.report.notes for line in table.labelled("note", [note], page.width, "")]
    return page.styled(lines, _WARN)
