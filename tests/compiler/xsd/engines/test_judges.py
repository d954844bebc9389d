"""Tiny documents with one fault each: both engines name it, once and by the same word.

Where an engine says something else, or is blind, the table says so openly.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestra_compiler.xsd.engines.components import load_components
from orchestra_compiler.xsd.engines.judges import Judge, present_judges
from orchestra_compiler.xsd.engines.violation import clause_of
from orchestra_compiler.xsd.files.sources import gather

BLIND_LXML = frozenset({"id", "idref", "assertion", "explicit-timezone"})
"""Rules whose breach lxml may not see."""
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


class Case(NamedTuple):
    """A schema's body, a document with one fault, its rule; what lxml or xmlschema say instead where they differ."""

    body: str
    document: str
    rule: str
    lxml: tuple[str, ...] | None = None
    xmlschema: tuple[str, ...] | None = None
    valid: str = ""


def simple(base: str, *facets: str) -> str:
    """Return an element `r` of a restricted type; facets are written `name=value`."""
    inner = "".join(f'<xs:{name} value="{value}"/>' for name, _, value in (each.partition("=") for each in facets))
    return (
        f'<xs:element name="r"><xs:simpleType><xs:restriction base="{base}">{inner}</xs:restriction>'
        "</xs:simpleType></xs:element>"
    )


def typed(inner: str, more: str = "") -> str:
    """Return an element `r` of a complex type."""
    return f'<xs:element name="r"><xs:complexType>{inner}</xs:complexType>{more}</xs:element>'


SEQUENCE = typed(
    '<xs:sequence><xs:element name="a"/><xs:element name="b" minOccurs="0" maxOccurs="2"/><xs:element name="c"/>'
    "</xs:sequence>"
)
CHOICE = typed('<xs:choice><xs:element name="a"/><xs:element name="b"/></xs:choice>')
ALL = typed('<xs:all><xs:element name="a"/><xs:element name="b" minOccurs="0"/></xs:all>')
LIST = (
    '<xs:simpleType name="numbers"><xs:list itemType="xs:int"/></xs:simpleType>'
    '<xs:element name="r"><xs:simpleType><xs:restriction base="numbers">{}</xs:restriction></xs:simpleType></xs:element>'
)
UNION = '<xs:element name="r"><xs:simpleType><xs:union memberTypes="xs:int xs:date"/></xs:simpleType></xs:element>'
WORDS = '<xs:simpleType name="word"><xs:restriction base="xs:string"><xs:enumeration value="a"/></xs:restriction></xs:simpleType>'
UNION_OF_WORDS = WORDS + (
    '<xs:element name="r"><xs:simpleType><xs:union memberTypes="xs:int word"/></xs:simpleType></xs:element>'
)
ATTRIBUTES = WORDS + typed(
    '<xs:attribute name="need" use="required"/><xs:attribute name="word" type="word"/>'
    '<xs:attribute name="number" type="xs:int"/><xs:attribute name="always" fixed="1" type="xs:int"/>'
    '<xs:attribute name="never" use="prohibited"/>'
)
NILLABLE = '<xs:element name="r" type="xs:int" nillable="true"/>'
TYPES = (
    '<xs:complexType name="base"><xs:sequence><xs:element name="a" minOccurs="0"/></xs:sequence></xs:complexType>'
    '<xs:complexType name="more"><xs:complexContent><xs:extension base="base"><xs:sequence>'
    '<xs:element name="b" minOccurs="0"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>'
    '<xs:complexType name="other"><xs:sequence><xs:element name="a" minOccurs="0"/></xs:sequence></xs:complexType>'
    '<xs:complexType name="ghost" abstract="true"><xs:complexContent><xs:extension base="base"/></xs:complexContent>'
    '</xs:complexType><xs:element name="r" type="base"/><xs:element name="s" type="ghost"/>'
)
ABSTRACT = (
    '<xs:element name="head" abstract="true" type="xs:string"/><xs:element name="real" substitutionGroup="head"'
    ' type="xs:string"/>' + typed('<xs:sequence><xs:element ref="head"/></xs:sequence>')
)
ITEMS = (
    '<xs:sequence><xs:element name="i" maxOccurs="9"><xs:complexType><xs:attribute name="k" type="xs:int"/></xs:complexType>'
    '</xs:element><xs:element name="j" minOccurs="0"><xs:complexType><xs:attribute name="k" type="xs:int"/>'
    "</xs:complexType></xs:element></xs:sequence>"
)
UNIQUE = typed(ITEMS, '<xs:unique name="u"><xs:selector xpath="i"/><xs:field xpath="@k"/></xs:unique>')
KEY = '<xs:key name="k"><xs:selector xpath="i"/><xs:field xpath="@k"/></xs:key>'
KEYS = typed(ITEMS, f'{KEY}<xs:keyref name="f" refer="k"><xs:selector xpath="j"/><xs:field xpath="@k"/></xs:keyref>')
IDS = typed(
    '<xs:sequence><xs:element name="i" maxOccurs="9"><xs:complexType><xs:attribute name="id" type="xs:ID"/>'
    '<xs:attribute name="ref" type="xs:IDREF"/><xs:attribute name="refs" type="xs:IDREFS"/></xs:complexType>'
    "</xs:element></xs:sequence>"
)
ID_ELEMENTS = typed('<xs:sequence><xs:element name="i" type="xs:ID" maxOccurs="9"/></xs:sequence>')
STRICT = typed('<xs:sequence><xs:any namespace="##other" processContents="strict"/></xs:sequence>')
STRICT_ATTRIBUTES = typed('<xs:anyAttribute namespace="##other" processContents="strict"/>')
ASSERTED = typed(
    '<xs:attribute name="low" type="xs:int"/><xs:attribute name="high" type="xs:int"/><xs:assert test="@low le @high"/>'
)
ASSERTED_VALUE = simple("xs:int").replace(
    '<xs:restriction base="xs:int">', '<xs:restriction base="xs:int"><xs:assertion test="$value mod 2 = 0"/>'
)
MIXED_FIXED = '<xs:element name="r" fixed="x"><xs:complexType mixed="true"><xs:sequence><xs:element name="a" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>'
NUMBER_WITH_UNIT = (
    '<xs:element name="r"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="unit"/>'
    "</xs:extension></xs:simpleContent></xs:complexType></xs:element>"
)
TZ = '<xs:element name="r"><xs:simpleType><xs:restriction base="xs:date"><xs:explicitTimezone value="required"/></xs:restriction></xs:simpleType></xs:element>'

CASES = {
    "enumeration-string": Case(simple("xs:string", "enumeration=a", "enumeration=b"), "<r>c</r>", "enumeration", valid="<r>a</r>"),
    "enumeration-int": Case(simple("xs:int", "enumeration=1"), "<r>2</r>", "enumeration", valid="<r>01</r>"),
    "enumeration-qname": Case(simple("xs:QName", "enumeration=xs:a"), "<r>b</r>", "enumeration"),
    "pattern-string": Case(simple("xs:string", "pattern=[a-z]+"), "<r>A</r>", "pattern", valid="<r>a</r>"),
    "pattern-int": Case(simple("xs:int", "pattern=\\d\\d"), "<r>1</r>", "pattern", valid="<r>12</r>"),
    "pattern-date": Case(simple("xs:date", "pattern=20.*"), "<r>1999-01-01</r>", "pattern"),
    "pattern-and-form": Case(simple("xs:date", "pattern=20.*"), "<r>x</r>", "datatype"),
    "length-string": Case(simple("xs:string", "length=2"), "<r>abc</r>", "length", valid="<r>ab</r>"),
    "length-binary": Case(simple("xs:hexBinary", "length=2"), "<r>00</r>", "length", valid="<r>0000</r>"),
    "min-length": Case(simple("xs:string", "minLength=2"), "<r>a</r>", "min-length"),
    "max-length": Case(simple("xs:token", "maxLength=2"), "<r>abc</r>", "max-length"),
    "max-length-base64": Case(simple("xs:base64Binary", "maxLength=2"), "<r>AAAA</r>", "max-length"),
    "min-inclusive": Case(simple("xs:int", "minInclusive=2"), "<r>1</r>", "min-inclusive", valid="<r>2</r>"),
    "max-inclusive": Case(simple("xs:decimal", "maxInclusive=2"), "<r>2.1</r>", "max-inclusive"),
    "min-exclusive": Case(simple("xs:double", "minExclusive=2"), "<r>2</r>", "min-exclusive"),
    "max-exclusive": Case(simple("xs:float", "maxExclusive=2"), "<r>2.0</r>", "max-exclusive"),
    "min-inclusive-date": Case(simple("xs:date", "minInclusive=2020-01-01"), "<r>2019-12-31</r>", "min-inclusive"),
    "max-inclusive-time": Case(simple("xs:time", "maxInclusive=12:00:00"), "<r>12:00:01</r>", "max-inclusive"),
    "max-exclusive-duration": Case(simple("xs:duration", "maxExclusive=P1D"), "<r>P2D</r>", "max-exclusive"),
    "min-inclusive-date-time": Case(
        simple("xs:dateTime", "minInclusive=2020-01-01T00:00:00Z"), "<r>2019-01-01T00:00:00Z</r>", "min-inclusive"
    ),
    "total-digits": Case(simple("xs:decimal", "totalDigits=3"), "<r>12.34</r>", "total-digits"),
    "fraction-digits": Case(simple("xs:decimal", "fractionDigits=1"), "<r>1.23</r>", "fraction-digits"),
    "explicit-timezone": Case(TZ, "<r>2020-01-01</r>", "explicit-timezone", valid="<r>2020-01-01Z</r>"),
    "datatype-int": Case(simple("xs:int"), "<r>x</r>", "datatype"),
    "datatype-boolean": Case(simple("xs:boolean"), "<r>yes</r>", "datatype"),
    "datatype-date": Case(simple("xs:date"), "<r>2020-13-01</r>", "datatype"),
    "datatype-built-in-bound": Case(simple("xs:byte"), "<r>200</r>", "datatype"),
    "datatype-built-in-sign": Case(simple("xs:positiveInteger"), "<r>0</r>", "datatype"),
    "datatype-built-in-pattern": Case(simple("xs:language"), "<r>e n</r>", "datatype"),
    "datatype-name": Case(simple("xs:NCName"), "<r>a:b</r>", "datatype"),
    "datatype-empty": Case(simple("xs:int"), "<r/>", "datatype"),
    "list-item": Case(LIST.format(""), "<r>1 x</r>", "datatype", valid="<r>1 2</r>"),
    "list-length": Case(LIST.format('<xs:length value="2"/>'), "<r>1 2 3</r>", "length"),
    "list-min-length": Case(LIST.format('<xs:minLength value="2"/>'), "<r>1</r>", "min-length"),
    "list-enumeration": Case(LIST.format('<xs:enumeration value="1 2"/>'), "<r>2 1</r>", "enumeration"),
    "union": Case(UNION, "<r>x</r>", "datatype", valid="<r>2020-01-01</r>"),
    "union-with-words": Case(UNION_OF_WORDS, "<r>b</r>", "datatype", valid="<r>a</r>"),
    "fixed-element": Case('<xs:element name="r" type="xs:int" fixed="1"/>', "<r>2</r>", "fixed", valid="<r>1</r>"),
    "fixed-string": Case('<xs:element name="r" type="xs:string" fixed="a"/>', "<r>b</r>", "fixed", valid="<r/>"),
    "fixed-mixed": Case(MIXED_FIXED, "<r>y</r>", "fixed", valid="<r>x</r>"),
    "fixed-attribute": Case(ATTRIBUTES, '<r need="" always="2"/>', "fixed", valid='<r need="" always="01"/>'),
    "missing-attribute": Case(ATTRIBUTES, "<r/>", "missing-attribute"),
    "unknown-attribute": Case(ATTRIBUTES, '<r need="" odd=""/>', "unknown-attribute"),
    "unknown-attribute-on-simple": Case(simple("xs:int"), '<r odd="">1</r>', "unknown-attribute"),
    "prohibited-attribute": Case(ATTRIBUTES, '<r need="" never=""/>', "unknown-attribute"),
    "attribute-enumeration": Case(ATTRIBUTES, '<r need="" word="b"/>', "enumeration"),
    "attribute-datatype": Case(ATTRIBUTES, '<r need="" number="x"/>', "datatype"),
    "wildcard-attribute": Case(STRICT_ATTRIBUTES, '<r xmlns:o="urn:o" o:a=""/>', "unknown-attribute"),
    "missing-child": Case(SEQUENCE, "<r><a/></r>", "content", valid="<r><a/><c/></r>"),
    "missing-first-child": Case(SEQUENCE, "<r><c/></r>", "content"),
    "missing-all-children": Case(SEQUENCE, "<r/>", "content"),
    "too-many-children": Case(SEQUENCE, "<r><a/><b/><b/><b/><c/></r>", "content"),
    "wrong-order": Case(SEQUENCE, "<r><c/><a/></r>", "content"),
    "unknown-child": Case(SEQUENCE, "<r><a/><c/><d/></r>", "content"),
    "wrong-namespace-child": Case(SEQUENCE, '<r><a xmlns="urn:o"/><c/></r>', "content"),
    "choice-of-two": Case(CHOICE, "<r><a/><b/></r>", "content", valid="<r><b/></r>"),
    "choice-of-none": Case(CHOICE, "<r/>", "content"),
    "all-missing": Case(ALL, "<r><b/></r>", "content", valid="<r><b/><a/></r>"),
    "all-twice": Case(ALL, "<r><a/><a/></r>", "content"),
    "child-in-simple": Case(simple("xs:string"), "<r><a/></r>", "content"),
    "child-in-simple-content": Case(NUMBER_WITH_UNIT, "<r>1<a/></r>", "content"),
    "child-in-empty": Case(typed(""), "<r><a/></r>", "content"),
    "text-in-element-only": Case(SEQUENCE, "<r>x<a/><c/></r>", "text"),
    "text-between": Case(SEQUENCE, "<r><a/>x<c/></r>", "text"),
    "text-in-empty": Case(typed(""), "<r>x</r>", "text"),
    "simple-content": Case(NUMBER_WITH_UNIT, "<r>x</r>", "datatype", valid='<r unit="m">1</r>'),
    "wildcard-element-unknown": Case(STRICT, '<r><a xmlns="urn:o"/></r>', "content"),
    "wildcard-element-own": Case(STRICT, "<r><a/></r>", "content"),
    "root-unknown": Case(simple("xs:int"), "<q/>", "root"),
    "root-namespace": Case(simple("xs:int"), '<r xmlns="urn:o">1</r>', "root"),
    "nil-not-nillable": Case(simple("xs:int"), f'<r {XSI} xsi:nil="true"/>', "nil"),
    "nil-with-content": Case(NILLABLE, f'<r {XSI} xsi:nil="true">1</r>', "nil", valid=f'<r {XSI} xsi:nil="true"/>'),
    "nil-of-a-fixed-value": Case(
        '<xs:element name="r" type="xs:int" nillable="true" fixed="1"/>', f'<r {XSI} xsi:nil="true"/>', "nil"
    ),
    "nil-with-a-child": Case(
        typed('<xs:sequence><xs:element name="a" minOccurs="0"/></xs:sequence>').replace('"r"', '"r" nillable="true"', 1),
        f'<r {XSI} xsi:nil="1"><a/></r>', "nil",
    ),
    "type-blocked": Case(
        TYPES.replace('name="r"', 'name="r" block="extension"'), f'<r {XSI} xsi:type="more"/>', "type"
    ),
    "type-unknown": Case(TYPES, f'<r {XSI} xsi:type="gone"/>', "type", valid=f'<r {XSI} xsi:type="more"><b/></r>'),
    "type-not-derived": Case(TYPES, f'<r {XSI} xsi:type="other"/>', "type"),
    "type-of-no-prefix": Case(TYPES, f'<r {XSI} xsi:type="no:base"/>', "type"),
    "type-abstract": Case(TYPES, f'<r {XSI} xsi:type="ghost"/>', "abstract"),
    "type-abstract-declared": Case(TYPES, "<s/>", "abstract", valid=f'<r {XSI} xsi:type="base"/>'),
    "element-abstract": Case(ABSTRACT, "<r><head/></r>", "abstract", valid="<r><real/></r>"),
    "element-abstract-root": Case(ABSTRACT, "<head/>", "abstract"),
    "unique": Case(UNIQUE, '<r><i k="1"/><i k="01"/></r>', "unique", valid='<r><i k="1"/><i/><i/></r>'),
    "key-twice": Case(KEYS, '<r><i k="1"/><i k="1"/></r>', "key", valid='<r><i k="1"/><j k="1"/></r>'),
    "key-missing": Case(KEYS, "<r><i/></r>", "key"),
    "keyref": Case(KEYS, '<r><i k="1"/><j k="2"/></r>', "keyref"),
    "id-twice": Case(IDS, '<r><i id="a"/><i id="a"/></r>', "id", valid='<r><i id="a" ref="a"/><i refs="a a"/></r>'),
    "id-twice-in-elements": Case(ID_ELEMENTS, "<r><i>a</i><i>a</i></r>", "id", lxml=()),
    "id-of-no-name": Case(IDS, '<r><i id="1"/></r>', "datatype"),
    "idref-of-no-name": Case(IDS, '<r><i ref="1"/></r>', "datatype"),
    "idref": Case(IDS, '<r><i id="a" ref="b"/></r>', "idref", lxml=()),
    "idrefs": Case(IDS, '<r><i id="a" refs="a b"/></r>', "idref", lxml=()),
    "assertion": Case(ASSERTED, '<r low="2" high="1"/>', "assertion", valid='<r low="1" high="2"/>'),
    "assertion-of-value": Case(ASSERTED_VALUE, "<r>1</r>", "assertion", valid="<r>2</r>"),
}  # fmt: skip


LOADED: dict[str, tuple[Judge, ...]] = {}


def judges_of(folder: Path, body: str) -> tuple[Judge, ...]:
    """Return the judges of a schema with this body, loaded once."""
    if body in LOADED:
        return LOADED[body]
    path = folder / "s.xsd"
    path.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{body}</xs:schema>', encoding="utf-8")
    sources = gather(path, folder)
    LOADED[body] = tuple(present_judges(sources, load_components(sources, folder)))
    return LOADED[body]


@pytest.mark.parametrize("name", CASES)
def test_one_fault_is_one_violation_of_the_same_rule(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    judges = judges_of(tmp_path, case.body)
    for judge in judges:
        other = {"lxml": case.lxml, "xmlschema": case.xmlschema}[judge.name]
        found = judge.violations(case.document.encode())
        assert tuple(each.rule for each in found) == ((case.rule,) if other is None else other), (judge.name, found)
        assert judge.accepts(case.document.encode()) == (not found)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.valid])
def test_what_is_right_beside_the_fault_is_accepted(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    for judge in judges_of(tmp_path, case.body):
        assert judge.violations(case.valid.encode()) == (), judge.name
        assert judge.accepts(case.valid.encode()), judge.name


def test_every_rule_of_a_fault_has_a_clause_and_only_lxml_is_blind_to_some() -> None:
    for name, case in CASES.items():
        assert clause_of(case.rule).startswith("cvc-"), name
        assert case.lxml is None or case.rule in BLIND_LXML
        assert case.xmlschema is None, name


def test_libxml2_compares_fixed_values_of_elements_as_they_are_written(tmp_path: Path) -> None:
    """The standard compares values: `01` is the integer 1. A generator must write the fixed value itself."""
    found = {
        judge.name: judge.accepts(b"<r>01</r>")
        for judge in judges_of(tmp_path, '<xs:element name="r" type="xs:int" fixed="1"/>')
    }
    assert found["xmlschema"]
    assert not found.get("lxml")


def test_an_error_inside_is_not_told_again_of_what_holds_it(tmp_path: Path) -> None:
    body = typed(
        '<xs:sequence><xs:element name="a"><xs:complexType><xs:sequence><xs:element name="b" type="xs:int"/></xs:sequence>'
        "</xs:complexType></xs:element></xs:sequence>"
    )
    for judge in judges_of(tmp_path, body):
        (found,) = judge.violations(b"<r>\n<a>\n<b>x</b></a></r>")
        assert (found.rule, found.path, found.line) == ("datatype", "/r/a/b", 3), judge.name


def test_a_value_that_is_none_is_not_also_told_as_a_key(tmp_path: Path) -> None:
    for judge in judges_of(tmp_path, KEYS):
        assert [each.rule for each in judge.violations(b'<r><i k="x"/></r>')] == ["datatype"], judge.name


def test_two_faults_are_two_violations(tmp_path: Path) -> None:
    for judge in judges_of(tmp_path, ATTRIBUTES):
        found = judge.violations(b'<r word="b" number="x" odd=""/>')
        expected = ["datatype", "enumeration", "missing-attribute", "unknown-attribute"]
        assert sorted(each.rule for each in found) == expected, judge.name


def test_namesakes_are_numbered_and_lines_are_told(tmp_path: Path) -> None:
    body = typed('<xs:sequence><xs:element name="a" type="xs:int" maxOccurs="9"/></xs:sequence>')
    for judge in judges_of(tmp_path, body):
        (found,) = judge.violations(b"<r>\n<a>1</a>\n<a>x</a></r>")
        assert (found.path, found.line) == ("/r/a[2]", 3), judge.name


def test_a_schema_is_no_message(tmp_path: Path) -> None:
    raw = b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>'
    for judge in judges_of(tmp_path, SEQUENCE):
        assert [each.rule for each in judge.violations(raw)] == ["root"], judge.name
        assert not judge.accepts(raw)


def test_lxml_agrees_after_many_documents_in_threads(tmp_path: Path) -> None:
    pytest.importorskip("lxml")
    judge = judges_of(tmp_path, IDS)[-1]
    documents = [b'<r><i id="a"/></r>', b'<r><i id="a"/><i id="a"/></r>', b'<r><i odd=""/></r>'] * 30
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(judge.violations, documents))
    assert [[each.rule for each in one] for one in found] == [[], ["id"], ["unknown-attribute"]] * 30


def test_where_lxml_judges_alone_nothing_else_is_imported(tmp_path: Path) -> None:
    pytest.importorskip("lxml")
    (tmp_path / "s.xsd").write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{SEQUENCE}</xs:schema>', encoding="utf-8"
    )
    code = (
        "import sys; from pathlib import Path; from orchestra_compiler.xsd.engines import judges\nfrom orchestra_compiler.xsd.files import sources\n"
        f"judge = judges.fast_judge(sources.gather(Path({str(tmp_path / 's.xsd')!r}), None))\n"
        "assert judge.accepts(b'<r><a/><c/></r>') and judge.violations(b'<r/>')\n"
        "names = ('model', 'files.places', *('engines.' + each for each in ('components', 'xmlschema_judge', 'xmlschema_rules', 'guarded')))\n"
        "heavy = {'xmlschema', 'elementpath', 'urllib.request', 'http.client', 'ssl', 'xml.sax'}\n"
        "found = (heavy | {f'orchestra_compiler.xsd.{each}' for each in names}) & set(sys.modules)\n"
        "sys.exit(repr(found) if found else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
