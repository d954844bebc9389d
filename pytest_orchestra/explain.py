"""What a person reads about one mission: how it went, and what it should have shown."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from orchestra_compiler.model import Mission
from pytest_orchestra.values import Attempt, Failure, MissionResult, Outcome, StepResult, Verdict, VerdictKind


def failure_text(mission: Mission, result: MissionResult) -> str:
    """Return the failures of a mission: mission, step, place in the spec, expected, actual, cost; then how it went."""
    lines = [
        f"mission   {mission.name} ({mission.category.value}, risk {mission.risk.value})",
        f"spec      {mission.span.place}",
        f"outcome   {result.outcome.value}",
        f"cost      {_money(result.priced_usd)} priced, {_money(result.spent_usd)} spent",
    ]
    for failure in result.failures:
        lines += ["", *_failure(failure)]
    return "\n".join([*lines, "", "how it went:", trace_text(mission, result)])


def trace_text(mission: Mission, result: MissionResult) -> str:
    """Return a line per step in the order in which they began, with their calls and what the gates objected to."""
    steps = sorted(result.steps.values(), key=lambda step: (step.order < 0, step.order))
    return "\n".join(line for step in steps for line in _step(step)) or f"  {mission.name}: no step began"


def _failure(failure: Failure) -> Iterator[str]:
    yield f"{f'step {failure.step}' if failure.step else 'mission'}: {failure.kind}, expected at {failure.span.place}"
    yield from _labelled("expected", failure.expected)
    yield from _labelled("actual", failure.actual)


def _labelled(label: str, text: str) -> Iterator[str]:
    first, *rest = text.splitlines() or [""]
    yield f"  {label:<10}{first}"
    yield from (f"  {'':<10}{line}" for line in rest)


def _step(step: StepResult) -> Iterator[str]:
    detail = f": {step.detail}" if step.detail else ""
    yield f"  {step.step}: {step.outcome.value}{detail}"
    yield from (f"    {line}" for verdict in step.verdicts for line in _verdict(verdict))
    for attempt in step.attempts:
        yield f"    {_attempt(attempt)}"
        yield from (f"      {line}" for verdict in attempt.verdicts for line in _verdict(verdict))
    if step.outcome is not Outcome.PASSED:
        yield from (f"    route: {reason}" for reason in step.route)


def _attempt(attempt: Attempt) -> str:
    usage = attempt.reply.usage
    answer = f"failed with {attempt.reply.error.value}" if attempt.reply.error else "answered"
    detail = f" ({attempt.reply.detail})" if attempt.reply.detail else ""
    return (
        f"{attempt.agent} [{attempt.tier}, {attempt.model}] {answer}{detail}: "
        f"{usage.input_tokens:,} in, {usage.output_tokens:,} out ({attempt.reply.usage_source.value}), "
        f"{_money(attempt.priced_usd)}, {attempt.latency_s:.3f} s"
    )


def _verdict(verdict: Verdict) -> Iterator[str]:
    if verdict.kind is VerdictKind.PASS:
        return
    yield f"gate {verdict.layer.value}/{verdict.check}: {verdict.kind.value}"
    yield from (f"  {evidence}" for evidence in verdict.evidence)


def _money(amount: Decimal) -> str:
    return f"${amount:.4f}"
