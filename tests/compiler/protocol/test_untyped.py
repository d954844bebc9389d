"""Elements and attributes that name no type: whatever they hold is valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestra_compiler.cases.messages import generate
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import load_schema

SCHEMA = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="note">{}</xs:element></xs:schema>'


@pytest.mark.parametrize(
    ("inner", "rules"),
    [
        ('<xs:complexType><xs:attribute name="x" use="required"/></xs:complexType>', {"missing-attribute"}),
        ('<xs:complexType><xs:sequence><xs:element name="a"/></xs:sequence></xs:complexType>', {"content"}),
    ],
)
def test_what_has_no_type_has_cases_all_the_same(tmp_path: Path, inner: str, rules: set[str]) -> None:
    (tmp_path / "m.xsd").write_text(SCHEMA.format(inner), encoding="utf-8")
    generated = generate(load_schema(Protocol(schema="m.xsd"), tmp_path), Span("m.xsd"))
    assert "valid" in {case.expected for case in generated.cases}
    assert rules <= {case.rule for case in generated.cases}
