"""The rows of a bill, the same for every rendering that a person reads: names, sums, and columns that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orchestra_compiler.model import Usage
from pytest_orchestra.report import figures
from pytest_orchestra.report.values import Baseline, Line, MissionLine, Report, Sums

UNFINISHED = "never ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRow:
    """One row, its money and share already rounded together with the others; `outcome` is for missions only."""

    name: str
    sums: Sums
    priced: str
    spent: str
    share: str
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One comparison: of all calls, or of one source's where `source` names it."""

    tier: str
    source: str
    model: str
    priced: str
    difference: str
    share: str
    missing: str


def comparisons(report: Report, digits: int) -> tuple[ComparedRow, ...]:
    """Return a row per tier, followed by one for each source of the tokens where there are several."""
    sources = report.total.token_sources
    wanted = sources if len(sources) > 1 else ()
    found: list[ComparedRow] = []
    for whole in (each for each in report.baselines if each.source is None):
        parts = [each for each in report.baselines if each.tier == whole.tier and each.source in wanted]
        found += _compared([whole], digits) + _compared(parts, digits)
    return tuple(found)


def _compared(baselines: Sequence[Baseline], digits: int) -> list[ComparedRow]:
    """Return the rows of some comparisons; what they are priced at adds up as it is shown."""
    amounts = [each.priced_usd for each in baselines if each.priced_usd is not None]
    shown = iter(figures.money_column(amounts, digits))
    return [
        ComparedRow(
            tier=each.tier,
            source="" if each.source is None else each.source.value,
            model=each.model,
            priced=figures.NOTHING if each.priced_usd is None else next(shown),
            difference=_difference(each, digits),
            share=figures.share(abs(each.saving_share)) if each.saving_usd and each.saving_share is not None else "",
            missing=each.missing,
        )
        for each in baselines
    ]


def _difference(baseline: Baseline, digits: int) -> str:
    if baseline.saving_usd is None:
        return figures.NOTHING
    if not baseline.saving_usd:
        return "the same"
    return f"{figures.money(abs(baseline.saving_usd), digits)} {'below' if baseline.saving_usd > 0 else 'above'}"


def tiers(report: Report, digits: int) -> tuple[BillRow, ...]:
    """Return a row per tier and the total."""
    return _bill(report, report.tiers, digits)


def sources(report: Report, digits: int) -> tuple[BillRow, ...]:
    """Return a row per source of the tokens and the total."""
    priced = report.total.sums.priced_usd
    lines = [
        Line(
            name=each.source.value,
            sums=each.sums,
            share=each.sums.priced_usd / priced if priced else Decimal(0),
        )
        for each in report.total.sources
    ]
    return _bill(report, lines, digits)


def agents(report: Report, digits: int, most: int) -> tuple[BillRow, ...]:
    """Return the costliest agents, one row for all others, and the total."""
    return _costliest(report, report.agents, digits, most, "agent")


def missions(report: Report, digits: int, most: int) -> tuple[BillRow, ...]:
    """Return the costliest missions with their outcomes, one row for all others, and the total."""
    trials = any(mission.trial for mission in report.missions)
    lines = [_named(mission, trials=trials) for mission in report.missions]
    outcomes = {line.name: _outcome(mission) for line, mission in zip(lines, report.missions, strict=True)}
    return _costliest(report, lines, digits, most, "mission", outcomes)


def _outcome(mission: MissionLine) -> str:
    """Return how a mission ended, and whether that is what its test wanted."""
    if mission.row is None:
        return UNFINISHED
    outcome = mission.row.outcome.value
    expected = mission.row.passed
    if (outcome == "passed") == expected:
        return outcome
    return f"{outcome}, {'as expected' if expected else 'test failed'}"


def _named(mission: MissionLine, *, trials: bool) -> Line:
    line = mission.line
    name = f"{line.name} #{mission.trial + 1}" if trials else line.name
    return Line(name=name, sums=line.sums, share=line.share, sources=line.sources)


def _costliest(
    report: Report, lines: Sequence[Line], digits: int, most: int, word: str, outcomes: dict[str, str] | None = None
) -> tuple[BillRow, ...]:
    ranked = sorted(lines, key=lambda line: (-line.sums.priced_usd, -line.sums.calls, line.name))
    if len(ranked) > most + 1:
        ranked, rest = ranked[:most], ranked[most:]
        share = sum((line.share for line in rest), Decimal(0))
        ranked.append(Line(name=figures.plural(len(rest), f"other {word}"), sums=_together(rest), share=share))
    return _bill(report, ranked, digits, outcomes)


def _bill(
    report: Report, lines: Sequence[Line], digits: int, outcomes: dict[str, str] | None = None
) -> tuple[BillRow, ...]:
    """Return a row per line and the total."""
    total = report.total
    priced = figures.money_column([line.sums.priced_usd for line in lines], digits)
    spent = figures.money_column([line.sums.spent_usd for line in lines], digits)
    shares = figures.share_column([line.share for line in lines])
    found = [
        BillRow(
            name=line.name,
            sums=line.sums,
            priced=priced[row],
            spent=spent[row],
            share=shares[row],
            outcome=(outcomes or {}).get(line.name, ""),
        )
        for row, line in enumerate(lines)
    ]
    whole = BillRow(
        name="total",
        sums=total.sums,
        priced=figures.money(total.sums.priced_usd, digits),
        spent=figures.money(total.sums.spent_usd, digits),
        share=figures.share(total.share),
    )
    return (*found, whole)


def _together(lines: Sequence[Line]) -> Sums:
    each = [line.sums for line in lines]
    usage = Usage(
        input_tokens=sum(sums.usage.input_tokens for sums in each),
        output_tokens=sum(sums.usage.output_tokens for sums in each),
        cache_read_tokens=sum(sums.usage.cache_read_tokens for sums in each),
        cache_write_tokens=sum(sums.usage.cache_write_tokens for sums in each),
    )
    return Sums(
        calls=sum(sums.calls for sums in each),
        failed=sum(sums.failed for sums in each),
        judged=sum(sums.judged for sums in each),
        accepted=sum(sums.accepted for sums in each),
        usage=usage,
        latency_us=sum(sums.latency_us for sums in each),
        spent_usd=sum((sums.spent_usd for sums in each), Decimal(0)),
        priced_usd=sum((sums.priced_usd for sums in each), Decimal(0)),
    )
