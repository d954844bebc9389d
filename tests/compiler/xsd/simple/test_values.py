"""What the generator of values promises, held against both engines."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler.xsd.document import Node, QualifiedName, Value, to_text
from orchestra_compiler.xsd.loading import LoadedSchema, load
from orchestra_compiler.xsd.model import FacetKind, SimpleType
from orchestra_compiler.xsd.simple.values import Values

INTEGERS = [
    "integer",
    "nonPositiveInteger",
    "negativeInteger",
    "long",
    "int",
    "short",
    "byte",
    "nonNegativeInteger",
    "unsignedLong",
    "unsignedInt",
    "unsignedShort",
    "unsignedByte",
    "positiveInteger",
]
MOMENTS = ["dateTime", "date", "time", "gYearMonth", "gYear", "gMonthDay", "gDay", "gMonth", "duration"]
STRINGS = ["string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "ID", "anyURI"]
BUILT_IN = [
    *INTEGERS,
    *MOMENTS,
    *STRINGS,
    "decimal",
    "float",
    "double",
    "boolean",
    "hexBinary",
    "base64Binary",
    "QName",
]
NEW_IN_1_1 = ["dateTimeStamp", "yearMonthDuration", "dayTimeDuration"]


def facets(**values: object) -> str:
    pairs = ((name, each) for name, given in values.items() for each in (given if isinstance(given, list) else [given]))
    return "".join(f"<xs:{name} value={quoteattr(str(each))}/>" for name, each in pairs)


def restriction(base: str, content: str = "", name: str = "t") -> str:
    return f'<xs:simpleType name="{name}"><xs:restriction base="{base}">{content}</xs:restriction></xs:simpleType>'


def listing(item: str, content: str = "") -> str:
    return f'<xs:simpleType name="l"><xs:list itemType="{item}"/></xs:simpleType>' + restriction("q:l", content)


def union(*members: str, content: str = "") -> str:
    made = f'<xs:simpleType name="u"><xs:union memberTypes="{" ".join(members)}"/></xs:simpleType>'
    return made + restriction("q:u", content)


class Tried:
    """A schema with one element of the type `t`, and what the engines say of values of it."""

    def __init__(self, folder: Path, definitions: str, version: str = "") -> None:
        path = folder / "schema.xsd"
        head = f'xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="{version}"' if version else ""
        path.write_text(
            f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:q="urn:q" targetNamespace="urn:q" {head} '
            f'elementFormDefault="qualified">{definitions}<xs:element name="e" type="q:t"/></xs:schema>',
            encoding="utf-8",
        )
        self.loaded: LoadedSchema = load(path, folder)
        found = self.loaded.schema.types["{urn:q}t"]
        assert isinstance(found, SimpleType)
        self.type = found
        self.values = Values()

    def rules(self, value: Value) -> list[set[str]]:
        document = to_text(Node("{urn:q}e", text=value))
        return [{each.rule for each in found} for found in self.loaded.verdicts(document).values()]

    def right(self) -> list[Value]:
        typical = self.values.typical(self.type)
        assert typical is not None
        bounds = [each.value for each in self.values.boundaries(self.type)]
        return [typical, *self.values.distinct(self.type, 6), *bounds]

    def refused_right_values(self) -> list[Value]:
        return [value for value in self.right() if any(self.rules(value))]

    def doubtful_wrong_values(self) -> list[tuple[Value, str]]:
        wrong = self.values.wrong(self.type)
        return [
            (each.value, each.rule) for each in wrong if any(each.rule not in said for said in self.rules(each.value))
        ]

    def broken(self) -> set[str]:
        return {each.rule for each in self.values.wrong(self.type)}


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_types(name: str, tmp_path: Path) -> None:
    tried = Tried(tmp_path, restriction(f"xs:{name}"))
    assert tried.refused_right_values() == []
    assert tried.doubtful_wrong_values() == []
    anything = name in ("string", "normalizedString", "token", "anyURI")
    assert tried.broken() == (set() if anything else {"datatype"})
    assert len(tried.values.distinct(tried.type, 30)) >= (2 if name == "boolean" else 12 if name == "gMonth" else 30)


@pytest.mark.parametrize("name", NEW_IN_1_1)
def test_built_in_types_of_1_1(name: str, tmp_path: Path) -> None:
    tried = Tried(tmp_path, restriction(f"xs:{name}"), version="1.1")
    assert tried.refused_right_values() == []
    assert tried.doubtful_wrong_values() == []
    assert tried.broken() == {"datatype"}


CASES = {
    restriction("xs:decimal", facets(totalDigits=5, fractionDigits=2, minInclusive=0, maxExclusive=100)): (
        "total-digits fraction-digits min-inclusive max-exclusive datatype"
    ),
    restriction("xs:integer", facets(minInclusive=10, maxInclusive=20, pattern="1[0-9]|20")): (
        "min-inclusive max-inclusive pattern"
    ),
    restriction("xs:double", facets(minExclusive=0, maxExclusive=1.5)): "min-exclusive max-exclusive datatype",
    restriction("xs:float", facets(minInclusive=0, maxInclusive=1)): "min-inclusive max-inclusive datatype",
    restriction("xs:date", facets(minInclusive="2000-01-01", maxInclusive="2000-02-28")): (
        "min-inclusive max-inclusive datatype"
    ),
    restriction("xs:dateTime", facets(minExclusive="1999-12-31T23:59:59Z", pattern=".*Z")): (
        "min-exclusive pattern datatype"
    ),
    restriction("xs:duration", facets(maxInclusive="P1M")): "max-inclusive datatype",
    restriction("xs:hexBinary", facets(length=2, pattern="[0-9A-F]*")): "length pattern datatype",
    restriction("xs:base64Binary", facets(minLength=2, maxLength=5)): "min-length max-length datatype",
    restriction("xs:string", facets(minLength=2, maxLength=4)): "min-length max-length",
    restriction("xs:string", facets(pattern=["[A-Z]{3}", "[0-9]{2,4}"])): "pattern",
    restriction("xs:string", facets(pattern="(a+)+b")): "pattern",
    restriction("xs:string", facets(pattern=".*")): "pattern",
    restriction("xs:string", facets(pattern="a\\nb")): "pattern",
    restriction("xs:string", facets(minLength=0)): "",
    restriction("xs:string", facets(minLength=1, maxLength=400, pattern=r"[A-Z\d .]{1,400}")): (
        "min-length max-length pattern"
    ),
    restriction("xs:token", facets(pattern="[a-z]+( [a-z]+)*", maxLength=5)): "pattern max-length",
    restriction("xs:boolean", facets(pattern="true|false")): "pattern",
    restriction("xs:string", facets(enumeration=["red", "green"])): "enumeration",
    restriction("xs:decimal", facets(enumeration=["1.0", "2.50"])): "enumeration datatype",
    restriction("xs:QName", facets(enumeration=["q:a", "b"])): "enumeration",
    restriction("xs:unsignedByte", facets(maxInclusive=255)): "datatype",
    restriction("xs:string", facets(pattern="[a-z]+", maxLength=10), "m")
    + restriction("q:m", facets(pattern=".*x", minLength=3)): "pattern max-length min-length",
    listing("xs:int"): "datatype",
    listing("xs:int", facets(minLength=2, maxLength=3)): "min-length max-length datatype",
    listing("xs:int", facets(pattern="[0-9]{3}( [0-9]{3}){2}")): "pattern",
    listing("xs:NMTOKEN", facets(length=2, enumeration=["a b", "c d"])): "length enumeration datatype",
    restriction("xs:string", facets(enumeration=["INF"]), "m") + union("q:m", "xs:integer"): "datatype",
    restriction("xs:string", facets(enumeration=["INF"]), "m")
    + union("q:m", "xs:integer", content=facets(pattern="[0-9]+")): "pattern datatype",
    restriction("xs:string", facets(enumeration=["A", "B"]), "m") + listing("q:m"): "enumeration",
}


@pytest.mark.parametrize("definitions", CASES)
def test_facets(definitions: str, tmp_path: Path) -> None:
    tried = Tried(tmp_path, definitions)
    assert tried.refused_right_values() == []
    assert tried.doubtful_wrong_values() == []
    assert tried.broken() == set(CASES[definitions].split())


def test_assertions_and_time_zones_of_1_1(tmp_path: Path) -> None:
    even = restriction("xs:int", '<xs:assertion test="$value mod 2 = 0"/>')
    tried = Tried(tmp_path, even, version="1.1")
    assert tried.refused_right_values() == []
    assert tried.doubtful_wrong_values() == []
    assert {"assertion", "datatype"} == tried.broken()
    zoned = Tried(tmp_path, restriction("xs:date", facets(explicitTimezone="required")), version="1.1")
    assert zoned.values.typical(zoned.type) == "2000-01-01Z"
    assert "explicit-timezone" in zoned.broken()
    assert zoned.doubtful_wrong_values() == []


def test_a_notation_is_one_of_the_declared(tmp_path: Path) -> None:
    notations = '<xs:notation name="gif" public="a"/><xs:notation name="png" public="b"/>'
    tried = Tried(tmp_path, notations + restriction("xs:NOTATION", facets(enumeration=["q:gif"])))
    assert tried.values.typical(tried.type) == QualifiedName("{urn:q}gif")
    assert [each.value for each in tried.values.wrong(tried.type)] == [QualifiedName("{urn:q}png")]


def test_an_entity_has_no_value_without_a_document_type(tmp_path: Path) -> None:
    tried = Tried(tmp_path, restriction("xs:ENTITY"))
    assert tried.values.typical(tried.type) is None
    assert tried.values.distinct(tried.type, 3) == ()
    assert tried.values.wrong(tried.type) == ()


def test_each_value_knows_its_line_and_its_facet(tmp_path: Path) -> None:
    tried = Tried(
        tmp_path, "\n\n" + restriction("xs:string", "\n" + facets(pattern="[a-z]*") + "\n" + facets(maxLength=3))
    )
    wrong = {each.rule: each for each in tried.values.wrong(tried.type)}
    assert {rule: each.place.line for rule, each in wrong.items()} == {"pattern": 4, "max-length": 5}
    assert wrong["max-length"].facet is tried.type.first(FacetKind.MAX_LENGTH)
    right = {each.scenario: each.place.line for each in tried.values.boundaries(tried.type)}
    assert right["pattern"] == 4
    assert right["longest"] == 5


def test_enumerated_words_in_their_order(tmp_path: Path) -> None:
    tried = Tried(tmp_path, restriction("xs:string", facets(enumeration=["red", "green", "blue"])))
    assert tried.values.typical(tried.type) == "red"
    assert tried.values.distinct(tried.type, 5) == ("red", "green", "blue")
    assert [(each.value, each.scenario) for each in tried.values.boundaries(tried.type)] == [
        ("red", "word"), ("green", "word"), ("blue", "word")
    ]  # fmt: skip


def test_distinct_values_differ_in_meaning(tmp_path: Path) -> None:
    tried = Tried(tmp_path, restriction("xs:decimal", facets(minInclusive=0, maxInclusive=2, fractionDigits=0)))
    assert sorted(map(str, tried.values.distinct(tried.type, 10))) == ["0", "1", "2"]


def test_the_same_values_each_time(tmp_path: Path) -> None:
    definitions = restriction("xs:token", facets(pattern="[a-z]{2,9}(-[a-z]+)?", maxLength=12))
    first, second = Tried(tmp_path, definitions), Tried(tmp_path, definitions)
    for tried in (first, second):
        tried.values.wrong(tried.type)
    assert first.right() == second.right()
    assert [each.value for each in first.values.wrong(first.type)] == [
        each.value for each in second.values.wrong(second.type)
    ]


@st.composite
def lengths(draw: st.DrawFn) -> str:
    least = draw(st.integers(0, 6))
    most = least + draw(st.integers(0, 6))
    if draw(st.booleans()):
        return facets(length=least)
    return facets(minLength=least, maxLength=most)


@st.composite
def bounds(draw: st.DrawFn, low: int, high: int) -> str:
    first = draw(st.integers(low, high - 3))
    last = draw(st.integers(first + 3, high))
    lower = draw(st.sampled_from(["minInclusive", "minExclusive"]))
    upper = draw(st.sampled_from(["maxInclusive", "maxExclusive"]))
    return facets(**{lower: first, upper: last})


@st.composite
def dates(draw: st.DrawFn) -> str:
    year, month = draw(st.integers(1, 9990)), draw(st.integers(1, 12))
    zone = draw(st.sampled_from(["", "Z", "+05:30"]))
    lower = draw(st.sampled_from(["minInclusive", "minExclusive"]))
    return facets(**{lower: f"{year:04d}-{month:02d}-01{zone}", "maxInclusive": f"{year + 9:04d}-{month:02d}-28{zone}"})


PATTERNS = st.sampled_from([
    r"[A-Z]*", r"\w{0,9}", r".*", r"[a-c ]*x?", r"\d*|[a-z]*", r"(ab)*[^b]*", r"\i\c*|", r"[^\s]*", r"(a|b|c)*d?",
])  # fmt: skip
DEFINITIONS = st.one_of(
    st.tuples(st.sampled_from(["string", "token", "normalizedString"]), lengths(), st.none() | PATTERNS).map(
        lambda made: restriction(f"xs:{made[0]}", made[1] + ("" if made[2] is None else facets(pattern=made[2])))
    ),
    st.tuples(st.sampled_from(["hexBinary", "base64Binary"]), lengths()).map(
        lambda made: restriction(f"xs:{made[0]}", made[1])
    ),
    st.tuples(st.sampled_from(["integer", "int", "decimal", "short", "float", "double"]), bounds(-900, 900)).map(
        lambda made: restriction(f"xs:{made[0]}", made[1])
    ),
    dates().map(lambda made: restriction("xs:date", made)),
    st.tuples(st.integers(1, 9), st.integers(0, 9)).map(
        lambda made: restriction("xs:decimal", facets(totalDigits=max(made), fractionDigits=min(made)))
    ),
    st.tuples(st.sampled_from(["NMTOKEN", "int", "date", "boolean", "NCName"]), lengths()).map(
        lambda made: listing(f"xs:{made[0]}", made[1])
    ),
    st.lists(
        st.sampled_from(["xs:int", "xs:date", "xs:boolean", "xs:NCName", "xs:double"]), min_size=1, unique=True
    ).map(lambda members: union(*members)),
    st.lists(st.text("abcXY-1", min_size=1, max_size=5), min_size=1, max_size=5, unique=True).map(
        lambda words: restriction("xs:token", facets(enumeration=words))
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemas")


@given(DEFINITIONS)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_both_engines_agree_on_every_value(folder: Path, definitions: str) -> None:
    tried = Tried(folder, definitions)
    if tried.values.typical(tried.type) is None:  # a length that its patterns do not allow
        assert "pattern" in definitions
        return
    assert tried.refused_right_values() == []
    assert tried.doubtful_wrong_values() == []


HOSTILE = [
    restriction("xs:string", facets(pattern="((a+)+)+b", minLength=40)),
    restriction("xs:string", facets(pattern="(.*x){20}", maxLength=60)),
    restriction("xs:string", facets(pattern="[a-z]{0,10000000}", minLength=5)),
    restriction("xs:string", facets(pattern="((a{0,50}b?){0,50}){0,50}c")),
    restriction("xs:string", facets(minLength=2_000_000_000)),
    restriction("xs:decimal", facets(totalDigits=2_000_000_000)),
    restriction("xs:string", facets(enumeration=[f"w{number}" for number in range(3_000)])),
    restriction("xs:integer", facets(minInclusive="1" + "0" * 300)),
    listing("xs:int", facets(minLength=2_000_000)),
]


@pytest.mark.parametrize("definitions", HOSTILE)
def test_hostile_types_are_given_up_or_served(definitions: str, tmp_path: Path) -> None:
    tried = Tried(tmp_path, definitions)
    typical = tried.values.typical(tried.type)
    assert typical is None or tried.type.accepts(str(typical))
    assert not [each for each in tried.values.boundaries(tried.type) if not tried.type.accepts(str(each.value))]
    assert not [each for each in tried.values.wrong(tried.type) if tried.type.accepts(str(each.value))]
    assert all(len(str(each.value)) <= 200_000 for each in tried.values.boundaries(tried.type))
