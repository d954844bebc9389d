from __future__ import annotations

import dataclasses
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json, Protocol
from orchestra_compiler.protocol import fields, message, shipped
from orchestra_compiler.protocol.envelope import EPOCH
from orchestra_compiler.protocol.message import AgentMessage, ErrorDetails, QualityGates
from orchestra_compiler.protocol.schema import DEFAULT_SCHEMA, MessageSchema, load_schema
from orchestra_compiler.xsd.names import XS

_CARRIED = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from(
    "\t\n\r<>&'\""
)
_TEXT = st.text(_CARRIED, min_size=1, max_size=60)
_NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
_TASKS = st.from_regex(r"[!-~]{1,40}", fullmatch=True)
_TIMES = st.datetimes().map(lambda when: when.isoformat() + "Z")
_STATES = st.sampled_from(message.STATES)


@pytest.fixture(scope="module")
def schema() -> MessageSchema:
    return load_schema(Protocol(), Path())


@st.composite
def messages(draw: st.DrawFn) -> AgentMessage:
    kind = draw(st.sampled_from(shipped.TYPES))
    error = st.builds(
        ErrorDetails,
        level=st.integers(1, 4),
        category=st.sampled_from(message.CATEGORIES),
        message=_TEXT,
        attempted_recovery=st.none() | _TEXT,
    )
    if kind in ("task-completion", "status"):
        error = st.none() | error
    files = st.dictionaries(_TEXT, st.text(_CARRIED, max_size=20), min_size=1, max_size=3)
    return AgentMessage(
        type=kind,
        sender=draw(_NAMES),
        recipient=draw(_NAMES),
        priority=draw(st.sampled_from(message.PRIORITIES)),
        task_id=draw(_TASKS),
        parent_task=draw(st.none() | _TASKS),
        timestamp=draw(_TIMES),
        action=draw(st.sampled_from(message.ACTIONS)),
        success=draw(st.booleans()) if kind == "task-completion" else None,
        description=draw(_TEXT),
        artifacts=draw(st.none() | files),
        error=None if kind in ("question", "task-assignment") else draw(error),
        quality_gates=QualityGates(
            input=draw(_STATES),
            grounding=draw(_STATES),
            boundary=draw(_STATES),
            output=draw(_STATES),
            escalation=draw(st.sampled_from(message.ESCALATION_STATES)),
        ),
    )


@given(messages())
def test_every_message_is_valid_and_comes_back_whole(value: AgentMessage) -> None:
    text = message.encode(value)
    assert _SCHEMA.validate(text) == ()
    assert message.parse(text) == value
    assert message.encode(message.parse(text)) == text
    assert _SCHEMA.type_of(text) == value.type


_SCHEMA = load_schema(Protocol(), Path())


@given(messages())
def test_natural_fields_come_back_whole(value: AgentMessage) -> None:
    given_fields = fields.from_message(value)
    kind = str(given_fields.pop("type"))
    assert fields.to_message(kind, given_fields) == value


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1f", "\ud800", "\uffff"])
@pytest.mark.parametrize("name", ["description", "task_id", "sender", "artifacts"])
def test_characters_xml_cannot_carry_are_refused(name: str, character: str) -> None:
    value = fields.to_message("status", {"sender": "a", "recipient": "b"})
    text = f"x{character}y"
    broken = dataclasses.replace(value, **{name: {text: "x"} if name == "artifacts" else text})
    with pytest.raises(MessageError, match=f"U\\+{ord(character):04X}, which XML 1.0 cannot carry"):
        message.encode(broken)


def test_the_words_are_those_of_the_schema() -> None:
    root = ET.parse(DEFAULT_SCHEMA).getroot()

    def words(name: str) -> tuple[str, ...]:
        found = root.find(f"{XS}simpleType[@name='{name}']/{XS}restriction")
        assert found is not None
        return tuple(each.get("value", "") for each in found)

    assert tuple(sorted(words("MessageType"))) == shipped.TYPES
    assert words("Priority") == message.PRIORITIES
    assert words("Action") == message.ACTIONS
    assert words("ErrorCategory") == message.CATEGORIES
    assert words("GateState") == message.STATES
    assert words("EscalationState") == message.ESCALATION_STATES
    assert root.get("targetNamespace") == message.NAMESPACE
    bodies = {
        found.get("fixed"): element.get("name")
        for element in root.iter(f"{XS}element")
        for found in element.findall(f"{XS}complexType//{XS}attribute[@name='for']")
    }
    assert bodies == dict(shipped.BODIES)


def test_everything_in_the_schema_that_has_a_name_is_documented() -> None:
    root = ET.parse(DEFAULT_SCHEMA).getroot()
    bare = [
        each.get("name") for each in root if each.get("name") and each.find(f"{XS}annotation/{XS}documentation") is None
    ]
    assert bare == []


@pytest.mark.parametrize("kind", shipped.TYPES)
def test_two_names_are_enough(schema: MessageSchema, kind: str) -> None:
    text = schema.encode(kind, {"sender": "a", "recipient": "b"})
    back = schema.decode(text)
    assert back["timestamp"] == EPOCH
    assert back["description"] == fields.DESCRIPTION_OF[kind]
    assert ("success" in back) == (kind == "task-completion")
    assert ("error" in back) == (kind == "escalation")
    assert text == schema.encode(kind, {"recipient": "b", "sender": "a"})


@pytest.mark.parametrize(
    ("kind", "change", "says"),
    [
        ("task-complete", {}, "did you mean `task-completion`"),
        ("status", {"recipent": "x"}, "did you mean `recipient`"),
        ("status", {"colour": "x"}, "known: sender"),
        ("status", {"task-id": "a", "task_id": "b"}, "given twice"),
        ("status", {"priority": "urgent"}, "one of critical, high"),
        ("status", {"action": 1}, "1 is not a action"),
        ("status", {"success": True}, "a status has no field 'success'"),
        ("task-completion", {"success": "yes"}, "true or false"),
        ("status", {"description": ["x"]}, "must be text"),
        ("status", {"description": ""}, "min-length"),
        ("status", {"artifacts": ["x"]}, "must be a mapping"),
        ("status", {"artifacts": {}}, "content"),
        ("status", {"error": "x"}, "with level, category"),
        ("status", {"error": {"level": 5}}, "1, 2, 3 or 4"),
        ("status", {"error": {"level": True}}, "1, 2, 3 or 4"),
        ("status", {"error": {"kind": "x"}}, "is not a field of error"),
        ("status", {"error": {"category": "bad"}}, "is not a category"),
        ("question", {"error": {"level": 1}}, "do not make a valid question"),
        ("status", {"quality_gates": {"input": "ok"}}, "is not a state of input"),
        ("status", {"quality_gates": {"escalation": "passed"}}, "is not a escalation state"),
        ("status", {"quality_gates": []}, "must be a mapping"),
        ("status", {"sender": "Not A Name"}, "pattern"),
        ("status", {"timestamp": "yesterday"}, "do not make a valid status"),
        ("status", {"timestamp": "2000-01-01T00:00:00"}, "pattern"),
    ],
)
def test_wrong_fields_say_what_is_right(schema: MessageSchema, kind: str, change: dict[str, Json], says: str) -> None:
    with pytest.raises(MessageError, match=says):
        schema.encode(kind, {"sender": "a", "recipient": "b", **change})


@pytest.mark.parametrize("name", ["sender", "recipient"])
def test_a_name_that_is_missing_is_asked_for(schema: MessageSchema, name: str) -> None:
    with pytest.raises(MessageError, match=f"names no {name}"):
        schema.encode("status", {other: "a" for other in ("sender", "recipient") if other != name})


def test_hyphens_and_underscores_are_alike(schema: MessageSchema) -> None:
    names: dict[str, Json] = {"sender": "a", "recipient": "b"}
    hyphens = schema.encode(
        "status", {**names, "task-id": "t", "error": {"attempted-recovery": "r"}, "quality-gates": {}}
    )
    underscores = schema.encode("status", {**names, "task_id": "t", "error": {"attempted_recovery": "r"}})
    assert hyphens == underscores


def test_an_error_makes_a_completion_unsuccessful(schema: MessageSchema) -> None:
    names: dict[str, Json] = {"sender": "a", "recipient": "b"}
    assert schema.decode(schema.encode("task-completion", names))["success"] is True
    assert schema.decode(schema.encode("task-completion", {**names, "action": "failed"}))["success"] is False
    assert schema.decode(schema.encode("task-completion", {**names, "error": {}}))["success"] is False


@pytest.mark.parametrize(
    "document",
    [
        "<agent-message/>",
        '<agent-message xmlns="urn:pytest-orchestra:agent-message:1"/>',
        '<agent-message xmlns="urn:pytest-orchestra:agent-message:1"><type>gossip</type></agent-message>',
        '<agent-message xmlns="urn:pytest-orchestra:agent-message:1"><type>status</type></agent-message>',
        "Done.",
    ],
)
def test_what_is_no_message_is_not_parsed(document: str) -> None:
    with pytest.raises(MessageError):
        message.parse(document)


def test_an_error_level_that_is_no_number_is_not_parsed(schema: MessageSchema) -> None:
    text = schema.encode("escalation", {"sender": "a", "recipient": "b"})
    with pytest.raises(MessageError, match="'two' is not a number"):
        message.parse(text.replace("<level>2</level>", "<level>two</level>"))


@pytest.mark.parametrize(
    "change",
    [
        {"sender": 10**5000},
        {"priority": 10**5000},
        {"priority": [10**5000]},
        {"error": {"level": 10**5000}},
        {"artifacts": {"a": 10**5000}},
    ],
    ids=["text", "word", "list", "level", "file"],
)
def test_a_number_of_any_size_is_refused_or_written(change: dict[str, Json]) -> None:
    with pytest.raises(MessageError):
        fields.to_message("status", {"sender": "a", "recipient": "b", **change})
