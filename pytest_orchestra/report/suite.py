"""How the tests of a run went: counts, error levels, gate verdicts, thresholds, and what did not run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from orchestra_compiler.manifest import Manifest
from orchestra_compiler.model import Layer
from pytest_orchestra.ledger import CaseRow, Ledger, MissionRow, RunRow, StepRow
from pytest_orchestra.report.values import CheckCount, MissionLine, NotRun, Suite, SuiteGate, TestCount
from pytest_orchestra.values import Level, Outcome, VerdictKind

MISSION = "mission"
_STOPPED = {Outcome.BUDGET_STOPPED: "stopped by the budget", Outcome.CANCELLED: "the run was stopped"}


def ran(step: StepRow) -> bool:
    """Return whether a step ran: a call was made for it, or it went to the user without one."""
    return step.attempts > 0 or step.outcome is Outcome.ESCALATED


def build(
    ledger: Ledger,
    run: RunRow,
    manifest: Manifest,
    missions: Sequence[MissionRow],
    steps: Sequence[StepRow],
    lines: Sequence[MissionLine],
    priced_usd: Decimal,
) -> Suite:
    """Build the suite's part of the report; `lines` also hold the missions that never ended."""
    name = run.info.run
    cases = ledger.cases(name)
    tests = _tests(missions, cases)
    at_work = [step for step in steps if ran(step)]
    reached = Counter(step.level for step in at_work)
    outcomes = Counter(mission.outcome for mission in missions)
    return Suite(
        tests=tests,
        steps=len(at_work),
        levels=tuple((level, reached[level]) for level in Level),
        outcomes=tuple((outcome, outcomes[outcome]) for outcome in Outcome if outcomes[outcome]),
        checks=_checks(ledger, name),
        gates=tuple(_gates(run, manifest, tests, (reached[Level.USER], len(at_work)), priced_usd)),
        failed_missions=tuple(mission for mission in missions if not mission.passed),
        failed_cases=tuple(case for case in cases if not case.passed),
        not_run=tuple(_not_run(ledger.planned(name), missions, cases, lines)),
        budget_stopped=any(row.outcome is Outcome.BUDGET_STOPPED and not row.passed for row in missions),
    )


def _tests(missions: Iterable[MissionRow], cases: Iterable[CaseRow]) -> tuple[TestCount, ...]:
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for kind, good in (*((MISSION, row.passed) for row in missions), *((row.kind, row.passed) for row in cases)):
        total[kind] += 1
        passed[kind] += good
    kinds = sorted(total, key=lambda kind: (kind != MISSION, kind))
    return tuple(TestCount(kind=kind, passed=passed[kind], failed=total[kind] - passed[kind]) for kind in kinds)


def _checks(ledger: Ledger, run: str) -> tuple[CheckCount, ...]:
    counts: Counter[tuple[Layer, str, VerdictKind]] = Counter()
    for passed in ledger.passed_checks(run):
        counts[passed.layer, passed.check, VerdictKind.PASS] += passed.times
    for verdict in ledger.verdicts(run):
        counts[verdict.layer, verdict.check, verdict.kind] += 1
    order = {layer: position for position, layer in enumerate(Layer)}
    names = sorted({(layer, check) for layer, check, _ in counts}, key=lambda name: (order[name[0]], name[1]))
    return tuple(
        CheckCount(
            layer=layer,
            check=check,
            passed=counts[layer, check, VerdictKind.PASS],
            warned=counts[layer, check, VerdictKind.WARN],
            blocked=counts[layer, check, VerdictKind.BLOCK],
            escalated=counts[layer, check, VerdictKind.ESCALATE],
        )
        for layer, check in names
    )


def _gates(
    run: RunRow, manifest: Manifest, tests: Iterable[TestCount], users: tuple[int, int], priced_usd: Decimal
) -> Iterable[SuiteGate]:
    """Yield the thresholds; shares are compared by cross-multiplying, so that no rounding decides.

    Without a single test no pass rate is held. A run without escalations holds any threshold for them.
    """
    wanted = manifest.fleet.gates.suite
    if wanted.pass_rate is not None:
        passed, total = sum(count.passed for count in tests), sum(count.total for count in tests)
        held = total > 0 and passed >= wanted.pass_rate * total
        yield SuiteGate(name="pass_rate", threshold=wanted.pass_rate, actual=_share(passed, total), held=held)
    if wanted.user_escalations is not None:
        with_user, steps = users
        held = with_user == 0 or with_user < wanted.user_escalations * steps
        actual = _share(with_user, steps)
        yield SuiteGate(name="user_escalations", threshold=wanted.user_escalations, actual=actual, held=held)
    budget = wanted.budget_usd if run.info.budget_usd is None else run.info.budget_usd
    if budget is not None:
        yield SuiteGate(name="budget", threshold=budget, actual=priced_usd, held=priced_usd <= budget)


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


def _not_run(
    planned: Iterable[tuple[str, str]],
    missions: Iterable[MissionRow],
    cases: Iterable[CaseRow],
    lines: Iterable[MissionLine],
) -> Iterable[NotRun]:
    stopped = (row for row in missions if row.outcome in _STOPPED and not row.passed)  # a mission may expect to be
    reasons = {(MISSION, row.mission): _STOPPED[row.outcome] for row in stopped}
    reasons |= {(MISSION, line.line.name): "never ended" for line in lines if line.row is None}
    done = {(MISSION, line.line.name) for line in lines} | {(row.kind, row.name) for row in cases}
    reasons |= {test: "never started" for test in planned if test not in done}
    ordered = sorted(reasons, key=lambda test: (test[0] != MISSION, test))
    return (NotRun(kind=kind, name=name, reason=reasons[kind, name]) for kind, name in ordered)
