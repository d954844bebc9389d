"""Expectations of amounts: a plain number must be met exactly, `{min, max}` bounds it, either end included."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from orchestra_compiler.model import Json, Usage
from pytest_orchestra.expectations.shortfall import Shortfall, UnusableError, compact
from pytest_orchestra.values import MissionResult, Outcome, StepResult

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject

_BOUNDS = {"min", "max"}
_SINGULAR = {"calls": "call", "steps with the user": "step with the user", "tokens": "token"}


def attempts(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Bound the number of calls."""
    return _within(value, Decimal(len(step.attempts)), "calls")


def step_tokens(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Bound the tokens in and out of all attempts, those of the prompt cache included."""
    return _within(value, Decimal(_tokens(step)), "tokens")


def step_cost(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Bound what all attempts are priced at, in US dollars."""
    return _within(value, sum((attempt.priced_usd for attempt in step.attempts), Decimal(0)), "USD")


def step_latency(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Bound the time that all attempts took together, in seconds."""
    return _within(value, _seconds(sum(attempt.latency_s for attempt in step.attempts)), "s")


def mission_tokens(value: Json, result: MissionResult) -> Shortfall | None:
    """Bound the tokens in and out of all calls of the mission, those of the prompt cache included."""
    return _within(value, Decimal(sum(map(_tokens, result.steps.values()))), "tokens")


def mission_cost(value: Json, result: MissionResult) -> Shortfall | None:
    """Bound what the mission is priced at, in US dollars."""
    return _within(value, result.priced_usd, "USD")


def mission_latency(value: Json, result: MissionResult) -> Shortfall | None:
    """Bound the time from the mission's start to its end, in seconds."""
    return _within(value, _seconds(result.duration_s), "s")


def user_escalations(value: Json, result: MissionResult) -> Shortfall | None:
    """Bound the number of steps that ended with the user."""
    count = sum(step.outcome is Outcome.ESCALATED for step in result.steps.values())
    return _within(value, Decimal(count), "steps with the user")


def _within(value: Json, actual: Decimal, unit: str) -> Shortfall | None:
    low, high = _bounds(value)
    if (low is None or actual >= low) and (high is None or actual <= high):
        return None
    one = low if high is None else high
    return Shortfall(f"{_wording(low, high)} {_unit(one, unit)}", f"{actual:f} {_unit(actual, unit)}")


def _unit(number: Decimal | None, unit: str) -> str:
    return _SINGULAR.get(unit, unit) if number == 1 else unit


def _bounds(value: Json) -> tuple[Decimal | None, Decimal | None]:
    if not isinstance(value, dict):
        exact = _number(value)
        return exact, exact
    if not value or not _BOUNDS.issuperset(value):
        raise UnusableError(f"{compact(value)} must have `min`, `max` or both")
    low, high = value.get("min"), value.get("max")
    return None if low is None else _number(low), None if high is None else _number(high)


def _number(value: Json) -> Decimal:
    """Return a number as written: through its text, so that money never passes through a float's digits."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise UnusableError(f"{compact(value)} is not a number")


def _wording(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return f"at most {high:f}"
    if high is None:
        return f"at least {low:f}"
    return f"{low:f}" if low == high else f"{low:f} to {high:f}"


def _seconds(seconds: float) -> Decimal:
    return Decimal(str(round(seconds, 6)))


def _tokens(step: StepResult) -> int:
    return sum(_total(attempt.reply.usage) for attempt in step.attempts)


def _total(usage: Usage) -> int:
    return usage.input_tokens + usage.output_tokens + usage.cache_read_tokens + usage.cache_write_tokens
