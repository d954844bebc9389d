from __future__ import annotations

import _thread
import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Never

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Action, GateCheck, GatePolicy, Layer
from pytest_orchestra.budget import Budget
from pytest_orchestra.engine import Engine
from pytest_orchestra.ledger import Ledger, RunInfo
from pytest_orchestra.providers import create
from pytest_orchestra.values import Outcome, Reply


class Answers:
    """A provider that the test's own thread steers: it holds back calls of named missions until they are let go."""

    name = "answers"
    paid = False

    def __init__(self, *held: str) -> None:
        self.held = set(held)
        self.asked: list[str] = []
        self.arrived = threading.Semaphore(0)
        self.closed = 0
        self.now = 0
        self.most = 0
        self._events: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Event]] = {}

    async def call(self, request) -> Reply:
        name = request.mission.name
        self.asked.append(name)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            if name in self.held:
                event = asyncio.Event()
                self._events[name] = (asyncio.get_running_loop(), event)
                self.arrived.release()
                await event.wait()
            else:
                await asyncio.sleep(0)
        finally:
            self.now -= 1
        if name.startswith("crash"):
            raise RuntimeError("the provider is broken")
        return Reply(text="hopeless" if name.startswith("fail") else "fine")

    def release(self, name: str) -> None:
        loop, event = self._events[name]
        loop.call_soon_threadsafe(event.set)

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture
def engines(studio) -> Iterator[Callable[..., Engine]]:
    """Makes engines over missions of the given names; all of them are stopped in the end."""
    made: list[Engine] = []

    def make(names, provider, *, plan=True, **options: Any) -> Engine:
        missions = tuple(studio.mission(studio.step(agent="lone"), name=name) for name in names)
        project = studio.project(*missions, gates=GatePolicy(checks=(REFUSE,)))
        engine = Engine(project, provider, options.pop("ledger", studio.notes), run="run", **options)
        if plan:
            engine.plan(list(names))
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.stop()


REFUSE = GateCheck(layer=Layer.OUTPUT, name="empty-reply", action=Action.BLOCK)


def names(count: int) -> list[str]:
    return [f"m{number:03}" for number in range(count)]


def test_results_come_in_the_order_in_which_they_are_asked_for(engines, studio) -> None:
    provider = Answers()
    engine = engines(names(40), provider, concurrency=4)
    assert [engine.result(name).mission for name in names(40)] == names(40)
    assert sorted(provider.asked) == names(40)
    assert provider.most <= 4
    assert sorted(each.mission for each in studio.notes.missions) == names(40)


def test_nothing_starts_before_the_first_result_is_asked_for(engines) -> None:
    provider = Answers()
    engine = engines(names(3), provider)
    assert provider.asked == []
    assert "orchestra-engine" not in {thread.name for thread in threading.enumerate()}
    engine.stop()
    assert provider.asked == []
    assert engine.result("m000").outcome is Outcome.CANCELLED


def test_missions_run_beside_each_other_as_far_as_the_look_ahead(engines) -> None:
    provider = Answers(*names(10))
    engine = engines(names(10), provider, look_ahead=3)
    waiter = threading.Thread(target=engine.result, args=("m000",))
    waiter.start()
    for _ in range(4):
        assert provider.arrived.acquire(timeout=10)
    assert provider.asked == names(10)[:4]
    for name in names(4):
        provider.release(name)
    waiter.join(10)
    provider.held.clear()
    engine.result("m003")
    assert set(provider.asked) <= set(names(7))


def test_without_look_ahead_only_what_is_asked_for_runs(engines) -> None:
    provider = Answers()
    engine = engines(names(6), provider, look_ahead=0)
    for name in ("m004", "m001"):
        assert engine.result(name).outcome is Outcome.PASSED
    assert provider.asked == ["m004", "m001"]


def test_concurrency_bounds_the_missions_in_flight(engines) -> None:
    provider = Answers(*names(9))
    engine = engines(names(9), provider, concurrency=2)
    waiter = threading.Thread(target=engine.result, args=("m008",))
    waiter.start()
    assert provider.arrived.acquire(timeout=10)
    assert provider.asked == ["m008"]  # what is waited for comes first
    provider.release("m008")
    waiter.join(10)
    provider.held.clear()
    assert engine.result("m000").outcome is Outcome.PASSED
    assert provider.most <= 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.permutations(range(12)), take=st.integers(1, 12), look_ahead=st.integers(0, 5), width=st.integers(1, 4))
def test_results_may_be_asked_for_in_any_order_or_not_at_all(studio, asked, take, look_ahead, width) -> None:
    missions = tuple(studio.mission(name=name) for name in names(12))
    provider = Answers()
    engine = Engine(
        studio.project(*missions), provider, studio.notes, run="run", concurrency=width, look_ahead=look_ahead
    )
    engine.plan(names(12))
    try:
        for number in asked[:take]:
            assert engine.result(names(12)[number]).outcome is Outcome.PASSED
    finally:
        engine.stop()
    assert len(provider.asked) == len(set(provider.asked))
    assert provider.most <= width


def test_asking_twice_gives_the_same_result(engines) -> None:
    engine = engines(names(1), Answers())
    assert engine.result("m000") is engine.result("m000")


def test_more_can_be_planned_while_missions_run(engines) -> None:
    engine = engines(names(4), Answers(), plan=False)
    engine.plan(names(2))
    engine.result("m001")
    engine.plan(names(4))  # what is planned already is planned once
    assert engine.result("m003").outcome is Outcome.PASSED


def test_a_mission_outside_the_plan_or_the_project_is_refused(engines) -> None:
    engine = engines(names(2), Answers(), plan=False)
    with pytest.raises(OrchestraError, match="no mission 'x'"):
        engine.plan(["m000", "x"])
    with pytest.raises(OrchestraError, match="not in the plan"):
        engine.result("m001")


def test_after_maxfail_failures_no_further_mission_starts(engines) -> None:
    provider = Answers()
    engine = engines(["n0", "fail1", "n1", "fail2", *names(20)], EmptyFor(provider, "fail"), concurrency=1, maxfail=2)
    assert engine.result("n0").outcome is Outcome.PASSED
    assert engine.result("fail1").failures
    assert engine.result("fail2").failures
    late = engine.result("m005")
    assert late.outcome is Outcome.CANCELLED
    assert [(each.kind, each.actual) for each in late.failures] == [
        ("outcome", "cancelled (the run was stopped after 2 failed missions)")
    ]
    assert provider.asked[-1] == "fail2"
    assert "m000" not in provider.asked


class EmptyFor:
    """Answers nothing at all for missions whose name begins in a certain way."""

    name = "empty"
    paid = False

    def __init__(self, inner: Answers, start: str) -> None:
        self._inner = inner
        self._start = start

    async def call(self, request) -> Reply:
        reply = await self._inner.call(request)
        return Reply() if request.mission.name.startswith(self._start) else reply

    async def close(self) -> None:
        await self._inner.close()


def test_an_exhausted_budget_starts_no_further_mission(engines) -> None:
    provider = Answers()
    budget = Budget(Decimal("0.001"))
    engine = engines(names(20), provider, concurrency=1, budget=budget)
    results = [engine.result(name) for name in names(20)]
    assert {result.outcome for result in results} == {Outcome.BUDGET_STOPPED}
    assert sum(result.steps["main"].order >= 0 for result in results) == 1
    assert budget.exhausted
    assert provider.asked == []


def test_stopping_cancels_what_runs_and_records_it(engines, studio) -> None:
    provider = Answers("m001")
    engine = engines(names(3), provider, concurrency=2)
    assert engine.result("m000").outcome is Outcome.PASSED
    assert provider.arrived.acquire(timeout=10)
    engine.stop()
    engine.stop()
    assert provider.closed == 1
    assert engine.result("m000").outcome is Outcome.PASSED
    assert engine.result("m001").outcome is Outcome.CANCELLED
    recorded = {each.mission: each.outcome for each in studio.notes.missions}
    assert recorded["m001"] is Outcome.CANCELLED


def test_stopping_from_another_thread_wakes_whoever_waits(engines) -> None:
    provider = Answers("m000")
    engine = engines(names(1), provider)
    found = []
    waiter = threading.Thread(target=lambda: found.append(engine.result("m000")))
    waiter.start()
    assert provider.arrived.acquire(timeout=10)
    engine.stop()
    waiter.join(10)
    assert [result.outcome for result in found] == [Outcome.CANCELLED]


def test_a_crash_reaches_whoever_waits_and_ends_the_run(engines) -> None:
    provider = Answers("m000")
    engine = engines(["m000", "crash", "m002"], provider)
    with pytest.raises(RuntimeError, match="the provider is broken"):
        engine.result("m000")
    with pytest.raises(RuntimeError, match="the provider is broken"):
        engine.result("crash")
    engine.stop()
    with pytest.raises(RuntimeError, match="the provider is broken"):
        engine.result("m000")


@pytest.mark.parametrize("method", ["call_started", "call_finished", "mission_finished"])
def test_an_error_of_the_ledger_stops_the_run(engines, studio, monkeypatch, method) -> None:
    def fail(*_arguments: object, **_options: object) -> Never:
        raise OrchestraError("the disk is full")

    monkeypatch.setattr(studio.notes, method, fail)
    engine = engines(names(5), Answers())
    with pytest.raises(OrchestraError, match="the disk is full"):
        engine.result("m003")


def test_an_error_of_the_ledger_while_refusing_a_mission_is_no_hang(engines, studio, monkeypatch) -> None:
    engine = engines(["fail", "m1"], EmptyFor(Answers(), "fail"), maxfail=1, look_ahead=0)
    engine.result("fail")
    monkeypatch.setattr(studio.notes, "mission_finished", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        engine.result("m1")


def test_a_waiting_main_thread_can_be_interrupted(engines) -> None:
    provider = Answers("m000")
    engine = engines(names(1), provider)

    def interrupt() -> None:
        assert provider.arrived.acquire(timeout=10)
        _thread.interrupt_main()

    interrupter = threading.Thread(target=interrupt)
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        engine.result("m000")
    interrupter.join(10)
    engine.stop()
    assert engine.result("m000").outcome is Outcome.CANCELLED


def test_engine_ledger_and_scripted_provider_together(studio, tmp_path) -> None:
    missions = tuple(studio.mission(name=name, replies={"main": ["hello"]}) for name in names(10))
    project = studio.project(*missions, gates=GatePolicy(checks=(REFUSE,)))
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.begin_run(
        RunInfo(
            run="run",
            project="trial",
            manifest_sha256="",
            provider="scripted",
            tool="0",
            started_at=datetime.now(UTC),
            baseline="implementation",
            budget_usd=None,
        )
    )
    engine = Engine(project, create("scripted", project), ledger, run="run")
    engine.plan(names(10))
    results = [engine.result(name) for name in names(10)]
    engine.stop()
    ledger.close()
    assert {result.outcome for result in results} == {Outcome.PASSED}
    assert [verdict.check for verdict in results[0].steps["main"].final.verdicts] == ["empty-reply"]


EXIT = """
import sys, asyncio
sys.path.insert(0, {tests!r})
from pathlib import Path
from typing import Any
from conftest import Notes, Studio
from pytest_orchestra.engine import Engine
from pytest_orchestra.values import Reply
studio = Studio(Path("."))
class Slow:
    name, paid = "slow", False
    async def call(self, request) -> Reply:
        if request.mission.name == "a":
            return Reply(text="fine")
        await asyncio.sleep(3600)
    async def close(self):
        print("closed")
project = studio.project(studio.mission(name="a"), studio.mission(name="b"))
engine = Engine(project, Slow(), studio.notes, run="run")
engine.plan(["a", "b"])
print(engine.result("a").outcome.value)
"""


def test_a_forgotten_engine_does_not_keep_the_process_alive() -> None:
    script = EXIT.format(tests=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["passed", "closed"]
    assert done.stderr == ""


LEAN = """
import sys, json
sys.path.insert(0, {tests!r})
from pathlib import Path
from typing import Any
from conftest import Studio
from pytest_orchestra.engine import Engine
from pytest_orchestra.providers import create
studio = Studio(Path("."))
steps = (studio.step("a"), studio.step("b", needs=("a",)))
project = studio.project(studio.mission(*steps, expect=[("b", "contains", "fine"), ("b", "regex", "f.n"), (None, "tokens", {{"max": 1000}})]))
engine = Engine(project, create("scripted", project), studio.notes, run="run")
engine.plan(["trial"])
assert not engine.result("trial").failures
heavy = ["tiktoken", "lxml", "xmlschema", "elementpath", "jsonpath_rfc9535", "bpe_openai", "jsonschema", "jinja2"]
print(json.dumps([name for name in heavy if name in sys.modules]))
"""


def test_a_scripted_run_of_plain_texts_loads_no_heavy_library() -> None:
    script = LEAN.format(tests=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == []
