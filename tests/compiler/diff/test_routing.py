from __future__ import annotations

from decimal import Decimal

from orchestra_compiler.diff.output import render
from orchestra_compiler.diff.words import Probe


def test_a_moved_threshold_moves_tasks_and_says_why(compared, edited) -> None:
    changes = compared(edited("routing.yaml", ("10000: 60", "30000: 60")))
    workload = changes.routes.of(Probe.WORKLOAD)
    assert (workload.tasks, workload.tier_changed) == (2, 0)
    cases = [route for route in changes.routes.changed if route.probe is Probe.CASE]
    assert cases
    assert {(route.before.tier, route.after.tier) for route in cases} == {("strategic", "implementation")}
    below = next(route for route in cases if route.name == "routing/signal/size-30000-below")
    assert below.before.reasons == ("+60 size: context_tokens 29999 reaches 10000", "score 60 reaches strategic at 60")
    assert below.after.reasons == (
        "+30 size: context_tokens 29999 reaches 1000",
        "score 30 reaches implementation at 30",
    )
    assert (below.before.score, below.after.score) == (Decimal(60), Decimal(30))
    gone = [route.name for route in cases if route.name.endswith("(before)")]
    assert "routing/signal/size-10000-at (before)" in gone
    assert [each.name for each in changes.policy] == ["signal size"]


def test_a_stronger_agent_takes_its_tasks_along(compared, edited) -> None:
    changes = compared(edited("agents/writer.yaml", ("tier: routine", "tier: strategic")))
    assert changes.routes.of(Probe.WORKLOAD).tier_changed == 1
    task = changes.routes.changed[0]
    assert (task.name, task.per_month, task.rewritten) == ("texts", 400, False)
    assert (task.before.agent, task.after.agent) == ("writer", "writer")
    assert task.after.reasons == ("the agent's own tier strategic is the floor",)
    step = next(route for route in changes.routes.changed if route.probe is Probe.MISSION)
    assert (step.name, step.before.tier, step.after.tier, step.rewritten) == ("hello", "routine", "strategic", False)


def test_another_model_in_the_same_tier(compared) -> None:
    tiers = "tiers:\n  routine: [{}]\n  implementation: [claude-sonnet-4-5]\n  strategic: [claude-opus-4-5]\n"
    settings = {
        "orchestra.yaml": "orchestra: 1\nname: small\nagents: [agents/*.yaml, agents/*.md]\ntiers: tiers.yaml\n"
        "routing: routing.yaml\nworkload: workload.yaml\n"
    }
    old, new = (
        {**settings, "tiers.yaml": tiers.format(model)} for model in ("claude-haiku-4-5", "claude-3-5-haiku-latest")
    )
    changes = compared(new, old)
    assert changes.routes.of(Probe.WORKLOAD).model_changed == 1
    assert changes.routes.of(Probe.WORKLOAD).tier_changed == 0
    assert not changes.routes.changed[0].moved
    assert changes.tiers[0].field("models").before == "claude-haiku-4-5"


def test_a_task_that_is_another_says_so(compared, edited) -> None:
    changes = compared(edited("workload.yaml", ("agent: writer, input", "agent: lead, input")))
    task = changes.routes.changed[0]
    assert (task.name, task.rewritten) == ("texts", True)
    assert [each.name for each in changes.workload] == ["texts"]


def test_a_feature_of_another_type_is_not_compared(compared) -> None:
    policy = "features: {{size: {0}}}\nsignals:\n  s: {{feature: size, {1}}}\ntiers: {{routine: 0, strategic: 10}}\n"
    changes = compared(
        {"routing.yaml": policy.format("word", "table: {large: 10}")},
        {"routing.yaml": policy.format("number", "steps: {5: 10}")},
    )
    assert "feature size" in [each.name for each in changes.policy]
    assert all(route.before.tier and route.after.tier for route in changes.routes.changed)


def test_hard_rules_and_their_order(compared, edited) -> None:
    changes = compared(
        edited("routing.yaml", ("[security]", "[security, audit]"), ("tier: strategic", "tier: implementation"))
    )
    rule = changes.policy[0]
    assert rule.name == "hard rule secrets"
    assert rule.field("when task_type").added == ("audit",)
    assert (rule.field("tier").before, rule.field("tier").after) == ("strategic", "implementation")
    cases = [route.after.rule for route in changes.routes.changed if route.probe is Probe.CASE]
    assert "hard:secrets" in cases


def test_a_capability_that_somebody_else_offers_first(compared, edited) -> None:
    asked = edited("workload.yaml", ("agent: writer,", "capability: writing,"))
    author = {
        "agents/author.yaml": edited("agents/writer.yaml", ("agent: writer", "agent: author"))["agents/writer.yaml"]
    }
    author["agents/author.yaml"] = author["agents/author.yaml"].replace("Writes short texts", "Composes long letters")
    changes = compared({**asked, **author}, asked)
    tried = changes.routes.of(Probe.WORKLOAD)
    assert (tried.tier_changed, tried.model_changed, tried.agent_changed) == (0, 0, 1)
    task = next(route for route in changes.routes.changed if route.probe is Probe.WORKLOAD)
    assert (task.before.agent, task.after.agent, task.rewritten) == ("writer", "author", False)
    text = render(changes, "text", 120)
    assert "1 of 2 workload tasks goes to another agent." in text
    assert "another agent is the first to offer the capability" in text
