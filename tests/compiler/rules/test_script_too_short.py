from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.model import (
    Agent,
    CallError,
    EscalationPolicy,
    Expectation,
    Fleet,
    GatePolicy,
    Mission,
    Project,
    Protocol,
    RoutingPolicy,
    Script,
    ScriptedReply,
    Step,
    Tiers,
    Workload,
)
from orchestra_compiler.rules import script_too_short
from orchestra_compiler.rules.script_too_short import runs_out
from pytest_orchestra.gates.escalation import FIRST, State, after, event_of
from pytest_orchestra.ladder import Ladder
from pytest_orchestra.values import Reply

TIMEOUT, REFUSAL = CallError.TIMEOUT, CallError.REFUSAL


@pytest.fixture
def of(fleet, agent, found) -> Callable[..., list[Diagnostic]]:
    """Return what the rule finds in a script of a worker below a lead below a boss: 2 + 1 + 1 attempts."""

    def check(*replies: ScriptedReply | CallError, repeats: bool = False, **fields: Any) -> list[Diagnostic]:
        made = tuple(
            each if isinstance(each, ScriptedReply) else ScriptedReply(error=each, span=Span("m.yaml", 5 + number))
            for number, each in enumerate(replies)
        )
        agents = (agent("boss"), agent("lead", coordinator="boss"), agent("worker", coordinator="lead"))
        given = {
            "steps": (Step(name="main", task="Write it.", agent="worker"),),
            "replies": {"main": Script(replies=made, repeats=repeats)},
            **fields,
        }
        findings: list[Diagnostic] = found("ORC607", fleet(agents=agents, missions=(Mission(name="ship", **given),)))
        return findings

    return check


@pytest.mark.parametrize(
    ("errors", "message"),
    [
        ([TIMEOUT], "call 2 of the step `main` has no reply: the only one fails, and the policy tries again"),
        ([REFUSAL], "call 2 of the step `main` has no reply: the only one fails, and the policy tries again"),
        ([TIMEOUT] * 3, "call 4 of the step `main` has no reply: all 3 fail, and the policy tries again"),
        ([REFUSAL, TIMEOUT], "call 3 of the step `main` has no reply: all 2 fail, and the policy tries again"),
    ],
)
def test_a_script_that_ends_too_soon(of, errors, message) -> None:
    (finding,) = of(*errors)
    assert (finding.severity, finding.message) == (Severity.WARNING, message)
    assert finding.span == Span("m.yaml", 4 + len(errors))


@pytest.mark.parametrize(
    "errors", [[TIMEOUT] * 4, [REFUSAL] * 3, [TIMEOUT, REFUSAL, TIMEOUT, REFUSAL], [TIMEOUT] * 9, []]
)
def test_a_script_that_is_long_enough(of, errors) -> None:
    assert of(*errors) == []


def test_one_reply_without_a_list_answers_every_call(of) -> None:
    assert of(TIMEOUT, repeats=True) == []


@pytest.mark.parametrize("reply", [ScriptedReply(text="Done."), ScriptedReply(error=TIMEOUT, message='{"type":"x"}')])
def test_a_reply_that_the_gates_must_judge_leaves_it_open(of, reply) -> None:
    assert of(TIMEOUT, reply) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"budget_usd": Decimal(1)},
        {"deadline_s": 1.0},
        {"steps": (Step(name="main", task="Write it.", agent="worker", deadline_s=1.0),)},
        {"steps": (Step(name="main", task="Write it.", agent="nobody"),)},
        {"expectations": (Expectation(kind="error", value='["timeout","no-reply"]', step="main"),)},
        {"expectations": (Expectation(kind="outcome", value='"blocked"'),)},
    ],
)
def test_a_step_that_may_end_otherwise(of, fields) -> None:
    assert of(TIMEOUT, **fields) == []


def test_what_is_expected_of_another_step_does_not_count(of) -> None:
    assert len(of(TIMEOUT, expectations=(Expectation(kind="outcome", value='"error"', step="other"),))) == 1
    assert len(of(TIMEOUT, expectations=(Expectation(kind="outcome", value='"escalated"'),))) == 1


def fleet_of(above: int, policy: EscalationPolicy) -> Fleet:
    """Return a fleet of `a0` and so many agents above it; the topmost names one that is not there."""
    agents = tuple(
        Agent(name=f"a{number}", description="", prompt="", coordinator=f"a{number + 1}") for number in range(above + 1)
    )
    return Fleet(
        project=Project(name="shop"),
        agents=agents,
        tiers=Tiers(tiers=(), escalation=(), baseline="", default=""),
        routing=RoutingPolicy(),
        gates=GatePolicy(escalation=policy),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )


@given(
    errors=st.lists(st.sampled_from([each for each in CallError if each is not CallError.NO_REPLY]), max_size=9),
    attempts=st.tuples(*[st.integers(0, 3)] * 3),
    above=st.integers(0, 3),
)
def test_it_agrees_with_the_machine_of_the_runtime(errors, attempts, above) -> None:
    policy = EscalationPolicy(self_attempts=attempts[0], coordinator_attempts=attempts[1], lead_attempts=attempts[2])
    fleet = fleet_of(above, policy)
    worker = fleet.agent_by_name["a0"]
    levels = Ladder(fleet, worker).levels
    state, left = FIRST, list(errors)
    while isinstance(state, State) and left:
        state = after(state, event_of(Reply(error=left.pop(0)), ()), policy, levels)  # type: ignore[assignment]
    expected = bool(errors) and isinstance(state, State)
    assert runs_out(errors, script_too_short._attempts(fleet, worker)) is expected
    assert len(fleet.chain_of_command(worker)) == above + 1
