"""What a mission expects, may spend and may take, held against what it can."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.model import (
    AgentTier,
    CallError,
    Expectation,
    HardRule,
    Mission,
    RoutingPolicy,
    Script,
    ScriptedReply,
    Step,
    Usage,
)

Check = Callable[..., list[Diagnostic]]


def expect(kind: str, value: object, step: str | None = "main") -> Expectation:
    return Expectation(kind=kind, value=json.dumps(value), step=step)


def replied(text: str = "Done.", **fields: Any) -> Script:
    return Script(replies=(ScriptedReply(text=text, **fields),))


@pytest.fixture
def of(fleet, agent, found) -> Check:
    """Return what one rule finds in a mission of a coder below a lead."""

    def check(code: str, *steps: Step, routing: RoutingPolicy | None = None, **fields: Any) -> list[Diagnostic]:
        agents = (
            agent("boss", tier="strategic"),
            agent("coder", coordinator="lead"),
            agent("lead", tier="strategic"),
        )
        mission = Mission(name="ship", steps=steps or (Step(name="main", task="Write it.", agent="coder"),), **fields)
        findings: list[Diagnostic] = found(
            code, fleet(agents=agents, missions=(mission,), routing=routing or RoutingPolicy())
        )
        return findings

    return check


@pytest.mark.parametrize(
    ("expectation", "says"),
    [
        (expect("attempts", {"min": 3, "max": 1}), "nothing is at least 3 and at most 1"),
        (expect("cost_usd", {"min": "0.2", "max": "0.19"}), "nothing is at least 0.2 and at most 0.19"),
        (expect("latency_s", {"max": -1}), "nothing is less than 0, and it asks for at most -1"),
        (expect("tokens", -5), "nothing is less than 0, and it asks for at most -5"),
        (expect("user_escalations", {"min": 2}, None), "it asks for 2 steps with the user, and there are 1"),
        (expect("user_escalations", 3, None), "it asks for 3 steps with the user, and there are 1"),
        (expect("agent", "boss"), "it is given to `coder`, then to `lead`, never to `boss`"),
    ],
)
def test_expectations_that_no_run_meets(of, expectation, says) -> None:
    (finding,) = of("ORC608", expectations=(expectation,))
    assert finding.message == f"`ship` can never meet `{expectation.kind}`: {says}"
    assert finding.hint


@pytest.mark.parametrize(
    "expectation",
    [
        expect("attempts", {"min": 1, "max": 1}),
        expect("attempts", 0),
        expect("cost_usd", {"min": "0.19"}),
        expect("user_escalations", 1, None),
        expect("agent", ["boss", "lead"]),
        expect("agent", "nobody"),
        expect("tier", "routine"),
        expect("tier", ["routine", "strategic"]),
        expect("tier", "nowhere"),
        expect("attempts", "many"),
        expect("attempts", True),
        expect("contains", {"min": 3, "max": 1}),
        expect("agent", "boss", "no-such-step"),
    ],
)
def test_expectations_that_a_run_may_meet(of, expectation) -> None:
    assert of("ORC608", expectations=(expectation,)) == []


LEAD = Step(name="main", task="Decide.", agent="lead")


def test_a_tier_below_the_floor(of) -> None:
    (finding,) = of("ORC608", LEAD, expectations=(expect("tier", "routine"),))
    assert finding.message.endswith("whoever answers runs on `strategic` at least, so never on `routine`")


@pytest.mark.parametrize(
    "routing",
    [
        RoutingPolicy(thresholds={"routine": Decimal(0)}, agent_tier=AgentTier.IGNORE),
        RoutingPolicy(hard=(HardRule(name="chores", when=(), tier="routine"),)),
    ],
)
def test_policies_that_lead_below_an_agents_tier(of, routing) -> None:
    assert of("ORC608", LEAD, routing=routing, expectations=(expect("tier", "routine"),)) == []


def test_a_budget_below_the_least_cost(of) -> None:
    replies = {"main": replied(usage=Usage(input_tokens=100_000, output_tokens=1000))}  # 0.105 USD on the small model
    (finding,) = of("ORC610", replies=replies, budget_usd=Decimal("0.10"))
    assert finding.message.startswith("`ship` may cost 0.10 USD, and its steps cost 0.105000 USD at the least")
    assert of("ORC610", replies=replies, budget_usd=Decimal("0.105")) == []


def test_words_are_the_least_that_a_step_costs(of) -> None:
    replies = {"main": replied("word " * 1000)}  # with task and prompt
    assert len(of("ORC610", replies=replies, budget_usd=Decimal("0.005"))) == 1
    assert of("ORC610", replies=replies, budget_usd=Decimal("0.0051")) == []


COSTLY = {"main": replied(usage=Usage(input_tokens=100_000))}


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ({}, {"replies": COSTLY, "expectations": (expect("outcome", "budget-stopped"),)}),
        ({}, {"replies": COSTLY, "expectations": (expect("outcome", ["passed", "budget-stopped"], None),)}),
        ({}, {"replies": {"main": replied(error=CallError.TIMEOUT)}}),
        ({}, {"replies": {}}),
        ({"optional": True}, {"replies": COSTLY}),
        ({"agent": "nobody"}, {"replies": COSTLY}),
    ],
)
def test_budgets_that_may_do(of, step, fields) -> None:
    main = Step(**{"name": "main", "task": "Write.", "agent": "coder", **step})
    assert of("ORC610", main, budget_usd=Decimal("0.001"), **fields) == []


def timed(name: str, *needs: str, **fields: Any) -> Step:
    return Step(name=name, task="Measure.", agent="coder", needs=needs, **fields)


def test_a_step_that_is_always_late(of) -> None:
    (finding,) = of("ORC611", timed("main", deadline_s=0.5), replies={"main": replied(latency_s=2)})
    assert finding.message == "the step `main` has 0.5 s, and its scripted reply comes after 2 s"


def test_a_mission_that_is_always_late(of) -> None:
    steps = (timed("a"), timed("b", "a"), timed("c", "a"), timed("d", "b", "c"))
    replies = {name: replied(latency_s=wait) for name, wait in (("a", 1), ("b", 0.5), ("c", 2), ("d", 1))}
    (finding,) = of("ORC611", *steps, replies=replies, deadline_s=4)
    assert finding.message == "`ship` has 4 s, and its steps wait for 4 s one after the other"
    assert of("ORC611", *steps, replies=replies, deadline_s=4.5) == []


def test_steps_in_a_ring_come_to_an_end(of) -> None:
    steps = (timed("a", "b"), timed("b", "a"), timed("c", "c"))
    replies = {name: replied(latency_s=1) for name in "abc"}
    assert len(of("ORC611", *steps, replies=replies, deadline_s=0.5)) == 1


def test_a_long_chain_of_steps(of) -> None:
    steps = tuple(timed(f"s{number}", *([f"s{number - 1}"] if number else [])) for number in range(3000, -1, -1))
    replies = {step.name: replied(latency_s=0.001) for step in steps}
    assert len(of("ORC611", *steps, replies=replies, deadline_s=3)) == 1


@pytest.mark.parametrize(
    ("step", "expectations"),
    [
        ({}, (expect("outcome", "deadline"),)),
        ({}, (expect("error", "timeout"),)),
        ({}, (expect("outcome", "degraded", None),)),
        ({"optional": True}, ()),
        ({"deadline_s": 2.5}, ()),
        ({"deadline_s": None}, (expect("outcome", "passed"),)),
    ],
)
def test_deadlines_that_may_do(of, step, expectations) -> None:
    main = timed("main", **{"deadline_s": 0.5, **step})
    assert of("ORC611", main, replies={"main": replied(latency_s=2)}, expectations=expectations) == []
