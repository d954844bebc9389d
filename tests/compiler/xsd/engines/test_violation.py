from __future__ import annotations

import pytest

from orchestra_compiler.xsd.engines.violation import _LXML_RULES, FACETS, Violation, clause_of, facet_rule, lxml_rule

RULES = {
    *FACETS, "datatype", "fixed", "content", "text", "missing-attribute", "unknown-attribute", "root", "nil", "type",
    "abstract", "unique", "key", "keyref", "id", "idref",
}  # fmt: skip


def test_every_rule_of_a_schema_has_a_clause_of_its_own() -> None:
    clauses = [clause_of(rule) for rule in RULES]
    assert all(each.startswith("cvc-") for each in clauses)
    assert len(set(clauses)) == len(RULES)


@pytest.mark.parametrize(
    ("rule", "clause"),
    [
        ("enumeration", "cvc-enumeration-valid"),
        ("max-length", "cvc-maxLength-valid"),
        ("content", "cvc-complex-type.2.4"),
        ("missing-attribute", "cvc-complex-type.4"),
        ("id", "cvc-id.2"),
    ],
)
def test_clauses_are_the_names_of_the_standard(rule: str, clause: str) -> None:
    assert clause_of(rule) == clause


@pytest.mark.parametrize("rule", ["hostile-xml", "malformed-xml", "engine-failure", "", "nonsense"])
def test_what_the_standard_does_not_know_has_no_clause(rule: str) -> None:
    assert clause_of(rule) == ""


@pytest.mark.parametrize(
    ("kind", "message", "rule"),
    [
        ("SCHEMAV_CVC_PATTERN_VALID", "", "pattern"),
        ("SCHEMAV_CVC_MINLENGTH_VALID", "", "min-length"),
        ("SCHEMAV_CVC_TOTALDIGITS_VALID", "", "total-digits"),
        ("SCHEMAV_CVC_IDC", "Duplicate key-sequence ['1'] in unique identity-constraint 'u'.", "unique"),
        ("SCHEMAV_CVC_IDC", "Duplicate key-sequence ['keyref'] in key identity-constraint 'unique'.", "key"),
        ("SCHEMAV_CVC_IDC", "Not all fields of key identity-constraint 'k' evaluate to a node.", "key"),
        ("SCHEMAV_CVC_IDC", "No match found for key-sequence ['1'] of keyref 'f'.", "keyref"),
        ("SCHEMAV_CVC_DATATYPE_VALID_1_2_1", "Element 'e': 'a' is not a valid value of the atomic type 'xs:ID'.", "id"),
        (
            "SCHEMAV_CVC_DATATYPE_VALID_1_2_1",
            "Element 'e': '1' is not a valid value of the atomic type 'xs:ID'.",
            "datatype",
        ),
        ("SCHEMAV_CVC_DATATYPE_VALID_1_2_1", "'a' is not a valid value of the atomic type 'xs:IDREF'.", "datatype"),
        ("SCHEMAV_CVC_COMPLEX_TYPE_2_1", "Element 'e': Character content is not allowed", "text"),
        ("SCHEMAV_CVC_COMPLEX_TYPE_2_1", "Element content is not allowed", "content"),
        ("SCHEMAV_SOMETHING_NEW", "", "something-new"),
    ],
)
def test_libxml2_is_understood(kind: str, message: str, rule: str) -> None:
    assert lxml_rule(kind, message) == rule


def test_libxml2s_rules_are_all_in_the_vocabulary() -> None:
    assert set(_LXML_RULES.values()) <= RULES


def test_facets_are_spelled_with_hyphens() -> None:
    assert facet_rule("mininclusive") == "min-inclusive"
    assert facet_rule("enumeration") == "enumeration"
    assert facet_rule("explicittimezone") == "explicit-timezone"


def test_a_violation_reads_as_a_sentence_with_its_place() -> None:
    assert str(Violation("text", "/a", 3, "no text here")) == "line 3: /a: no text here [text]"
    assert str(Violation("text", "", 0, "no text here")) == "no text here [text]"
