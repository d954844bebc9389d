"""Expectations of how a step went: who answered, where it ended, what the gates said, which tools were used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestra_compiler.model import Json
from pytest_orchestra.expectations.shortfall import Shortfall, as_mapping, as_text, as_texts, no_reply
from pytest_orchestra.values import Attempt, MissionResult, Outcome, StepResult

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject


def tier(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Hold when the last attempt was made on this tier."""
    return _last("tier", value, step, step.final.tier if step.final is not None else None)


def agent(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Hold when this agent made the last attempt."""
    return _last("agent", value, step, step.final.agent if step.final is not None else None)


def model(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Hold when the last attempt was made with this model."""
    return _last("model", value, step, step.final.model if step.final is not None else None)


def _last(what: str, value: Json, step: StepResult, actual: str | None) -> Shortfall | None:
    if actual is None:
        return Shortfall(f"{what} {as_text(value)}", no_reply(step))
    if actual in as_texts(value):
        return None
    route = f" (route: {'; '.join(step.route)})" if what != "agent" and step.route else ""
    return Shortfall(f"{what} {as_text(value)}", f"{what} {actual}{route}")


def step_outcome(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Hold when the step ended in this way."""
    if step.outcome.value in as_texts(value):
        return None
    return Shortfall(as_text(value), _explained(step.outcome, step.detail))


def level(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Hold when this was the highest error level that the step reached."""
    actual = step.level.name.lower()
    return None if actual in as_texts(value) else Shortfall(f"level {as_text(value)}", f"level {actual}")


def error(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Hold when a call of the step failed in this way."""
    met = [attempt.reply.error.value for attempt in step.attempts if attempt.reply.error is not None]
    if any(each in met for each in as_texts(value)):
        return None
    return Shortfall(f"a call that fails with {as_text(value)}", ", ".join(met) or "no call failed")


def gate(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Hold when each check gave this verdict, on the task or on any attempt."""
    met = [*step.verdicts, *(verdict for attempt in step.attempts for verdict in attempt.verdicts)]
    for check, wanted in as_mapping(value).items():
        kinds = [verdict.kind.value for verdict in met if verdict.check == check]
        if not any(each in kinds for each in as_texts(wanted)):
            actual = f"{check}: {', '.join(kinds)}" if kinds else f"{check} gave no verdict"
            return Shortfall(f"{check}: {as_text(wanted)}", actual)
    return None


def tools(value: Json, step: StepResult, _project: CompiledProject) -> Shortfall | None:
    """Hold when the step's agents used all these tools, on whichever attempt."""
    used = _used(step.attempts)
    missing = next((name for name in as_texts(value) if name not in used), None)
    if missing is None:
        return None
    return Shortfall(f"tool {missing} used", f"tools used: {', '.join(used) or 'none'}")


def _used(attempts: tuple[Attempt, ...]) -> list[str]:
    return list(dict.fromkeys(tool.name for attempt in attempts for tool in attempt.reply.tools))


def mission_outcome(value: Json, result: MissionResult) -> Shortfall | None:
    """Hold when the mission ended in this way."""
    if result.outcome.value in as_texts(value):
        return None
    guilty = [step for step in result.steps.values() if step.outcome not in (Outcome.PASSED, Outcome.SKIPPED)]
    details = "; ".join(f"{step.step}: {_explained(step.outcome, step.detail)}" for step in guilty)
    return Shortfall(as_text(value), _explained(result.outcome, details))


def order(value: Json, result: MissionResult) -> Shortfall | None:
    """Hold when these steps were started in this order."""
    wanted = as_texts(value)
    started = {name: step.order for name, step in result.steps.items() if step.order >= 0}
    orders = [started.get(name, -1) for name in wanted]
    if -1 not in orders and orders == sorted(orders):
        return None
    actual = ", ".join(sorted(started, key=started.__getitem__))
    return Shortfall(f"started in the order {', '.join(wanted)}", f"started: {actual or 'none'}")


def _explained(outcome: Outcome, detail: str) -> str:
    return f"{outcome.value} ({detail})" if detail else outcome.value
