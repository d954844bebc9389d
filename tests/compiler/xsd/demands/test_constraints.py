"""What a schema forbids or demands, each thing once."""

from __future__ import annotations

from pathlib import Path

from small_schemas import schema_of

from orchestra_compiler.xsd.demands.constraints import demands_of


def found(tmp_path: Path, body: str, *kinds: str, **settings: object) -> list[str]:
    schema = schema_of(tmp_path, body, **settings).schema
    roots = [each for each in schema.elements.values() if not each.abstract]
    return [
        f"{each.kind} {each.component} {each.place.line}"
        for each in (demands[0].constraint for demands in demands_of(schema, roots))
        if not kinds or each.kind in kinds
    ]


def test_an_element_with_a_simple_type_holds_what_its_type_and_its_declaration_say(tmp_path) -> None:
    body = '<xs:element name="age" type="age"/>\n<xs:simpleType name="age"><xs:restriction base="xs:integer">\n'
    body += '<xs:minInclusive value="0"/>\n<xs:maxInclusive value="9"/></xs:restriction></xs:simpleType>'
    assert found(tmp_path, body) == [
        "root age 2",
        "unknown-type age 2",
        "min-inclusive age 4",
        "max-inclusive age 5",
        "datatype age 2",
        "not-nillable age 2",
    ]


def test_the_facets_of_a_type_count_for_everything_that_uses_it(tmp_path) -> None:
    body = """<xs:simpleType name="word"><xs:restriction base="xs:string"><xs:enumeration value="a"/>
    <xs:enumeration value="b"/></xs:restriction></xs:simpleType>
    <xs:element name="r"><xs:complexType><xs:sequence><xs:element name="x" type="word"/><xs:element name="y" type="word"/>
    </xs:sequence><xs:attribute name="z" type="word"/></xs:complexType></xs:element>"""
    assert found(tmp_path, body, "enumeration") == ["enumeration r/@z 2", "enumeration r/x 2", "enumeration r/y 2"]


def test_two_attributes_of_one_name_and_type_in_two_elements_are_two(tmp_path) -> None:
    body = """<xs:simpleType name="word"><xs:restriction base="xs:string"><xs:maxLength value="3"/></xs:restriction>
    </xs:simpleType>
    <xs:element name="a"><xs:complexType><xs:attribute name="z" type="word"/></xs:complexType></xs:element>
    <xs:element name="b"><xs:complexType><xs:attribute name="z" type="word"/></xs:complexType></xs:element>"""
    assert found(tmp_path, body, "max-length") == ["max-length a/@z 2", "max-length b/@z 2"]


def test_what_types_share_counts_once(tmp_path) -> None:
    body = """<xs:group name="g"><xs:sequence>
    <xs:element name="x" type="xs:string"/></xs:sequence></xs:group>
    <xs:attributeGroup name="h">
    <xs:attribute name="y" use="required"/></xs:attributeGroup>
    <xs:complexType name="A"><xs:group ref="g"/><xs:attributeGroup ref="h"/></xs:complexType>
    <xs:complexType name="B"><xs:group ref="g"/><xs:attributeGroup ref="h"/></xs:complexType>
    <xs:complexType name="C"><xs:complexContent><xs:extension base="B"/></xs:complexContent></xs:complexType>
    <xs:element name="a" type="A"/>
    <xs:element name="b" type="B"/>
    <xs:element name="c" type="C"/>"""
    assert found(tmp_path, body, "required-attribute") == ["required-attribute A/@y 5"]
    assert [each for each in found(tmp_path, body, "min-occurs") if each.split()[1].endswith("/x")] == [
        "min-occurs A/x 3"
    ]


def test_a_schema_on_one_line_loses_nothing(tmp_path) -> None:
    body = "".join(
        f'<xs:element name="{name}"><xs:complexType><xs:attribute name="y" use="required"/></xs:complexType></xs:element>'
        for name in "ab"
    )
    assert found(tmp_path, body, "required-attribute") == ["required-attribute a/@y 2", "required-attribute b/@y 2"]


def test_a_content_model_demands_occurrence_order_and_choice(tmp_path) -> None:
    body = """<xs:element name="r"><xs:complexType>
    <xs:sequence>
    <xs:element name="x" type="xs:string"/>
    <xs:choice>
    <xs:element name="y" type="xs:string" minOccurs="0" maxOccurs="3"/>
    <xs:element name="z" type="xs:string" minOccurs="2" maxOccurs="unbounded"/>
    </xs:choice></xs:sequence></xs:complexType></xs:element>"""
    kinds = ("min-occurs", "max-occurs", "order", "choice", "unknown-element", "text", "namespace", "no-child")
    assert found(tmp_path, body, *kinds) == [
        "min-occurs r/sequence 3",
        "max-occurs r/sequence 3",
        "order r/sequence 3",
        "unknown-element r/sequence 3",
        "min-occurs r/x 4",
        "max-occurs r/x 4",
        "choice r/choice 5",
        "unknown-element r/choice 5",
        "max-occurs r/y 6",
        "min-occurs r/z 7",
        "namespace r 3",
        "text r 2",
    ]


def test_open_models_forbid_less(tmp_path) -> None:
    body = """<xs:element name="r"><xs:complexType mixed="true"><xs:sequence>
    <xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>
    <xs:anyAttribute processContents="skip"/></xs:complexType></xs:element>"""
    assert found(tmp_path, body) == [
        "root r 2",
        "unknown-type r 2",
        "not-nillable r 2",
        "type r 2",
        "wildcard-laxness r/* 3",
    ]


def test_limited_wildcards_are_constraints_of_their_own(tmp_path) -> None:
    body = """<xs:element name="r"><xs:complexType><xs:sequence>
    <xs:any minOccurs="0" namespace="##other"/></xs:sequence>
    <xs:anyAttribute namespace="##other"/></xs:complexType></xs:element>"""
    kinds = (
        "wildcard-namespace",
        "wildcard-strictness",
        "attribute-wildcard-namespace",
        "attribute-wildcard-strictness",
    )
    assert found(tmp_path, body, *kinds, target="urn:t") == [
        "attribute-wildcard-namespace r/@* 4",
        "attribute-wildcard-strictness r/@* 4",
        "wildcard-namespace r/* 3",
        "wildcard-strictness r/* 3",
    ]


def test_keys_and_references_and_ids(tmp_path) -> None:
    body = """<xs:element name="r"><xs:complexType><xs:sequence>
    <xs:element name="x" maxOccurs="9"><xs:complexType><xs:attribute name="i" type="xs:ID"/>
    <xs:attribute name="j" type="xs:IDREFS"/><xs:attribute name="k"/></xs:complexType></xs:element>
    </xs:sequence></xs:complexType>
    <xs:key name="kk"><xs:selector xpath="x"/><xs:field xpath="@k"/></xs:key>
    <xs:keyref name="rr" refer="kk"><xs:selector xpath="x"/><xs:field xpath="@k"/></xs:keyref>
    <xs:unique name="uu"><xs:selector xpath="x"/><xs:field xpath="@k"/></xs:unique>
    </xs:element>"""
    kinds = ("id", "idref", "key", "key-field", "keyref", "unique")
    assert found(tmp_path, body, *kinds) == [
        "key r/kk 6",
        "key-field r/kk 6",
        "keyref r/rr 7",
        "unique r/uu 8",
        "id r/x/@i 3",
        "idref r/x/@j 4",
    ]


def test_a_type_that_holds_itself_ends(tmp_path) -> None:
    body = """<xs:complexType name="T"><xs:sequence><xs:element name="t" type="T" minOccurs="0"/></xs:sequence>
    </xs:complexType><xs:element name="r" type="T"/>"""
    assert "max-occurs T/t 2" in found(tmp_path, body)


def test_abstract_elements_and_types_and_derived_ones(tmp_path) -> None:
    body = """<xs:element name="head" abstract="true" type="xs:string"/>
    <xs:element name="one" substitutionGroup="head"/>
    <xs:complexType name="A" abstract="true"><xs:sequence/></xs:complexType>
    <xs:complexType name="B"><xs:complexContent><xs:extension base="A"><xs:attribute name="b" use="required"/></xs:extension>
    </xs:complexContent></xs:complexType>
    <xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head"/>
    <xs:element name="x" type="A"/></xs:sequence></xs:complexType></xs:element>"""
    assert found(tmp_path, body, "abstract", "abstract-type", "required-attribute") == [
        "abstract head 2",
        "abstract-type r/x 8",
        "required-attribute B/@b 5",
    ]
