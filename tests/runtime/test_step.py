from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from orchestra_compiler.model import (
    Agent,
    CallError,
    EscalationPolicy,
    FeatureType,
    RoutingPolicy,
    Signal,
    SignalKind,
    Usage,
)
from pytest_orchestra.budget import Budget
from pytest_orchestra.mission import MissionRun
from pytest_orchestra.values import Level, Outcome, StepResult, UsageSource, VerdictKind

BOTH = EscalationPolicy(self_attempts=3)


def main(result) -> StepResult:
    return result.steps["main"]


def trail(step) -> list[tuple[str, str, str]]:
    """Who answered on which tier with which model."""
    return [(attempt.agent, attempt.tier, attempt.model) for attempt in step.attempts]


def test_a_good_reply_passes_at_once(studio) -> None:
    step = main(studio.run(studio.mission()))
    assert step.outcome is Outcome.PASSED
    assert trail(step) == [("worker", "routine", "r1")]
    assert (step.level, step.order, step.detail) == (Level.SELF, 0, "")
    assert step.route == ("no thresholds: the agent tier routine",)
    assert step.final.event == "passed"


def test_the_request_says_what_is_asked(studio) -> None:
    studio.run(studio.mission())
    (request, level), *rest = studio.notes.started
    assert not rest
    assert level is Level.SELF
    assert request.prompt_tokens == 110  # the prompt's and the task's
    assert request.prompt_path == "prompts/worker.md"
    assert (request.number, request.agent.name, request.model.name) == (0, "worker", "r1")


def test_the_call_is_priced_by_its_usage_and_recorded(studio) -> None:
    result = studio.run(studio.mission(replies={"main": ["1234"]}))
    cost = (Decimal(110) * 1 + Decimal(4) * 5) / 10**6
    assert result.priced_usd == cost
    assert result.spent_usd == 0
    assert [(call, priced) for call, _, priced in studio.notes.finished] == [(0, cost)]
    assert main(result).final.reply.usage == Usage(input_tokens=110, output_tokens=4)
    assert main(result).final.reply.usage_source is UsageSource.COUNTED


def test_a_capability_is_discovered(studio) -> None:
    step = main(studio.run(studio.mission(studio.step(capability="solitude"))))
    assert trail(step) == [("lone", "routine", "r1")]


def test_a_refused_reply_raises_the_tier_until_the_last(studio) -> None:
    step = main(studio.run(studio.mission(replies={"main": ["bad", "bad", "good"]}), escalation=BOTH))
    assert step.outcome is Outcome.PASSED
    assert trail(step) == [
        ("worker", "routine", "r1"),
        ("worker", "implementation", "i1"),
        ("worker", "strategic", "s1"),
    ]
    assert [attempt.event for attempt in step.attempts] == ["failed", "failed", "passed"]
    assert step.level is Level.SELF


def test_the_tier_stays_where_the_policy_says_so(studio) -> None:
    policy = EscalationPolicy(self_attempts=2, raise_tier=False)
    step = main(studio.run(studio.mission(replies={"main": ["bad", "good"]}), escalation=policy))
    assert trail(step) == [("worker", "routine", "r1")] * 2


@pytest.mark.parametrize("error", ["unavailable", "server-error", "rate-limit", "timeout", "context-overflow"])
def test_a_model_that_fails_is_followed_by_the_next_of_its_tier(studio, error) -> None:
    replies = [studio.reply("", error=CallError(error)), "good"]
    step = main(studio.run(studio.mission(replies={"main": replies})))
    assert trail(step) == [("worker", "routine", "r1"), ("worker", "routine", "r2")]
    assert step.outcome is Outcome.PASSED


def test_a_tier_without_standing_models_falls_back_on_the_next(studio) -> None:
    down = studio.reply("", error=CallError.UNAVAILABLE)
    step = main(studio.run(studio.mission(replies={"main": [down, down, "good"]}), escalation=BOTH))
    assert trail(step) == [("worker", "routine", "r1"), ("worker", "routine", "r2"), ("worker", "implementation", "i1")]


def test_when_all_models_have_failed_the_first_is_asked_again(studio) -> None:
    down = studio.reply("", error=CallError.UNAVAILABLE)
    policy = EscalationPolicy(self_attempts=5)
    step = main(studio.run(studio.mission(replies={"main": [down] * 4 + ["good"]}), escalation=policy))
    assert [model for _, _, model in trail(step)] == ["r1", "r2", "i1", "s1", "r1"]


def test_a_refusal_after_a_fallback_climbs_from_the_tier_that_answered(studio) -> None:
    down = studio.reply("", error=CallError.UNAVAILABLE)
    policy = EscalationPolicy(self_attempts=4)
    step = main(studio.run(studio.mission(replies={"main": [down, down, "bad", "good"]}), escalation=policy))
    assert [model for _, _, model in trail(step)] == ["r1", "r2", "i1", "s1"]


def test_the_coordinator_mends_what_the_agent_could_not(studio) -> None:
    step = main(studio.run(studio.mission(replies={"main": ["bad", "very bad", "good"]})))
    assert step.outcome is Outcome.PASSED
    assert trail(step)[-1] == ("boss", "implementation", "i1")
    assert step.level is Level.COORDINATOR
    request, level = studio.notes.started[-1]
    assert level is Level.COORDINATOR
    assert request.context == {"main": "very bad"}
    assert request.prompt_tokens == 110 + len("very bad")


def test_the_lead_comes_after_the_coordinator_and_then_the_user(studio) -> None:
    step = main(studio.run(studio.mission(replies={"main": ["bad"] * 4})))
    assert [agent for agent, _, _ in trail(step)] == ["worker", "worker", "boss", "chief"]
    assert step.outcome is Outcome.ESCALATED
    assert step.level is Level.USER
    assert step.detail == "taste: ugly"


def test_further_attempts_of_the_lead_climb_to_the_top(studio) -> None:
    agents = tuple(
        Agent(name=name, description="", prompt="", tier="routine", coordinator=above)
        for name, above in [("a", "b"), ("b", "c"), ("c", "d"), ("d", None)]
    )
    policy = EscalationPolicy(self_attempts=1, lead_attempts=3)
    mission = studio.mission(studio.step(agent="a"), replies={"main": ["bad"] * 5})
    step = main(studio.run(mission, agents=agents, escalation=policy))
    assert [agent for agent, _, _ in trail(step)] == ["a", "b", "c", "d", "d"]


def test_coordinators_in_a_circle_end_with_the_user(studio) -> None:
    agents = tuple(
        Agent(name=name, description="", prompt="", tier="routine", coordinator=above)
        for name, above in [("a", "b"), ("b", "a")]
    )
    mission = studio.mission(studio.step(agent="a"), replies={"main": ["bad"] * 5})
    step = main(studio.run(mission, agents=agents))
    assert [agent for agent, _, _ in trail(step)] == ["a", "a", "b"]
    assert step.outcome is Outcome.ESCALATED


def test_an_agent_without_a_coordinator_goes_to_the_user(studio) -> None:
    step = main(studio.run(studio.mission(studio.step(agent="lone"), replies={"main": ["bad", "bad"]})))
    assert [agent for agent, _, _ in trail(step)] == ["lone", "lone"]
    assert step.outcome is Outcome.ESCALATED


def test_a_verdict_that_escalates_leaves_no_second_attempt(studio) -> None:
    step = main(studio.run(studio.mission(replies={"main": ["hopeless", "good"]})))
    assert [agent for agent, _, _ in trail(step)] == ["worker", "boss"]


@pytest.mark.parametrize("error", [CallError.AUTHENTICATION, CallError.REFUSAL])
def test_errors_that_another_try_cannot_mend_go_up_at_once(studio, error) -> None:
    step = main(studio.run(studio.mission(replies={"main": [studio.reply("", error=error), "good"]})))
    assert [agent for agent, _, _ in trail(step)] == ["worker", "boss"]
    assert step.attempts[0].event == "hopeless"


def test_a_failed_authentication_never_ends_green(studio) -> None:
    refused = studio.reply("", error=CallError.AUTHENTICATION)
    result = studio.run(studio.mission(replies={"main": [refused] * 3}))
    assert main(result).outcome is Outcome.ESCALATED
    assert main(result).detail == "authentication: scripted"
    assert result.failures


def test_a_failed_call_is_not_judged(studio) -> None:
    step = main(studio.run(studio.mission(replies={"main": [studio.reply("bad", error=CallError.SERVER), "good"]})))
    assert step.attempts[0].verdicts == ()
    assert step.attempts[0].event == "error"


def test_the_input_gate_stops_a_task_before_any_call(studio) -> None:
    result = studio.run(studio.mission(studio.step(task="be evil")))
    assert main(result).outcome is Outcome.BLOCKED
    assert main(result).detail == "taste: ugly"
    assert [verdict.kind for verdict in main(result).verdicts] == [VerdictKind.BLOCK]
    assert studio.notes.started == []


def test_a_script_that_runs_out_is_the_mission_files_fault(studio) -> None:
    step = main(studio.run(studio.mission(replies={"main": ["bad"]})))
    assert step.outcome is Outcome.ERROR
    assert step.detail == "missions/trial.yaml:7: step 'main' has 1 scripted reply, but its call 2 needs one"


@pytest.mark.parametrize(
    ("step", "detail"),
    [
        ({"capability": "magic"}, "missions/trial.yaml:7: no agent of the fleet can take this step"),
        ({"agent": "nobody"}, "missions/trial.yaml:7: no agent of the fleet can take this step"),
        ({"features": {"size": "huge"}}, "missions/trial.yaml:7: the step cannot be routed: "),
    ],
)
def test_a_step_that_cannot_be_run_is_an_error_with_a_place(studio, step, detail) -> None:
    signal = Signal(name="size", feature="size", kind=SignalKind.STEPS, steps=((Decimal(1), Decimal(1)),))
    routing = RoutingPolicy(
        features={"size": FeatureType.NUMBER}, signals=(signal,), thresholds={"routine": Decimal(0)}
    )
    result = studio.run(studio.mission(studio.step(**step)), routing=routing)
    assert main(result).outcome is Outcome.ERROR
    assert main(result).detail.startswith(detail)


def test_the_router_sees_the_steps_features_and_ours(studio, monkeypatch) -> None:
    seen = []
    mission = studio.mission(studio.step(capability="work", features={"files": ("a.py",), "risk": "own"}))
    project = studio.project(mission)
    decide = project.router.decide
    monkeypatch.setattr(project.router, "decide", lambda *asked: seen.append(dict(asked[0])) or decide(*asked))
    asyncio.run(MissionRun(studio.stage(project), mission).run())
    assert seen == [
        {
            "agent": "worker",
            "capability": "work",
            "category": "individual",
            "context_tokens": 110,
            "files": ("a.py",),
            "risk": "own",
            "text": "Do it.",
        }
    ]


def test_declared_usage_is_priced_as_declared(studio) -> None:
    usage = Usage(input_tokens=1000, output_tokens=100)
    result = studio.run(studio.mission(replies={"main": [studio.reply(usage=usage)]}))
    assert result.priced_usd == Decimal("0.0015")
    assert main(result).final.reply.usage_source is UsageSource.DECLARED


def test_a_usage_without_a_price_is_an_error_and_never_free(studio) -> None:
    usage = Usage(input_tokens=10, cache_read_tokens=100)
    budget = Budget()
    result = studio.run(studio.mission(replies={"main": [studio.reply(usage=usage)]}), budget=budget)
    assert main(result).outcome is Outcome.ERROR
    assert "cannot be priced" in main(result).detail
    assert result.priced_usd == budget.settled == Decimal("0.005110")  # the most the call may have cost
    assert budget.reserved == 0


def test_a_missions_own_budget_stops_its_step_alone(studio) -> None:
    run_budget = Budget(Decimal(1))
    result = studio.run(studio.mission(budget_usd=Decimal("0.001")), budget=run_budget)
    assert main(result).outcome is Outcome.BUDGET_STOPPED
    assert main(result).detail == "the next call may cost 0.00511 USD, more than the mission's budget has left"
    assert not run_budget.exhausted
    assert studio.notes.started == []


def test_the_runs_budget_stops_the_step_and_is_exhausted(studio) -> None:
    run_budget = Budget(Decimal("0.001"))
    result = studio.run(studio.mission(budget_usd=Decimal(1)), budget=run_budget)
    assert main(result).outcome is Outcome.BUDGET_STOPPED
    assert "the run's budget" in main(result).detail
    assert run_budget.exhausted
    assert run_budget.reserved == 0


def test_the_budget_stops_between_attempts(studio) -> None:
    result = studio.run(studio.mission(replies={"main": ["bad", "good"]}), budget=Budget(Decimal("0.006")))
    assert main(result).outcome is Outcome.BUDGET_STOPPED  # the raised tier's worst case is three times the first one's
    assert len(main(result).attempts) == 1


def test_a_steps_deadline_ends_it_with_the_open_call_recorded(studio) -> None:
    slow = studio.reply("late", latency_s=5)
    budget = Budget(Decimal(1))
    mission = studio.mission(studio.step(deadline_s=0.02), replies={"main": [slow]})
    result = studio.run(mission, budget=budget)
    step = main(result)
    assert step.outcome is Outcome.DEADLINE
    assert step.detail == "the step's deadline of 0.02 s passed"
    assert step.final.reply.error is CallError.TIMEOUT
    assert [reply.error for _, reply, _ in studio.notes.finished] == [CallError.TIMEOUT]
    assert result.priced_usd == Decimal("0.00011")  # what was sent
    assert budget.reserved == 0
    assert budget.settled == Decimal("0.00511")  # nobody knows what else it cost


def test_the_chain_names_all_agents_the_work_has_passed_through(studio) -> None:
    steps = (studio.step("a"), studio.step("b", agent="lone"), studio.step("c", agent="chief", needs=("a",)))
    studio.run(studio.mission(*steps, replies={"a": ["bad", "bad", "good"]}))
    assert studio.opinion.chains[-1] == ("c", "worker", "boss", "chief")
    assert ("b", "lone") in studio.opinion.chains
