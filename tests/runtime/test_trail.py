"""What a run leaves in the audit trail: tasks as they are handed on, and every message in a reply."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from orchestra_compiler.model import CallError, Layer, Protocol
from orchestra_compiler.protocol.schema import load_schema
from pytest_orchestra.mission import MissionRun
from pytest_orchestra.trail import gravest
from pytest_orchestra.values import MessageForm, SeenMessage, Verdict, VerdictKind

SCHEMA = load_schema(Protocol(), Path())
SAID = {"sender": "worker", "recipient": "boss", "task_id": "order-17", "parent_task": "orders"}


def message(kind: str = "status", **fields: Any) -> str:
    given = {**SAID, "timestamp": "2026-05-04T08:30:00Z", "description": "half way", **fields}
    return SCHEMA.encode(kind, given)


def ways(studio: Any) -> list[tuple[int, int, str, str]]:
    return [(each.number, each.position, each.sender, each.recipient) for each in studio.notes.messages]


def last(studio: Any) -> SeenMessage:
    return studio.notes.messages[-1]


def test_a_task_is_told_and_plain_words_are_no_message(studio) -> None:
    studio.run(studio.mission(replies={"main": ["fine, 1 < 2"]}))
    (told,) = studio.notes.messages
    assert told == SeenMessage(
        mission="trial",
        step="main",
        number=0,
        position=0,
        form=MessageForm.TASK,
        sender="",
        recipient="worker",
        type="",
        task_id="trial/main",
        parent_task="",
        rule="",
        gate=VerdictKind.PASS,
        gate_check="",
        text="Do it.",
    )


def test_a_message_is_read_and_judged(studio) -> None:
    text = message()
    studio.run(studio.mission(replies={"main": [text]}))
    found = last(studio)
    assert (found.position, found.form, found.sender, found.recipient) == (1, MessageForm.MESSAGE, "worker", "boss")
    assert (found.type, found.task_id, found.parent_task, found.rule) == ("status", "order-17", "orders", "")
    assert (found.gate, found.gate_check) == (VerdictKind.PASS, "")
    assert text.startswith(found.text)


def test_each_fenced_message_has_its_place_in_the_reply(studio) -> None:
    reply = f"First:\n```xml\n{message()}\n```\nthen the same\n```xml\n{message()}\n```\nand no `<xml>`."
    studio.run(studio.mission(replies={"main": [reply]}))
    _, *found = studio.notes.messages
    assert [each.position for each in found] == [1, 2]
    assert [reply[each.start : each.start + len(each.text)] for each in found] == [each.text for each in found]
    assert found[0].start < found[1].start


@pytest.mark.parametrize(
    ("change", "rule", "kind", "task"),
    [
        (("<priority>normal", "<priority>urgent"), "enumeration", "status", "order-17"),
        (("</agent-message>", ""), "malformed-xml", "", "trial/main"),
        (("?>", "?><!DOCTYPE agent-message>"), "hostile-xml", "", "trial/main"),
        (("<task-id>order-17</task-id>", ""), "content", "status", "trial/main"),
    ],
)
def test_a_refused_message_is_recorded_with_the_rule(
    studio, change: tuple[str, str], rule: str, kind: str, task: str
) -> None:
    studio.run(studio.mission(replies={"main": [message().replace(*change)]}))
    found = last(studio)
    assert (found.rule, found.type, found.task_id) == (rule, kind, task)
    assert found.sender == "worker"


def test_who_answered_is_the_sender_whatever_the_message_claims(studio) -> None:
    studio.run(studio.mission(replies={"main": [message(sender="boss")]}))
    assert last(studio).sender == "worker"


def test_work_is_handed_up_the_chain(studio) -> None:
    bad = message(description="bad")
    studio.run(studio.mission(replies={"main": [bad, bad, bad, bad]}))
    assert ways(studio) == [
        (0, 0, "", "worker"),
        (0, 1, "worker", "boss"),
        (1, 0, "", "worker"),
        (1, 1, "worker", "boss"),
        (2, 0, "worker", "boss"),
        (2, 1, "boss", "boss"),
        (3, 0, "boss", "chief"),
        (3, 1, "chief", "boss"),
    ]
    assert {each.gate_check for each in studio.notes.messages if each.position} == {"output/taste"}
    assert {each.gate for each in studio.notes.messages if each.position} == {VerdictKind.BLOCK}


def test_a_task_that_the_input_gate_refuses_never_reaches_an_agent(studio) -> None:
    studio.run(studio.mission(studio.step(task="Do evil.")))
    (kept,) = studio.notes.messages
    assert (kept.number, kept.recipient, kept.gate, kept.gate_check) == (-1, "worker", VerdictKind.BLOCK, "input/taste")
    assert studio.notes.started == []


def test_a_task_may_be_a_message_itself(studio) -> None:
    text = message("task-assignment", sender="boss", recipient="worker")
    studio.run(studio.mission(studio.step(task=text)))
    told = studio.notes.messages[0]
    assert (told.form, told.type, told.task_id) == (MessageForm.MESSAGE, "task-assignment", "order-17")
    assert (told.sender, told.recipient, told.rule) == ("", "worker", "")


def test_what_arrived_before_a_call_failed_is_recorded_unjudged(studio) -> None:
    broken = studio.reply(message(), error=CallError.SERVER)
    studio.run(studio.mission(replies={"main": [broken, "fine"]}))
    (found,) = [each for each in studio.notes.messages if each.position]
    assert (found.number, found.gate, found.rule) == (0, None, "")


def test_a_call_that_is_not_made_leaves_no_trace(studio) -> None:
    studio.run(studio.mission(budget_usd=0))
    assert studio.notes.messages == []


THEIRS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="note"><xs:complexType><xs:sequence>
<xs:element name="header"><xs:complexType><xs:sequence>
<xs:element name="correlation-id" type="xs:token"/><xs:element name="inReplyTo" type="xs:token" minOccurs="0"/>
<xs:element name="to" type="xs:token"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="text" type="xs:string"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""


def test_another_protocol_names_the_task_in_its_own_words(studio) -> None:
    (studio.root / "note.xsd").write_text(THEIRS)
    note = (
        "<note><header><correlation-id> c-1 </correlation-id><inReplyTo>c-0</inReplyTo><to>chief</to></header>"
        "<text>hello</text></note>"
    )
    protocol = Protocol(schema="note.xsd", types=("note",))
    project = studio.project(mission := studio.mission(replies={"main": [note]}), protocol=protocol)
    asyncio.run(MissionRun(studio.stage(project), mission).run())
    found = last(studio)
    assert (found.type, found.recipient, found.task_id, found.parent_task) == ("note", "chief", "c-1", "c-0")
    assert found.rule == ""


def test_an_id_that_is_a_number_names_the_task_too(studio) -> None:
    (studio.root / "note.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="note"><xs:complexType><xs:simpleContent>'
        '<xs:extension base="xs:string"><xs:attribute name="correlation-id" type="xs:long"/>'
        '<xs:attribute name="parent-id" type="xs:int"/></xs:extension></xs:simpleContent></xs:complexType></xs:element></xs:schema>'
    )
    note = '<note correlation-id="17" parent-id="4">hello</note>'
    protocol = Protocol(schema="note.xsd", types=("note",))
    project = studio.project(mission := studio.mission(replies={"main": [note]}), protocol=protocol)
    asyncio.run(MissionRun(studio.stage(project), mission).run())
    found = last(studio)
    assert (found.task_id, found.parent_task) == ("17", "4")


def test_plain_words_load_no_schema(studio) -> None:
    protocol = Protocol(schema="gone.xsd")
    project = studio.project(protocol=protocol)
    assert project.messages_in("no markup") == ()
    assert project.messages_in("1 < 2 and 3 > 2") == ()


def test_one_text_is_read_and_judged_once(studio, monkeypatch: pytest.MonkeyPatch) -> None:
    project = studio.project()
    judged: list[str] = []
    validate = project.messages.validate
    monkeypatch.setattr(project.messages, "validate", lambda text: judged.append(text) or validate(text))
    for _ in range(3):
        (found,) = project.messages_in(message())
        assert project.reader.violations(found.document) == ()
    assert len(judged) == 1
    assert project.messages_in(message()) is project.messages_in(message())


def test_long_texts_are_not_remembered(studio) -> None:
    project = studio.project()
    text = message(description="x" * 30_000)
    assert project.messages_in(text) == project.messages_in(text)
    assert project.messages_in(text) is not project.messages_in(text)


def verdict(kind: VerdictKind, check: str) -> Verdict:
    return Verdict(layer=Layer.OUTPUT, check=check, kind=kind)


def test_the_gravest_verdict_is_the_first_of_its_kind() -> None:
    passed, warned = verdict(VerdictKind.PASS, "a"), verdict(VerdictKind.WARN, "b")
    blocked, too = verdict(VerdictKind.BLOCK, "c"), verdict(VerdictKind.BLOCK, "d")
    assert gravest([]) == (None, "")
    assert gravest([passed]) == (VerdictKind.PASS, "")
    assert gravest([passed, warned]) == (VerdictKind.WARN, "output/b")
    assert gravest([warned, blocked, too, passed]) == (VerdictKind.BLOCK, "output/c")
