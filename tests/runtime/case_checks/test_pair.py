from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestra_compiler.cases import pairs
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
from pytest_orchestra import ladder
from pytest_orchestra.case_checks import check, pair
from pytest_orchestra.compiled import CompiledProject

SCHEMA = load_schema(Protocol(), Path())
AGENTS = (
    Agent(name="helper", description="d", prompt="p", sends=SCHEMA.types),
    Agent(name="lead", description="d", prompt="p", coordinator="top"),
    Agent(name="react", description="d", prompt="p", coordinator="lead", sends=SCHEMA.types, handoffs=("helper",)),
    Agent(name="top", description="d", prompt="p"),
)
CHAIN, HANDED_OVER = "pair/react/chain-of-command", "pair/react/to-helper"
XSD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    '<xs:element name="ping"><xs:complexType><xs:sequence>'
    '<xs:element name="word" type="xs:token" maxOccurs="2"/><xs:element name="number" type="xs:int"/>'
    '</xs:sequence><xs:attribute name="loud" type="xs:boolean" use="required"/></xs:complexType></xs:element>'
    "</xs:schema>"
)


def _fleet(agents: tuple[Agent, ...], protocol: Protocol) -> Fleet:
    return Fleet(
        project=Project(name="p"),
        agents=agents,
        tiers=Tiers(
            tiers=(Tier(name="base", models=(Model(name="m"),)),), escalation=("base",), baseline="base", default="base"
        ),
        routing=RoutingPolicy(),
        gates=GatePolicy(),
        protocol=protocol,
        missions=(),
        workload=Workload(),
    )


def _project(
    out: Path,
    agents: tuple[Agent, ...] = AGENTS,
    protocol: Protocol | None = None,
    templates: Mapping[str, str] | None = None,
) -> CompiledProject:
    fleet = _fleet(agents, protocol or Protocol())
    manifest = Manifest(
        version=1,
        tool="test",
        tokenizer="estimate",
        sources={},
        fleet=fleet,
        prompts={},
        templates=templates or {},
        cases=pairs.generate(fleet, load_schema(fleet.protocol, out)),
    )
    return CompiledProject(out, out, manifest)


def _case(project: CompiledProject, identity: str) -> Case:
    return next(case for case in project.manifest.cases if case.id == identity)


def _changed(case: Case, old: str, new: str, count: int = -1) -> Case:
    assert old in case.data
    return dataclasses.replace(case, data=case.data.replace(old, new, count))


@pytest.fixture
def project(tmp_path: Path) -> CompiledProject:
    return _project(tmp_path)


def test_every_generated_case_passes(project: CompiledProject) -> None:
    assert len(project.manifest.cases) == 5 + 5 + 2
    assert {case.id: check(case, project) for case in project.manifest.cases if check(case, project)} == {}


def test_a_schema_of_ones_own_says_its_example_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.xsd").write_text(XSD)
    agents = (Agent(name="lead", description="", prompt=""), dataclasses.replace(AGENTS[2], sends=("ping",)))
    project = _project(tmp_path, agents, Protocol(schema="m.xsd"))
    (case,) = project.manifest.cases
    assert case.id == "pair/react/ping"
    assert check(case, project) is None
    encode = project.messages.encode
    monkeypatch.setattr(project.messages, "encode", lambda kind, given: encode(kind, {**given, "word": "twice"}))
    assert check(case, project) is None
    monkeypatch.setattr(
        project.messages, "encode", lambda kind, given: encode(kind, {**given, "word": "once" if given else "first"})
    )
    reason = check(case, project)
    assert reason is not None
    assert "word: expected" in reason


def test_a_conversation_is_about_one_task(project: CompiledProject) -> None:
    for name in (CHAIN, HANDED_OVER):
        case = _changed(_case(project, name), '"task_id":"react-1"', '"task_id":"another"', 1)
        assert check(case, project) == "the messages name more than one task_id: another, react-1"


def test_a_lost_field_is_named(project: CompiledProject, monkeypatch: pytest.MonkeyPatch) -> None:
    decode = project.messages.decode
    monkeypatch.setattr(project.messages, "decode", lambda text: {**decode(text), "parent_task": "lost"})
    reason = check(_case(project, HANDED_OVER), project)
    assert reason is not None
    assert "task-assignment from react to helper came back changed: parent_task: expected" in reason


def test_an_escalation_that_leaves_the_chain_is_noticed(project: CompiledProject) -> None:
    case = _case(project, CHAIN)
    skipped = json.loads(case.data)
    del skipped["messages"][0]
    reason = check(dataclasses.replace(case, data=json.dumps(skipped)), project)
    assert reason is not None
    assert "not up the chain react -> lead -> top" in reason


def test_a_circle_is_noticed(project: CompiledProject) -> None:
    case = _changed(_case(project, CHAIN), '"chain":["react","lead","top"]', '"chain":["react","lead","react"]')
    assert check(case, project) == "the chain of command goes in circles: react -> lead -> react"


def test_another_chain_than_the_one_compiled_is_noticed(project: CompiledProject) -> None:
    fleet = _fleet((*AGENTS[:2], dataclasses.replace(AGENTS[2], coordinator="top"), AGENTS[3]), Protocol())
    other = CompiledProject(project.root, project.out, dataclasses.replace(project.manifest, fleet=fleet))
    reasons = list(
        pair._of_conversation(json.loads(_case(project, CHAIN).data)["messages"], ("react", "lead", "top"), other)
    )
    assert reasons == [
        "an escalation must go react -> lead -> top, but the agents asked are react -> top",
        "react would send it to top, not to lead",
    ]


def test_a_ladder_that_asks_others_is_noticed(project: CompiledProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder.Ladder, "agent", lambda *_: AGENTS[0])
    reason = check(_case(project, CHAIN), project)
    assert reason == "an escalation must go react -> lead -> top, but the agents asked are helper"


def test_an_agent_that_is_gone_is_noticed(project: CompiledProject) -> None:
    manifest = dataclasses.replace(project.manifest, fleet=_fleet((AGENTS[1],), Protocol()))
    other = CompiledProject(project.root, project.out, manifest)
    reason = check(_case(project, CHAIN), other)
    assert reason == "an escalation must go react -> lead -> top, but the agents asked are "


def test_every_senders_template_in_a_conversation_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "t.xml").write_text(render(SCHEMA, "status", AGENTS[0], "lead"), encoding="utf-8")
    project = _project(tmp_path, templates={"question/helper": "t.xml"})
    reason = check(_case(project, HANDED_OVER), project)
    assert reason == "the template t.xml must be a question, but says 'status'"
