"""Elements that claim to be what they may not be."""

from __future__ import annotations

from small_schemas import mutations, refusals, schema_of

from orchestra_compiler.xsd.suites.suite import suite_of

DERIVED = """<xs:complexType name="A"><xs:sequence><xs:element name="x" type="xs:string"/></xs:sequence></xs:complexType>
<xs:complexType name="B"><xs:complexContent><xs:extension base="A"><xs:attribute name="b"/></xs:extension>
</xs:complexContent></xs:complexType>
<xs:complexType name="C"><xs:attribute name="c"/></xs:complexType>"""


def found(tmp_path, body: str, rule: str) -> dict[str, str]:
    """Return the components of a rule's cases by scenario."""
    suite = suite_of(schema_of(tmp_path, body))
    assert refusals(tmp_path / "schema.xsd", suite) == []
    return {case.scenario: case.component for case in suite.cases if case.rule == rule}


def test_nil_where_nothing_may_be_nil(tmp_path) -> None:
    made = mutations(schema_of(tmp_path, '<xs:element name="r" type="xs:int"/>'), "not-nillable")
    assert 'xsi:nil="true"' in made[0].document
    assert found(tmp_path, '<xs:element name="r" type="xs:int"/>', "nil") == {"nil": "/r"}


def test_what_is_nil_must_be_empty(tmp_path) -> None:
    assert found(tmp_path, '<xs:element name="r" type="xs:int" nillable="true"/>', "nil") == {"nil-with-content": "/r"}


def test_a_type_that_is_not_derived(tmp_path) -> None:
    assert found(tmp_path, f'{DERIVED}<xs:element name="r" type="A"/>', "type")["wrong-type"] == "/r/@type"
    made = mutations(schema_of(tmp_path, f'{DERIVED}<xs:element name="r" type="A"/>'), "type")
    assert [each.scenario for each in made][-1] == "unknown-type"
    assert not any('xsi:type="B"' in each.document for each in made if each.component == "/r/@type")


def test_a_derived_type_that_is_blocked(tmp_path) -> None:
    body = DERIVED.replace('name="A"', 'name="A" block="extension"') + '<xs:element name="r" type="A"/>'
    assert found(tmp_path, body, "type")["blocked-type"] == "/r/@type"


def test_an_abstract_type_must_be_replaced(tmp_path) -> None:
    body = DERIVED.replace('name="A"', 'name="A" abstract="true"') + '<xs:element name="r" type="A"/>'
    assert found(tmp_path, body, "abstract") == {"abstract-type": "/r"}


def test_an_abstract_element_must_be_substituted(tmp_path) -> None:
    body = """<xs:element name="head" abstract="true" type="xs:string"/>
    <xs:element name="one" substitutionGroup="head" type="xs:string"/>
    <xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head" minOccurs="0"/></xs:sequence>
    </xs:complexType></xs:element>"""
    suite = suite_of(schema_of(tmp_path, body))
    case = next(case for case in suite.cases if case.rule == "abstract")
    assert "<head>" in case.document
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_roots_of_other_names_and_namespaces(tmp_path) -> None:
    suite = suite_of(schema_of(tmp_path, '<xs:element name="r" type="xs:int"/>', target="urn:t"))
    assert {case.scenario for case in suite.cases if case.rule == "root"} == {
        "unknown-root",
        "root-of-wrong-namespace",
        "root-without-namespace",
    }
    assert refusals(tmp_path / "schema.xsd", suite) == []
