"""Rows of the ledger to values: every query, each in an order that does not depend on when a row was written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from orchestra_compiler import codec
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.model import CallError, Layer, ToolUse, Usage
from orchestra_compiler.prices import from_picodollars
from pytest_orchestra.ledger import schema
from pytest_orchestra.ledger.rows import (
    CallRow,
    CaseRow,
    Cell,
    MissionRow,
    PassedChecks,
    RunInfo,
    RunRow,
    StepRow,
    Tally,
    VerdictRow,
)
from pytest_orchestra.values import Failure, Level, Outcome, Reply, UsageSource, VerdictKind

Values: TypeAlias = Any
"""One row as SQLite returns it."""


Read: TypeAlias = Callable[[str, Sequence[object]], list[Values]]
"""Runs a query with its parameters and returns all its rows."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def unreadable(what: str, error: Exception | str) -> ProjectError:
    """Return the error of a row that no ledger of ours can hold: SQLite lets anybody write anything into any column."""
    return ProjectError(f"the ledger holds {what} that cannot be read: {error}", "was it written by another program?")


def time_of(us: int) -> datetime:
    """Return a moment that the ledger holds as microseconds, aware and in UTC."""
    return _EPOCH + timedelta(microseconds=us)


_RUNS = "SELECT run, project, manifest_sha256, provider, tool, baseline, budget_usd, started_us, finished_us, exit_code FROM runs"


def run(read: Read, run: str) -> RunRow | None:
    """Return the run of that id, or None."""
    return next((_run(*row) for row in read(f"{_RUNS} WHERE run = ?", (run,))), None)


def latest_runs(read: Read, most: int) -> tuple[RunRow, ...]:
    """Return the runs that began last, the latest first."""
    return tuple(_run(*row) for row in read(f"{_RUNS} ORDER BY started_us DESC, run DESC LIMIT ?", (most,)))


def _run(*row: Any) -> RunRow:
    run, project, sha256, provider, tool, baseline, budget, started, finished, exit_code = row
    try:
        info = RunInfo(
            run=run,
            project=project,
            manifest_sha256=sha256,
            provider=provider,
            tool=tool,
            started_at=time_of(started),
            baseline=baseline,
            budget_usd=None if budget is None else Decimal(budget),
        )
        return RunRow(info=info, finished_at=None if finished is None else time_of(finished), exit_code=exit_code)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise unreadable("a run", error) from error


def planned(read: Read, run: str) -> tuple[tuple[str, str], ...]:
    """Return (kind, name) of the planned tests."""
    return tuple(read("SELECT kind, name FROM planned WHERE run = ? ORDER BY kind, name", (run,)))


def calls(read: Read, run: str, *, only_lost: bool = False) -> tuple[CallRow, ...]:
    """Return the calls of a run, by mission, trial, step and number; perhaps only those ever started and not seen to end."""
    columns = [name for name in schema.CALL_COLUMNS if name not in {"token", "reply"}]
    sql = (
        f"SELECT lost, {', '.join(columns)} FROM calls WHERE run = ? "  # noqa: S608 - our own column names
        f"{'AND (finished_us IS NULL OR lost > 0) ' if only_lost else ''}"
        "ORDER BY mission, trial, step, number"
    )
    names = ("lost", *columns)
    return tuple(_call(dict(zip(names, row, strict=True))) for row in read(sql, (run,)))


def _call(row: dict[str, Any]) -> CallRow:
    plain = ("run", "key", "mission", "trial", "step", "number", "agent", "tier", "model", "provider")
    tokens = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
    return CallRow(
        **{name: row[name] for name in plain},
        level=Level(row["level"]),
        paid=bool(row["paid"]),
        prompt_tokens=row["prompt_tokens"],
        lost=row["lost"],
        started_at=time_of(row["started_us"]),
        finished_at=None if row["finished_us"] is None else time_of(row["finished_us"]),
        latency_s=(row["latency_us"] or 0) / 1e6,
        error=None if row["error"] is None else CallError(row["error"]),
        detail=row["detail"] or "",
        usage=Usage(**{name: row[name] or 0 for name in tokens}),
        usage_source=None if row["usage_source"] is None else UsageSource(row["usage_source"]),
        spent_usd=from_picodollars(row["spent_pico"] or 0),
        priced_usd=from_picodollars(row["priced_pico"] or 0),
    )


def cells(read: Read, run: str) -> tuple[Cell, ...]:
    """Return the sums of ended calls per tier, agent, model, mission, trial and usage source."""
    return tuple(
        Cell(tier, agent, model, mission, trial, UsageSource(source), Tally(*sums))
        for tier, agent, model, mission, trial, source, *sums in read(schema.READ_CELLS, (run,))
    )


def errors(read: Read, run: str) -> tuple[tuple[str, int], ...]:
    """Return how many calls ended in each kind of error."""
    sql = "SELECT error, COUNT(*) FROM calls WHERE run = ? AND error IS NOT NULL GROUP BY error ORDER BY error"
    return tuple(read(sql, (run,)))


def missions(read: Read, run: str) -> tuple[MissionRow, ...]:
    """Return the missions that ended."""
    rows = read(
        "SELECT mission, trial, category, risk, outcome, passed, failures, place, duration_us "
        "FROM missions WHERE run = ? ORDER BY mission, trial",
        (run,),
    )
    return tuple(
        MissionRow(
            mission=mission,
            trial=trial,
            category=category,
            risk=risk,
            outcome=Outcome(outcome),
            passed=bool(passed),
            failures=_failures(failures),
            place=place,
            duration_s=duration / 1e6,
        )
        for mission, trial, category, risk, outcome, passed, failures, place, duration in rows
    )


def _failures(text: str) -> tuple[Failure, ...]:
    if text == "[]":
        return ()
    return tuple(codec.from_json(Failure, failure) for failure in json.loads(text))


def steps(read: Read, run: str) -> tuple[StepRow, ...]:
    """Return the steps of the missions that ended."""
    rows = read(
        "SELECT mission, trial, step, outcome, level, attempts, accepted, started, detail "
        "FROM steps WHERE run = ? ORDER BY mission, trial, step",
        (run,),
    )
    return tuple(
        StepRow(
            mission=mission,
            trial=trial,
            step=step,
            outcome=Outcome(outcome),
            level=Level(level),
            attempts=attempts,
            accepted=accepted,
            started=bool(started),
            detail=detail,
        )
        for mission, trial, step, outcome, level, attempts, accepted, started, detail in rows
    )


def verdicts(read: Read, run: str) -> tuple[VerdictRow, ...]:
    """Return all verdicts other than pass."""
    rows = read(
        "SELECT mission, trial, step, number, layer, gate_check, kind, evidence "
        "FROM verdicts WHERE run = ? ORDER BY mission, trial, step, number, position",
        (run,),
    )
    return tuple(
        VerdictRow(
            mission=mission,
            trial=trial,
            step=step,
            number=number,
            layer=Layer(layer),
            check=check,
            kind=VerdictKind(kind),
            evidence=tuple(json.loads(evidence)),
        )
        for mission, trial, step, number, layer, check, kind, evidence in rows
    )


def passed_checks(read: Read, run: str) -> tuple[PassedChecks, ...]:
    """Return how often each check passed."""
    counts: Counter[str] = Counter()
    for text, rows in read("SELECT passed_checks, COUNT(*) FROM steps WHERE run = ? GROUP BY 1", (run,)):
        for name in text.split():
            counts[name] += rows
    parted = ((name.partition("/"), times) for name, times in sorted(counts.items()))
    return tuple(PassedChecks(Layer(layer), check, times) for (layer, _, check), times in parted)


def cases(read: Read, run: str) -> tuple[CaseRow, ...]:
    """Return the generated cases that ended."""
    rows = read(
        "SELECT name, kind, component, place, passed, failure, duration_us FROM cases WHERE run = ? ORDER BY name",
        (run,),
    )
    return tuple(
        CaseRow(
            name=name,
            kind=kind,
            component=component,
            place=place,
            passed=bool(passed),
            failure=failure,
            duration_s=duration / 1e6,
        )
        for name, kind, component, place, passed, failure, duration in rows
    )


def paid_reply(read: Read, run: str, key: str) -> Reply | None:
    """Return the answer of a call that was paid for, or None."""
    rows = read(
        "SELECT reply, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, usage_source, spent_pico, "
        "error, detail FROM calls WHERE run = ? AND key = ? AND paid AND reply IS NOT NULL",
        (run, key),
    )
    if not rows:
        return None
    kept, input_tokens, output_tokens, cache_read, cache_write, source, spent, error, detail = rows[0]
    text, tools = json.loads(kept)
    usage = Usage(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cache_read_tokens=cache_read,
        cache_write_tokens=cache_write,
    )
    return Reply(
        text=text,
        error=None if error is None else CallError(error),
        detail=detail,
        tools=tuple(ToolUse(name=name, input=given) for name, given in tools),
        usage=usage,
        usage_source=UsageSource(source),
        spent_usd=from_picodollars(spent),
    )
