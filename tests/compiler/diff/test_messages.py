"""Each kind of change of a schema: the rule it breaks one way, the rule it breaks the other way, and the proof."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import small_project

import orchestra_spec
from orchestra_compiler.diff.changes import Finding
from orchestra_compiler.diff.messages import schema_findings
from orchestra_compiler.diff.rules import RULES
from orchestra_compiler.diff.words import Category, Severity
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import MessageSchema, load_schema

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"{}>{}</xs:schema>'
DEFAULT = orchestra_spec.ROOT / "messages" / "agent-message.xsd"


def schema_of(folder: Path, body: str, head: str = "", **protocol: str) -> MessageSchema:
    folder.mkdir(exist_ok=True)
    (folder / "m.xsd").write_text(body if body.startswith("<?xml") else HEAD.format(head, body), encoding="utf-8")
    return load_schema(Protocol(schema="m.xsd", **protocol), folder)


def findings(folder: Path, old: str, new: str, heads: tuple[str, str] = ("", "")) -> list[Finding]:
    notes: list[str] = []
    found = schema_findings(schema_of(folder / "a", old, heads[0]), schema_of(folder / "b", new, heads[1]), notes)
    assert notes == []
    return found


def element(inner: str, attributes: str = "") -> str:
    return f'<xs:element name="note"><xs:complexType><xs:sequence>{inner}</xs:sequence>{attributes}</xs:complexType></xs:element>'


def leaf(restriction: str, base: str = "string") -> str:
    inner = f'<xs:simpleType><xs:restriction base="xs:{base}">{restriction}</xs:restriction></xs:simpleType>'
    return element(f'<xs:element name="v">{inner}</xs:element>')


def typed(name: str, more: str = "") -> str:
    return element(f'<xs:element name="v" type="xs:{name}"{more}/>')


def words(*listed: str) -> str:
    return leaf("".join(f'<xs:enumeration value="{word}"/>' for word in listed))


A, B = '<xs:element name="a" type="xs:string"/>', '<xs:element name="b" type="xs:string"/>'
OPTIONAL_B = '<xs:element name="b" type="xs:string" minOccurs="0"/>'
SEVERAL_B = '<xs:element name="b" type="xs:string" minOccurs="1" maxOccurs="{}"/>'
CHOICE = f"<xs:choice>{A}{B}</xs:choice>"
FREE, DEMANDED = '<xs:attribute name="x" type="xs:string"/>', '<xs:attribute name="x" type="xs:string" use="required"/>'
MIXED = (
    '<xs:element name="note"><xs:complexType mixed="true"><xs:sequence>'
    + A
    + "</xs:sequence></xs:complexType></xs:element>"
)

PAIRS = {
    "an element is optional, or not there": (element(A + OPTIONAL_B), element(A), {"ELEMENT_NO_DELETE"}, {"ELEMENT_NO_ADD"}),
    "an element is demanded, or not there": (element(A + B), element(A), {"ELEMENT_NO_DELETE"}, {"ELEMENT_NO_REQUIRE"}),
    "an element is optional, or demanded": (element(A + OPTIONAL_B), element(A + B), {"ELEMENT_NO_REQUIRE"}, {"OCCURS_NO_WIDEN"}),
    "fewer of an element": (
        element(A + SEVERAL_B.format(5)), element(A + SEVERAL_B.format(2)), {"OCCURS_NO_NARROW"}, {"OCCURS_NO_WIDEN"}
    ),
    "no longer without end": (
        element(SEVERAL_B.format("unbounded")), element(SEVERAL_B.format(9)), {"OCCURS_NO_NARROW"}, {"OCCURS_NO_WIDEN"}
    ),
    "another order": (element(A + B), element(B + A), {"CONTENT_NO_NARROW"}, {"CONTENT_NO_NARROW"}),
    "a choice, or both in order": (element(CHOICE), element(A + B), {"ELEMENT_NO_REQUIRE"}, {"OCCURS_NO_WIDEN", "CONTENT_NO_NARROW"}),
    "words": (words("x", "y", "z"), words("x", "z"), {"ENUM_VALUE_NO_DELETE"}, {"ENUM_VALUE_NO_ADD"}),
    "a list of words, or free": (typed("string"), words("x", "z"), {"TYPE_NO_CHANGE"}, {"TYPE_NO_WIDEN"}),
    "a shorter text": (
        leaf('<xs:maxLength value="200"/>'), leaf('<xs:maxLength value="64"/>'), {"FACET_NO_NARROW"}, {"FACET_NO_WIDEN"}
    ),
    "a text of some length at least": (
        leaf('<xs:minLength value="1"/>'), leaf('<xs:minLength value="3"/>'), {"FACET_NO_NARROW"}, {"FACET_NO_WIDEN"}
    ),
    "a smaller range": (
        leaf('<xs:minInclusive value="1"/><xs:maxInclusive value="9"/>', "integer"),
        leaf('<xs:minInclusive value="1"/><xs:maxInclusive value="4"/>', "integer"),
        {"FACET_NO_NARROW"},
        {"FACET_NO_WIDEN"},
    ),
    "a pattern": (typed("string"), leaf('<xs:pattern value="[a-z]+"/>'), {"PATTERN_NO_CHANGE"}, {"PATTERN_NO_DELETE"}),
    "a number, or any text": (typed("string"), typed("integer"), {"TYPE_NO_CHANGE"}, {"TYPE_NO_WIDEN"}),
    "a narrower number": (typed("decimal"), typed("integer"), {"TYPE_NO_CHANGE"}, {"TYPE_NO_WIDEN"}),
    "a value, or elements": (
        typed("string"),
        element(f'<xs:element name="v"><xs:complexType><xs:sequence>{A}</xs:sequence></xs:complexType></xs:element>'),
        {"TYPE_NO_CHANGE"},
        {"TYPE_NO_CHANGE"},
    ),
    "a fixed value": (typed("string"), typed("string", ' fixed="k"'), {"FIXED_NO_CHANGE"}, {"FIXED_NO_DELETE"}),
    "nil": (typed("string", ' nillable="true"'), typed("integer"), {"NIL_NO_FORBID", "TYPE_NO_CHANGE"}, {"NIL_NO_ADMIT", "TYPE_NO_WIDEN"}),
    "an attribute": (element(A, FREE), element(A), {"ATTRIBUTE_NO_DELETE"}, {"ATTRIBUTE_NO_ADD"}),
    "a demanded attribute": (element(A, FREE), element(A, DEMANDED), {"ATTRIBUTE_NO_REQUIRE"}, {"ATTRIBUTE_NO_RELEASE"}),
    "a new attribute, demanded": (element(A), element(A, DEMANDED), {"ATTRIBUTE_NO_REQUIRE"}, {"ATTRIBUTE_NO_DELETE"}),
    "text between elements": (MIXED, element(A), {"TEXT_NO_FORBID"}, {"TEXT_NO_ADMIT"}),
}  # fmt: skip
"""What changes -> wider schema, narrower schema, rules broken on the way there, rules broken on the way back."""

BOTH_WAYS = {"an element is demanded, or not there", "a new attribute, demanded"}
"""Neither side accepts all that the other does: each rule stands for a breach and for what it lets in."""


@pytest.mark.parametrize("name", PAIRS)
def test_a_change_breaks_its_rule_and_a_document_proves_it(tmp_path: Path, name: str) -> None:
    wide, narrow, there, back = PAIRS[name]
    for old, new, wanted in ((wide, narrow, there), (narrow, wide, back)):
        found = findings(tmp_path, old, new)
        assert {each.rule for each in found} >= wanted, found
        extra = {each.rule for each in found} - wanted
        assert all(RULES[rule].severity is Severity.NOTICE for rule in extra), found
        if there is not back and name not in BOTH_WAYS:
            assert extra <= {"CONTENT_NO_WIDEN", "OCCURS_NO_WIDEN", "TYPE_NO_WIDEN", "DOCUMENT_NO_ADMIT"}, found
        for each in found:
            assert each.category is RULES[each.rule].category
            assert each.evidence is not None or RULES[each.rule].severity is Severity.NOTICE, each


@pytest.mark.parametrize("name", ["a choice, or both in order", "a pattern", "an attribute", "words"])
def test_the_same_schema_in_other_words_breaks_nothing(tmp_path: Path, name: str) -> None:
    wide = PAIRS[name][0]
    annotation = "<xs:annotation><xs:documentation>Notes.</xs:documentation></xs:annotation>"
    assert findings(tmp_path, wide, wide.replace('name="note">', f'name="note">{annotation}')) == []


def test_a_namespace(tmp_path: Path) -> None:
    heads = (
        ' targetNamespace="urn:one" elementFormDefault="qualified"',
        ' targetNamespace="urn:two" elementFormDefault="qualified"',
    )
    found = findings(tmp_path, element(A), element(A), heads)
    assert {each.rule for each in found} == {"NAMESPACE_NO_CHANGE"}
    assert found[0].where == "/note"
    assert "'urn:one'" in found[0].message
    assert "'urn:two'" in found[0].message


def test_what_no_declaration_tells_is_told_by_a_document(tmp_path: Path) -> None:
    """A key that is new: the content models are the same, and yet a document is refused."""
    plain = element('<xs:element name="a" type="xs:string" maxOccurs="9"/>')
    key = '<xs:unique name="once"><xs:selector xpath="a"/><xs:field xpath="."/></xs:unique></xs:element>'
    keyed = plain[: -len("</xs:element>")] + key
    found = findings(tmp_path, plain, keyed)
    assert [each.rule for each in found] == ["DOCUMENT_NO_REFUSE"]
    assert found[0].evidence is not None
    assert "<a> 9 times" in found[0].evidence.document
    assert [each.rule for each in findings(tmp_path, keyed, plain)] == ["DOCUMENT_NO_ADMIT"]


def test_a_type_used_in_many_places_is_named_once_and_explains_the_others(tmp_path: Path) -> None:
    old = (
        '<xs:simpleType name="W"><xs:restriction base="xs:token"><xs:enumeration value="x"/><xs:enumeration value="y"/>'
        "</xs:restriction></xs:simpleType>"
        + element('<xs:element name="v" type="W"/><xs:element name="w" type="W"/>', '<xs:attribute name="u" type="W"/>')
    )
    found = findings(tmp_path, old, old.replace('<xs:enumeration value="y"/>', ""))
    assert [(each.rule, each.where) for each in found] == [("ENUM_VALUE_NO_DELETE", "/note/v")]


def test_a_type_within_itself_comes_to_an_end(tmp_path: Path) -> None:
    old = (
        '<xs:complexType name="T"><xs:sequence><xs:element name="t" type="T" minOccurs="0"/>'
        '<xs:element name="n" type="xs:string"/></xs:sequence></xs:complexType><xs:element name="note" type="T"/>'
    )
    found = findings(tmp_path, old, old.replace("xs:string", "xs:integer"))
    assert [(each.rule, each.where) for each in found] == [("TYPE_NO_CHANGE", "/note/n")]


def test_a_wildcard_takes_in_what_it_may(tmp_path: Path) -> None:
    wild = element(A + '<xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/>')
    assert [each.rule for each in findings(tmp_path, element(A + OPTIONAL_B), wild)] == ["ELEMENT_NO_ADD"]
    assert [each.rule for each in findings(tmp_path, wild, element(A))] == ["ELEMENT_NO_DELETE"]


def group(least: int, most: int) -> str:
    choice = f'<xs:group name="g"><xs:choice>{A}{B}</xs:choice></xs:group>'
    return choice + element(f'<xs:group ref="g" minOccurs="{least}" maxOccurs="{most}"/>')


def bare(inner: str) -> str:
    return f'<xs:element name="note">{inner}</xs:element>'


SUBSTITUTES = (
    '<xs:element name="h" type="xs:string" abstract="true"/><xs:element name="p" type="xs:string" substitutionGroup="h"/>{}'
    + element('<xs:element ref="h"/>')
)
UNION = bare('<xs:simpleType><xs:union memberTypes="{}"/></xs:simpleType>')
LIST = bare('<xs:simpleType><xs:list itemType="xs:{}"/></xs:simpleType>')
SINCE = bare(
    '<xs:simpleType><xs:restriction base="xs:date"><xs:minInclusive value="{}"/></xs:restriction></xs:simpleType>'
)
UNTYPED = bare('<xs:complexType><xs:attribute name="x"/>{}</xs:complexType>')
ODD = {
    "lists": (LIST.format("string"), LIST.format("int"), {"TYPE_NO_CHANGE"}, {"TYPE_NO_WIDEN"}),
    "unions": (UNION.format("xs:int xs:boolean"), UNION.format("xs:int"), {"TYPE_NO_CHANGE"}, {"TYPE_NO_WIDEN"}),
    "dates": (SINCE.format("2000-01-01"), SINCE.format("2020-01-01"), {"FACET_NO_NARROW"}, {"FACET_NO_WIDEN"}),
    "groups": (group(0, 3), group(1, 2), {"OCCURS_NO_NARROW"}, {"OCCURS_NO_WIDEN"}),
    "substitutes": (
        SUBSTITUTES.format('<xs:element name="q" type="xs:string" substitutionGroup="h"/>'), SUBSTITUTES.format(""),
        {"ELEMENT_NO_DELETE", "ELEMENT_NO_REQUIRE"}, {"ELEMENT_NO_ADD", "OCCURS_NO_WIDEN"},
    ),
    "any attribute": (
        UNTYPED.format('<xs:anyAttribute processContents="skip"/>'), UNTYPED.format(""),
        {"ATTRIBUTE_NO_DELETE"}, {"ATTRIBUTE_NO_ADD"},
    ),
    "any type": (bare(""), bare("").replace("note", 'note" type="xs:string'), {"TYPE_NO_CHANGE"}, {"TYPE_NO_WIDEN"}),
    "large counts": (
        element(SEVERAL_B.format(900) + A).replace("<xs:sequence>", '<xs:sequence maxOccurs="900">'),
        element(SEVERAL_B.format(800) + A).replace("<xs:sequence>", '<xs:sequence maxOccurs="800">'),
        {"OCCURS_NO_NARROW"}, {"OCCURS_NO_WIDEN"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_corners_of_the_standard(tmp_path: Path, name: str) -> None:
    wide, narrow, there, back = ODD[name]
    assert {each.rule for each in findings(tmp_path, wide, narrow)} == there
    assert {each.rule for each in findings(tmp_path, narrow, wide)} == back


def test_an_assertion_of_xsd_11_is_seen_by_its_effect(tmp_path: Path) -> None:
    head = ' xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="1.1"'
    free = bare(f"<xs:complexType><xs:sequence>{A}{OPTIONAL_B}</xs:sequence>{{}}</xs:complexType>")
    found = findings(tmp_path, free.format(""), free.format('<xs:assert test="a = b"/>'), (head, head))
    assert [(each.rule, each.where) for each in found] == [("DOCUMENT_NO_REFUSE", "/note")]


EDITS = [
    ('      <xs:enumeration value="low"/>\n', "", "ENUM_VALUE_NO_DELETE", "/agent-message/priority"),
    ('"parent-task" type="m:TaskId" minOccurs="0"', '"parent-task" type="m:TaskId"', "ELEMENT_NO_REQUIRE",
     "/agent-message/context/parent-task"),
    ('<xs:element name="file" type="m:File" maxOccurs="unbounded"/>', '<xs:element name="file" type="m:File"/>',
     "OCCURS_NO_NARROW", "/agent-message/payload/task/artifacts/file"),
    ('name="path" type="m:Text" use="required"', 'name="path" type="xs:integer" use="required"', "TYPE_NO_CHANGE",
     "/agent-message/payload/task/artifacts/file/@path"),
]  # fmt: skip


def test_several_edits_have_a_proof_each(tmp_path: Path) -> None:
    """Two edits at elements of one type, one of presence and one of length: neither takes the other's proof."""
    text = changed = DEFAULT.read_text(encoding="utf-8")
    for was, now in (
        ('<xs:maxLength value="200"/>', '<xs:maxLength value="64"/>'),
        ('"parent-task" type="m:TaskId" minOccurs="0"', '"parent-task" type="m:TaskId"'),
        ('      <xs:enumeration value="low"/>\n', ""),
        ('      <xs:enumeration value="critical"/>\n', ""),
    ):
        changed = changed.replace(was, now, 1)
    protocol = {"root": "agent-message", "discriminator": "type"}
    found = schema_findings(
        schema_of(tmp_path / "a", text, **protocol), schema_of(tmp_path / "b", changed, **protocol), []
    )
    proofs = {(each.rule, each.message): each.evidence for each in found}
    documents = {
        rule: evidence.document.partition(", ")[2] for rule, evidence in proofs.items() if evidence is not None
    }
    assert documents == {
        ("ELEMENT_NO_REQUIRE", "the element parent-task must be there now"): "<context> with task-id, timestamp",
        ("ENUM_VALUE_NO_DELETE", "'critical' is not allowed any longer"): "<priority> 'critical'",
        ("ENUM_VALUE_NO_DELETE", "'low' is not allowed any longer"): "<priority> 'low'",
        ("FACET_NO_NARROW", "maxLength was 200, and is 64 now"): "<task-id> of 200 characters",
    }


@pytest.mark.parametrize(("was", "now", "rule", "where"), EDITS)
def test_edits_of_the_shipped_schema(tmp_path: Path, was: str, now: str, rule: str, where: str) -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    assert was in text
    protocol = {"root": "agent-message", "discriminator": "type"}
    old = schema_of(tmp_path / "a", text, **protocol)
    new = schema_of(tmp_path / "b", text.replace(was, now), **protocol)
    found = schema_findings(old, new, [])
    breaking = [each for each in found if each.severity is Severity.BREAKING]
    assert [(each.rule, each.where) for each in breaking] == [(rule, where)], found
    assert breaking[0].evidence is not None
    kind, _, varied = breaking[0].evidence.document.partition(", ")
    assert kind in old.types
    assert varied


@pytest.mark.parametrize("speaks", [True])
def test_types_and_who_still_sends_them(compared, speaks: bool) -> None:
    kept = small_project.FILES["notes.xsd"]
    more = kept.replace("</xs:schema>", '<xs:element name="ping" type="xs:string"/></xs:schema>')
    gone = compared({"notes.xsd": kept}, {"notes.xsd": more}, speaks=speaks)
    assert [(each.rule, each.where) for each in gone.findings] == [("MESSAGE_TYPE_NO_DELETE", "ping")]
    came = compared({"notes.xsd": more}, {"notes.xsd": kept}, speaks=speaks)
    assert [(each.rule, each.where) for each in came.findings] == [("MESSAGE_TYPE_NO_ADD", "ping")]
    deaf = small_project.FILES["agents/writer.yaml"].replace("accepts: [order]\n", "")
    stopped = compared({"agents/writer.yaml": deaf}, speaks=speaks)
    assert ("ACCEPT_NO_DELETE", "writer") in [(each.rule, each.where) for each in stopped.findings]
    silent = small_project.FILES["agents/writer.yaml"].replace("sends: [answer]\n", "")
    unheard = compared({"agents/writer.yaml": silent}, speaks=speaks)
    assert [(each.rule, each.where) for each in unheard.findings] == [("ACCEPT_NO_ORPHAN", "answer")]


def test_from_the_shipped_schema_to_one_of_its_own(compared) -> None:
    """Nothing is left of the old types, and nothing is compared that has no counterpart."""
    quiet = {
        name: "".join(
            line
            for line in small_project.FILES[name].splitlines(keepends=True)
            if "[order]" not in line and "[answer]" not in line
        )
        for name in ("agents/lead.yaml", "agents/writer.yaml")
    }
    shipped = {"orchestra.yaml": small_project.FILES["orchestra.yaml"].replace("messages: notes.xsd\n", "")}
    changes = compared(quiet, {**quiet, **shipped}, speaks=True)
    found = Counter(each.rule for each in changes.findings)
    assert found == {"MESSAGE_TYPE_NO_DELETE": 5, "MESSAGE_TYPE_NO_ADD": 2}


def test_other_words_for_the_same_schema_are_safe(compared) -> None:
    schema = small_project.FILES["notes.xsd"]
    reworded = compared({"notes.xsd": schema.replace("<xs:schema ", "<!-- Notes. -->\n<xs:schema ")}, speaks=True)
    assert [(each.rule, each.severity) for each in reworded.findings] == [("SCHEMA_REWORDED", Severity.SAFE)]


def test_every_rule_of_the_schema_is_tried() -> None:
    tried = {rule for _, _, there, back in PAIRS.values() for rule in (*there, *back)}
    tried |= {rule for _, _, rule, _ in EDITS}
    elsewhere = {
        "NAMESPACE_NO_CHANGE",
        "DOCUMENT_NO_REFUSE",
        "MESSAGE_TYPE_NO_DELETE",
        "MESSAGE_TYPE_NO_ADD",
        "SCHEMA_REWORDED",
    }
    unforced = {"CONTENT_NO_WIDEN", "DEFAULT_NO_CHANGE", "DOCUMENT_NO_ADMIT"}
    messages = {rule.name for rule in RULES.values() if rule.category is not Category.FLEET}
    assert messages - tried - elsewhere == unforced
    assert Counter(rule.severity for rule in RULES.values())[Severity.SAFE] == 1


def test_a_default_and_a_new_order_are_notices(tmp_path: Path) -> None:
    changed = findings(tmp_path, typed("string", ' default="k"'), typed("string", ' default="l"'))
    assert [each.rule for each in changed] == ["DEFAULT_NO_CHANGE"]
    shuffled = element(A + B).replace("xs:sequence", "xs:all")
    assert [each.rule for each in findings(tmp_path, element(A + B), shuffled)] == ["CONTENT_NO_WIDEN"]
