"""One run with everything a report can show, recorded in an order the caller chooses."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import ledger_samples as samples

from orchestra_compiler.model import CallError, SuiteThresholds, Usage
from pytest_orchestra.ledger import Ledger
from pytest_orchestra.report.build import build
from pytest_orchestra.report.values import Report
from pytest_orchestra.values import Level, Outcome, UsageSource

SUITE = SuiteThresholds(pass_rate=Decimal("0.95"), user_escalations=Decimal("0.5"), budget_usd=Decimal("0.50"))
_TIERS = ("routine", "implementation", "strategic")


def record(path: Path, order: random.Random | None = None) -> None:
    """Record the run; with `order` its events are written in another order, by two hands on the same file."""
    hands = [Ledger(path), Ledger(path)]
    hands[0].begin_run(samples.run_info())
    hands[0].tests_planned(samples.RUN, "mission", [f"mission-{number:02}" for number in range(16)])
    hands[0].tests_planned(samples.RUN, "routing", ["routing/never"])
    events = _events()
    if order is not None:
        order.shuffle(events)
    for position, event in enumerate(events):
        event(hands[position % 2 if order else 0])
    for hand in hands:
        hand.close()


def _events() -> list[Callable[[Ledger], None]]:
    found: list[Callable[[Ledger], None]] = []
    for number in range(14):
        name = f"mission-{number:02}"
        found += [_call(name, number, 0), *([_call(name, number, 1)] if number % 4 == 0 else [])]
        found.append(_mission(name, number))
    found.append(_call("mission-14", 14, 0))  # killed before it ended
    found.append(
        lambda ledger: ledger.call_started(samples.RUN, samples.request("mission-15"), *_LOST, paid=True) and None
    )
    for number in range(6):
        failure = "expected strategic, got routine | implementation" if number == 5 else None
        found.append(_case(f"routing/threshold-{number}", "routing" if number % 2 else "message", failure))
    return found


_LOST = (Level.SELF, "scripted")


def _call(name: str, number: int, attempt: int) -> Callable[[Ledger], None]:
    asked = samples.request(name, number=attempt, agent=f"agent-{number % 5}", tier=_TIERS[min(number % 4, 1)])
    source = UsageSource.DECLARED if number == 3 else UsageSource.COUNTED
    usage = Usage(input_tokens=12_345 + number, output_tokens=1_234, cache_read_tokens=1_000 * (number == 3))
    error = CallError.TIMEOUT if number == 4 and not attempt else None
    answer = samples.reply(usage=usage, source=source, error=error)
    return lambda ledger: samples.call(ledger, asked, answer, latency_s=0.1 + number / 7)


def _mission(name: str, number: int) -> Callable[[Ledger], None]:
    attempts = [samples.attempt(0, Level.SELF, samples.WARNED, samples.PASSED)]
    if number % 4 == 0:
        attempts = [
            samples.attempt(0, Level.SELF, samples.BLOCKED),
            samples.attempt(1, Level.COORDINATOR, samples.PASSED),
        ]
    outcome = {5: Outcome.ESCALATED, 6: Outcome.BUDGET_STOPPED}.get(number, Outcome.PASSED)
    ended = samples.result(name, samples.step("main", outcome, *attempts), outcome=outcome, fails=number in {5, 6})
    return lambda ledger: ledger.mission_finished(samples.RUN, samples.mission(name), ended)


def _case(name: str, kind: str, failure: str | None) -> Callable[[Ledger], None]:
    return lambda ledger: ledger.case_finished(samples.RUN, samples.case(name, kind), failure, 0.001)


def report(path: Path, suite: SuiteThresholds = SUITE) -> Report:
    ledger = Ledger(path, read_only=True)
    try:
        return build(ledger, samples.RUN, samples.manifest(suite))
    finally:
        ledger.close()


def without_times(text: str) -> str:
    """Return a JSON report without the one time that the clock gives it."""
    return re.sub(r'"started_at": "20(?!26-07-12)[^"]+"', '"started_at": "…"', text)
