from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.mutants import MOST_MUTANTS, Mutant, Quarantined, mutants
from orchestra_compiler.protocol.schema import MessageSchema, load_schema
from orchestra_compiler.xsd.violation import Violation

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
    schema = load(_element(_restricted("string", ("pattern", r"\p{IsGreek}{3}"))))
    made = schema.instance("m")
    assert made.document is None
    assert "no value for &lt;m&gt;" in made.reason or "no value for <m>" in made.reason


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
    assert "nest deeper than 200" in schema.instance("m").reason


def test_a_group_that_must_occur_often_is_given_up(load) -> None:
    schema = load(
        '<xs:element name="m"><xs:complexType><xs:sequence><xs:element name="n" minOccurs="100000" maxOccurs="unbounded"/>'
        "</xs:sequence></xs:complexType></xs:element>"
    )
    assert "100000 times" in schema.instance("m").reason


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
    assert "<c/>" in full


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


class TestMutants:
    @pytest.mark.parametrize("kind", OURS.types)
    def test_every_mutant_of_ours_is_confirmed_and_named_once(self, kind: str) -> None:
        grown = OURS.instance(kind, full=True).grown
        assert grown is not None
        found = mutants(OURS, grown)
        assert found.quarantined == ()
        assert len(found.mutants) > 60
        assert len({mutant.name for mutant in found.mutants}) == len(found.mutants)
        assert {mutant.rule for mutant in found.mutants} >= {
            "content", "text", "enumeration", "pattern", "datatype", "identity", "min-length", "max-length",
            "missing-attribute", "unknown-attribute",
        }  # fmt: skip
        for mutant in found.mutants[::9]:
            assert mutant.rule in {each.rule for each in OURS.validate(mutant.document)}

    def test_names_say_what_is_broken(self) -> None:
        grown = OURS.instance("task-completion", full=True).grown
        assert grown is not None
        found = {mutant.name: mutant for mutant in mutants(OURS, grown).mutants}
        assert found["missing-sender"].component == "/agent-message/sender"
        assert found["missing-sender"].rule == "content"
        assert "<sender>" not in found["missing-sender"].document
        assert found["unknown-word-priority"].rule == "enumeration"
        assert found["wrong-form-success"].rule == "datatype"
        assert found["above-maximum-level"].rule == "max-inclusive"
        assert found["mislabelled-status-type"].rule == "identity"
        assert found["missing-attribute-path"].component.endswith("/file/@path")
        assert found["swapped-sender"].document.index("<recipient>") < found["swapped-sender"].document.index(
            "<sender>"
        )

    def test_a_wrong_label_is_quarantined(self, load, monkeypatch: pytest.MonkeyPatch) -> None:
        schema: MessageSchema = load('<xs:element name="m" type="xs:int"/>')
        grown = schema.instance("m").grown
        assert grown is not None
        monkeypatch.setattr("orchestra_compiler.xsd.values._WRONG_FORM", ("2",))
        monkeypatch.setattr("orchestra_compiler.xsd.values._accepts", lambda _kind, value: value != "2")
        found = mutants(schema, grown)
        assert [doubt.mutant.rule for doubt in found.quarantined] == ["datatype"]
        assert "xmlschema: valid" in found.quarantined[0].reason
        assert "was not confirmed" in found.quarantined[0].reason

    def test_engines_that_disagree_are_told_apart_from_a_wrong_label(self) -> None:
        mutant = Mutant("missing-a", "missing", "/m/a", "content", "<m/>")
        violation = Violation(rule="content", path="/m", line=1, message="a is missing")
        doubt = Quarantined(mutant, {"lxml": (), "xmlschema": (violation,)})
        assert doubt.reason == "that it breaks 'content' is not what all engines say (lxml: valid, xmlschema: content)"

    def test_what_a_repeatable_choice_allows_is_not_called_wrong(self, load) -> None:
        schema = load(
            '<xs:element name="m"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="a"/>'
            '<xs:element name="b"/></xs:choice></xs:complexType></xs:element>'
        )
        grown = schema.instance("m", full=True).grown
        assert grown is not None
        found = mutants(schema, grown)
        assert {mutant.scenario for mutant in found.mutants} == {"unknown-attribute", "unknown-element", "stray-text"}
        assert found.quarantined == ()

    def test_elements_with_numbers_in_their_names_do_not_clash(self, load) -> None:
        kind = '<xs:complexType name="G"><xs:sequence><xs:element name="a"/><xs:element name="a-2"/></xs:sequence></xs:complexType>'
        inside = "".join(f'<xs:element name="{name}" type="G"/>' for name in ("g1", "g2", "g1", "g1"))
        root = f'<xs:element name="m"><xs:complexType><xs:sequence>{inside}</xs:sequence></xs:complexType></xs:element>'
        schema = load(kind + root)
        grown = schema.instance("m").grown
        assert grown is not None
        names = [mutant.name for mutant in mutants(schema, grown).mutants]
        assert len(set(names)) == len(names)
        assert {"missing-a", "missing-a-2", "missing-g1-a", "missing-g2-a", "missing-g1-a-2"} <= set(names)

    @pytest.mark.parametrize(("elements", "most"), [(100, MOST_MUTANTS), (1_000, 60)])
    def test_no_more_trees_are_copied_than_documents_are_tried(self, load, monkeypatch, elements, most) -> None:
        inside = "".join(f'<xs:element name="e{number}" type="xs:int"/>' for number in range(elements))
        schema: MessageSchema = load(
            f'<xs:element name="m"><xs:complexType><xs:sequence>{inside}</xs:sequence></xs:complexType></xs:element>'
        )
        grown = schema.instance("m").grown
        assert grown is not None
        copied = []

        def counted(tree: Element) -> Element:
            copied.append(tree.tag)
            return deepcopy(tree)

        monkeypatch.setattr("orchestra_compiler.protocol.mutants.copy.deepcopy", counted)
        monkeypatch.setattr(MessageSchema, "verdicts", lambda *_: {})
        found = mutants(schema, grown)
        assert not found.complete
        assert most - 1 <= len(found.mutants) <= most
        whole = [tag for tag in copied if tag == grown.root.tag]
        assert len(whole) <= most + 1
