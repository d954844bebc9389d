"""The report as GitHub Markdown, fit for a CI step summary: the verdict first, the long tables folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pytest_orchestra.report import figures, rows
from pytest_orchestra.report.rows import BillRow, ComparedRow
from pytest_orchestra.report.values import Report

_MOST_MISSIONS = 100  # a step summary may hold one megabyte
_MOST_AGENTS = 200
_MOST_FAILURES = 50
_MOST_NAMES = 50
_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~])")


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, on one line, also within a table."""
    return _SPECIAL.sub(_harmless, " ".join(text.split()))


def _harmless(match: re.Match[str]) -> str:
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "\\|"}.get(match[0], "\\" + match[0])


def render(report: Report) -> str:
    """Return the report as Markdown that ends in a newline."""
    digits = figures.money_digits(report)
    parts = (
        _head(report, digits),
        _gates(report, digits),
        _costs(report, digits),
        _suite(report),
        _failures(report),
        _not_run(report),
        _details(report, digits),
    )
    return "\n".join(line for part in parts for line in part).rstrip("\n") + "\n"


def _head(report: Report, digits: int) -> Iterable[str]:
    info, sums, suite = report.run.info, report.total.sums, report.suite
    yield f"## Orchestra: {escape(info.project)}"
    yield ""
    headline = [f"**{suite.passed:,} of {suite.total:,} tests passed**"] if suite.total else []
    if sums.calls:
        money = (
            f"**total priced {figures.money(sums.priced_usd, digits)}** (spent {figures.money(sums.spent_usd, digits)})"
        )
        against = figures.headline(report)
        headline += [money, *([f"**{escape(against)}**"] if against else [])]
    else:
        headline.append("no calls: nothing was priced")
    yield " · ".join(headline)
    yield ""
    said = [f"answered by {escape(info.provider)}", escape(figures.how_counted(report))]
    said += ["latency: as scripted"] if sums.calls and report.latency_source == "scripted" else []
    yield f"Run `{escape(info.run)}`, {'; '.join(said)}."
    for each in figures.stands_for(report, digits):
        text = escape(": ".join(each))
        yield f"{text[0].upper()}{text[1:]}."
    yield ""
    for note in report.notes:
        yield f"> **Note:** {escape(note)}."
        yield ""


def _gates(report: Report, digits: int) -> Iterable[str]:
    if not report.suite.gates:
        return
    lines = []
    for each in report.suite.gates:
        name, actual, threshold = figures.gate(each, digits)
        lines.append((f"{'✅' if each.held else '❌'} {name}", actual, threshold))
    yield from _table(("suite gate", "actual", "must be"), lines, left=1)


def _costs(report: Report, digits: int) -> Iterable[str]:
    if not report.total.sums.calls:
        return
    yield from _bill("tier", rows.tiers(report, digits))
    if len(report.total.sources) > 1:
        yield from _bill("tokens", rows.sources(report, digits))
    lines = [_compared(each) for each in rows.comparisons(report, digits)]
    yield from _table(("had all calls gone to", "model", "priced", "this run is", ""), lines, left=2)


def _compared(row: ComparedRow) -> tuple[str, ...]:
    if row.source:
        name, model = f"{escape(row.tier)}: {row.source}", ""
    else:
        name, model = escape(row.tier), escape(row.model)
    return name, model, row.priced, escape(row.missing) or row.difference, row.share


def _suite(report: Report) -> Iterable[str]:
    suite = report.suite
    if suite.tests:
        lines = [(escape(each.kind), f"{each.passed:,}", f"{each.failed:,}") for each in suite.tests]
        lines.append(("**total**", f"**{suite.passed:,}**", f"**{suite.total - suite.passed:,}**"))
        yield from _table(("tests", "passed", "failed"), lines, left=1)
    if suite.steps:
        shares = figures.share_column([Decimal(count) / suite.steps for _, count in suite.levels])
        lines = [
            (level.name.lower(), f"{count:,}", share)
            for (level, count), share in zip(suite.levels, shares, strict=True)
        ]
        yield from _table(("steps dealt with by", "steps", "share"), lines, left=1)
    if report.errors:
        yield from _table(
            ("calls that failed with", "calls"), [(escape(e), f"{n:,}") for e, n in report.errors], left=1
        )


def _failures(report: Report) -> Iterable[str]:
    suite = report.suite
    found = []
    for mission in suite.failed_missions:
        reasons = [
            f"{f'{failure.step}: ' if failure.step else ''}{failure.kind}: expected {failure.expected}, got {failure.actual}"
            for failure in mission.failures
        ]
        found.append((mission.mission, mission.place, "; ".join(reasons)))
    found += [(case.name, case.place, case.failure) for case in suite.failed_cases]
    if not found:
        return
    yield f"<details open><summary>{figures.plural(len(found), 'failed test')}</summary>"
    yield ""
    for name, place, reason in found[:_MOST_FAILURES]:
        yield f"- **{escape(name)}** ({escape(place)}): {escape(reason)}"
    if len(found) > _MOST_FAILURES:
        yield f"- and {len(found) - _MOST_FAILURES:,} more"
    yield from ("", "</details>", "")


def _not_run(report: Report) -> Iterable[str]:
    missing, lost = report.suite.not_run, report.lost
    if missing:
        stopped = " (the budget kept calls from being made)" if report.suite.budget_stopped else ""
        yield f"<details open><summary>{figures.plural(len(missing), 'test')} did not run{stopped}</summary>"
        yield ""
        yield from (f"- {escape(each.kind)} **{escape(each.name)}**: {each.reason}" for each in missing[:_MOST_NAMES])
        if len(missing) > _MOST_NAMES:
            yield f"- and {len(missing) - _MOST_NAMES:,} more"
        yield from ("", "</details>", "")
    if lost:
        yield f"**{figures.plural(report.lost_calls, 'call')} started and never seen to end:**"
        yield ""
        for call in lost[:_MOST_NAMES]:
            yield f"- {escape(call.mission)}, step {escape(call.step)}, call {call.number + 1} to {escape(call.model)}"
        yield ""


def _details(report: Report, digits: int) -> Iterable[str]:
    if report.agents:
        yield from _folded("What agents cost", _bill("agent", rows.agents(report, digits, _MOST_AGENTS)))
    if report.missions:
        yield from _folded("What missions cost", _bill("mission", rows.missions(report, digits, _MOST_MISSIONS)))
    if report.suite.checks:
        lines = [
            (f"{each.layer}/{escape(each.check)}", *map(figures.number, each.counts)) for each in report.suite.checks
        ]
        titles = ("gate check", "pass", "warn", "block", "escalate")
        yield from _folded("What the gates said", _table(titles, lines, left=1))


def _bill(title: str, bill: Sequence[BillRow]) -> Iterable[str]:
    cached = any(row.sums.usage.cache_read_tokens or row.sums.usage.cache_write_tokens for row in bill)
    outcomes = any(row.outcome for row in bill)
    titles = [title, "calls", "input", "output", *(["cache read", "cache write"] if cached else [])]
    titles += ["priced", "share", "spent", "mean latency", "accepted", *(["outcome"] if outcomes else [])]
    lines = [_bill_row(row, cached=cached, outcome=outcomes) for row in bill]
    lines[-1] = tuple(f"**{cell}**" if cell else "" for cell in lines[-1])
    return _table(titles, lines, left=1, last_left=outcomes)


def _bill_row(row: BillRow, *, cached: bool, outcome: bool) -> tuple[str, ...]:
    sums, usage = row.sums, row.sums.usage
    counts = [sums.calls, usage.input_tokens, usage.output_tokens]
    counts += [usage.cache_read_tokens, usage.cache_write_tokens] if cached else []
    money = (row.priced, row.share, row.spent)
    last = (figures.seconds(sums.mean_latency_s), figures.share(sums.accepted_rate))
    return (escape(row.name), *map(figures.number, counts), *money, *last, *((row.outcome,) if outcome else ()))


def _folded(title: str, lines: Iterable[str]) -> Iterable[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield "</details>"
    yield ""


def _table(
    titles: Sequence[str], lines: Iterable[Sequence[str]], *, left: int, last_left: bool = False
) -> Iterable[str]:
    """Yield a table and an empty line; its first `left` columns (and perhaps the last) hold words, the others numbers."""
    words = {*range(left), *([len(titles) - 1] if last_left else [])}
    yield f"| {' | '.join(titles)} |"
    yield f"|{'|'.join(':--' if column in words else '--:' for column in range(len(titles)))}|"
    for line in lines:
        yield f"| {' | '.join(line)} |"
    yield ""
