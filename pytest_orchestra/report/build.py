"""Builds the report of a run from the ledger and the manifest alone.

Every figure is a sum of whole numbers (tokens, microseconds, picodollars), so that it is the same in whatever order
and from however many workers the rows came.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache, reduce
from typing import TypeVar

from orchestra_compiler.errors import UsageError
from orchestra_compiler.manifest import Manifest
from orchestra_compiler.model import Tiers, Usage
from orchestra_compiler.prices import from_picodollars
from pytest_orchestra.ledger import CallRow, Cell, Ledger, MissionRow, RunRow, StepRow, Tally
from pytest_orchestra.report import baselines, ranges, suite
from pytest_orchestra.report.values import Line, MissionLine, Report, SourceSums, Sums
from pytest_orchestra.values import UsageSource

_Key = TypeVar("_Key", bound=Hashable)
_Tallies = Mapping[UsageSource, Tally]

_LISTED_RUNS = 5
_usd = lru_cache(maxsize=1024)(from_picodollars)  # most sums of a large run are alike


def build(ledger: Ledger, run: str, manifest: Manifest, *, manifest_sha256: str = "") -> Report:
    """Build the report of a run.

    Args:
        ledger: Open for reading or writing.
        run: The run's id.
        manifest: The compiled project: its tiers and prices make the baselines, its policy the thresholds.
        manifest_sha256: SHA-256 of the manifest's bytes, where it may have changed since the run; else empty.

    Raises:
        UsageError: The ledger has no such run.
        ProjectError: The ledger cannot be read.
    """
    row = ledger.run(run)
    if row is None:
        raise unknown_run(ledger, run)
    cells = ledger.cells(run)
    missions = ledger.missions(run)
    lost = ledger.lost_calls(run)
    summed = _without_missions(cells)
    tallies = _by(summed, lambda _: "total").get("total", {})
    priced = _added(tallies).priced_pico
    total = _line("total", tallies, priced)
    steps = ledger.steps(run)
    lines = _mission_lines(cells, missions, steps, lost, priced)
    tiers = manifest.fleet.tiers
    return Report(
        run=row,
        tokenizer=manifest.tokenizer,
        total=total,
        tiers=_lines(summed, lambda cell: cell.tier, priced, tiers.names()),
        agents=_lines(summed, lambda cell: cell.agent, priced),
        models=_lines(summed, lambda cell: cell.model, priced),
        missions=lines,
        baselines=baselines.build(tiers, row.info.baseline or tiers.baseline, total),
        ranges=ranges.build(summed),
        suite=suite.build(ledger, row, manifest, missions, steps, lines, total.sums.priced_usd),
        errors=ledger.errors(run),
        lost=lost,
        notes=tuple(_notes(row, tiers, cells, total, lost, manifest_sha256)),
    )


def unknown_run(ledger: Ledger, run: str) -> UsageError:
    """Return the error that says which runs there are instead."""
    known = [row.info.run for row in ledger.latest_runs(_LISTED_RUNS)]
    if not known:
        return UsageError(f"the ledger {ledger.path} holds no run", "run pytest --orchestra first")
    hint = f"the latest {'is' if len(known) == 1 else 'are'} {', '.join(known)}"
    return UsageError(f"the ledger {ledger.path} holds no run {run}", hint)


def _by(cells: Iterable[Cell], key: Callable[[Cell], _Key]) -> dict[_Key, dict[UsageSource, Tally]]:
    found: dict[_Key, dict[UsageSource, Tally]] = {}
    for cell in cells:
        tallies = found.setdefault(key(cell), {})
        known = tallies.get(cell.source)
        tallies[cell.source] = cell.tally if known is None else known.plus(cell.tally)
    return found


def _without_missions(cells: Iterable[Cell]) -> list[Cell]:
    """Return the sums over all missions: a few cells that the small tables are added up from."""
    found = _by(cells, lambda cell: (cell.tier, cell.agent, cell.model))
    return [Cell(*key, "", 0, source, tally) for key, tallies in found.items() for source, tally in tallies.items()]


def _added(tallies: _Tallies) -> Tally:
    return reduce(Tally.plus, tallies.values()) if tallies else Tally()


def _sums(tally: Tally) -> Sums:
    usage = Usage(
        input_tokens=tally.input_tokens,
        output_tokens=tally.output_tokens,
        cache_read_tokens=tally.cache_read_tokens,
        cache_write_tokens=tally.cache_write_tokens,
    )
    return Sums(
        calls=tally.calls,
        failed=tally.failed,
        judged=tally.judged,
        accepted=tally.accepted,
        usage=usage,
        latency_us=tally.latency_us,
        spent_usd=_usd(tally.spent_pico),
        priced_usd=_usd(tally.priced_pico),
    )


def _line(name: str, tallies: _Tallies, priced_pico: int) -> Line:
    """Return the line of some calls; `priced_pico` is the whole run's, for the share."""
    added = _added(tallies)
    each = {source: _sums(tallies[source]) for source in UsageSource if source in tallies}
    return Line(
        name=name,
        sums=next(iter(each.values())) if len(each) == 1 else _sums(added),
        share=Decimal(added.priced_pico) / priced_pico if added.priced_pico else Decimal(0),
        sources=tuple(SourceSums(source=source, sums=sums) for source, sums in each.items()),
    )


def _lines(
    cells: Iterable[Cell], key: Callable[[Cell], str], priced_pico: int, names: tuple[str, ...] = ()
) -> tuple[Line, ...]:
    """Return a line per name: first the given ones, called or not, then all others that were called."""
    found = _by(cells, key)
    others = sorted(found.keys() - set(names))
    return tuple(_line(name, found.get(name, {}), priced_pico) for name in (*names, *others))


def _mission_lines(
    cells: Iterable[Cell],
    missions: Iterable[MissionRow],
    steps: Iterable[StepRow],
    lost: Iterable[CallRow],
    priced_pico: int,
) -> tuple[MissionLine, ...]:
    found = _by(cells, lambda cell: (cell.mission, cell.trial))
    rows = {(row.mission, row.trial): row for row in missions}
    counts: dict[tuple[str, int], int] = {}
    for step in steps:
        counts[step.mission, step.trial] = counts.get((step.mission, step.trial), 0) + suite.ran(step)
    unfinished = {(call.mission, call.trial) for call in lost}
    return tuple(
        MissionLine(
            line=_line(key[0], found.get(key, {}), priced_pico),
            trial=key[1],
            row=rows.get(key),
            steps=counts.get(key, 0),
        )
        for key in sorted(found.keys() | rows.keys() | unfinished)
    )


def _notes(
    row: RunRow, tiers: Tiers, cells: Iterable[Cell], total: Line, lost: tuple[CallRow, ...], manifest_sha256: str
) -> Iterable[str]:
    if row.finished_at is None:
        yield "the run has not ended, or was killed: these figures are what is known so far"
    if lost:
        yield "some calls were started and never seen to end: what they used and cost is not in these figures"
    if len(total.token_sources) > 1:
        yield "tokens come from more than one source, and their sums are only as good as the weakest of them"
    if manifest_sha256 and manifest_sha256 != row.info.manifest_sha256:
        yield "the project was compiled anew since this run: comparisons and thresholds are today's"
    if unknown := sorted({cell.tier for cell in cells} - set(tiers.names())):
        yield f"not in the manifest any more: tier {', '.join(unknown)}"
