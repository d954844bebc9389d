from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from growers import Plot, names

from orchestra_compiler.xsd.document import NIL, TYPE, QualifiedName, to_text
from orchestra_compiler.xsd.growing.grower import Variation


@pytest.fixture
def varied(tmp_path: Path) -> Callable[..., list[Variation]]:
    def vary(body: str, *roots: str, engines: int = 2) -> list[Variation]:
        here = Plot(tmp_path, body, engines)
        found = list(here.grower.variations([here.root(name) for name in roots or ["root"]]))
        here.accept(each.document for each in found)
        texts = [to_text(each.document) for each in found]
        assert len(set(texts)) == len(texts)
        assert all(
            each.place.file == "grown.xsd" and each.place.line for each in found if each.scenario != "any-element"
        )
        return found

    return vary


def root_of(content: str, more: str = "", options: str = "") -> str:
    return f'{more}<xs:element name="root"{options}><xs:complexType>{content}</xs:complexType></xs:element>'


def by_scenario(found: list[Variation]) -> dict[str, Variation]:
    return {each.scenario: each for each in found}


def test_the_smallest_and_the_largest_come_first(varied: Callable[..., list[Variation]]) -> None:
    found = varied(root_of('<xs:sequence><xs:element name="a" type="xs:int" minOccurs="0"/></xs:sequence>'))
    assert [each.scenario for each in found[:2]] == ["minimal", "maximal"]
    assert found[0].component == "/root"
    assert names(found[0].document) == []
    assert names(found[1].document) == ["a"]


def test_every_branch_of_a_choice_is_taken(varied: Callable[..., list[Variation]]) -> None:
    found = by_scenario(
        varied(
            root_of(
                """<xs:choice><xs:element name="a" type="xs:int"/><xs:sequence><xs:element name="b" type="xs:int"/>
                <xs:element name="c" type="xs:int" minOccurs="0"/></xs:sequence>
                <xs:choice><xs:element name="d" type="xs:int"/><xs:element name="e" type="xs:int"/></xs:choice></xs:choice>"""
            )
        )
    )
    assert names(found["minimal"].document) == ["a"]
    assert names(found["branch-b"].document) == ["b"]
    assert names(found["with-c"].document) == ["b", "c"]
    assert names(found["branch-d"].document) == ["d"]
    assert names(found["branch-e"].document) == ["e"]
    assert found["branch-e"].component == "/root/e"


def test_every_branch_of_a_repeated_choice_is_taken_at_once(varied: Callable[..., list[Variation]]) -> None:
    found = by_scenario(
        varied(
            root_of(
                """<xs:choice minOccurs="2" maxOccurs="4"><xs:element name="a" type="xs:int"/>
                <xs:element name="b" type="xs:int" minOccurs="0" maxOccurs="2"/>
                <xs:sequence minOccurs="0"><xs:element name="c" type="xs:int"/></xs:sequence></xs:choice>"""
            )
        )
    )
    assert set(names(found["maximal"].document)) == {"a", "b", "c"}


def test_every_optional_part_is_tried_alone(varied: Callable[..., list[Variation]]) -> None:
    found = by_scenario(
        varied(
            root_of(
                """<xs:sequence><xs:element name="a" type="xs:int" minOccurs="0"/>
                <xs:sequence minOccurs="0"><xs:element name="b" type="xs:int"/></xs:sequence>
                <xs:any namespace="##other" processContents="lax" minOccurs="0"/></xs:sequence>
                <xs:attribute name="x" type="xs:int"/><xs:attribute name="y" fixed="1"/>
                <xs:anyAttribute namespace="##other" processContents="lax"/>"""
            )
        )
    )
    assert names(found["with-a"].document) == ["a"]
    assert names(found["with-b"].document) == ["b"]
    assert names(found["with-any-element"].document) == ["anything"]
    assert found["with-x"].document.get("x") == "1"
    assert found["with-x"].component == "/root/@x"
    assert found["with-y"].document.get("y") == "1"
    assert found["any-attribute"].document.get("{urn:example:other}anything") == "text"


def test_numbers_of_occurrences_are_tried(varied: Callable[..., list[Variation]]) -> None:
    found = by_scenario(
        varied(
            root_of(
                """<xs:sequence><xs:element name="a" type="xs:int" minOccurs="2" maxOccurs="5"/>
                <xs:element name="b" type="xs:int" minOccurs="0" maxOccurs="500"/></xs:sequence>"""
            )
        )
    )
    assert names(found["minimal"].document) == ["a", "a"]
    assert names(found["occurs-3"].document) == ["a", "a", "a"]
    assert names(found["occurs-5"].document) == ["a"] * 5
    assert names(found["with-b"].document) == ["a", "a", "b"]
    assert names(found["maximal"].document) == ["a", "a", "b", "b"]  # and so not once more
    assert "occurs-500" not in found


def test_substitutes_and_derived_types_are_tried(varied: Callable[..., list[Variation]]) -> None:
    found = by_scenario(
        varied(
            root_of(
                '<xs:sequence><xs:element ref="shape"/></xs:sequence>',
                """<xs:complexType name="Shape"><xs:sequence/></xs:complexType>
                <xs:complexType name="Round"><xs:complexContent><xs:extension base="Shape">
                <xs:attribute name="radius" type="xs:int" use="required"/></xs:extension></xs:complexContent></xs:complexType>
                <xs:element name="shape" type="Shape"/><xs:element name="circle" type="Round" substitutionGroup="shape"/>""",
            )
        )
    )
    assert names(found["minimal"].document) == ["shape"]
    assert names(found["substitute-circle"].document) == ["circle"]
    assert found["substitute-circle"].component == "/root/circle"
    assert found["derived-type-Round"].document.children[0].get(TYPE) == QualifiedName("{urn:t}Round")


def test_nil_defaults_and_fixed_values_are_tried(varied: Callable[..., list[Variation]]) -> None:
    found = by_scenario(
        varied(
            root_of(
                """<xs:sequence><xs:element name="a" type="xs:int" nillable="true"/>
                <xs:element name="b" type="xs:int" default="7"/><xs:element name="c" type="xs:int" fixed="8"/></xs:sequence>"""
            )
        )
    )
    assert found["nil"].document.children[0].get(NIL) == "true"
    assert found["nil"].component == "/root/a"
    assert found["default-omitted"].document.children[1].text == ""
    assert found["default-overridden"].document.children[1].text not in ("", "7")
    assert found["fixed-omitted"].document.children[2].text == ""
    assert found["minimal"].document.children[2].text == "8"


def test_text_stands_between_children_where_it_may(varied: Callable[..., list[Variation]]) -> None:
    found = by_scenario(
        varied(
            """<xs:element name="root"><xs:complexType mixed="true"><xs:sequence>
            <xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType></xs:element>"""
        )
    )
    assert found["mixed-text"].document.text == "text"
    assert found["mixed-text"].document.children[0].tail == "text"


def test_every_word_and_bound_is_tried_where_its_type_is_met_first(varied: Callable[..., list[Variation]]) -> None:
    found = varied(
        root_of(
            '<xs:sequence><xs:element name="a" type="Color"/><xs:element name="b" type="Color"/></xs:sequence>'
            '<xs:attribute name="share" type="Share" use="required"/>',
            """<xs:simpleType name="Color"><xs:restriction base="xs:string">
            <xs:enumeration value="red"/><xs:enumeration value="green"/><xs:enumeration value="blue"/></xs:restriction></xs:simpleType>
            <xs:simpleType name="Share"><xs:restriction base="xs:int"><xs:minInclusive value="3"/><xs:maxInclusive value="90"/>
            </xs:restriction></xs:simpleType>""",
        )
    )
    assert {str(each.document.children[0].text) for each in found} == {"red", "green", "blue"}
    assert {str(each.document.children[1].text) for each in found} == {"red"}
    shares = {str(each.document.get("share")) for each in found}
    assert {"3", "90"} <= shares
    green = next(each for each in found if each.document.children[0].text == "green")
    assert green.component == "/root/a"
    assert green.scenario.startswith("word")


def test_two_optional_parts_meet_in_every_way(varied: Callable[..., list[Variation]]) -> None:
    optional = "".join(f'<xs:element name="e{number}" type="xs:int" minOccurs="0"/>' for number in range(6))
    found = varied(root_of(f"<xs:sequence>{optional}</xs:sequence>"))
    rows = [set(names(each.document)) for each in found]
    for one in range(6):
        for other in range(one):
            met = {(f"e{one}" in row, f"e{other}" in row) for row in rows}
            assert met == {(True, True), (True, False), (False, True), (False, False)}
    assert len(found) < 40
    assert any(each.scenario.startswith("pair-") for each in found)


def test_what_stands_far_down_is_tried_in_a_small_document(varied: Callable[..., list[Variation]]) -> None:
    found = by_scenario(
        varied(
            """<xs:complexType name="Part"><xs:sequence><xs:element name="part" type="Part" minOccurs="0"/>
            <xs:element name="deep" minOccurs="0"><xs:complexType><xs:attribute name="x" type="xs:int"/>
            <xs:attribute name="y" type="xs:int"/></xs:complexType></xs:element></xs:sequence></xs:complexType><xs:element name="root" type="Part"/>"""
        )
    )
    assert found["with-x"].component == "/root/deep/@x"
    assert names(found["with-x"].document) == ["deep"]


def test_every_root_is_varied(varied: Callable[..., list[Variation]]) -> None:
    found = varied('<xs:element name="root" type="xs:int"/><xs:element name="other" type="xs:date"/>', "root", "other")
    assert {each.component for each in found if each.scenario == "minimal"} == {"/root", "/other"}


def test_scenarios_are_words_joined_by_hyphens(varied: Callable[..., list[Variation]]) -> None:
    found = varied(root_of('<xs:sequence><xs:element name="a" type="xs:dateTime" maxOccurs="2"/></xs:sequence>'))
    assert all(each.scenario and not set(each.scenario) & set(" /\\:") for each in found)
