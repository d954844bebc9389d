from __future__ import annotations

from pathlib import Path

import pytest

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import load_schema

OURS = load_schema(Protocol(), Path())


def _element(kind: str) -> str:
    return f'<xs:element name="m"><xs:simpleType>{kind}</xs:simpleType></xs:element>'


def _restricted(base: str, *facets: tuple[str, object]) -> str:
    inside = "".join(f'<xs:{name} value="{value}"/>' for name, value in facets)
    return f'<xs:restriction base="xs:{base}">{inside}</xs:restriction>'


BUILT_IN = tuple(
    """string normalizedString token language Name NCName NMTOKEN NMTOKENS ID boolean decimal integer long int short byte
nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger unsignedLong unsignedInt unsignedShort unsignedByte float
double duration dateTime date time gYear gYearMonth gMonth gMonthDay gDay hexBinary base64Binary anyURI""".split()  # noqa: SIM905
)


@pytest.mark.parametrize("base", BUILT_IN)
def test_every_built_in_type_has_a_value(load, base: str) -> None:
    schema = load(f'<xs:element name="m" type="xs:{base}"/>')
    made = schema.instance("m")
    assert made.document, made.reason
    assert not any(schema.verdicts(made.document).values())


@pytest.mark.parametrize(
    "kind",
    [
        _restricted("string", ("minLength", 5), ("maxLength", 6)),
        _restricted("string", ("length", 12)),
        _restricted("string", ("pattern", "[A-Z]{3}-[0-9]+")),
        _restricted("string", ("pattern", "[a-f]*"), ("minLength", 40)),
        _restricted("decimal", ("minExclusive", "7.5"), ("maxExclusive", "7.6")),
        _restricted("int", ("minInclusive", -20), ("maxInclusive", -10)),
        _restricted("date", ("minInclusive", "2031-05-05")),
        _restricted("hexBinary", ("length", 4)),
        _restricted("token", ("enumeration", "x y")),
        '<xs:list itemType="xs:int"/>',
        '<xs:union memberTypes="xs:int xs:boolean"/>',
    ],
)
def test_facets_are_met(load, kind: str) -> None:
    schema = load(_element(kind))
    made = schema.instance("m")
    assert made.document, made.reason
    assert not any(schema.verdicts(made.document).values())


def test_a_type_without_a_known_value_says_so(load) -> None:
    schema = load(_element(_restricted("string", ("pattern", "a"), ("minLength", 2))))
    made = schema.instance("m")
    assert made.document is None
    assert "no value" in made.reason


def test_recursion_ends(load) -> None:
    node = '<xs:complexType name="N"><xs:sequence><xs:element name="n" type="N" minOccurs="{}"/></xs:sequence></xs:complexType>'
    schema = load(node.format(0) + '<xs:element name="m" type="N"/>')
    assert schema.instance("m", full=True).document
    endless = load(node.format(1) + '<xs:element name="m" type="N"/>')
    assert endless.instance("m").document is None
    assert "must hold itself" in endless.instance("m").reason


def test_a_document_too_deep_to_be_let_in_is_not_made(load) -> None:
    chain = "".join(
        f'<xs:complexType name="T{n}"><xs:sequence><xs:element name="n" type="T{n + 1}"/></xs:sequence></xs:complexType>'
        for n in range(300)
    )
    schema = load(f'{chain}<xs:complexType name="T300"/><xs:element name="m" type="T0"/>')
    assert "deeper than 200 elements" in schema.instance("m").reason


def test_a_group_that_must_occur_often_is_given_up(load) -> None:
    schema = load(
        '<xs:element name="m"><xs:complexType><xs:sequence><xs:element name="n" minOccurs="100000" maxOccurs="unbounded"/>'
        "</xs:sequence></xs:complexType></xs:element>"
    )
    assert "must occur more than 1000 times" in schema.instance("m").reason


def test_all_and_choice_and_attributes(load) -> None:
    schema = load(
        '<xs:element name="m"><xs:complexType><xs:all><xs:element name="a" type="xs:int"/>'
        '<xs:element name="b" minOccurs="0"><xs:complexType><xs:choice><xs:element name="c"/><xs:element name="d"/></xs:choice>'
        '</xs:complexType></xs:element></xs:all><xs:attribute name="p" use="required" fixed="q"/><xs:attribute name="r" type="xs:int"/>'
        "</xs:complexType></xs:element>"
    )
    assert schema.instance("m").document == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<m xmlns="urn:t" p="q">\n  <a>1</a>\n</m>\n'
    )
    full = schema.instance("m", full=True).document or ""
    assert 'p="q" r="1"' in full
    assert "<c" in full


def test_unqualified_elements_get_no_namespace(tmp_path: Path) -> None:
    (tmp_path / "m.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t"><xs:element name="m"><xs:complexType>'
        '<xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )
    made = load_schema(Protocol(schema="m.xsd"), tmp_path).instance("m")
    assert '<n1:m xmlns:n1="urn:t">\n  <a>' in (made.document or "")


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(MessageError, match="is not a message type"):
        OURS.instance("gossip")
