from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from orchestra_compiler.frontends.loader import default_tiers
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
    Workload,
)
from orchestra_compiler.protocol.overhead import GOAL_PERCENT, content_of, overhead
from orchestra_compiler.protocol.schema import load_schema

OURS = load_schema(Protocol(), Path())


class Words:
    """Counts words and line ends, so that figures can be told by hand."""

    name = "words"

    def count(self, text: str) -> int:
        return len(text.split()) + text.count("\n")


def _fleet(*replies: ScriptedReply) -> Fleet:
    mission = Mission(
        name="m", steps=(Step(name="main", task="Do.", agent="clerk"),), replies={"main": Script(replies=replies)}
    )
    agents = (
        Agent(name="clerk", description="", prompt="", coordinator="baker"),
        Agent(name="baker", description="", prompt=""),
    )
    return Fleet(
        project=Project(name="p"),
        agents=agents,
        missions=(mission,),
        tiers=default_tiers(),
        routing=RoutingPolicy(),
        gates=GatePolicy(),
        protocol=Protocol(),
        workload=Workload(),
    )


def _said(kind: str, words: int) -> ScriptedReply:
    text = " ".join(["word"] * words)
    return ScriptedReply(message=f'{{"type": "{kind}", "description": "{text}"}}')


def test_messages_are_measured_by_their_median() -> None:
    fleet = _fleet(_said("status", 3), _said("status", 40), _said("status", 10), ScriptedReply(text="one two three"))
    found = overhead(fleet, OURS, Words())
    assert (found.tokenizer, found.replies, found.reply_tokens, found.unmeasured) == ("words", 1, 3, {})
    status = next(each for each in found.types if each.type == "status")
    assert (status.messages, status.content_tokens) == (3, 10)
    xml, compact, channel = status.forms
    assert [each.form for each in status.forms] == ["xml", "compact", "channel"]
    assert compact.envelope_tokens == 6  # four words of the head and an empty line
    assert channel.envelope_tokens == 3
    assert xml.envelope_tokens > 40
    assert compact.percent == Decimal("37.5")
    assert compact.percent_at_reply == Decimal("66.7")


@pytest.mark.parametrize("kind", OURS.types)
def test_from_the_break_even_on_the_envelope_is_under_the_goal(kind: str) -> None:
    found = next(each for each in overhead(_fleet(), OURS, Words()).types if each.type == kind)
    assert found.messages == 0
    for form in found.forms:
        if form.envelope_tokens:
            share = 100 * form.envelope_tokens / (form.envelope_tokens + form.break_even_tokens)
            before = 100 * form.envelope_tokens / (form.envelope_tokens + form.break_even_tokens - 1)
            assert share < GOAL_PERCENT <= before
        else:
            assert form.break_even_tokens == 0


def test_what_goes_well_needs_no_envelope_on_its_channel() -> None:
    found = {each.type: each.forms[-1].envelope_tokens for each in overhead(_fleet(), OURS, Words()).types}
    assert found["task-assignment"] == found["task-completion"] == 0
    assert min(found["status"], found["question"], found["escalation"]) > 0


def test_content_is_what_an_agent_writes(load) -> None:  # type: ignore[no-untyped-def]
    text = OURS.encode(
        "escalation",
        {"sender": "a", "recipient": "b", "description": "Why", "artifacts": {"p": "file"}, "error": {"message": "No"}},
    )
    assert content_of(OURS, text) == ("p", "file", "No", "Why")
    schema = load(
        '<xs:element name="m"><xs:complexType><xs:sequence><xs:element name="to" type="xs:token"/>'
        '<xs:element name="text" type="xs:string"/><xs:element name="n" type="xs:int"/></xs:sequence></xs:complexType></xs:element>'
    )
    assert content_of(schema, schema.encode("m", {"to": "you", "text": "Hello.", "n": 1})) == ("Hello.",)


def test_a_type_that_cannot_be_made_is_told(load) -> None:  # type: ignore[no-untyped-def]
    schema = load(
        '<xs:simpleType name="N"><xs:restriction base="xs:string"><xs:enumeration value="a"/><xs:pattern value="b"/></xs:restriction></xs:simpleType>'
        '<xs:element name="m" type="N"/>'
    )
    assert set(overhead(_fleet(), schema, Words()).unmeasured) == {"m"}


def test_what_is_no_message_is_not_measured() -> None:
    fleet = _fleet(ScriptedReply(text="<agent-message/>"), ScriptedReply(text="  "), _said("gossip", 3))
    found = overhead(fleet, OURS, Words())
    assert found.replies == 0
    assert {each.messages for each in found.types} == {0}
    assert found.types[0].forms[0].percent_at_reply is None
