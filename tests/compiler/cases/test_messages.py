from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestra_compiler.cases.messages import generate
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import load_schema

SPAN = Span("orchestra.yaml", 7, 1, 7, 20)
OURS = load_schema(Protocol(), Path())
GENERATED = generate(OURS, SPAN)


def test_ids_are_unique_ordered_and_well_formed() -> None:
    ids = [case.id for case in GENERATED.cases]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9./_-]*", each) for each in ids)
    assert {"message/status/minimal", "message/status/full", "message/invalid/missing-agent-message-sender"} <= set(ids)


def test_every_case_has_its_file_and_a_label_that_holds() -> None:
    assert {case.file for case in GENERATED.cases} == GENERATED.files.keys()
    assert GENERATED.left_out == ()
    for case in GENERATED.cases:
        assert case.file == f"cases/messages/{case.id.removeprefix('message/')}.xml"
        assert (case.kind, case.span) == ("message", SPAN)
        assert (case.expected == "valid") == (not case.rule)
        found = OURS.validate(GENERATED.files[case.file])
        assert (case.rule in {each.rule for each in found}) if case.rule else not found


def test_the_same_schema_gives_the_same_cases() -> None:
    again = generate(load_schema(Protocol(), Path()), SPAN)
    assert again == GENERATED
    assert list(again.files.items()) == list(GENERATED.files.items())


def test_a_type_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "m.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Odd"><xs:simpleType>'
        '<xs:restriction base="xs:string"><xs:pattern value="a"/><xs:length value="2"/></xs:restriction></xs:simpleType></xs:element>'
        '<xs:element name="odd" type="xs:int"/></xs:schema>'
    )
    generated = generate(load_schema(Protocol(schema="m.xsd"), tmp_path), SPAN)
    doubt = next(each for each in generated.left_out if "/minimal" in each)
    assert re.match(r"message/odd\.[0-9a-f]{8}/minimal: no document could be made: no value", doubt)
    valid = {case.id for case in generated.cases if case.expected == "valid"}
    assert "message/odd/minimal" in valid
    assert not any("/odd." in each for each in valid)


def test_what_the_limit_cuts_off_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="m" type="xs:int"/></xs:schema>'
    )
    schema = load_schema(Protocol(schema="m.xsd"), tmp_path)
    assert generate(schema, SPAN).left_out == ()
    monkeypatch.setattr("orchestra_compiler.cases.messages.MOST_CASES", 2)
    assert generate(schema, SPAN).left_out


def test_a_case_of_a_schema_of_ones_own_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "m.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n<xs:element name="m" type="xs:int"/>\n</xs:schema>'
    )
    generated = generate(load_schema(Protocol(schema="m.xsd"), tmp_path), SPAN)
    wrong = [case for case in generated.cases if case.rule == "datatype"]
    assert wrong
    assert {case.span.place for case in wrong} == {"m.xsd:2"}
