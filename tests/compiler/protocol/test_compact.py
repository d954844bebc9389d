"""The short forms: lossless with regard to decoding, whatever the message, with and without a channel."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol import message
from orchestra_compiler.protocol.channel import Channel
from orchestra_compiler.protocol.compact import from_compact, to_compact
from orchestra_compiler.protocol.message import AgentMessage
from orchestra_compiler.protocol.schema import MessageSchema, load_schema
from orchestra_compiler.xsd.names import XSI

sys.path.insert(0, str(Path(__file__).parent))
from test_agent_message import messages

OURS = load_schema(Protocol(), Path())
NAMES = {"sender": "clerk", "recipient": "head-baker", "task_id": "order-17", "timestamp": "2026-05-04T08:30:00Z"}
ORCHESTRA = Protocol(schema="agent-message-v1.0.xsd", root="agent-message", discriminator="body/@type")


def _ours(kind: str, **fields: Any) -> str:
    return OURS.encode(kind, {**NAMES, "description": "Order 17 is packed.", **fields})


def _channel(value: AgentMessage, known: frozenset[str]) -> Channel:
    return Channel(**{name: getattr(value, name) for name in known})


_FIELDS = ("type", "sender", "recipient", "task_id", "parent_task", "timestamp")


class TestOurs:
    @settings(max_examples=60)
    @given(messages(), st.frozensets(st.sampled_from(_FIELDS)))
    def test_every_message_comes_back_whole(self, value: AgentMessage, known: frozenset[str]) -> None:
        document, channel = message.encode(value), _channel(value, known)
        text = to_compact(OURS, document, channel)
        assert from_compact(OURS, text, channel) == document
        assert len(text) < len(document)

    @settings(max_examples=40)
    @given(messages(), messages())
    def test_a_channel_that_expects_another_message_does_no_harm(
        self, value: AgentMessage, other: AgentMessage
    ) -> None:
        document, channel = message.encode(value), _channel(other, frozenset(_FIELDS))
        assert from_compact(OURS, to_compact(OURS, document, channel), channel) == document

    def test_a_message_reads_like_a_letter(self) -> None:
        document = _ours(
            "task-completion",
            priority="high",
            artifacts={"orders/17.md": "What is\n\nin the box.", "a b:c": ""},
            error={"level": 2, "category": "validation", "message": "100 at most.", "attempted_recovery": "Asked."},
            quality_gates={"input": "passed", "grounding": "warned"},
        )
        assert to_compact(OURS, document) == (
            "result clerk>head-baker #order-17 2026-05-04T08:30:00Z high gates=passed,warned,not-run,not-run\n"
            "file orders/17.md: What is\n \n in the box.\n"
            'file "a b:c"\n'
            "error 2 validation: 100 at most.\n"
            "tried: Asked.\n"
            "\n"
            "Order 17 is packed."
        )

    def test_what_the_type_implies_is_left_out(self) -> None:
        assert to_compact(OURS, _ours("status")).splitlines()[0] == (
            "progress clerk>head-baker #order-17 2026-05-04T08:30:00Z"
        )
        said = _ours("task-completion", success=False, action="completed", quality_gates={"escalation": "triggered"})
        assert to_compact(OURS, said).splitlines()[0].endswith("Z success=false triggered")

    def test_a_channel_that_knows_all_leaves_the_text_alone(self) -> None:
        channel = Channel(type="task-completion", **NAMES)
        document = _ours("task-completion")
        assert to_compact(OURS, document, channel) == "Order 17 is packed."
        assert to_compact(OURS, _ours("status"), channel) == "progress\n\nOrder 17 is packed."
        begins_like_one = _ours("task-completion", description="result first\n\nthen more")
        assert to_compact(OURS, begins_like_one, channel) == "result\n\nresult first\n\nthen more"

    @pytest.mark.parametrize("text", ["<b>Order 17</b>", " \n<", "\ufeffOrder 17"])
    def test_what_looks_like_a_document_has_a_head(self, text: str) -> None:
        channel = Channel(type="task-completion", **NAMES)
        assert to_compact(OURS, _ours("task-completion", description=text), channel) == f"result\n\n{text}"

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "is not a kind of message"),
            ("reslut a>b #t 2000-01-01T00:00:00Z\n\nx", "did you mean `result`"),
            ("result a>b #t\n\nx", "names no timestamp"),
            ("result #t 2000-01-01T00:00:00Z\n\nx", "names no sender"),
            ("result a>b #t #u 2000-01-01T00:00:00Z\n\nx", "says its task id twice"),
            ("result a>b #t 2000-01-01T00:00:00Z hihg\n\nx", "did you mean `high`"),
            ("result a>b #t 2000-01-01T00:00:00Z gates=fine\n\nx", "says nothing of input"),
            ("result a>b #t 2000-01-01T00:00:00Z gates=passed,passed\n\nx", "four with commas"),
            ("result a>b #t 2000-01-01T00:00:00Z success=yes\n\nx", "true or false"),
            ("task a>b #t 2000-01-01T00:00:00Z success=true\n\nx", "does not say whether"),
            ("result a>b #t 2000-01-01T00:00:00Z\nnote: y\n\nx", "says nothing of a message"),
            ("result a>b #t 2000-01-01T00:00:00Z\ntried: y\n\nx", "says nothing of a message"),
            ("result a>b #t 2000-01-01T00:00:00Z\nerror 7 execution: y\n\nx", "is not a level"),
            ("result a>b #t 2000-01-01T00:00:00Z\nerror 2 bad: y\n\nx", "does not make a valid message"),
            ('result a>b #t 2000-01-01T00:00:00Z\nfile "a: y\n\nx', "is not closed"),
            ("result a>b #t 2000-01-01T00:00:00Z\nfile a: y\nfile a: z\n\nx", "stands there twice"),
            ("result a>b #t 2000-01-01T00:00:00Z", "does not make a valid message"),
            ("result A>b #t 2000-01-01T00:00:00Z\n\nx", "pattern"),
            ("result a>b #t 2000-01-01T00:00:00Z\n\nx\x00", r"U\+0000"),
        ],
    )
    def test_what_is_no_short_form_says_why(self, text: str, says: str) -> None:
        with pytest.raises(MessageError, match=says):
            from_compact(OURS, text)

    def test_the_words_of_the_head_may_stand_in_any_order(self) -> None:
        text = "task-completion 2026-05-04T08:30:00Z   #order-17 clerk>head-baker\n\nOrder 17 is packed."
        assert from_compact(OURS, text) == _ours("task-completion")

    def test_what_is_no_message_has_no_short_form(self) -> None:
        with pytest.raises(MessageError, match="not a valid message"):
            to_compact(OURS, "<m/>")
        with pytest.raises(MessageError, match="no message type"):
            from_compact(OURS, "x", Channel(type="gossip"))

    @given(st.text(max_size=200), st.booleans())
    def test_any_text_is_a_message_or_says_why_not(self, text: str, knows: bool) -> None:
        channel = Channel(type="status", **NAMES) if knows else Channel()
        try:
            document = from_compact(OURS, text, channel)
        except MessageError:
            return
        assert OURS.validate(document) == ()


BODY = """
<xs:element name="note"><xs:complexType><xs:sequence>
  <xs:element name="head"><xs:complexType><xs:sequence>
    <xs:element name="from" type="xs:token" minOccurs="0"/><xs:element name="when" type="xs:dateTime" minOccurs="0"/>
  </xs:sequence><xs:attribute name="id" type="xs:int"/></xs:complexType></xs:element>
  <xs:element name="id" type="xs:int" minOccurs="0"/>
  <xs:element name="text" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="rich" minOccurs="0"><xs:complexType mixed="true"><xs:sequence>
    <xs:element name="b" type="xs:string" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence><xs:attribute name="id" type="xs:int"/><xs:attribute name="kind" fixed="note" use="required"/></xs:complexType></xs:element>
"""


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> MessageSchema:
    root = tmp_path_factory.mktemp("notes")
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">'
    (root / "m.xsd").write_text(f"{head}{BODY}</xs:schema>", encoding="utf-8")
    return load_schema(Protocol(schema="m.xsd", root="note"), root)


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from('\n \r\t:="#'), max_size=30)  # fmt: skip


class TestForeign:
    def test_an_outline_has_a_line_per_element(self, notes: MessageSchema) -> None:
        document = (
            '<note xmlns="urn:t" kind="note" id="7"><head id="1"><from>clerk</from><when>2026-05-04T08:30:00Z</when></head>'
            "<id>4</id><text>One line.</text><text>Two\nlines.</text><rich>See <b>this</b>!</rich>"
            '<x xmlns="urn:other" a="b c">y</x></note>'
        )
        text = to_compact(notes, document)
        assert text.splitlines() == [
            "note @id=7",
            " head id=1 from=clerk when=2026-05-04T08:30:00Z",
            " id: 4",
            " text: One line.",
            " text:",
            "  Two",
            "  lines.",
            " rich",
            "  #: See ",
            "  b: this",
            "  #: !",
            ' {urn:other}x @a="b c": y',
        ]
        assert notes.decode(from_compact(notes, text)) == notes.decode(document)

    @settings(max_examples=60)
    @given(
        texts=st.lists(_TEXT, max_size=3),
        rich=st.lists(_TEXT, min_size=2, max_size=3),
        sender=st.none() | _TEXT,
        number=st.none() | st.integers(-9, 9),
    )
    def test_every_document_comes_back(
        self, notes: MessageSchema, texts: list[str], rich: list[str], sender: str | None, number: int | None
    ) -> None:
        fields: dict[str, Any] = {"head": {} if sender is None else {"from": sender}, "text": texts, "@kind": "note"}
        if number is not None:
            fields |= {"@id": number, "id": number}
        fields["rich"] = {"$": [rich[0], *({"b": part} for part in rich[1:]), "end"]}
        fields["head"] = fields["head"] or ""
        document = notes.encode("note", fields)
        text = to_compact(notes, document)
        assert notes.decode(from_compact(notes, text)) == notes.decode(document)

    def test_what_the_channel_knows_is_put_back_where_it_belongs(self, notes: MessageSchema) -> None:
        document = '<note xmlns="urn:t" kind="note"><head id="1"><from>clerk</from></head><text>Hi.</text></note>'
        channel = Channel(values={"head/from": "clerk", "head/@id": "1"})
        text = to_compact(notes, document, channel)
        assert text == "note text=Hi."
        assert notes.decode(from_compact(notes, text, channel)) == notes.decode(document)

    def test_what_a_channel_would_add_by_mistake_is_guarded(self, notes: MessageSchema) -> None:
        document = '<note xmlns="urn:t" kind="note"><head id="1"/><text>Hi.</text></note>'
        channel = Channel(values={"head/from": "clerk", "gone/at/all": "x"})
        text = to_compact(notes, document, channel)
        assert text.startswith("note!\n")
        assert notes.decode(from_compact(notes, text, channel)) == notes.decode(document)

    def test_nil_and_derived_types_are_kept(self, load: Any) -> None:
        schema = load(
            '<xs:complexType name="A"><xs:sequence><xs:element name="n" type="xs:int" nillable="true"/></xs:sequence></xs:complexType>'
            '<xs:complexType name="B"><xs:complexContent><xs:extension base="A"><xs:sequence><xs:element name="m" type="xs:int"/>'
            '</xs:sequence></xs:extension></xs:complexContent></xs:complexType><xs:element name="a" type="A"/>'
        )
        document = f'<a xmlns="urn:t" xmlns:i="{XSI}" i:type="B"><n i:nil="true"/><m>1</m></a>'
        assert schema.validate(document) == ()
        text = to_compact(schema, document)
        assert text.splitlines() == ["a @xsi:type=B", " n @xsi:nil=true", " m: 1"]
        assert schema.decode(from_compact(schema, text)) == schema.decode(document)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "does not begin with a name"),
            ("=", "does not begin with a name"),
            ("note\n   head", "deeper than a child"),
            ("note\nnote", "a second root"),
            ("note nonsense", "is no key=value"),
            ("note mood=good", "neither an attribute nor a child"),
            ('note id="7', "is no JSON string"),
            ('note\n text: "a" b', "something follows"),
            ("note]", "neither key=value nor"),
            ("note\n" + " " * 500 + "x", "nest deeper"),
            ("other: x", "does not make a valid message"),
        ],
    )
    def test_what_is_no_outline_says_why(self, notes: MessageSchema, text: str, says: str) -> None:
        with pytest.raises(MessageError, match=says):
            from_compact(notes, text)

    @settings(max_examples=150)
    @given(st.text(max_size=80) | st.text(st.sampled_from('note head\n =:"#!@{}'), max_size=60))
    def test_any_text_is_a_document_or_says_why_not(self, notes: MessageSchema, text: str) -> None:
        try:
            document = from_compact(notes, text)
        except MessageError:
            return
        assert notes.validate(document) == ()

    def test_generated_documents_come_back(self, shared_data: Path) -> None:
        schema = load_schema(ORCHESTRA, shared_data / "agents" / "orchestra" / "protocols")
        for kind in schema.types:
            made = schema.instance(kind, full=True)
            assert made.document is not None
            text = to_compact(schema, made.document)
            assert schema.decode(from_compact(schema, text)) == schema.decode(made.document)
            assert len(text) < 0.6 * len(made.document)

    @pytest.mark.parametrize("name", ["error", "status-update", "task-delegation"])
    def test_samples_from_life_come_back(self, shared_data: Path, name: str) -> None:
        folder = shared_data / "agents" / "orchestra" / "protocols"
        schema = load_schema(ORCHESTRA, folder)
        sample = (folder / "templates" / f"{name}.xml").read_text(encoding="utf-8")
        # the samples lack the element that their schema puts between the body and its parts
        document = re.sub(r'(<body type="[^"]+">)(.*)(</body>)', rf"\1<{name}>\2</{name}>\3", sample, flags=re.DOTALL)
        channel = Channel(
            values={
                "header/sender/agent-name": "react-expert",
                "header/priority": "critical",
                "header/timestamp": "2025-11-05T17:15:00Z",
            }
        )
        for known in (Channel(), channel):
            text = to_compact(schema, document, known)
            assert schema.decode(from_compact(schema, text, known)) == schema.decode(document)
            assert len(text) < 0.75 * len(document)
        assert schema.decode(schema.encode(name, schema.decode(document))) == schema.decode(document)


def test_a_channel_is_a_value() -> None:
    assert dataclasses.replace(Channel(), sender="a") == Channel(sender="a")
