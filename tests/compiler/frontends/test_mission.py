from __future__ import annotations

from decimal import Decimal

import pytest

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.frontends import mission
from orchestra_compiler.frontends.common import Built
from orchestra_compiler.model import CallError, Category, Mission, Phase, Risk, ScriptedReply, ToolUse, Usage
from orchestra_compiler.source import yaml
from orchestra_compiler.source.text import Text


def build(content: str) -> Built[Mission]:
    return mission.build(yaml.read(Text("m.yaml", content)).documents[0])


def built(content: str) -> Mission:
    result = build(content)
    assert result.diagnostics == []
    assert result.value is not None
    return result.value


LONG = """\
mission: checkout
category: multi-agent
risk: high
tags: pay, api
budget_usd: 0.40
deadline_s: 30
steps:
  scout: {agent: reader, task: Map it., phase: scout, features: {lines: 120, files: [a.py]}}
  plan: {capability: design, needs: scout, task: Plan it., deadline_s: 5, optional: true}
  build: {agent: coder, needs: [scout, plan], task: Build it.}
replies:
  scout: Found, three.
  plan:
    - {error: timeout, latency_s: 0.5}
    - message: {type: done, status: ok}
      tools: [{name: Read, input: {path: a.py}}, {name: Bash}]
      usage: {input_tokens: 9, output_tokens: 8}
  build: {json: {b: [1], a: ü}}
expect:
  - build: {message: done, tier: strategic}
  - order: [scout, plan]
  - cost_usd: {max: 0.40}
"""


def test_long_form() -> None:
    value = built(LONG)
    assert (value.name, value.category, value.risk, value.tags) == (
        "checkout",
        Category.MULTI_AGENT,
        Risk.HIGH,
        ("pay", "api"),
    )
    assert value.budget_usd == Decimal("0.40")
    assert value.deadline_s == 30.0
    scout, plan, last = value.steps
    assert (scout.name, scout.agent, scout.phase, scout.needs) == ("scout", "reader", Phase.SCOUT, ())
    assert scout.features == {"lines": 120, "files": ("a.py",)}
    assert (plan.capability, plan.needs, plan.deadline_s, plan.optional) == ("design", ("scout",), 5.0, True)
    assert last.needs == ("scout", "plan")


def test_replies() -> None:
    value = built(LONG)
    scout, plan, last = (value.replies[name] for name in ("scout", "plan", "build"))
    assert scout.repeats
    assert scout.replies[0].text == "Found, three."
    assert not plan.repeats
    assert (plan.replies[0].error, plan.replies[0].latency_s) == (CallError.TIMEOUT, 0.5)
    assert plan.replies[1].message == '{"status":"ok","type":"done"}'
    assert plan.replies[1].tools == (ToolUse(name="Read", input='{"path":"a.py"}'), ToolUse(name="Bash"))
    assert plan.replies[1].usage == Usage(input_tokens=9, output_tokens=8)
    assert plan.replies[1].output_tokens is None
    assert last.replies[0].text == '{"a":"ü","b":[1]}'
    assert last.replies[0].span == Span("m.yaml", 18, 10, 18, 32)


def test_expectations() -> None:
    value = built(LONG)
    assert [(each.step, each.kind, each.value) for each in value.expectations] == [
        ("build", "message", '"done"'),
        ("build", "tier", '"strategic"'),
        (None, "order", '["scout","plan"]'),
        (None, "cost_usd", '{"max":0.4}'),
    ]
    assert value.expectations[1].span == Span("m.yaml", 20, 28, 20, 43)


def test_places() -> None:
    value = built(LONG)
    assert value.places["risk"] == Span("m.yaml", 3, 7, 3, 11)
    assert value.places["steps.plan.needs"] == Span("m.yaml", 9, 37, 9, 42)
    plan, last = value.steps[1:]
    assert plan.places["needs.0"] == plan.places["needs"] == value.places["steps.plan.needs"]
    assert last.places["needs.1"] == Span("m.yaml", 10, 40, 10, 44)
    assert value.places["expect.0.build.tier"] == Span("m.yaml", 20, 34, 20, 43)
    assert value.places.get("description") is None
    assert {"mission", "steps", "steps.scout.task", "expect.1.order.0"} <= set(value.places)
    assert len(value.places) == len(list(value.places))


def test_short_form() -> None:
    value = built(
        "mission: m\nagent: a\ntask: t\nphase: plan\nreply: hi\nexpect:\n- contains: hi\n- main: {tier: x}\n- tokens: {max: 9}\n"
    )
    assert [step.name for step in value.steps] == ["main"]
    assert (value.steps[0].agent, value.steps[0].task, value.steps[0].phase) == ("a", "t", Phase.PLAN)
    assert value.replies["main"].replies == (ScriptedReply(text="hi", span=Span("m.yaml", 5, 8, 5, 10)),)
    assert [(each.step, each.kind) for each in value.expectations] == [
        ("main", "contains"),
        ("main", "tier"),
        (None, "tokens"),
    ]
    assert value.steps[0].places["agent"] == Span("m.yaml", 2, 8, 2, 9)


def test_step_expectations_at_the_top_with_one_named_step() -> None:
    value = built("mission: m\nsteps: {one: {agent: a, task: t}}\nexpect: [{contains: x}]")
    assert [(each.step, each.kind) for each in value.expectations] == [("one", "contains")]


def test_an_unknown_step_is_left_to_the_link_step() -> None:
    value = built("mission: m\nagent: a\ntask: t\nexpect: [{plan: {tier: x}}]")
    assert [(each.step, each.kind) for each in value.expectations] == [("plan", "tier")]


@pytest.mark.parametrize(
    ("expect", "hint", "column"),
    [
        ("cots_usd: {max: 1}", "did you mean `cost_usd`?", 11),
        ("contians: x", "did you mean `contains`?", 11),
        ("main: {contians: x}", "did you mean `contains`?", 18),
        ("mian: 3", "did you mean `main`?", 11),
    ],
)
def test_unknown_expectations(expect, hint, column) -> None:
    result = build(f"mission: m\nagent: a\ntask: t\nexpect: [{{{expect}}}]")
    assert [(each.code, each.span.line, each.span.column) for each in result.diagnostics] == [("ORC112", 4, column)]
    assert result.diagnostics[0].hint == hint
    assert (result.value, result.name) == (None, "m")


def test_a_step_expectation_needs_its_step_where_there_are_several() -> None:
    result = build("mission: m\nsteps: {a: {agent: x, task: t}, b: {agent: x, task: t}}\nexpect: [{contains: x}]")
    assert [each.code for each in result.diagnostics] == ["ORC112"]
    assert "several" in result.diagnostics[0].message


def test_money_is_exact() -> None:
    assert built("mission: m\nagent: a\ntask: t\nbudget_usd: 0.12345678901234567").budget_usd == Decimal(
        "0.12345678901234567"
    )
    assert built("mission: m\nagent: a\ntask: t\nbudget_usd: '0.10'").budget_usd == Decimal("0.10")
