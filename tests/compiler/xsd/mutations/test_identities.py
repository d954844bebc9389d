"""Keys, IDs and references that do not hold."""

from __future__ import annotations

import re

from small_schemas import refusals, schema_of

from orchestra_compiler.xsd.suites.suite import suite_of

KEYS = """<xs:element name="r"><xs:complexType><xs:sequence>
<xs:element name="k" maxOccurs="unbounded"><xs:complexType><xs:attribute name="n" type="xs:string"/></xs:complexType></xs:element>
<xs:element name="f" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:attribute name="to" type="xs:string" use="required"/>
</xs:complexType></xs:element></xs:sequence></xs:complexType>
<xs:{kind} name="names"><xs:selector xpath="k"/><xs:field xpath="@n"/></xs:{kind}>{more}</xs:element>"""
REFERENCE = '<xs:keyref name="uses" refer="names"><xs:selector xpath="f"/><xs:field xpath="@to"/></xs:keyref>'
IDS = """<xs:element name="r"><xs:complexType><xs:sequence>
<xs:element name="a" maxOccurs="unbounded"><xs:complexType><xs:attribute name="id" type="xs:ID" use="required"/>
<xs:attribute name="ref" type="xs:IDREF"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>"""


def test_a_unique_value_occurs_twice(tmp_path) -> None:
    suite = suite_of(schema_of(tmp_path, KEYS.format(kind="unique", more="")))
    case = next(case for case in suite.cases if case.rule == "unique")
    values = re.findall(r'n="(\w*)"', case.document)
    assert (case.scenario, case.place.line, len(values), len(set(values))) == ("duplicate-unique", 6, 2, 1)
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_a_key_occurs_twice_or_lacks_its_field_and_a_reference_dangles(tmp_path) -> None:
    suite = suite_of(schema_of(tmp_path, KEYS.format(kind="key", more=REFERENCE)))
    found = {case.scenario: case.rule for case in suite.cases if case.rule.startswith("key")}
    assert found == {"duplicate-key": "key", "key-without-field": "key", "dangling-keyref": "keyref"}
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_an_id_occurs_twice(tmp_path) -> None:
    suite = suite_of(schema_of(tmp_path, IDS))
    case = next(case for case in suite.cases if case.rule == "id")
    values = re.findall(r'id="(\w*)"', case.document)
    assert (case.scenario, len(values), len(set(values))) == ("duplicate-id", 2, 1)
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_a_dangling_idref_that_one_engine_does_not_see_is_quarantined(tmp_path) -> None:
    suite = suite_of(schema_of(tmp_path, IDS))
    doubts = [each for each in suite.quarantined if each.case.rule == "idref"]
    if suite.engines == ("lxml", "xmlschema"):
        assert [each.reason for each in doubts] == ["expected 'idref', but lxml: valid, xmlschema: idref"]
        assert [each.reason for each in suite.left_out if each.constraint and each.constraint.kind == "idref"] == [
            doubts[0].reason
        ]
    assert not any(case.rule == "idref" for case in suite.cases if "lxml" in suite.engines)


def test_an_id_that_stands_alone_is_told(tmp_path) -> None:
    body = '<xs:element name="r"><xs:complexType><xs:attribute name="id" type="xs:ID"/></xs:complexType></xs:element>'
    suite = suite_of(schema_of(tmp_path, body))
    assert [each.constraint.kind for each in suite.left_out if each.constraint and each.constraint.kind == "id"] == [
        "id"
    ]
