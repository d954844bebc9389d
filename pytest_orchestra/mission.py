"""Runs one mission: a DAG of steps, each started as soon as the steps it needs have ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from decimal import Decimal
from time import perf_counter

from orchestra_compiler.model import Mission, Step
from pytest_orchestra import expectations
from pytest_orchestra.budget import Budget
from pytest_orchestra.dag import Dag
from pytest_orchestra.stage import Stage
from pytest_orchestra.step import StepRun
from pytest_orchestra.values import MissionResult, Outcome, StepResult

WORST_FIRST: tuple[Outcome, ...] = (
    Outcome.CANCELLED,
    Outcome.ERROR,
    Outcome.BUDGET_STOPPED,
    Outcome.DEADLINE,
    Outcome.ESCALATED,
    Outcome.BLOCKED,
    Outcome.SKIPPED,
    Outcome.DEGRADED,
    Outcome.PASSED,
)
"""A mission ends like the first of these among its steps."""

_ALWAYS_COUNT = (Outcome.CANCELLED, Outcome.ERROR)  # `optional` forgives an agent's failure, not a mission file's


def mission_outcome(mission: Mission, results: dict[str, StepResult]) -> Outcome:
    """Return the worst outcome of the steps, where an optional step that did not end well only degrades."""
    worst = len(WORST_FIRST) - 1
    for step in mission.steps:
        outcome = results[step.name].outcome
        if step.optional and outcome is not Outcome.PASSED and outcome not in _ALWAYS_COUNT:
            outcome = Outcome.DEGRADED
        worst = min(worst, WORST_FIRST.index(outcome))
    return WORST_FIRST[worst]


class MissionRun:
    """One mission on its way."""

    def __init__(self, stage: Stage, mission: Mission) -> None:
        self._stage = stage
        self._mission = mission
        self._steps = {step.name: step for step in mission.steps}
        self._positions = {step.name: position for position, step in enumerate(mission.steps)}
        self._dag = Dag(mission.steps)
        self._results: dict[str, StepResult] = {}
        self._open: dict[str, StepRun] = {}
        self._started = 0
        self._purse = Budget(mission.budget_usd)

    async def run(self) -> MissionResult:
        """Run the mission to its end, judge it and record it.

        Cancelling it ends it too: what its steps came to by then is its result, `cancelled`.
        """
        began = perf_counter()
        forced: Outcome | None = None
        try:
            await self._within_deadline()
        except _Overdue as overdue:
            forced = Outcome.DEADLINE
            self._break_off(str(overdue), forced)
        except asyncio.CancelledError:
            forced = Outcome.CANCELLED
            self._break_off("the run was stopped", forced)
        result = self._result(forced, perf_counter() - began)
        self._stage.recorder.mission_finished(self._stage.run, self._mission, result)
        return result

    async def _within_deadline(self) -> None:
        deadline = self._mission.deadline_s
        if deadline is None:
            await self._run_steps()
            return
        timer = asyncio.timeout(deadline)
        try:
            async with timer:
                await self._run_steps()
        except TimeoutError:
            if not timer.expired():
                raise
            raise _Overdue(f"the mission's deadline of {deadline:g} s passed") from None

    async def _run_steps(self) -> None:
        """Start what is ready, wait for any to end, and start what that released.

        A step that is alone on its way runs in the mission's own task: most missions are chains.
        """
        ready = self._dag.first()
        running: dict[asyncio.Task[None], Step] = {}
        try:
            while ready or running:
                if len(ready) == 1 and not running:
                    await self._run_step(ready[0])
                    ready = self._released([ready[0]])
                    continue
                running.update({asyncio.create_task(self._run_step(step)): step for step in ready})
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()  # an exception of one step is the mission's
                ready = self._released([running.pop(task) for task in done])
        finally:
            await _end_all(running)
        for step in self._mission.steps:
            if step.name not in self._results:
                self._results[step.name] = _unstarted(step, Outcome.ERROR, "the steps it needs can never end")

    def _released(self, ended: list[Step]) -> list[Step]:
        """Return the steps that may start now that others have ended, in the mission's order.

        A step that needs one which did not end well is skipped here, and those after it likewise; a needed step that
        is optional holds nobody up.
        """
        ready: list[Step] = []
        for step in ended:  # grows while steps are skipped
            for released in self._dag.ended(step):
                failed = [need for need in released.needs if not self._good(need)]
                if failed:
                    self._results[released.name] = _unstarted(released, Outcome.SKIPPED, _needs(failed))
                    ended.append(released)
                else:
                    ready.append(released)
        return sorted(ready, key=self._position) if len(ready) > 1 else ready

    def _position(self, step: Step) -> int:
        return self._positions[step.name]

    def _good(self, need: str) -> bool:
        return self._steps[need].optional or self._results[need].outcome is Outcome.PASSED

    async def _run_step(self, step: Step) -> None:
        context = {need: text for need in step.needs if (text := self._reply(need)) is not None}
        run = StepRun(
            self._stage,
            self._mission,
            step,
            purse=self._purse,
            context=context,
            chain=self._chain(step),
            order=self._started,
        )
        self._started += 1
        self._open[step.name] = run
        self._results[step.name] = await run.run()
        del self._open[step.name]

    def _reply(self, need: str) -> str | None:
        """Return the text of a step that ended well; None for an optional one that did not."""
        result = self._results[need]
        final = result.final
        return final.reply.text if final is not None and result.outcome is Outcome.PASSED else None

    def _chain(self, step: Step) -> list[str]:
        """Return the agents through whose hands the work has come to a step, in the mission's order, once each.

        Only the steps it needs count, however far back: which others have ended by now is chance.
        """
        if not step.needs:
            return []
        behind: set[str] = set()
        pending = list(step.needs)
        while pending:
            name = pending.pop()
            if name not in behind:
                behind.add(name)
                pending.extend(self._steps[name].needs)
        agents: dict[str, None] = {}
        for earlier in self._mission.steps:
            if earlier.name in behind:
                agents.update(dict.fromkeys(attempt.agent for attempt in self._results[earlier.name].attempts))
        return list(agents)

    def _break_off(self, detail: str, outcome: Outcome) -> None:
        """Give every step without a result the one it deserves when the mission is ended from outside."""
        for name, run in self._open.items():
            overdue = outcome is Outcome.DEADLINE
            self._results[name] = run.overdue(detail) if overdue else run.ended(outcome, detail)
        for step in self._mission.steps:
            if step.name not in self._results:
                ending = Outcome.SKIPPED if outcome is Outcome.DEADLINE else outcome
                self._results[step.name] = _unstarted(step, ending, detail)

    def _result(self, forced: Outcome | None, duration: float) -> MissionResult:
        results = {step.name: self._results[step.name] for step in self._mission.steps}
        attempts = [attempt for result in results.values() for attempt in result.attempts]
        outcome = forced if forced is not None else mission_outcome(self._mission, results)
        result = MissionResult(
            mission=self._mission.name,
            outcome=outcome,
            steps=results,
            duration_s=duration,
            priced_usd=sum((attempt.priced_usd for attempt in attempts), Decimal(0)),
            spent_usd=sum((attempt.reply.spent_usd for attempt in attempts), Decimal(0)),
        )
        return expectations.judged(self._mission, result, self._stage.project)


class _Overdue(Exception):  # noqa: N818 - an ending, not an error
    """The mission's own deadline passed."""


def not_run(mission: Mission, outcome: Outcome, detail: str) -> MissionResult:
    """Return the result of a mission that never started."""
    steps = {step.name: _unstarted(step, outcome, detail) for step in mission.steps}
    failure = expectations.outcome_failure(mission, outcome, detail)
    return MissionResult(mission=mission.name, outcome=outcome, steps=steps, failures=(failure,))


def _unstarted(step: Step, outcome: Outcome, detail: str) -> StepResult:
    return StepResult(step=step.name, outcome=outcome, detail=detail)


def _needs(failed: list[str]) -> str:
    return f"needs {', '.join(failed)}, which did not end well"


async def _end_all(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait until they have ended."""
    pending = [task for task in tasks if not task.done()]
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.gather(*pending, return_exceptions=True)
