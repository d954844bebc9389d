"""The suite of a schema: labels that are true, everything covered or accounted for, the same bytes every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from random_schemas import schemas
from small_schemas import refusals, schema_of, suite

from orchestra_compiler.naming import file_name
from orchestra_compiler.xsd.cases import EQUIVALENT, LeftOut, Suite
from orchestra_compiler.xsd.files.sources import SchemaBrokenError
from orchestra_compiler.xsd.loading import load
from orchestra_compiler.xsd.suites.suite import suite_of

ORDER = """<xs:element name="order"><xs:complexType><xs:sequence>
<xs:element name="id" type="xs:integer"/>
<xs:element name="kind"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="new"/><xs:enumeration value="old"/>
</xs:restriction></xs:simpleType></xs:element>
<xs:element name="note" type="xs:string" minOccurs="0"/></xs:sequence>
<xs:attribute name="version" fixed="1" use="required"/></xs:complexType></xs:element>"""


def test_every_constraint_of_a_small_schema_has_a_case(tmp_path) -> None:
    found = suite(tmp_path, ORDER)
    assert found.left_out == ()
    assert found.quarantined == ()
    assert {str(each).partition(" (")[0] for each in found.covered} >= {
        "enumeration of order/kind",
        "datatype of order/id",
        "fixed of order/@version",
        "required-attribute of order/@version",
        "order of order/sequence",
    }
    assert refusals(tmp_path / "schema.xsd", found) == []


def test_cases_name_what_they_try(tmp_path) -> None:
    found = {case.id: case for case in suite(tmp_path, ORDER).cases}
    case = found["invalid/missing-order-id"]
    assert (case.scenario, case.component, case.place.line, case.expected, case.rule) == (
        "missing",
        "/order",
        3,
        "invalid",
        "content",
    )
    assert found["valid/minimal-order"].expected == "valid"
    assert found["valid/minimal-order"].rule == ""


def test_ids_are_file_names_and_differ_in_more_than_case(tmp_path) -> None:
    body = "".join(f'<xs:element name="{name}" type="xs:int"/>' for name in ("a", "A", "größe", "x.y", "x-y", "con"))
    found = suite(tmp_path, body + f'<xs:element name="{"n" * 300}" type="xs:int"/>')
    ids = [case.id for case in found.cases]
    assert len({each.casefold() for each in ids}) == len(ids)
    assert ids == sorted(ids)
    assert all(
        file_name(part) == part or re.fullmatch(r".*\.[0-9a-f]{8}(-\d+)?", part)
        for each in ids
        for part in each.split("/")
    )


@pytest.mark.parametrize("use", ["optional", "required"])
def test_more_attributes_than_a_document_may_have_spoil_no_other_element(tmp_path, use) -> None:
    attributes = "".join(f'<xs:attribute name="a{number}" type="xs:int" use="{use}"/>' for number in range(300))
    body = f'<xs:element name="wide"><xs:complexType>{attributes}</xs:complexType></xs:element>'
    found = suite(tmp_path, body + '<xs:element name="b" type="xs:int"/>')
    ids = {case.id for case in found.cases}
    assert "valid/minimal-b" in ids
    assert ("valid/maximal-wide" in ids) == (use == "optional")
    assert refusals(tmp_path / "schema.xsd", found) == []
    reasons = {each.reason for each in found.left_out if "wide" in each.component}
    assert reasons == (set() if use == "optional" else {"an element would have more than 250 attributes"})


def test_every_case_has_a_line_even_of_a_type_that_is_built_in(tmp_path) -> None:
    found = suite(tmp_path, '<xs:element name="a"/>')
    assert {case.scenario for case in found.cases} >= {"mixed-text"}
    assert {case.place.line for case in found.cases} == {2}


def test_covered_names_cases_that_exist(tmp_path) -> None:
    found = suite(tmp_path, ORDER)
    ids = {case.id for case in found.cases}
    assert all(set(each) <= ids and each for each in found.covered.values())


def test_an_edit_elsewhere_renames_nothing(tmp_path) -> None:
    before = {case.id for case in suite(tmp_path, ORDER).cases}
    after = {case.id for case in suite(tmp_path, '<xs:element name="aaa" type="xs:date"/>\n' + ORDER).cases}
    roots = {each for each in before if "root" in each or "unknown-type" in each}
    assert before - roots <= after


def test_no_two_cases_have_the_same_document(tmp_path) -> None:
    documents = [case.document for case in suite(tmp_path, ORDER).cases]
    assert len(set(documents)) == len(documents)


@pytest.mark.parametrize("most", [0, 1, 10, 40])
def test_there_are_no_more_cases_than_asked_for(tmp_path, most) -> None:
    found = suite_of(schema_of(tmp_path, ORDER), most=most)
    assert len(found.cases) <= most
    assert len(found.covered) + len([each for each in found.left_out if each.constraint]) > 10


def test_only_the_roots_that_are_asked_for_begin_documents(tmp_path) -> None:
    loaded = schema_of(tmp_path, '<xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/>')
    found = suite_of(loaded, [loaded.schema.elements["b"]])
    assert {case.component.split("/")[1] for case in found.cases if case.rule != "root"} == {"b"}


def test_a_schema_without_elements_has_no_cases(tmp_path) -> None:
    found = suite(tmp_path, '<xs:simpleType name="t"><xs:restriction base="xs:int"/></xs:simpleType>')
    assert (found.cases, found.quarantined, found.left_out) == ((), (), ())


def test_what_cannot_be_made_is_left_out_with_a_reason(tmp_path) -> None:
    body = """<xs:complexType name="T"><xs:sequence><xs:element name="t" type="T"/></xs:sequence></xs:complexType>
    <xs:element name="r" type="T"/>"""
    found = suite(tmp_path, body)
    assert not any(case.expected == "valid" for case in found.cases)
    assert found.left_out
    assert all(each.reason for each in found.left_out)


def test_one_engine_is_enough(tmp_path) -> None:
    loaded = schema_of(tmp_path, ORDER)
    alone = type(loaded)(
        schema=loaded.schema,
        sources=loaded.sources,
        judges=tuple(each for each in loaded.judges if each.name == "xmlschema"),
        root=loaded.root,
    )
    found = suite_of(alone)
    assert found.engines == ("xmlschema",)
    assert found.left_out == ()
    assert refusals(tmp_path / "schema.xsd", found) == []


PROGRAM = """
import sys
from pathlib import Path
from orchestra_compiler.xsd.cases import EQUIVALENT, LeftOut, Suite
from orchestra_compiler.xsd.loading import load
from orchestra_compiler.xsd.suites.suite import suite_of
suite = suite_of(load(Path(sys.argv[1])))
for case in suite.cases:
    print(case.id, case.scenario, case.component, case.place, case.rule, case.document)
for each in (*suite.quarantined, *suite.left_out, *suite.covered.items()):
    print(repr(each))
"""
MIXED = """<xs:element name="head" abstract="true"/><xs:element name="one" substitutionGroup="head" type="xs:date"/>
<xs:element name="two" substitutionGroup="head" type="xs:IDREFS"/><xs:element name="r"><xs:complexType mixed="true"><xs:choice
maxOccurs="unbounded"><xs:element ref="head"/><xs:any namespace="##other"/></xs:choice><xs:attribute name="i" type="xs:ID"/>
<xs:anyAttribute namespace="urn:a urn:b urn:c"/></xs:complexType><xs:key name="k"><xs:selector xpath="one"/><xs:field xpath="."/>
</xs:key></xs:element><xs:element name="s"><xs:complexType><xs:attribute name="n" use="required"/></xs:complexType>
<xs:key name="kk"><xs:selector xpath="."/><xs:field xpath="@n"/></xs:key></xs:element>"""


def test_the_seed_of_hashes_does_not_matter(tmp_path) -> None:
    schema_of(tmp_path, ORDER + MIXED)
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "schema.xsd")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count("invalid/") > 40
    assert " at 0x" not in outputs[0]


def left_out(found: Suite) -> list[LeftOut]:
    return [
        each
        for each in found.left_out
        if each.constraint is not None and each.reason != EQUIVALENT and "cases already" not in each.reason
    ]


def test_the_protocol_of_a_real_fleet_is_covered_whole(shared_data) -> None:
    path = shared_data / "agents" / "orchestra" / "protocols" / "agent-message-v1.0.xsd"
    found = suite_of(load(path))
    assert len(found.covered) > 600
    assert (found.quarantined, left_out(found)) == ((), [])
    assert refusals(path, found) == []


def test_real_schemas_have_true_labels_and_little_is_left_out(shared_data) -> None:
    covered = missing = 0
    for path in sorted((shared_data / "xsd").glob("**/*.xsd")):
        try:
            loaded = load(path)
        except SchemaBrokenError:
            continue
        found = suite_of(loaded, most=60)
        assert refusals(path, found) == [], path
        assert found.cases, path
        covered += len(found.covered)
        missing += len(left_out(found))
    assert covered >= 0.95 * (covered + missing)


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=schemas())
def test_random_schemas_have_true_labels(tmp_path_factory, text) -> None:
    path = tmp_path_factory.mktemp("random") / "schema.xsd"
    path.write_text(text, encoding="utf-8")
    found = suite_of(load(path), most=80)
    assert refusals(path, found) == []
    assert any(case.expected == "invalid" for case in found.cases)
    assert all(each.reason for each in (*found.left_out, *found.quarantined))
