from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler.model import CallError, Mission
from pytest_orchestra.budget import Budget
from pytest_orchestra.mission import WORST_FIRST, MissionRun, mission_outcome, not_run
from pytest_orchestra.values import MissionResult, Outcome, Reply, StepResult


def outcomes(result) -> dict[str, str]:
    return {name: step.outcome.value for name, step in result.steps.items()}


class Gate:
    """A provider whose calls wait until the test lets them go; it notes who is in flight."""

    name = "gate"
    paid = False

    def __init__(self, *held: str) -> None:
        self.open = asyncio.Event()
        self.held = held
        self.inside: list[str] = []
        self.most = 0
        self.now = 0

    async def call(self, request) -> Reply:
        self.now += 1
        self.most = max(self.most, self.now)
        self.inside.append(request.step.name)
        if request.step.name in self.held:
            await self.open.wait()
        else:
            await asyncio.sleep(0)
        self.now -= 1
        return Reply(text=f"{request.step.name} done")

    async def reached(self, state: Callable[[], bool]) -> None:
        for _ in range(1000):
            if state():
                return
            await asyncio.sleep(0)
        pytest.fail("the mission never came this far")

    async def close(self) -> None:
        pass


def test_every_outcome_has_its_place_in_the_order() -> None:
    assert sorted(WORST_FIRST) == sorted(Outcome)


def test_steps_read_the_replies_of_those_they_need(studio) -> None:
    steps = (studio.step("c", needs=("a", "b")), studio.step("a"), studio.step("b"))
    result = studio.run(studio.mission(*steps, replies={"a": ["one"], "b": ["three"]}))
    assert outcomes(result) == {"c": "passed", "a": "passed", "b": "passed"}
    request, _ = studio.notes.started[-1]
    assert request.context == {"a": "one", "b": "three"}
    assert request.prompt_tokens == 110 + len("one") + len("three")
    assert list(result.steps) == ["c", "a", "b"]  # as written
    assert {name: step.order for name, step in result.steps.items()} == {"a": 0, "b": 1, "c": 2}


def test_steps_that_need_nothing_of_each_other_run_together(studio) -> None:
    steps = (studio.step("a"), studio.step("b"), studio.step("c", needs=("a",)))

    async def run() -> list[str]:
        gate = Gate("a")
        mission = studio.mission(*steps)
        task = asyncio.create_task(MissionRun(studio.stage(studio.project(mission), provider=gate), mission).run())
        await gate.reached(lambda: gate.inside == ["a", "b"] and gate.now == 1)
        gate.open.set()
        assert (await task).outcome is Outcome.PASSED
        return gate.inside

    assert asyncio.run(run()) == ["a", "b", "c"]


def test_no_more_calls_are_in_flight_than_there_are_slots(studio) -> None:
    gates: list[Gate] = []

    def provider(_project) -> Gate:
        gates.append(Gate())
        return gates[0]

    steps = [studio.step(f"s{number}") for number in range(9)]
    studio.run(studio.mission(*steps), provider=provider, slots=asyncio.Semaphore(3))
    assert gates[0].most == 3


def test_steps_behind_a_failed_one_are_skipped_however_far(studio) -> None:
    steps = (
        studio.step("a", agent="lone"),
        studio.step("b", needs=("a",)),
        studio.step("c", needs=("b",)),
        studio.step("d"),
    )
    result = studio.run(studio.mission(*steps, replies={"a": ["hopeless"]}))
    assert outcomes(result) == {"a": "escalated", "b": "skipped", "c": "skipped", "d": "passed"}
    assert result.outcome is Outcome.ESCALATED
    assert result.steps["b"].detail == "needs a, which did not end well"
    assert result.steps["b"].order == -1


def test_an_optional_step_that_fails_only_degrades(studio) -> None:
    steps = (studio.step("a", agent="lone", optional=True), studio.step("d"), studio.step("b", needs=("a", "d")))
    result = studio.run(studio.mission(*steps, replies={"a": ["hopeless"], "d": ["yes"]}))
    assert outcomes(result) == {"a": "escalated", "d": "passed", "b": "passed"}
    assert result.outcome is Outcome.DEGRADED
    request, _ = studio.notes.started[-1]
    assert request.context == {"d": "yes"}


def test_an_optional_step_that_is_skipped_holds_nobody_up(studio) -> None:
    steps = (
        studio.step("a", agent="lone", optional=True),
        studio.step("b", needs=("a",)),
        studio.step("x", agent="lone"),
        studio.step("y", needs=("x",), optional=True),
        studio.step("z", needs=("y",)),
    )
    result = studio.run(studio.mission(*steps, replies={"a": ["hopeless"], "x": ["hopeless"]}))
    assert outcomes(result)["y"] == "skipped"
    assert outcomes(result)["z"] == outcomes(result)["b"] == "passed"
    assert result.outcome is Outcome.ESCALATED


def test_a_fault_of_the_file_counts_even_in_an_optional_step(studio) -> None:
    result = studio.run(studio.mission(studio.step("a", optional=True), replies={"a": []}))
    assert result.outcome is Outcome.ERROR
    assert "no scripted replies" in result.steps["a"].detail


def test_steps_on_a_circle_end_in_an_error_instead_of_waiting(studio) -> None:
    steps = (
        studio.step("a"),
        studio.step("b", needs=("c",)),
        studio.step("c", needs=("b",)),
        studio.step("d", needs=("x",)),
    )
    result = studio.run(studio.mission(*steps))
    assert outcomes(result) == {"a": "passed", "b": "error", "c": "error", "d": "error"}
    assert result.outcome is Outcome.ERROR


def test_a_missions_deadline_ends_all_its_steps(studio) -> None:
    slow = studio.reply(latency_s=5)
    steps = (
        studio.step("a"),
        studio.step("b", needs=("a",)),
        studio.step("c", needs=("a",)),
        studio.step("d", needs=("b", "c")),
    )
    budget = Budget(Decimal(1))
    mission = studio.mission(*steps, replies={"b": [slow], "c": [slow]}, deadline_s=0.03)
    result = studio.run(mission, budget=budget)
    assert outcomes(result) == {"a": "passed", "b": "deadline", "c": "deadline", "d": "skipped"}
    assert result.outcome is Outcome.DEADLINE
    assert result.steps["b"].final.reply.error is CallError.TIMEOUT
    assert len(studio.notes.finished) == 3
    assert budget.reserved == 0


def test_a_deadline_met_changes_nothing(studio) -> None:
    mission = studio.mission(studio.step(deadline_s=5), deadline_s=5)
    assert studio.run(mission).outcome is Outcome.PASSED


def test_waiting_for_a_slot_does_not_eat_a_steps_deadline(studio) -> None:
    steps = (studio.step("a"), studio.step("b", deadline_s=0.03))
    mission = studio.mission(*steps, replies={"a": [studio.reply(latency_s=0.06)]})
    result = studio.run(mission, slots=asyncio.Semaphore(1))
    assert outcomes(result) == {"a": "passed", "b": "passed"}


def test_calls_wait_for_the_money_that_others_may_give_back(studio) -> None:
    steps = [studio.step(f"s{number}") for number in range(5)]
    slow = studio.reply(latency_s=0.001)
    mission = studio.mission(*steps, replies={step.name: [slow] for step in steps}, budget_usd=Decimal("0.006"))
    result = studio.run(mission)  # one worst case is 0.00511: they must go one by one
    assert result.outcome is Outcome.PASSED
    assert result.priced_usd == 5 * Decimal("0.00013")


def test_a_cancelled_mission_tells_how_far_it_came(studio) -> None:
    steps = (studio.step("a"), studio.step("b", needs=("a",)), studio.step("c", needs=("b",)))

    async def run() -> MissionResult:
        gate = Gate("b")
        mission = studio.mission(*steps)
        task = asyncio.create_task(MissionRun(studio.stage(studio.project(mission), provider=gate), mission).run())
        await gate.reached(lambda: "b" in gate.inside)
        task.cancel()
        return await task

    result = asyncio.run(run())
    assert outcomes(result) == {"a": "passed", "b": "cancelled", "c": "cancelled"}
    assert result.outcome is Outcome.CANCELLED
    assert studio.notes.missions == [result]
    assert (len(studio.notes.started), len(studio.notes.finished)) == (2, 1)  # the open call stays open
    assert [(each.kind, each.actual) for each in result.failures] == [("outcome", "cancelled (the run was stopped)")]


def test_a_crash_in_one_step_ends_the_others_and_is_raised(studio) -> None:
    class Broken(Gate):
        async def call(self, request) -> Reply:
            if request.step.name == "b":
                raise RuntimeError("broken")
            return await super().call(request)

    with pytest.raises(RuntimeError, match="broken"):
        studio.run(studio.mission(studio.step("a"), studio.step("b")), provider=lambda _: Broken("a"))


def test_a_timeout_raised_by_a_provider_is_its_bug_and_no_deadline(studio) -> None:
    class Broken(Gate):
        async def call(self, _request) -> Reply:
            raise TimeoutError("mine")

    for fields in ({"deadline_s": 5}, {}):
        mission = studio.mission(studio.step(**fields), deadline_s=5)
        with pytest.raises(TimeoutError, match="mine"):
            studio.run(mission, provider=lambda _: Broken())


def test_a_mission_that_never_ran_fails(studio) -> None:
    mission = studio.mission(studio.step("a"), studio.step("b"))
    result = not_run(mission, Outcome.BUDGET_STOPPED, "no money")
    assert outcomes(result) == {"a": "budget-stopped", "b": "budget-stopped"}
    assert [(each.expected, each.actual) for each in result.failures] == [("passed", "budget-stopped (no money)")]


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        (Outcome.PASSED, Outcome.PASSED, Outcome.PASSED),
        (Outcome.BLOCKED, Outcome.ESCALATED, Outcome.ESCALATED),
        (Outcome.DEADLINE, Outcome.BUDGET_STOPPED, Outcome.BUDGET_STOPPED),
        (Outcome.ERROR, Outcome.BUDGET_STOPPED, Outcome.ERROR),
        (Outcome.SKIPPED, Outcome.PASSED, Outcome.SKIPPED),
    ],
)
def test_a_mission_ends_like_its_worst_step(studio, first, second, whole) -> None:
    mission = studio.mission(studio.step("a"), studio.step("b"))
    results = {"a": StepResult(step="a", outcome=first), "b": StepResult(step="b", outcome=second)}
    assert mission_outcome(mission, results) is whole


ENDINGS = ("fine", "hopeless", "bad", "evil")


@st.composite
def dags(draw) -> list[tuple[int, list[int], str, bool, int]]:
    """Steps written in any order, each needing some of those before it in another order."""
    count = draw(st.integers(1, 8))
    rows = []
    for number in range(count):
        needs = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        rows.append(
            (number, sorted(needs), draw(st.sampled_from(ENDINGS)), draw(st.booleans()), draw(st.integers(0, 3)))
        )
    return draw(st.permutations(rows))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=dags(), slots=st.integers(1, 4))
def test_random_missions_end_with_every_step_in_a_declared_state(studio, rows, slots) -> None:
    log: list[tuple[str, str]] = []

    class Noting(Gate):
        async def call(self, request) -> Reply:
            if request.number == 0:
                log.append(("start", request.step.name))
            for _ in range(waits[request.step.name]):
                await asyncio.sleep(0)
            log.append(("end", request.step.name))
            return Reply(text=ends[request.step.name])

    ends = {f"s{number}": ending for number, _, ending, _, _ in rows}
    waits = {f"s{number}": wait for number, _, _, _, wait in rows}
    mission: Mission = studio.mission(
        *(
            studio.step(
                f"s{number}",
                agent="lone",
                task="evil" if ending == "evil" else "Do it.",
                needs=tuple(f"s{need}" for need in needs),
                optional=optional,
            )
            for number, needs, ending, optional, _ in rows
        )
    )
    result = studio.run(mission, provider=lambda _: Noting(), slots=asyncio.Semaphore(slots))
    by_name = {step.name: step for step in mission.steps}
    for name, step in result.steps.items():
        needs = [result.steps[need] for need in by_name[name].needs]
        held = any(need.outcome is not Outcome.PASSED and not by_name[need.step].optional for need in needs)
        expected = {
            "fine": Outcome.PASSED,
            "hopeless": Outcome.ESCALATED,
            "bad": Outcome.ESCALATED,
            "evil": Outcome.BLOCKED,
        }
        assert step.outcome is (Outcome.SKIPPED if held else expected[ends[name]])
        if ("start", name) in log:
            started = log.index(("start", name))
            assert all(("end", need.step) not in log[started:] for need in needs)
    assert mission_outcome(mission, dict(result.steps)) is result.outcome
