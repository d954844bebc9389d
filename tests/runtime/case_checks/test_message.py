from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestra_compiler.cases import messages, pairs
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.manifest import Case, Manifest
from orchestra_compiler.model import (
    Agent,
    Fleet,
    GatePolicy,
    Model,
    Project,
    Protocol,
    RoutingPolicy,
    Tier,
    Tiers,
    Workload,
)
from orchestra_compiler.protocol.schema import load_schema
from orchestra_compiler.protocol.templates import render
from pytest_orchestra.case_checks import check
from pytest_orchestra.compiled import CompiledProject

SCHEMA = load_schema(Protocol(), Path())
AGENTS = (
    Agent(name="lead", description="d", prompt="p"),
    Agent(name="react", description="d", prompt="p", coordinator="lead"),
)
FLEET = Fleet(
    project=Project(name="p"),
    agents=AGENTS,
    tiers=Tiers(
        tiers=(Tier(name="base", models=(Model(name="m"),)),), escalation=("base",), baseline="base", default="base"
    ),
    routing=RoutingPolicy(),
    gates=GatePolicy(),
    protocol=Protocol(),
    missions=(),
    workload=Workload(),
)
GENERATED = messages.generate(SCHEMA, Span("orchestra.yaml"))
PAIRS = pairs.generate(FLEET, SCHEMA)


def _project(out: Path, templates: Mapping[str, str] | None = None) -> CompiledProject:
    manifest = Manifest(
        version=1,
        tool="test",
        tokenizer="estimate",
        sources={},
        fleet=FLEET,
        prompts={},
        templates=templates or {},
        cases=(*GENERATED.cases, *PAIRS),
    )
    return CompiledProject(out, out, manifest)


@pytest.fixture
def project(tmp_path: Path) -> CompiledProject:
    for path, content in GENERATED.files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return _project(tmp_path)


def _case(identity: str) -> Case:
    return next(case for case in (*GENERATED.cases, *PAIRS) if case.id == identity)


def test_every_generated_case_passes(project: CompiledProject) -> None:
    assert [case.id for case in (*GENERATED.cases, *PAIRS) if check(case, project) is not None] == []


def test_a_document_that_is_refused_says_why(project: CompiledProject) -> None:
    valid = dataclasses.replace(
        _case("message/status/minimal"), file=_case("message/invalid/missing-agent-message-sender").file
    )
    reason = check(valid, project)
    assert reason is not None
    assert "must be valid, but: line 3:" in reason
    assert "[content]" in reason


def test_a_document_that_should_be_refused_says_by_what(project: CompiledProject) -> None:
    broken = _case("message/invalid/missing-agent-message-sender")
    accepted = check(dataclasses.replace(broken, file=_case("message/status/minimal").file), project)
    assert accepted is not None
    assert accepted.endswith("must be refused by 'content' at /agent-message, but it is valid")
    other = check(dataclasses.replace(broken, rule="enumeration"), project)
    assert other is not None
    assert "[content]" in other


def test_a_missing_file_is_a_reason(project: CompiledProject) -> None:
    reason = check(dataclasses.replace(_case("message/status/minimal"), file="cases/gone.xml"), project)
    assert reason is not None
    assert "orchestra-compile" in reason


def test_a_pair_that_does_not_come_back_whole_says_which_field(
    project: CompiledProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = project.messages.decode
    monkeypatch.setattr(project.messages, "decode", lambda text: {**decode(text), "priority": "low"})
    reason = check(_case("pair/react/escalation"), project)
    assert reason is not None
    assert "priority: expected 'high', got 'low'" in reason


def test_a_pair_with_fields_the_schema_refuses_fails(project: CompiledProject) -> None:
    case = _case("pair/react/escalation")
    data = json.loads(case.data)
    data["fields"]["priority"] = "urgent"
    reason = check(dataclasses.replace(case, data=json.dumps(data)), project)
    assert reason is not None
    assert "'urgent' is not a priority" in reason


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("", ""), None),
        (("<type>escalation", "<type>status"), "must be valid"),
        (("?>", "?><!DOCTYPE m>"), "hostile-xml"),
    ],
)
def test_the_senders_template_must_be_valid(tmp_path: Path, change: tuple[str, str], says: str | None) -> None:
    template = render(SCHEMA, "escalation", AGENTS[1], "lead").replace(*change)
    (tmp_path / "t.xml").write_text(template, encoding="utf-8")
    reason = check(_case("pair/react/escalation"), _project(tmp_path, {"escalation/react": "t.xml"}))
    assert (says in reason) if says and reason else reason is None


def test_a_template_of_another_type_fails(tmp_path: Path) -> None:
    (tmp_path / "t.xml").write_text(render(SCHEMA, "status", AGENTS[1], "lead"), encoding="utf-8")
    reason = check(_case("pair/react/escalation"), _project(tmp_path, {"escalation/react": "t.xml"}))
    assert reason == "the template t.xml must be a escalation, but says 'status'"
