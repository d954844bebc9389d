from __future__ import annotations

from collections.abc import Callable

import pytest

from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.model import Expectation, Fleet, Mission, Script, ScriptedReply, Step

PLACE = Span("missions/ship.yaml", 4, 3, 4, 9)


def step(name: str, task: str = "Write the parser.", **fields: object) -> Step:
    return Step(name=name, task=task, agent="coder", places={"task": PLACE}, span=PLACE, **fields)  # type: ignore[arg-type]


@pytest.fixture
def of(fleet, found) -> Callable[..., list[Diagnostic]]:
    """Return what one rule finds in a mission."""

    def check(code: str, *steps: Step, **fields: object) -> list[Diagnostic]:
        project: Fleet = fleet(missions=(Mission(name="ship", steps=steps, **fields),))  # type: ignore[arg-type]
        return found(code, project)

    return check


@pytest.mark.parametrize(
    "expectations",
    [(), *[(Expectation(kind="outcome", value=value),) for value in ('"passed"', '["passed"]')]],
)
def test_missions_that_assert_nothing(of, expectations) -> None:
    (finding,) = of("ORC601", step("main"), expectations=expectations)
    assert finding.message == "`ship` passes whatever the agents answer"


@pytest.mark.parametrize(
    "expectation",
    [
        Expectation(kind="outcome", value='"escalated"'),
        Expectation(kind="outcome", value='["passed","degraded"]'),
        Expectation(kind="contains", value='"def"', step="main"),
    ],
)
def test_missions_that_assert_something(of, expectation) -> None:
    assert of("ORC601", step("main"), expectations=(expectation,)) == []


@pytest.mark.parametrize("task", ["", " \n", "...", "-- ?"])
def test_empty_tasks(of, task) -> None:
    (finding,) = of("ORC602", step("main", task))
    assert finding.span == PLACE


@pytest.mark.parametrize("task", ["Go.", "7", "要約せよ"])
def test_tasks_with_something_to_do(of, task) -> None:
    assert of("ORC602", step("main", task)) == []


def test_a_missing_reply(of) -> None:
    replies = {"plan": Script(replies=(ScriptedReply(text="A plan."),)), "test": Script(replies=())}
    findings = of("ORC603", step("plan"), step("build"), step("test"), replies=replies)
    assert [each.message.split("`")[3] for each in findings] == ["build", "test"]


def test_missions_for_live_runs_need_no_reply(of) -> None:
    assert of("ORC603", step("plan"), step("build")) == []


def test_a_repeated_step(of) -> None:
    (finding,) = of("ORC604", step("a"), step("b", "Write  the\nparser."), step("c", features={"risk": "high"}))
    assert finding.message == "the step `b` of `ship` repeats `a` word for word"


def test_steps_that_differ_in_what_they_need(of) -> None:
    assert of("ORC604", step("a"), step("b", needs=("a",)), step("c", "Write the lexer.")) == []
