"""The table of kinds, and the walk over a mission's expectations."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from orchestra_compiler.model import Expectation, Json, Mission
from pytest_orchestra.expectations import amounts, documents, facts, texts
from pytest_orchestra.expectations.shortfall import Shortfall, UnusableError
from pytest_orchestra.expectations.texts import StepCheck
from pytest_orchestra.values import Failure, MissionResult, Outcome

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject

MissionCheck: TypeAlias = Callable[[Json, MissionResult], Shortfall | None]

STEP_CHECKS: Mapping[str, StepCheck] = {
    "agent": facts.agent,
    "attempts": amounts.attempts,
    "contains": texts.contains,
    "cost_usd": amounts.step_cost,
    "equals": texts.equals,
    "error": facts.error,
    "gate": facts.gate,
    "json": documents.json,
    "latency_s": amounts.step_latency,
    "level": facts.level,
    "message": documents.message,
    "model": facts.model,
    "not_contains": texts.not_contains,
    "outcome": facts.step_outcome,
    "regex": texts.regex,
    "tier": facts.tier,
    "tokens": amounts.step_tokens,
    "tools": facts.tools,
    "xpath": documents.xpath,
}

MISSION_CHECKS: Mapping[str, MissionCheck] = {
    "cost_usd": amounts.mission_cost,
    "latency_s": amounts.mission_latency,
    "order": facts.order,
    "outcome": facts.mission_outcome,
    "tokens": amounts.mission_tokens,
    "user_escalations": amounts.user_escalations,
}


def known_kinds() -> tuple[frozenset[str], frozenset[str]]:
    """Return the kinds of steps and those of whole missions."""
    return frozenset(STEP_CHECKS), frozenset(MISSION_CHECKS)


def judged(mission: Mission, result: MissionResult, project: CompiledProject) -> MissionResult:
    """Return the result with the expectations that do not hold.

    That the mission passes is expected of all that do not state an outcome of their own. Of a mission that was
    cancelled nothing else is asked.
    """
    stated = any(each.step is None and each.kind == "outcome" for each in mission.expectations)
    if result.outcome is Outcome.CANCELLED:
        failures = [outcome_failure(mission, result.outcome, "the run was stopped")]
    else:
        failures = [found for each in mission.expectations if (found := _failure(each, result, project)) is not None]
        if not stated and (short := facts.mission_outcome(Outcome.PASSED.value, result)) is not None:
            failures.insert(0, _as_failure(None, "outcome", mission, short))
    return dataclasses.replace(result, failures=tuple(failures)) if failures else result


def outcome_failure(mission: Mission, outcome: Outcome, detail: str) -> Failure:
    """Return the failure of a mission that did not come to its end."""
    return _as_failure(None, "outcome", mission, Shortfall(Outcome.PASSED.value, f"{outcome.value} ({detail})"))


def _failure(expectation: Expectation, result: MissionResult, project: CompiledProject) -> Failure | None:
    try:
        short = _check(expectation, result, project)
    except UnusableError as error:
        short = Shortfall(expectation.value, f"this expectation cannot be checked: {error}")
    return None if short is None else _as_failure(expectation.step, expectation.kind, expectation, short)


def _check(expectation: Expectation, result: MissionResult, project: CompiledProject) -> Shortfall | None:
    value: Json = json.loads(expectation.value)
    if expectation.step is None:
        of_mission = MISSION_CHECKS.get(expectation.kind)
        if of_mission is None:
            raise UnusableError(f"nothing called {expectation.kind!r} can be expected of a mission")
        return of_mission(value, result)
    of_step = STEP_CHECKS.get(expectation.kind)
    step = result.steps.get(expectation.step)
    if of_step is None or step is None:
        missing = "step" if step is None else "kind"
        raise UnusableError(f"there is no {missing} {expectation.step if step is None else expectation.kind!r}")
    return of_step(value, step, project)


def _as_failure(step: str | None, kind: str, written: Expectation | Mission, short: Shortfall) -> Failure:
    return Failure(step=step, kind=kind, span=written.span, expected=short.expected, actual=short.actual)
