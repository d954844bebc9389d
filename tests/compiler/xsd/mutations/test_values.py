"""Wrong values in documents."""

from __future__ import annotations

import re

import pytest
from small_schemas import mutations, refusals, schema_of

from orchestra_compiler.xsd.suites.suite import suite_of

FACETS = {
    "enumeration": ("string", '<xs:enumeration value="a"/><xs:enumeration value="b"/>'),
    "pattern": ("string", '<xs:pattern value="[0-9]{3}"/>'),
    "length": ("string", '<xs:length value="3"/>'),
    "min-length": ("string", '<xs:minLength value="3"/>'),
    "max-length": ("string", '<xs:maxLength value="3"/>'),
    "min-inclusive": ("integer", '<xs:minInclusive value="3"/>'),
    "max-inclusive": ("integer", '<xs:maxInclusive value="3"/>'),
    "min-exclusive": ("integer", '<xs:minExclusive value="3"/>'),
    "max-exclusive": ("integer", '<xs:maxExclusive value="3"/>'),
    "total-digits": ("decimal", '<xs:totalDigits value="3"/>'),
    "fraction-digits": ("decimal", '<xs:fractionDigits value="2"/>'),
}


def simple(kind: str) -> str:
    base, facets = FACETS[kind]
    return (
        f'<xs:simpleType name="T"><xs:restriction base="xs:{base}">\n{facets}</xs:restriction></xs:simpleType>'
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="x" type="T"/></xs:sequence>'
        '<xs:attribute name="y" type="T"/></xs:complexType></xs:element>'
    )


@pytest.mark.parametrize("kind", FACETS)
def test_each_facet_is_broken_in_elements_and_attributes(tmp_path, kind) -> None:
    suite = suite_of(schema_of(tmp_path, simple(kind)))
    broken = {case.component for case in suite.cases if case.rule == kind}
    assert broken == {"/r/x", "/r/@y"}
    assert {case.place.line for case in suite.cases if case.rule == kind} == {3}
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_bounds_are_missed_by_one(tmp_path) -> None:
    made = mutations(schema_of(tmp_path, simple("max-inclusive")), "max-inclusive", "r/x")
    assert re.search(r"<x>4</x>", made[0].document)


@pytest.mark.parametrize(
    "name", ["integer", "boolean", "date", "dateTime", "duration", "hexBinary", "base64Binary", "double", "language"]
)
def test_each_built_in_type_has_a_wrong_form(tmp_path, name) -> None:
    suite = suite_of(schema_of(tmp_path, f'<xs:element name="r" type="xs:{name}"/>'))
    assert [case for case in suite.cases if case.rule == "datatype"]
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_text_has_no_wrong_form(tmp_path) -> None:
    assert mutations(schema_of(tmp_path, '<xs:element name="r" type="xs:string"/>'), "datatype") == []


def test_fixed_values_are_changed(tmp_path) -> None:
    body = (
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="x" type="xs:int" fixed="7"/></xs:sequence>'
    )
    body += '<xs:attribute name="y" fixed="on"/></xs:complexType></xs:element>'
    suite = suite_of(schema_of(tmp_path, body))
    found = {case.component: case.rule for case in suite.cases if case.scenario == "changed-fixed"}
    assert found == {"/r/x": "fixed", "/r/@y": "fixed"}
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_a_type_that_nothing_satisfies_ends_in_a_reason(tmp_path) -> None:
    body = """<xs:simpleType name="A"><xs:restriction base="xs:integer"><xs:minInclusive value="5"/></xs:restriction>
    </xs:simpleType><xs:simpleType name="T"><xs:restriction base="A"><xs:pattern value="[a-z]+"/></xs:restriction>
    </xs:simpleType><xs:element name="r" type="T"/>"""
    suite = suite_of(schema_of(tmp_path, body))
    assert not any(case.expected == "valid" for case in suite.cases)
    assert any("no value" in each.reason for each in suite.left_out)
