"""What keys say of how many children there may be, and that it is said only where the key is sure to look."""

from __future__ import annotations

import pytest
from small_schemas import schema_of

from orchestra_compiler.xsd.languages import Bound, difference, language_of
from orchestra_compiler.xsd.suites.implied import (
    implied_bounds,
    is_always_there,
    is_never_twice,
    keyed_attributes,
)

SHELF = """<xs:element name="shelf"><xs:complexType><xs:sequence>
<xs:element name="book" type="Book" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
<xs:key name="k"><xs:selector xpath="book"/><xs:field xpath="number"/></xs:key>
<xs:key name="a"><xs:selector xpath="book"/><xs:field xpath="@shelf"/></xs:key></xs:element>
<xs:complexType name="Book"><xs:sequence>
<xs:element name="number" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>
<xs:element name="title" type="xs:string"/></xs:sequence><xs:attribute name="shelf" type="xs:int"/></xs:complexType>"""


def bounds(tmp_path, body: str) -> dict[str, tuple[Bound, ...]]:
    found = implied_bounds(schema_of(tmp_path, body).schema)
    return {kind.name: each for kind, each in found.items()}


def test_a_key_demands_its_field_once(tmp_path) -> None:
    assert bounds(tmp_path, SHELF) == {"Book": (Bound(frozenset({"number"}), least=1, most=1),)}
    assert {(kind.name, name) for kind, name in keyed_attributes(schema_of(tmp_path, SHELF).schema)} == {
        ("Book", "shelf")
    }


def test_unique_lets_its_field_be_missing(tmp_path) -> None:
    body = SHELF.replace("xs:key", "xs:unique")
    assert bounds(tmp_path, body) == {"Book": (Bound(frozenset({"number"}), least=0, most=1),)}
    assert keyed_attributes(schema_of(tmp_path, body).schema) == frozenset()


def test_nothing_is_sure_of_a_type_that_stands_elsewhere_too(tmp_path) -> None:
    assert bounds(tmp_path, SHELF + '<xs:element name="loan" type="Book"/>') == {}


def test_nothing_is_sure_beside_wildcards_that_do_not_judge(tmp_path) -> None:
    open_part = '<xs:element name="r"><xs:complexType><xs:sequence><xs:any processContents="lax"/></xs:sequence></xs:complexType></xs:element>'
    assert bounds(tmp_path, SHELF + open_part) == {}


def test_children_that_bounds_forbid_are_no_difference(tmp_path) -> None:
    schema = schema_of(tmp_path, SHELF).schema
    book = schema.types["Book"].content
    shelf = schema.elements["shelf"].group
    assert difference(language_of(book), language_of(None)) == ("title",)
    both = (Bound(frozenset({"number"}), least=1, most=1),)
    assert difference(language_of(book), language_of(None), both) == ("number", "title")
    assert difference(language_of(book), language_of(None), (Bound(frozenset({"title"}), most=0),)) is None
    beside = (Bound(frozenset({"number"}), least=2, beside=frozenset({"title"})),)
    assert difference(language_of(book), language_of(None), beside) == ("number", "number", "title")
    assert difference(language_of(shelf), language_of(book), (Bound(frozenset({"book"}), least=3),)) == ("book",) * 3


def keyed(most: str, attribute: str) -> str:
    return f"""
<xs:element name="r">
  <xs:complexType><xs:sequence><xs:element name="box"><xs:complexType><xs:choice {most}>
    <xs:element name="a"><xs:complexType><xs:attribute name="n" {attribute}/></xs:complexType></xs:element>
    <xs:element name="b"><xs:complexType><xs:attribute name="n" {attribute}/></xs:complexType></xs:element>
  </xs:choice></xs:complexType></xs:element></xs:sequence></xs:complexType>
  <xs:key name="k"><xs:selector xpath="box/a | box/b"/><xs:field xpath="@n"/></xs:key>
</xs:element>"""


@pytest.mark.parametrize(
    ("most", "attribute", "once", "sure"),
    [
        ("", 'fixed="1"', True, True),
        ("", 'use="required"', True, True),
        ("", "", True, False),
        ('maxOccurs="2"', 'default="1"', False, True),
        ('minOccurs="0"', "", True, False),
    ],
)
def test_a_key_that_cannot_be_broken_is_told(tmp_path, most: str, attribute: str, once: bool, sure: bool) -> None:
    schema = schema_of(tmp_path, keyed(most, attribute)).schema
    scope = next(iter(schema.elements.values()))
    (key,) = scope.identities
    assert is_never_twice(schema, scope, key) is once
    assert is_always_there(schema, scope, key) is sure
