"""The score of a suite: what is killed is killed by a case that is named, and what is called equivalent is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree
from small_schemas import schema_of

from orchestra_compiler.mutation import Mutant, Score, Verdict
from orchestra_compiler.xsd.loading import LoadedSchema, load
from orchestra_compiler.xsd.scoring.loosening import loosened
from orchestra_compiler.xsd.scoring.markup import parsed
from orchestra_compiler.xsd.scoring.score import score_schema
from orchestra_compiler.xsd.suites.suite import suite_of

ORDER = """<xs:element name="order">
 <xs:complexType>
  <xs:sequence>
   <xs:element name="item" maxOccurs="unbounded" type="Item"/>
   <xs:element name="note" type="xs:string" minOccurs="0"/>
   <xs:choice>
    <xs:element name="cash" type="xs:boolean"/>
    <xs:element name="card" type="Card"/>
   </xs:choice>
  </xs:sequence>
  <xs:attribute name="id" type="xs:positiveInteger" use="required"/>
 </xs:complexType>
 <xs:key name="number"><xs:selector xpath="item"/><xs:field xpath="@number"/></xs:key>
</xs:element>
<xs:complexType name="Item">
 <xs:attribute name="number" type="xs:int" use="required"/>
 <xs:attribute name="unit" fixed="piece" type="xs:string"/>
</xs:complexType>
<xs:simpleType name="Card"><xs:restriction base="xs:string">
 <xs:pattern value="[0-9]{4}"/>
</xs:restriction></xs:simpleType>
<xs:simpleType name="Idle"><xs:restriction base="xs:string">
 <xs:maxLength value="4"/>
</xs:restriction></xs:simpleType>"""

BOND = """<xs:element name="message">
 <xs:complexType>
  <xs:sequence>
   <xs:element name="type" type="xs:string"/>
   <xs:element name="body">
    <xs:complexType>
     <xs:choice>
      <xs:element name="task"
       ><xs:complexType><xs:attribute name="for" type="xs:string" fixed="task"/></xs:complexType></xs:element>
      <xs:element name="question"
       ><xs:complexType><xs:attribute name="for" type="xs:string" fixed="question"/></xs:complexType></xs:element>
     </xs:choice>
    </xs:complexType>
   </xs:element>
  </xs:sequence>
 </xs:complexType>
 <xs:key name="bodies"><xs:selector xpath="body/task|body/question"/><xs:field xpath="@for"/></xs:key>
 <xs:keyref name="bond" refer="bodies"><xs:selector xpath="."/><xs:field xpath="type"/></xs:keyref>
</xs:element>"""
"""A word that must be that of the body: what the choice demands is demanded by the keys as well."""


CONTENT = """<xs:element name="r"><xs:complexType><xs:sequence>
{}</xs:sequence></xs:complexType></xs:element>"""


def scored(loaded: LoadedSchema, without: str = "") -> Score:
    """Return the score of a schema's suite, without the cases of one rule."""
    suite = suite_of(loaded)
    return score_schema(loaded, replace(suite, cases=tuple(each for each in suite.cases if each.rule != without)))


def by_verdict(score: Score, verdict: Verdict) -> list[str]:
    return [f"{each.name}: {each.change}" for each in score.mutants if each.verdict is verdict]


def test_every_mutant_of_a_small_schema_is_killed_or_shown_to_be_equivalent(tmp_path) -> None:
    found = scored(schema_of(tmp_path, ORDER))
    assert found.survivors == ()
    assert {each.name: each.why for each in found.equivalent} == {
        "max-length/Idle": "no document can hold it",
        "max-length/Idle-2": "no document can hold it",
        "required-attribute/Item/@number": "a key demands it as well",
        "key/order/number": "no element that it compares can be without its fields",
    }


def test_the_case_that_kills_is_one_that_the_loosened_schema_lets_in(tmp_path) -> None:
    loaded = schema_of(tmp_path, ORDER)
    documents = {case.id: case.document.encode() for case in suite_of(loaded).cases if case.expected == "invalid"}
    killed = {(each.place.line, each.change, each.component): each for each in scored(loaded).killed}
    raw = (tmp_path / "schema.xsd").read_bytes()
    tried = 0
    for change in loosened(raw, parsed(raw)):
        mutant = killed.get((change.line, change.change, change.component))
        if mutant is not None:
            tried += 1
            document = etree.fromstring(documents[mutant.killed_by])
            assert not etree.XMLSchema(etree.fromstring(raw)).validate(document)
            assert etree.XMLSchema(etree.fromstring(change.raw)).validate(document), mutant
    assert tried == len(killed) > 25


def test_what_a_poor_suite_does_not_try_is_told_by_name(tmp_path) -> None:
    loaded = schema_of(tmp_path, ORDER)
    assert by_verdict(scored(loaded, without="pattern"), Verdict.SURVIVED) == ["pattern/Card: pattern removed"]
    poor = scored(loaded, without="missing-attribute")
    assert [each.name for each in poor.survivors] == ["required-attribute/order/@id"]
    assert 0.9 < poor.ratio < 1
    nothing = score_schema(loaded, replace(suite_of(loaded), cases=()))
    assert (nothing.killed, nothing.ratio) == ((), 0)
    assert len(nothing.equivalent) == 4


def test_a_key_that_an_element_may_lack_is_more_than_unique(tmp_path) -> None:
    loaded = schema_of(tmp_path, ORDER.replace('type="xs:int" use="required"', 'type="xs:int"'))
    names = {each.name: each for each in scored(loaded).killed}
    assert names["key/order/number"].change == "key becomes unique"
    assert names["key/order/number"].killed_by.startswith("invalid/key-without-field")


def test_bounds_that_keys_imply_are_equivalent_and_fixed_words_are_not(tmp_path) -> None:
    found = scored(schema_of(tmp_path, BOND))
    assert found.survivors == ()
    idle = {each.name for each in found.equivalent}
    assert {"min-occurs/message/body/task", "max-occurs/message/body/task", "max-occurs/message/type"} <= idle
    killed = {each.name for each in found.killed}
    assert {"fixed/message/body/task/@for", "min-occurs/message/type", "max-occurs/message/body"} <= killed


def test_the_same_bounds_without_the_bond_are_killed(tmp_path) -> None:
    keys = BOND[BOND.index(" <xs:key name") : BOND.index("</xs:element>", BOND.index("<xs:keyref"))]
    found = scored(schema_of(tmp_path, BOND.replace(keys, "")))
    assert found.survivors == ()
    assert [each.name for each in found.equivalent] == []


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('<xs:element name="a" abstract="true"/><xs:element name="r" type="xs:int"/>', "abstract/a"),
        ('<xs:element name="r" type="xs:int" fixed="1"/>', "not-nillable/r"),
        (CONTENT.format('<xs:element name="x"/>'), "not-nillable/r"),
        (CONTENT.format('<xs:any processContents="lax"/>'), "wildcard-strictness/r"),
    ],
)
def test_what_an_ordinary_case_does_not_show_has_one_of_its_own(tmp_path, body, name) -> None:
    assert name in {each.name for each in scored(schema_of(tmp_path, body)).killed}


BASE = """<xs:complexType name="Base" abstract="true">
<xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence></xs:complexType>
<xs:element name="r">
<xs:complexType><xs:complexContent><xs:restriction base="Base">
<xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>
</xs:element>"""

WORDS = """<xs:element name="r"><xs:simpleType><xs:restriction base="xs:NMTOKEN">
<xs:enumeration value="a"/><xs:enumeration value="bc"/>
<xs:minLength value="1"/></xs:restriction></xs:simpleType></xs:element>"""


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('<xs:element name="a" abstract="true"/><xs:element name="r" type="xs:int"/>', "not-nillable/a"),
        (BASE, "text/Base"),
        (BASE, "unknown-element/Base"),
        (WORDS, "datatype/r"),
        (WORDS, "min-length/r"),
    ],
)
def test_what_changes_nothing_is_shown_to_be_equivalent(tmp_path, body, name) -> None:
    found = scored(schema_of(tmp_path, body))
    assert name in {each.name for each in found.equivalent}, found.survivors


def test_an_undecided_mutant_tells_why_there_is_no_case(tmp_path) -> None:
    body = """<xs:element name="r">
    <xs:complexType>
    <xs:sequence><xs:any processContents="skip"/></xs:sequence></xs:complexType></xs:element>"""
    found = {each.name: each for each in scored(schema_of(tmp_path, body)).survivors}
    assert (found["text/r"].verdict, found["text/r"].why) == (
        Verdict.UNDECIDED,
        "expected 'text', but lxml: text, xmlschema: valid",
    )


def test_the_same_schema_has_the_same_score(tmp_path) -> None:
    loaded = schema_of(tmp_path, ORDER)
    assert scored(loaded) == scored(load(tmp_path / "schema.xsd", tmp_path))


@pytest.mark.parametrize(
    "path",
    [
        "agents/orchestra/protocols/agent-message-v1.0.xsd",
        "xsd/junit/junit-10.xsd",
        "xsd/xmlschema-examples/collection/collection2.xsd",
    ],
)
def test_suites_of_real_schemas_notice_nearly_every_change(shared_data, path) -> None:
    loaded = load(shared_data / path)
    suite = suite_of(loaded)
    found = score_schema(loaded, suite)
    assert found.ratio >= 0.95, [str(each) for each in found.survivors]
    invalid = {case.id for case in suite.cases if case.expected == "invalid"}
    assert all(_is_named(each, invalid) for each in found.mutants)


def _is_named(mutant: Mutant, cases: set[str]) -> bool:
    """Return whether a mutant says by what it was killed, or why it was not."""
    return mutant.killed_by in cases if mutant.verdict is Verdict.KILLED else bool(mutant.why) and not mutant.killed_by
