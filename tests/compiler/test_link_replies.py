from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.link import link
from orchestra_compiler.model import (
    Agent,
    Fleet,
    GatePolicy,
    Mission,
    Project,
    Protocol,
    RoutingPolicy,
    Script,
    ScriptedReply,
    Step,
    Tier,
    Tiers,
    Workload,
)
from orchestra_compiler.protocol.schema import MessageSchema, load_schema
from pytest_orchestra.compiled import CompiledProject
from pytest_orchestra.providers.scripted import ScriptedProvider
from pytest_orchestra.values import Request

SPAN = Span("missions/ship.yaml", 9, 7, 9, 40)
AGENTS = (
    Agent(name="boss", description="", prompt=""),
    Agent(name="lead", description="", prompt="", coordinator="boss"),
    Agent(name="worker", description="", prompt="", coordinator="lead", capabilities=("python",)),
    Agent(name="Big Name", description="", prompt=""),
)


def message(**fields: Any) -> ScriptedReply:
    given = {"type": "status", **fields}
    return ScriptedReply(message=json.dumps(given, separators=(",", ":")), span=SPAN)


def fleet_of(*replies: ScriptedReply, agent: str | None = "worker", protocol: Protocol | None = None) -> Fleet:
    capability = None if agent else "python"
    steps = (Step(name="main", task="Write it.", agent=agent, capability=capability),)
    mission = Mission(name="ship", steps=steps, replies={"main": Script(replies=replies)})
    return Fleet(
        project=Project(name="shop"),
        agents=AGENTS,
        tiers=Tiers(tiers=(Tier(name="one", models=()),), escalation=(), baseline="one", default="one"),
        routing=RoutingPolicy(),
        gates=GatePolicy(),
        protocol=protocol or Protocol(),
        missions=(mission,),
        workload=Workload(),
    )


@pytest.fixture
def of(tmp_path: Path) -> Callable[..., list[Diagnostic]]:
    """Return what the link step finds in a script."""

    def check(*replies: ScriptedReply, **fields: Any) -> list[Diagnostic]:
        return list(link(fleet_of(*replies, **fields), tmp_path).diagnostics)

    return check


def spoken(fleet: Fleet, number: int, agent: str, root: Path) -> str:
    """Have the scripted provider answer a call; return the error's text, empty where there is none."""
    manifest = SimpleNamespace(fleet=fleet, tokenizer="estimate")
    project = SimpleNamespace(manifest=manifest, messages=load_schema(fleet.protocol, root))
    mission = fleet.missions[0]
    request = cast(
        "Request",
        SimpleNamespace(
            mission=mission, step=mission.steps[0], number=number, agent=fleet.agent_by_name[agent], prompt_tokens=1
        ),
    )
    return asyncio.run(ScriptedProvider(cast("CompiledProject", project)).call(request)).detail


@pytest.mark.parametrize(
    ("fields", "wrong", "hint"),
    [
        ({"prioritty": "low"}, "'prioritty' is not a field of a message", "did you mean `priority`?"),
        ({"priority": "urgent"}, "'urgent' is not a priority", "one of critical, high, normal, low"),
        ({"success": True}, "a status has no field 'success'", "only a task-completion says whether it succeeded"),
        ({"error": {"level": 1.0}}, "1.0 is not an error level", "1, 2, 3 or 4"),
        ({"error": {"level": 9}}, "9 is not an error level", "1, 2, 3 or 4"),
        ({"task_id": "a", "task-id": "b"}, "the field 'task_id' is given twice", ""),
        ({"timestamp": "yesterday"}, "the fields do not make a valid status: ", ""),
        ({"description": "a\u0000b"}, "the description holds U+0000, which XML 1.0 cannot carry", "leave the"),
        ({"sender": ["a"]}, "the field 'sender' must be text", ""),
    ],
)
def test_a_message_that_cannot_be_written(of, tmp_path, fields, wrong, hint) -> None:
    (finding,) = of(message(**fields))
    assert (finding.code, finding.severity, finding.span) == ("ORC606", Severity.ERROR, SPAN)
    assert finding.message.startswith(f"this message cannot be written: {wrong}")
    assert finding.hint.startswith(hint)
    assert "cannot be written" in spoken(fleet_of(message(**fields)), 0, "worker", tmp_path)


@pytest.mark.parametrize("agent", ["worker", "boss", None])
@pytest.mark.parametrize(
    "fields", [{}, {"task-id": "T-1"}, {"type": "escalation", "error": {"level": 3}}, {"sender": "somebody"}]
)
def test_what_is_left_out_is_added_as_in_the_run(of, tmp_path, fields, agent) -> None:
    assert of(message(**fields), agent=agent) == []
    assert spoken(fleet_of(message(**fields), agent=agent), 0, agent or "worker", tmp_path) == ""


def test_a_sender_that_the_schema_refuses(of) -> None:
    (finding,) = of(message(), agent="Big Name")
    assert (finding.code, "Big Name" in finding.message) == ("ORC606", True)
    assert of(message(sender="big-name", recipient="boss"), agent="Big Name") == []


def test_the_same_fault_is_told_at_every_reply(of) -> None:
    other = replace(message(priority="urgent"), span=SPAN._replace(line=12))
    assert [each.span.line for each in of(message(priority="urgent"), message(), other)] == [9, 12]


def test_an_unknown_type_is_only_that(of) -> None:
    (finding,) = of(message(type="stats", prioritty=1))
    assert (finding.code, finding.span, finding.hint) == ("ORC104", SPAN, "did you mean `status`?")


def test_a_schema_that_cannot_be_used_is_the_only_finding(of) -> None:
    assert [each.code for each in of(message(prioritty=1), protocol=Protocol(schema="gone.xsd"))] == ["ORC115"]


def test_a_step_that_nobody_takes_is_the_only_finding(of) -> None:
    assert [each.code for each in of(message(prioritty=1), agent="nobody")] == ["ORC101"]


OWN = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="note"><xs:complexType><xs:sequence>
    <xs:element name="sender"><xs:simpleType><xs:restriction base="xs:string">
      <xs:enumeration value="lead"/>
    </xs:restriction></xs:simpleType></xs:element>
    <xs:element name="count" type="xs:int"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>
"""


def test_a_later_reply_may_be_that_of_an_agent_above(of, tmp_path) -> None:
    (tmp_path / "own.xsd").write_text(OWN)
    own, note = Protocol(schema="own.xsd"), message(type="note", count=3)
    (finding,) = of(note, protocol=own)
    assert finding.code == "ORC606"
    assert of(ScriptedReply(text="No."), note, protocol=own) == []
    fleet = fleet_of(ScriptedReply(text="No."), note, protocol=own)
    assert spoken(fleet, 1, "lead", tmp_path) == ""
    assert "cannot be written" in spoken(fleet, 1, "worker", tmp_path)


@pytest.mark.parametrize("fields", [{"count": "many"}, {"count": {"$": 1}, "colour": "red"}])
def test_a_message_of_the_projects_own_protocol(of, tmp_path, fields) -> None:
    (tmp_path / "own.xsd").write_text(OWN)
    found = of(message(type="note", sender="lead", **fields), protocol=Protocol(schema="own.xsd"))
    assert [each.code for each in found] == ["ORC606"]


def test_the_same_message_is_written_once(of, monkeypatch) -> None:
    written: list[str] = []
    encode = MessageSchema.encode

    def counting(schema: MessageSchema, kind: str, fields: Any) -> str:
        written.append(kind)
        return encode(schema, kind, fields)

    monkeypatch.setattr(MessageSchema, "encode", counting)
    assert of(*[message(description="Done.")] * 1000, message(type="question")) == []
    assert written == ["status", "question"]
