"""The messages that one schema's side offers: accepted by it, named by type, and aimed at what the other has."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestra_compiler.diff.messages import schema_findings
from orchestra_compiler.diff.messages.documents import Document, documents
from orchestra_compiler.diff.messages.structure import Walk
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import DEFAULT_SCHEMA, MessageSchema, load_schema

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
TYPED = f"""{HEAD}
<xs:element name="m"><xs:complexType><xs:sequence>
  <xs:element name="kind"><xs:simpleType><xs:restriction base="xs:string">{{words}}</xs:restriction></xs:simpleType></xs:element>
  <xs:choice><xs:element name="ask" type="xs:string"/><xs:element name="tell" type="xs:{{tell}}"/></xs:choice>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""
BY_KIND = {"root": "m", "discriminator": "kind"}


def schema_of(folder: Path, text: str, **protocol: str) -> MessageSchema:
    folder.mkdir()
    (folder / "m.xsd").write_text(text, encoding="utf-8")
    return load_schema(Protocol(schema="m.xsd", **protocol), folder)


def typed(*words: str, tell: str = "string") -> str:
    return TYPED.format(words="".join(f'<xs:enumeration value="{word}"/>' for word in words), tell=tell)


def offered(old: MessageSchema, new: MessageSchema) -> list[Document]:
    kinds = sorted(set(old.types) & set(new.types))
    walk = Walk()
    for kind in kinds:
        walk.element(old.root_of(kind), new.root_of(kind), f"/{kind}")
    return list(documents(old, kinds, walk.pairs))


def simple(restriction: str, base: str = "string") -> str:
    inner = f'<xs:simpleType><xs:restriction base="xs:{base}">{restriction}</xs:restriction></xs:simpleType>'
    return f'{HEAD}<xs:element name="v">{inner}</xs:element></xs:schema>'


def test_the_shipped_schema_offers_every_type_and_accepts_all_of_it() -> None:
    schema = load_schema(Protocol(), DEFAULT_SCHEMA.parent)
    found = list(documents(schema, sorted(schema.types), ()))
    assert {each.kind for each in found} == set(schema.types)
    assert {each.label for each in found} >= {"full", "minimal", "with <parent-task>", "<file> 2 times"}
    assert len({(each.text, each.where) for each in found}) == len(found)
    for each in found:
        assert schema.validate(each.text) == ()
        assert schema.type_of(each.text) == each.kind


def test_a_type_that_hangs_on_a_choice_has_the_documents_of_its_branch(tmp_path: Path) -> None:
    schema = schema_of(tmp_path / "a", typed("ask", "tell"), **BY_KIND)
    found = list(documents(schema, ["ask", "tell"], ()))
    assert {each.kind for each in found if "<tell>" in each.text} == {"tell"}
    assert {each.kind for each in found if "<ask>" in each.text} == {"ask"}


def test_types_that_the_other_side_lacks_are_not_offered(tmp_path: Path) -> None:
    schema = schema_of(tmp_path / "a", typed("gone", "tell"), **BY_KIND)
    assert {each.kind for each in documents(schema, ["tell"], ())} == {"tell"}


def test_a_change_below_a_branch_is_proved_by_a_message_of_its_type(tmp_path: Path) -> None:
    old = schema_of(tmp_path / "a", typed("ask", "tell"), **BY_KIND)
    new = schema_of(tmp_path / "b", typed("ask", "tell", tell="date"), **BY_KIND)
    (found,) = schema_findings(old, new, [])
    assert (found.rule, found.where) == ("TYPE_NO_CHANGE", "/m/tell")
    assert found.evidence is not None
    assert found.evidence.document == "tell, <tell> 'text'"


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ('<xs:pattern value="[a-z]{3}"/>', '<xs:pattern value="[a-y]{3}"/>', None),
        (
            '<xs:pattern value="[A-Z]{2}\\d{4}"/>',
            '<xs:pattern value="[A-Z]{2}\\d{4,6}"/><xs:maxLength value="5"/>',
            None,
        ),
        ('<xs:enumeration value="a"/><xs:enumeration value="b"/>', '<xs:enumeration value="a"/>', "b"),
        ("", '<xs:pattern value="[a-z]*"/>', None),
        ('<xs:pattern value="(ab)*"/>', '<xs:pattern value="(abab)*"/>', "ab"),
        ('<xs:length value="7"/>', '<xs:length value="6"/>', None),
        ("", '<xs:whiteSpace value="collapse"/><xs:minLength value="1"/>', ""),
    ],
)
def test_values_are_aimed_at_what_the_other_type_refuses(tmp_path: Path, old: str, new: str, value: str | None) -> None:
    before, after = schema_of(tmp_path / "a", simple(old)), schema_of(tmp_path / "b", simple(new))
    refused = [each for each in offered(before, after) if each.where == "/v" and after.validate(each.text)]
    assert refused
    assert value is None or value in [each.value for each in refused]


def test_many_children_are_told_in_few_words(tmp_path: Path) -> None:
    text = (
        f'{HEAD}<xs:element name="m"><xs:complexType><xs:sequence>'
        '<xs:element name="a" maxOccurs="{}"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )
    old = schema_of(tmp_path / "a", text.format("unbounded"))
    new = schema_of(tmp_path / "b", text.format("60"))
    (found,) = schema_findings(old, new, [])
    assert found.rule == "OCCURS_NO_NARROW"
    assert found.evidence is not None
    assert found.evidence.document == "m, <m> with a 61 times"


def test_a_large_schema_offers_a_bounded_number(tmp_path: Path) -> None:
    parts = "".join(f'<xs:element name="e{number}" minOccurs="0" maxOccurs="3"/>' for number in range(170))
    text = (
        f'{HEAD}<xs:element name="m"><xs:complexType><xs:sequence>{parts}</xs:sequence></xs:complexType></xs:element>'
    )
    schema = schema_of(tmp_path / "a", f"{text}</xs:schema>")
    assert len(list(documents(schema, ["m"], ()))) == 300


def test_an_element_that_cannot_be_made_leaves_the_others_their_documents(tmp_path: Path) -> None:
    broken = '<xs:element name="x" abstract="true"/><xs:element name="n"><xs:complexType><xs:sequence>'
    broken += '<xs:element ref="x"/></xs:sequence></xs:complexType></xs:element>'
    text = f'{HEAD}{broken}<xs:element name="v" type="xs:{{}}"/></xs:schema>'
    old, new = schema_of(tmp_path / "a", text.format("string")), schema_of(tmp_path / "b", text.format("int"))
    (found,) = schema_findings(old, new, [])
    assert (found.rule, found.where) == ("TYPE_NO_CHANGE", "/v")
    assert found.evidence is not None


def test_a_document_of_another_root_proves_what_was_found_deep_inside(tmp_path: Path) -> None:
    """A type stands in a short document of one root, and was compared first at a long path of the other."""
    text = (
        f'{HEAD}<xs:element name="an-archive"><xs:complexType><xs:sequence>'
        '<xs:element name="the-keeper-of-the-archive" type="P"/></xs:sequence></xs:complexType></xs:element>'
        '<xs:element name="p" type="P"/><xs:complexType name="P"><xs:{0}><xs:element name="a"/><xs:element name="b"/>'
        "</xs:{0}></xs:complexType></xs:schema>"
    )
    old, new = schema_of(tmp_path / "a", text.format("all")), schema_of(tmp_path / "b", text.format("sequence"))
    (found,) = schema_findings(old, new, [])
    assert (found.rule, found.where) == ("CONTENT_NO_NARROW", "/an-archive/the-keeper-of-the-archive")
    assert found.evidence is not None
    assert found.evidence.document == "p, <p> with b, a"


def test_a_global_element_is_named_once_wherever_it_stands(tmp_path: Path) -> None:
    text = (
        f'{HEAD}<xs:element name="e" type="xs:string"{{}}/><xs:element name="m"><xs:complexType><xs:sequence>'
        '<xs:element ref="e"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )
    old, new = schema_of(tmp_path / "a", text.format(' nillable="true"')), schema_of(tmp_path / "b", text.format(""))
    (found,) = schema_findings(old, new, [])
    assert (found.rule, found.where) == ("NIL_NO_FORBID", "/e")
    assert found.evidence is not None


def test_a_type_s_word_may_be_nil_without_harm(tmp_path: Path) -> None:
    nillable = typed("ask", "tell").replace('<xs:element name="kind">', '<xs:element name="kind" nillable="true">')
    old = schema_of(tmp_path / "a", nillable, **BY_KIND)
    new = schema_of(tmp_path / "b", typed("ask", "tell"), **BY_KIND)
    notes: list[str] = []
    assert [each.rule for each in schema_findings(old, new, notes)] == ["NIL_NO_FORBID"]
    assert notes == []
