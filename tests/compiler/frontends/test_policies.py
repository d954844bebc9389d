from __future__ import annotations

import json
from decimal import Decimal

import pytest

import orchestra_spec
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.frontends import gates, project, routing, tiers, workload
from orchestra_compiler.model import Action, AgentTier, Condition, FeatureType, Layer, SignalKind, Tiers, Usage
from orchestra_compiler.source import yaml
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.tree import Document


def document(content: str) -> Document:
    reading = yaml.read(Text("p.yaml", content))
    assert [each for each in reading.diagnostics if each.code != "ORC005"] == []
    return reading.documents[0]


def built_tiers(content: str) -> Tiers:
    result = tiers.build(document(content))
    assert result.value is not None
    return result.value


def test_tiers_short_and_long() -> None:
    value = built_tiers(
        "tiers:\n  a: [x]\n  b:\n    description: d\n    aliases: [s, t]\n    models:\n    - y\n    - model: z\n      provider: p\n"
        "      context_window: 9\n      max_output_tokens: 8\n"
        "      price: {input: 2.50, output: '10', cache_read: 0.1, source: s, date: '2026-01-31'}\n  c: [w]\n"
    )
    assert value.names() == ("a", "b", "c")
    assert (value.escalation, value.baseline, value.default) == (("a", "b", "c"), "b", "a")
    assert value.tiers[1].aliases == ("s", "t")
    model = value.tiers[1].models[1]
    assert (model.name, model.provider, model.context_window, model.max_output_tokens) == ("z", "p", 9, 8)
    assert model.price is not None
    assert (model.price.input, model.price.output, model.price.cache_read, model.price.cache_write) == (
        Decimal("2.5"), Decimal(10), Decimal("0.1"), None,
    )  # fmt: skip
    assert model.places["price.output"].line == 12
    assert value.tiers[0].models[0].span == Span("p.yaml", 2, 7, 2, 8)


@pytest.mark.parametrize(("names", "baseline"), [("a", "a"), ("ab", "b"), ("abc", "b"), ("abcd", "d")])
def test_the_baseline_of_so_many_tiers(names, baseline) -> None:
    value = built_tiers("tiers: {" + ", ".join(f"{name}: [m]" for name in names) + "}")
    assert value.baseline == baseline


def test_routing() -> None:
    result = routing.build(
        document(
            "features: {lines: number}\nhard:\n- {when: {task_type: [a, b]}, tier: t}\n- {name: n, when: {lines: {min: 10}, files: {globs: [x]},"
            " risk: high}, tier: u, reason: r}\nsignals:\n  s: {feature: lines, steps: {100: 2, 9.5: 1}}\n  k: {feature: task_type, table: {a: 1}, default: 3}\n"
            "  g: {feature: files, globs: ['**'], points: 5}\n  w: {feature: text, words: [pay], points: -0.5}\ntiers: {t: 0, u: 60}\nagent_tier: pin\n"
        )
    )
    value = result.value
    assert value is not None
    assert value.features == {"lines": FeatureType.NUMBER}
    assert [rule.name for rule in value.hard] == ["hard-1", "n"]
    assert value.hard[0].when == (Condition(feature="task_type", values=("a", "b")),)
    assert value.hard[1].when == (
        Condition(feature="lines", minimum=Decimal(10)),
        Condition(feature="files", globs=("x",)),
        Condition(feature="risk", values=("high",)),
    )
    steps, table, globs, words = value.signals
    assert steps.steps == ((Decimal("9.5"), Decimal(1)), (Decimal(100), Decimal(2)))
    assert (table.kind, table.table, table.default) == (SignalKind.TABLE, {"a": Decimal(1)}, Decimal(3))
    assert (globs.globs, globs.points) == (("**",), Decimal(5))
    assert (words.words, words.points) == (("pay",), Decimal("-0.5"))
    assert value.thresholds == {"t": Decimal(0), "u": Decimal(60)}
    assert value.agent_tier is AgentTier.PIN
    assert value.hard[1].places["when.lines.min"].line == 4


def test_a_bound_in_two_spellings_is_found() -> None:
    result = routing.build(document("signals: {s: {feature: f, steps: {10: 1, 10.0: 2}}}"))
    assert [each.code for each in result.diagnostics] == ["ORC002"]


def test_gates() -> None:
    result = gates.build(
        document(
            "layers:\n  output: {empty-reply: block}\n  input: {secrets: 'off'}\n  boundary: {path-policy: {action: escalate, deny: [x]}}\n"
            "escalation: {self: 3, raise_tier: false}\nsuite: {pass_rate: 0.95, budget_usd: '5.00'}\n"
        )
    )
    value = result.value
    assert value is not None
    assert [(each.layer, each.name, each.action) for each in value.checks] == [
        (Layer.INPUT, "secrets", Action.OFF),
        (Layer.BOUNDARY, "path-policy", Action.ESCALATE),
        (Layer.OUTPUT, "empty-reply", Action.BLOCK),
    ]
    assert value.checks[1].options == {"deny": '["x"]'}
    assert value.checks[1].span == Span("p.yaml", 4, 14, 4, 56)
    assert (value.escalation.self_attempts, value.escalation.coordinator_attempts, value.escalation.raise_tier) == (
        3,
        1,
        False,
    )
    assert (value.suite.pass_rate, value.suite.user_escalations, value.suite.budget_usd) == (
        Decimal("0.95"),
        None,
        Decimal("5.00"),
    )


def test_workload() -> None:
    result = workload.build(
        document(
            "tasks:\n- {task: t, per_month: 4, agent: a, features: {f: [x]}, input_tokens: 1, output_tokens: 2, cache_read_tokens: 3}"
        )
    )
    assert result.value is not None
    task = result.value.tasks[0]
    assert (task.name, task.per_month, task.agent, task.features) == ("t", 4, "a", {"f": ("x",)})
    assert task.usage == Usage(input_tokens=1, output_tokens=2, cache_read_tokens=3)
    assert task.places["agent"].column == 34


def test_project() -> None:
    result = project.build(
        document(
            "orchestra: 1\nagents: a/*.md\nmissions: [m/*.yaml, n.yaml]\nmessages: {schema: ./x.xsd, root: r}\ntiers: t.yaml\nbuild: {out: o/}\n"
        ),
        "dir",
    )
    layout = result.value
    assert layout is not None
    assert result.diagnostics == []
    assert (layout.project.name, layout.project.out, layout.project.templates) == ("dir", "o", None)
    assert (layout.protocol.schema, layout.protocol.root) == ("x.xsd", "r")
    assert layout.patterns == ("a/*.md", "m/*.yaml", "n.yaml", "t.yaml", "x.xsd")
    assert layout.missions[1].span == Span("p.yaml", 3, 22, 3, 28)


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "C:/x", "..", ".", "\\x", "a\\..\\x"])
def test_paths_that_leave_the_project(path) -> None:
    quoted = "'" + path + "'"
    content = f"orchestra: 1\nagents: [{quoted}]\nmessages: {quoted}\ntiers: {quoted}\nbuild: {{out: {quoted}}}\n"
    result = project.build(document(content), "dir")
    assert [(each.code, each.span.line) for each in result.diagnostics] == [("ORC021", line) for line in (2, 3, 4, 5)]
    assert result.value is not None
    assert (result.value.patterns, result.value.project.out) == ((), "compiled")


@pytest.mark.parametrize(("name", "build"), [("tiers", tiers.build), ("gates", gates.build)])
def test_the_shipped_documents_are_clean(name, build) -> None:
    reading = yaml.read(Text(name, (orchestra_spec.ROOT / f"{name}.yaml").read_text()))
    assert reading.diagnostics == []
    assert build(reading.documents[0]).diagnostics == []


@pytest.mark.parametrize("glob", ["!", "src\\", "[z-a]x", "src/*a*a*a*a*a", "*" * 30])
def test_what_is_no_glob(glob: str) -> None:
    written = json.dumps(glob)
    routing_text = (
        f"hard: [{{name: a, when: {{files: {{globs: [b, {written}]}}}}, tier: c}}]\n"
        f"signals: {{d: {{feature: files, globs: [{written}], points: 1}}}}\n"
    )
    found = routing.build(document(routing_text)).diagnostics
    assert [(each.code, each.span.line) for each in found] == [("ORC010", 1), ("ORC010", 2)]
    gates_text = f"layers: {{boundary: {{path-policy: {{action: block, deny: ['**', {written}]}}}}}}\n"
    assert [each.code for each in gates.build(document(gates_text)).diagnostics] == ["ORC010"]
