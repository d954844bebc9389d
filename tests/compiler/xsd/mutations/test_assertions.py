"""Assertions of XSD 1.1 that are false."""

from __future__ import annotations

import re

import pytest
import xmlschema
from small_schemas import schema_of

from orchestra_compiler.xsd.suites.suite import suite_of

XSD11 = ' xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="1.1"'
TESTS = {
    "@low le @high": ("low", "high"),
    "@low != 3 or @high": ("low",),
    "not(@low) or @high": ("low",),
}


@pytest.mark.parametrize("test", TESTS)
def test_values_and_parts_are_changed_until_it_is_false(tmp_path, test) -> None:
    body = f"""<xs:element name="r"><xs:complexType><xs:attribute name="low" type="xs:int"/>
    <xs:attribute name="high" type="xs:int"/>
    <xs:assert test="{test.replace("<", "&lt;")}"/></xs:complexType></xs:element>"""
    suite = suite_of(schema_of(tmp_path, body, more=XSD11))
    judge = xmlschema.XMLSchema11(str(tmp_path / "schema.xsd"))
    found = [case for case in suite.cases if case.rule == "assertion"]
    reasons = [each.reason for each in suite.left_out if each.constraint and each.constraint.kind == "assertion"]
    assert len(found) + len(reasons) == 1
    for case in found:
        assert case.place.line == 4
        assert not judge.is_valid(case.document)
        assert judge.is_valid(re.sub(r' (low|high)="[^"]*"', "", case.document)) or "@low" in test


def test_an_assertion_over_children(tmp_path) -> None:
    body = """<xs:element name="r"><xs:complexType><xs:sequence>
    <xs:element name="a" type="xs:int" minOccurs="0"/><xs:element name="b" type="xs:int" minOccurs="0"/></xs:sequence>
    <xs:assert test="a or b or count(*) = 0"/><xs:assert test="not(a and b)"/></xs:complexType></xs:element>"""
    suite = suite_of(schema_of(tmp_path, body, more=XSD11))
    found = [case for case in suite.cases if case.rule == "assertion"]
    assert any("<a>" in case.document and "<b>" in case.document for case in found)
