"""Attributes that must not be there, or must."""

from __future__ import annotations

from small_schemas import mutations, refusals, schema_of

from orchestra_compiler.xsd.suites.suite import suite_of

ATTRIBUTES = """<xs:element name="r"><xs:complexType>
<xs:attribute name="a" use="required"/>
<xs:attribute name="b"/></xs:complexType></xs:element>"""


def test_a_required_attribute_is_left_out_and_an_optional_one_is_not(tmp_path) -> None:
    made = mutations(schema_of(tmp_path, ATTRIBUTES), "required-attribute")
    assert [(each.scenario, each.component, each.rule) for each in made] == [
        ("missing-attribute", "/r/@a", "missing-attribute")
    ]
    assert 'a="' not in made[0].document


def test_unknown_attributes_have_no_namespace_or_a_foreign_one(tmp_path) -> None:
    made = mutations(schema_of(tmp_path, ATTRIBUTES), "unknown-attribute")
    assert [(each.scenario, each.rule) for each in made] == [
        ("unknown-attribute", "unknown-attribute"),
        ("foreign-attribute", "unknown-attribute"),
    ]
    assert 'no-such-attribute="x"' in made[0].document
    assert "urn:no-such-namespace" in made[1].document


def test_a_prohibited_attribute_is_added(tmp_path) -> None:
    body = """<xs:complexType name="A"><xs:attribute name="a" type="xs:int"/></xs:complexType>
    <xs:complexType name="B"><xs:complexContent><xs:restriction base="A"><xs:attribute name="a" type="xs:int" use="prohibited"/>
    </xs:restriction></xs:complexContent></xs:complexType><xs:element name="r" type="B"/>"""
    suite = suite_of(schema_of(tmp_path, body))
    found = [case for case in suite.cases if case.scenario == "prohibited-attribute"]
    assert [(case.component, case.rule) for case in found] == [("/r/@a", "unknown-attribute")]
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_an_attribute_wildcard_is_broken_by_namespace_and_by_strictness(tmp_path) -> None:
    body = '<xs:element name="r"><xs:complexType><xs:anyAttribute namespace="##other"/></xs:complexType></xs:element>'
    suite = suite_of(schema_of(tmp_path, body, target="urn:t"))
    found = {case.scenario: case.component for case in suite.cases if case.rule == "unknown-attribute"}
    assert found == {
        "attribute-of-wrong-namespace": "/r/@no-such-attribute",
        "undeclared-attribute": "/r/@no-such-attribute",
    }
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_a_lax_wildcard_forbids_nothing(tmp_path) -> None:
    body = '<xs:element name="r"><xs:complexType><xs:anyAttribute processContents="lax"/></xs:complexType></xs:element>'
    suite = suite_of(schema_of(tmp_path, body))
    assert not any(case.rule == "unknown-attribute" for case in suite.cases)
