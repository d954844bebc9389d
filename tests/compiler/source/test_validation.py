from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orchestra_spec
from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.source import validation, yaml
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.validation import KINDS, explainer, validate

AGENT = "agent: a\ndescription: b\nprompt: c\n"
MISSION = "mission: m\nagent: a\ntask: t\n"


def check(kind: str, content: str) -> list[Diagnostic]:
    reading = yaml.read(Text("f", content))
    assert [each for each in reading.diagnostics if each.code != "ORC005"] == []
    return validate(reading.documents[0], kind)


@pytest.mark.parametrize(
    ("kind", "content", "code", "place", "said", "hint"),
    [
        ("agent", AGENT + "teir: x", "ORC011", (4, 1, 5), "unknown key `teir`", "did you mean `tier`?"),
        ("agent", "agent: a\ndescrption: b\nprompt: c", "ORC011", (2, 1, 11), "`descrption`", "did you mean `description`?"),
        ("agent", "agent: a\nprompt: c", "ORC012", (1, 1, 6), "`description` is missing", "add `description`"),
        ("agent", "agent: a\ndescription: b", "ORC012", (1, 1, 6), "`prompt` or `prompt_file`", ""),
        ("agent", AGENT + "prompt_file: x", "ORC010", (4, 1, 12), "`prompt` and `prompt_file` exclude each other", ""),
        ("agent", AGENT + "tools: 3", "ORC013", (4, 8, 9), "`tools` must be text or a list, not `3`", ""),
        ("agent", AGENT + "tools: [3]", "ORC013", (4, 9, 10), "item 1 of `tools` must be text", "quote it"),
        ("agent", AGENT + "model:", "ORC013", (4, 7, 7), "`model` must be text, not empty", "remove the key"),
        ("agent", AGENT + "knowledge: {documnets: []}", "ORC011", (4, 13, 22), "in `knowledge`", "did you mean `documents`?"),
        ("agent", "agent: A b\ndescription: b\nprompt: c", "ORC010", (1, 8, 11), "is not a name", ""),
        ("agent", 'agent: "a\\n"\ndescription: b\nprompt: c', "ORC010", (1, 8, 13), "is not a name", ""),
        ("agent", "agent: a\ndescription: ''\nprompt: c", "ORC010", (2, 14, 16), "must not be empty", ""),
        ("agent", "[1]", "ORC013", (1, 1, 4), "the document must be a mapping, not a list", ""),
        ("mission", "mission: m\ntsak: t\nagent: a", "ORC011", (2, 1, 5), "`tsak`", "did you mean `task`?"),
        ("mission", "mission: m", "ORC012", (1, 1, 8), "`steps` or `task` is missing", ""),
        ("mission", "mission: m\ntask: t", "ORC012", (1, 1, 8), "`agent` or `capability` is missing", ""),
        ("mission", MISSION + "risk: hgih", "ORC014", (4, 7, 11), "`risk` cannot be", "did you mean `high`?"),
        ("mission", MISSION + "reply: {erorr: timeout}", "ORC011", (4, 9, 14), "`erorr`", "did you mean `error`?"),
        ("mission", MISSION + "reply: [{error: tmeout}]", "ORC014", (4, 17, 23), "`error`", "did you mean `timeout`?"),
        ("mission", MISSION + "reply: {text: a, xml: b}", "ORC010", (4, 18, 21), "one body", ""),
        ("mission", MISSION + "expect: [{contians: x}]", "ORC013", (4, 21, 22), "", ""),
        ("mission", MISSION + "expect: [{main: {contians: x}}]", "ORC112", (4, 18, 26), "unknown expectation", "did you mean `contains`?"),
        ("mission", MISSION + "expect: [{outcome: passed, tier: x}]", "ORC010", (4, 10, 36), "more than one", ""),
        ("mission", MISSION + "expect: [{cost_usd: {max: a}}]", "ORC013", (4, 27, 28), "`max` must be a number", ""),
        ("mission", MISSION + "deadline_s: .inf", "ORC013", (4, 13, 17), "must be a number", ""),
        ("mission", MISSION + "budget_usd: '1,0'", "ORC010", (4, 13, 18), "not a decimal number", ""),
        ("mission", "mission: m\nsteps: {tier: {agent: a, task: t}}", "ORC010", (2, 9, 13), "means an expectation", ""),
        ("mission", "mission: m\nsteps: {s: {agent: a, capability: b, task: t}}", "ORC010", (2, 23, 33), "exclude", ""),
        ("mission", "mission: m\nsteps: {s: {agent: a, task: t}}\nagent: b", "ORC010", (3, 1, 6), "does not go with `steps`", ""),
        ("tiers", "tiers: {a: x}", "ORC013", (1, 12, 13), "must be a list or a mapping", ""),
        ("tiers", "tiers: {a: []}", "ORC010", (1, 12, 14), "must not be empty", ""),
        ("tiers", "tiers: {a: {modles: [x]}}", "ORC011", (1, 13, 19), "`modles`", "did you mean `models`?"),
        ("tiers", "tiers: {a: [{model: m, price: {input: -1, output: 1, source: s, date: '2026-01-31'}}]}", "ORC010", (1, 39, 41), "at least 0", ""),
        ("routing", "signals: {a: {feature: f}}", "ORC012", (1, 15, 22), "`steps` or `table`", ""),
        ("routing", "signals: {a: {feature: f, globs: [x]}}", "ORC012", (1, 15, 22), "no `points`", ""),
        ("routing", "signals: {a: {feature: f, steps: {z: 1}}}", "ORC010", (1, 35, 36), "the key `z` is not a number", ""),
        ("routing", "signals: {a: {feature: f, table: {z: 1}, points: 1}}", "ORC010", (1, 42, 48), "`points` goes with", ""),
        ("routing", "hard: [{when: {f: {min: 1, globs: [x]}}, tier: t}]", "ORC010", (1, 20, 23), "not both", ""),
        ("gates", "layers: {input: {secrets: blok}}", "ORC014", (1, 27, 31), "`secrets`", "did you mean `block`?"),
        ("gates", "layers: {input: {secrets: {acton: warn}}}", "ORC012", (1, 28, 33), "no `action`", ""),
        ("gates", "suite: {pass_rate: 2}", "ORC010", (1, 20, 21), "at most 1", ""),
        ("gates", "escalation: {raise_tier: no}", "ORC013", (1, 26, 28), "true or false, not the text `no`", ""),
        ("workload", "tasks: [{task: t, per_month: 1.5, agent: a, input_tokens: 1, output_tokens: 1}]", "ORC013", (1, 30, 33), "a whole number", ""),
        ("project", "orchestra: 2", "ORC014", (1, 12, 13), "cannot be `2`", "write `1`"),
        ("project", "orchestra: 1\nagent: x", "ORC011", (2, 1, 6), "unknown key `agent`", "did you mean `agents`?"),
        ("project", "orchestra: 1\ntargets: [a, a]", "ORC010", (2, 10, 16), "the same item twice", ""),
    ],
)  # fmt: skip
def test_one_fault_is_one_finding_at_its_place(kind, content, code, place, said, hint) -> None:
    found = check(kind, content)
    assert [(each.code, (each.span.line, each.span.column, each.span.end_column)) for each in found] == [(code, place)]
    assert said in found[0].message
    assert hint in found[0].hint


def test_all_faults_of_a_document_come_at_once() -> None:
    found = check("agent", "agent: A\ndescrption: x\ntools: 1\nmodel: 2\nzzz: 3\n")
    assert sorted(each.code for each in found) == ["ORC010", "ORC011", "ORC011", "ORC012", "ORC013", "ORC013"]


def test_what_is_below_an_ignored_path_is_not_told() -> None:
    document = yaml.read(Text("f", MISSION + "expect: [{contians: x}, {cost_usd: 3}]")).documents[0]
    found = validate(document, "mission", ignoring=[("expect", 0, "contians")])
    assert [each.message for each in found] == ["`cost_usd` must be a mapping, not `3`"]


def examples(kind: str) -> list[Any]:
    path = orchestra_spec.ROOT / "schemas" / f"{kind}.schema.json"
    found = json.loads(path.read_bytes())["examples"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_examples_have_no_faults(kind) -> None:
    for example in examples(kind):
        assert check(kind, json.dumps(example)) == []


JUNK = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**40, "", "a", "A b", "a\n", [], ["a"], [1], {}, {"a": 1}, {"min": 1}, ["a", "a"]]
)


@st.composite
def mutants(draw: st.DrawFn) -> tuple[str, Any]:
    kind = draw(st.sampled_from(KINDS))
    document = json.loads(json.dumps(draw(st.sampled_from(examples(kind)))))
    node = document
    while True:
        key = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
        if isinstance(node[key], dict | list) and node[key] and draw(st.booleans()):
            node = node[key]
            continue
        break
    action = draw(st.sampled_from(["replace", "remove", "add"]))
    if action == "replace":
        node[key] = draw(JUNK)
    elif action == "remove":
        del node[key]
    elif isinstance(node, dict):
        node["zzz"] = draw(JUNK)
    return kind, document


@settings(max_examples=200, deadline=None)
@given(mutants())
def test_the_fast_judge_and_jsonschema_agree(mutant) -> None:
    pytest.importorskip("jsonschema_rs")
    kind, document = mutant
    assert validation._judge(kind)(document) == explainer(kind).is_valid(document)


@settings(max_examples=200, deadline=None)
@given(mutants())
def test_an_invalid_document_has_a_finding_and_a_valid_one_none(mutant) -> None:
    kind, document = mutant
    found = check(kind, json.dumps(document))
    assert bool(found) == (not explainer(kind).is_valid(document))
    assert len({each.span for each in found}) == len(found) or any(each.code == "ORC012" for each in found)
    assert not any("is not valid under" in each.message for each in found)
