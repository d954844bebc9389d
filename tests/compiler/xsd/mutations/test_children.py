"""Children where they must not be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from small_schemas import mutations, refusals, schema_of

from orchestra_compiler.xsd.cases import EQUIVALENT
from orchestra_compiler.xsd.mutations import children
from orchestra_compiler.xsd.suites.suite import suite_of


def model(content: str, attributes: str = "") -> str:
    return f'<xs:element name="r"><xs:complexType {attributes}>{content}</xs:complexType></xs:element>'


def element(name: str, least: str = "1", most: str = "1") -> str:
    return f'<xs:element name="{name}" type="xs:string" minOccurs="{least}" maxOccurs="{most}"/>'


def names(document: str) -> str:
    return "".join(re.findall(r"<([a-q])[/>]", document))


def _is(constraint, kind: str, component: str) -> bool:
    return constraint.kind == kind and component in ("", constraint.component)


def first(tmp_path, content: str, kind: str, component: str = "") -> tuple[str, str]:
    """Return the scenario and the children of the first confirmed case of a kind."""
    suite = suite_of(schema_of(tmp_path, model(content)))
    assert refusals(tmp_path / "schema.xsd", suite) == []
    ids = {each for constraint, found in suite.covered.items() if _is(constraint, kind, component) for each in found}
    found = [case for case in suite.cases if case.id in ids]
    assert all(case.rule == "content" for case in found)
    return found[0].scenario, names(found[0].document)


@pytest.mark.parametrize("group", ["sequence", "choice"])
def test_of_the_many_pairs_of_a_long_group_few_are_looked_at(tmp_path, monkeypatch, group) -> None:
    looked_at = []

    def watched(parts, count) -> Iterator[tuple[int, ...]]:
        for pair in combinations(parts, count):
            looked_at.append(pair)
            yield pair

    monkeypatch.setattr(children, "combinations", watched)
    content = "".join(element(f"e{number}") for number in range(60))
    suite = suite_of(schema_of(tmp_path, model(f"<xs:{group}>{content}</xs:{group}>")))
    assert {"swapped", "two-branches"} & {case.scenario for case in suite.cases}
    assert len(looked_at) < 60


def test_a_required_element_is_missing(tmp_path) -> None:
    content = f"<xs:sequence>{element('a')}{element('b')}</xs:sequence>"
    assert first(tmp_path, content, "min-occurs", "r/a") == ("missing", "b")


def test_of_three_that_must_be_there_are_two(tmp_path) -> None:
    content = f"<xs:sequence>{element('a', '3', '5')}</xs:sequence>"
    assert first(tmp_path, content, "min-occurs", "r/a") == ("too-few", "aa")
    assert first(tmp_path, content, "max-occurs", "r/a")[1] == "aaaaaa"


def test_what_is_required_in_an_optional_group_is_missing_beside_its_neighbour(tmp_path) -> None:
    content = f'<xs:sequence><xs:sequence minOccurs="0">{element("a")}{element("b", "0")}</xs:sequence></xs:sequence>'
    assert first(tmp_path, content, "min-occurs", "r/a") == ("missing", "b")


def test_a_whole_group_is_missing(tmp_path) -> None:
    content = f"<xs:sequence>{element('c')}<xs:choice>{element('a')}{element('b')}</xs:choice></xs:sequence>"
    assert first(tmp_path, content, "min-occurs", "r/choice") == ("missing-group", "c")


def test_a_group_occurs_once_more_than_it_may(tmp_path) -> None:
    content = f'<xs:sequence maxOccurs="2">{element("a")}{element("b", "0")}</xs:sequence>'
    assert first(tmp_path, content, "max-occurs", "r/sequence") == ("too-many", "aaa")


def test_an_element_of_an_all_group_is_missing_or_repeated(tmp_path) -> None:
    content = f"<xs:all>{element('a')}{element('b')}</xs:all>"
    assert first(tmp_path, content, "min-occurs", "r/a") == ("missing", "b")
    assert first(tmp_path, content, "max-occurs", "r/b") == ("repeated", "abb")
    assert mutations(schema_of(tmp_path, model(content)), "order") == []


def test_two_parts_change_places(tmp_path) -> None:
    content = f"<xs:sequence>{element('a', '0')}{element('b')}{element('c')}</xs:sequence>"
    assert first(tmp_path, content, "order") == ("swapped", "bac")


def test_a_choice_takes_two_branches(tmp_path) -> None:
    content = f"<xs:choice>{element('a')}{element('b')}</xs:choice>"
    assert first(tmp_path, content, "choice") == ("two-branches", "ab")


def test_a_bound_that_the_rest_of_the_model_makes_idle_is_proven_to_be_so(tmp_path) -> None:
    content = f'<xs:choice minOccurs="0" maxOccurs="unbounded">{element("a")}{element("b")}</xs:choice>'
    suite = suite_of(schema_of(tmp_path, model(content)))
    idle = [str(each.constraint) for each in suite.left_out if each.reason == EQUIVALENT]
    assert [each.partition(" (")[0] for each in idle] == [
        "min-occurs of r/a",
        "max-occurs of r/a",
        "min-occurs of r/b",
        "max-occurs of r/b",
    ]


def test_unknown_elements_stand_at_the_end_of_each_group(tmp_path) -> None:
    content = f"<xs:sequence>\n<xs:sequence>{element('a')}</xs:sequence>{element('b')}</xs:sequence>"
    suite = suite_of(schema_of(tmp_path, model(content)))
    orders = [re.findall(r"<(?:\w+:)?(a|b|no-such-element)[/> ]", case.document) for case in suite.cases]
    assert ["a", "no-such-element", "b"] in orders
    assert ["a", "b", "no-such-element"] in orders
    assert {case.scenario for case in suite.cases if "element" in case.scenario} == {
        "unknown-element",
        "foreign-element",
    }
    assert refusals(tmp_path / "schema.xsd", suite) == []


@pytest.mark.parametrize("qualified", [True, False])
def test_children_stand_in_the_wrong_namespace(tmp_path, qualified) -> None:
    content = f"<xs:sequence>{element('a')}</xs:sequence>"
    suite = suite_of(schema_of(tmp_path, model(content), target="urn:t", qualified=qualified))
    found = [case for case in suite.cases if case.scenario == "wrong-namespace"]
    assert [(case.component, case.rule) for case in found] == [("/r", "content")]
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_text_stands_where_only_elements_may(tmp_path) -> None:
    content = f"<xs:sequence>{element('a')}</xs:sequence>"
    made = mutations(schema_of(tmp_path, model(content)), "text")
    assert [(each.scenario, each.rule) for each in made] == [("stray-text", "text")]
    assert mutations(schema_of(tmp_path, model(content, 'mixed="true"')), "text") == []


def test_empty_and_simple_content_take_no_child(tmp_path) -> None:
    body = model('<xs:attribute name="a"/>') + '<xs:element name="s"><xs:complexType><xs:simpleContent>'
    body += '<xs:extension base="xs:int"><xs:attribute name="a"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>'
    suite = suite_of(schema_of(tmp_path, body))
    found = {case.component: case.rule for case in suite.cases if case.scenario == "unexpected-child"}
    assert found == {"/r": "content", "/s": "content"}
    assert [case.component for case in suite.cases if case.scenario == "stray-text"] == ["/r"]
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_a_wildcard_is_broken_by_namespace_and_by_strictness(tmp_path) -> None:
    content = f'<xs:sequence>{element("a")}<xs:any namespace="##other" maxOccurs="2"/></xs:sequence>'
    imported = tmp_path / "other.xsd"
    imported.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o"><xs:element name="o"/></xs:schema>'
    )
    body = '<xs:import namespace="urn:o" schemaLocation="other.xsd"/>' + model(content)
    suite = suite_of(schema_of(tmp_path, body, target="urn:t"))
    found = {case.scenario for case in suite.cases if case.constraint and case.constraint.component == "r/*"}
    assert found == {"element-of-wrong-namespace", "undeclared-element", "missing", "too-many"}
    assert refusals(tmp_path / "schema.xsd", suite) == []


def test_a_bound_that_would_need_thousands_of_elements_is_left_out(tmp_path) -> None:
    content = f"<xs:sequence>{element('a', '0', '100000')}</xs:sequence>"
    suite = suite_of(schema_of(tmp_path, model(content)))
    reasons = {each.component: each.reason for each in suite.left_out if each.constraint is not None}
    assert reasons["r/a"] == "a document that breaks it would have more than 120 repetitions"
