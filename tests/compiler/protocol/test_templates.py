from __future__ import annotations

from pathlib import Path

import pytest

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Agent, Protocol
from orchestra_compiler.protocol.schema import load_schema
from orchestra_compiler.protocol.templates import example, guide, render

OURS = load_schema(Protocol(), Path())
AGENT = Agent(name="react--specialist", description="Builds components.", prompt="Build.", coordinator="front-end")


@pytest.mark.parametrize("kind", OURS.types)
@pytest.mark.parametrize("coordinator", ["front-end", None])
def test_a_template_is_a_valid_message_as_it_stands(kind: str, coordinator: str | None) -> None:
    text = render(OURS, kind, AGENT, coordinator)
    assert OURS.validate(text) == ()
    assert OURS.type_of(text) == kind
    assert OURS.field(text, "sender") == AGENT.name
    assert OURS.field(text, "recipient") == (coordinator or "user")
    assert text.splitlines()[1].startswith(f"<!-- A {kind} message.")


def test_a_schema_of_ones_own_gives_the_smallest_document(load) -> None:
    schema = load('<xs:element name="ping" type="xs:int"/>')
    assert schema.validate(render(schema, "ping", AGENT, None)) == ()


def test_a_type_without_documents_has_no_template(load) -> None:
    schema = load('<xs:element name="ping" abstract="true"/><xs:element name="pong"/>', root="ping")
    with pytest.raises(MessageError, match=r"is not a message type|abstract"):
        render(schema, "ping", AGENT, None)


@pytest.mark.parametrize("kind", OURS.types)
def test_the_example_for_prompts_is_valid_and_short(kind: str) -> None:
    text = example(OURS, kind, AGENT, "front-end")
    assert OURS.validate(text) == ()
    assert OURS.type_of(text) == kind
    assert OURS.field(text, "recipient") == "front-end"
    assert "\n" not in text
    assert len(text) < 0.8 * len(render(OURS, kind, AGENT, "front-end"))
    assert guide(OURS, kind).endswith(".")


def test_an_example_whose_white_space_counts_keeps_it(load) -> None:
    body = '<xs:simpleType name="L"><xs:restriction base="xs:string"><xs:pattern value="\\n\\n"/></xs:restriction></xs:simpleType>'
    schema = load(body + '<xs:element name="m"><xs:complexType><xs:sequence><xs:element name="a" type="L"/></xs:sequence></xs:complexType></xs:element>')  # fmt: skip
    assert schema.instance("m").document is not None
    assert schema.validate(example(schema, "m", AGENT, None)) == ()
    assert guide(schema, "m") == ""


def test_an_agent_that_no_message_can_name_has_no_template() -> None:
    with pytest.raises(MessageError, match=r"'Front End' is valid: .*pattern"):
        render(OURS, "status", Agent(name="Front End", description="", prompt=""), None)
