"""The report as JSON, by the published schema `report.schema.json`.

Money and thresholds are decimal strings, so that nothing is rounded on the way; shares and rates are numbers with at
most six decimals. Keys are sorted and every row of a table stands on a line of its own, so that two reports can be
compared line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from orchestra_compiler.model import Json
from pytest_orchestra.ledger import CallRow, RunRow
from pytest_orchestra.report.values import Baseline, Line, MissionLine, Report, Suite, SuiteGate, Sums
from pytest_orchestra.values import Failure

VERSION = 1
SCHEMA = "report.schema.json"
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False)
_Object = dict[str, Json]


def render(report: Report) -> bytes:
    """Return the report as UTF-8 JSON that ends in a newline."""
    lines = (f" {_ENCODER.encode(key)}: {_value(value)}" for key, value in sorted(to_json(report).items()))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8", "backslashreplace")


def to_json(report: Report) -> _Object:
    """Return the report as plain JSON values."""
    return {
        "version": VERSION,
        "run": _run(report.run),
        "tokenizer": report.tokenizer,
        "total": _sums(report.total.sums),
        "latency_source": report.latency_source,
        "sources": _sources(report),
        "tiers": [_line(line) for line in report.tiers],
        "agents": [_line(line) for line in report.agents],
        "models": [_line(line) for line in report.models],
        "missions": [_mission(mission) for mission in report.missions],
        "baselines": [_baseline(baseline) for baseline in report.baselines],
        "suite": _suite(report.suite),
        "errors": [{"error": error, "calls": calls} for error, calls in report.errors],
        "lost_calls": [_lost(call) for call in report.lost],
        "notes": list(report.notes),
    }


def _value(value: Json) -> str:
    """Return a top-level value: a list has an item a line, all else stands on one line."""
    if not isinstance(value, list) or not value:
        return _ENCODER.encode(value)
    return "[\n" + ",\n".join(f"  {_ENCODER.encode(item)}" for item in value) + "\n ]"


def _run(row: RunRow) -> _Object:
    info = row.info
    return {
        "id": info.run,
        "project": info.project,
        "manifest_sha256": info.manifest_sha256,
        "provider": info.provider,
        "tool": info.tool,
        "started_at": _time(info.started_at),
        "finished_at": None if row.finished_at is None else _time(row.finished_at),
        "exit_code": row.exit_code,
    }


def _sums(sums: Sums) -> _Object:
    mean = sums.mean_latency_s
    return {
        "calls": sums.calls,
        "failed_calls": sums.failed,
        "judged_calls": sums.judged,
        "accepted_calls": sums.accepted,
        "input_tokens": sums.usage.input_tokens,
        "output_tokens": sums.usage.output_tokens,
        "cache_read_tokens": sums.usage.cache_read_tokens,
        "cache_write_tokens": sums.usage.cache_write_tokens,
        "priced_usd": _decimal(sums.priced_usd),
        "spent_usd": _decimal(sums.spent_usd),
        "mean_latency_s": None if mean is None else round(mean, 6),
        "accepted_rate": _share(sums.accepted_rate),
    }


def _sources(report: Report) -> list[Json]:
    found: list[Json] = []
    for each in report.total.sources:
        whole = next((known.whole_usd for known in report.ranges if known.source is each.source), None)
        low, high = (None, None) if whole is None else whole
        bounds: _Object = {"priced_usd_low": _decimal(low), "priced_usd_high": _decimal(high)}
        found.append({"source": each.source.value, **_sums(each.sums), **bounds})
    return found


def _line(line: Line) -> _Object:
    return {
        "name": line.name,
        "share": _share(line.share),
        "sources": [{"source": each.source.value, **_sums(each.sums)} for each in line.sources],
        **_sums(line.sums),
    }


def _mission(mission: MissionLine) -> _Object:
    row = mission.row
    ended: _Object = {
        "category": None if row is None else row.category,
        "risk": None if row is None else row.risk,
        "outcome": None if row is None else row.outcome.value,
        "passed": None if row is None else row.passed,
        "place": None if row is None else row.place,
        "duration_s": None if row is None else row.duration_s,
        "failures": [] if row is None else _failures(row.failures),
    }
    sources: list[Json] = [each.source.value for each in mission.line.sources]
    identity: _Object = {"name": mission.line.name, "trial": mission.trial, "share": _share(mission.line.share)}
    return {**identity, **_sums(mission.line.sums), "sources": sources, "steps": mission.steps, **ended}


def _failures(failures: Iterable[Failure]) -> list[Json]:
    return [
        {
            "step": failure.step,
            "kind": failure.kind,
            "place": failure.span.place,
            "expected": failure.expected,
            "actual": failure.actual,
        }
        for failure in failures
    ]


def _baseline(baseline: Baseline) -> _Object:
    return {
        "tier": baseline.tier,
        "source": None if baseline.source is None else baseline.source.value,
        "model": baseline.model,
        "priced_usd": _decimal(baseline.priced_usd),
        "saving_usd": _decimal(baseline.saving_usd),
        "saving_share": _share(baseline.saving_share),
        "missing": baseline.missing,
    }


def _suite(suite: Suite) -> _Object:
    return {
        "tests": [{"kind": each.kind, "passed": each.passed, "failed": each.failed} for each in suite.tests],
        "passed": suite.passed,
        "total": suite.total,
        "pass_rate": _share(suite.pass_rate),
        "steps": suite.steps,
        "levels": [{"level": level.name.lower(), "steps": steps} for level, steps in suite.levels],
        "user_escalations": suite.user_escalations,
        "user_escalation_rate": _share(suite.user_escalation_rate),
        "outcomes": [{"outcome": outcome.value, "missions": count} for outcome, count in suite.outcomes],
        "checks": [
            {
                "layer": each.layer.value,
                "check": each.check,
                "pass": each.passed,
                "warn": each.warned,
                "block": each.blocked,
                "escalate": each.escalated,
            }
            for each in suite.checks
        ],
        "gates": [_gate(each) for each in suite.gates],
        "gates_held": suite.gates_held,
        "budget_stopped": suite.budget_stopped,
        "failed_cases": [
            {"name": each.name, "kind": each.kind, "place": each.place, "failure": each.failure}
            for each in suite.failed_cases
        ],
        "not_run": [{"kind": each.kind, "name": each.name, "reason": each.reason} for each in suite.not_run],
    }


def _gate(gate: SuiteGate) -> _Object:
    return {
        "name": gate.name,
        "threshold": _decimal(gate.threshold),
        "actual": _decimal(gate.actual if gate.name == "budget" else _six(gate.actual)),
        "held": gate.held,
    }


def _lost(call: CallRow) -> _Object:
    return {
        "mission": call.mission,
        "trial": call.trial,
        "step": call.step,
        "number": call.number,
        "agent": call.agent,
        "tier": call.tier,
        "model": call.model,
        "paid": call.paid,
        "started_at": _time(call.started_at),
        "lost": call.lost + (call.finished_at is None),
    }


def _time(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def _decimal(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _share(share: Decimal | None) -> float | None:
    return None if share is None else round(float(share), 6)


def _six(share: Decimal | None) -> Decimal | None:
    return None if share is None else round(share, 6)
