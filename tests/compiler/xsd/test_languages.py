"""Content models as languages, held against the engines."""

from __future__ import annotations

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from orchestra_compiler.xsd.languages import Language, difference, language_of
from orchestra_compiler.xsd.model import NOWHERE, ComplexType, ElementDeclaration, ElementParticle, Group, GroupKind
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.reading import schema_of

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'


def language(model: str, more: str = "") -> tuple[Language, xmlschema.XMLSchema10]:
    components = xmlschema.XMLSchema10(
        f'{HEAD}{more}<xs:complexType name="T">{model}</xs:complexType><xs:element name="r" type="T"/></xs:schema>'
    )
    kind = schema_of(components, (), lambda _: NOWHERE).types["T"]
    assert isinstance(kind, ComplexType)
    content = kind.content
    assert content is None or not hasattr(content, "primitive")
    return language_of(content), components


def element(name: str, least: str = "1", most: str = "1") -> str:
    return f'<xs:element name="{name}" type="xs:string" minOccurs="{least}" maxOccurs="{most}"/>'


OCCURS = st.sampled_from([("0", "1"), ("1", "1"), ("0", "unbounded"), ("1", "2"), ("2", "3")])


@st.composite
def models(draw: st.DrawFn, depth: int = 2) -> str:
    """A group whose elements all have names of their own, so that it is never ambiguous at the same name."""
    names = iter("abcdefgh")

    def particle(left: int) -> str:
        least, most = draw(OCCURS)
        if left and draw(st.booleans()):
            return group(left - 1, least, most)
        name = next(names, None)
        return "" if name is None else element(name, least, most)

    def group(left: int, least: str, most: str) -> str:
        kind = draw(st.sampled_from(["sequence", "choice"]))
        parts = "".join(particle(left) for _ in range(draw(st.integers(1, 3))))
        kind = kind if parts else "sequence"  # nothing fits a choice of nothing, but engines let it be empty
        return f'<xs:{kind} minOccurs="{least}" maxOccurs="{most}">{parts}</xs:{kind}>'

    return group(depth, "1", "1")


@settings(max_examples=60, deadline=None)
@given(model=models(), children=st.lists(st.sampled_from("abcdx"), max_size=6))
def test_a_language_accepts_what_the_engine_accepts(model: str, children: list[str]) -> None:
    try:
        known, components = language(model)
    except xmlschema.XMLSchemaParseError:
        return  # two ways to read a document
    document = f"<r>{''.join(f'<{name}/>' for name in children)}</r>"
    other = etree.XMLSchema(etree.fromstring(components.get_text())).validate(etree.fromstring(document))
    if other is components.is_valid(document):  # of a group that may be empty they count the occurrences differently
        assert known.accepts(children) is other, document


@pytest.mark.parametrize(
    ("larger", "smaller", "witness"),
    [
        (element("a", "0"), element("a"), ()),
        (element("a", "1", "3"), element("a", "1", "2"), ("a", "a", "a")),
        (element("a") + element("b", "0"), element("a") + element("b"), ("a",)),
        (
            element("a", "0", "unbounded"),
            f'<xs:sequence minOccurs="0" maxOccurs="unbounded">{element("a", "0")}</xs:sequence>',
            None,
        ),
        (f'<xs:sequence minOccurs="0">{element("a", "0")}</xs:sequence>', element("a", "0"), None),
        (element("a", "0", "1000000"), element("a", "0", "1000000"), None),
    ],
)
def test_a_difference_is_a_shortest_sequence_that_shows_it(
    larger: str, smaller: str, witness: tuple[str, ...] | None
) -> None:
    left, _ = language(f"<xs:sequence>{larger}</xs:sequence>")
    right, _ = language(f"<xs:sequence>{smaller}</xs:sequence>")
    assert difference(left, right) == witness
    assert difference(right, left) is None


def test_a_choice_of_nothing_lets_in_nothing() -> None:
    none, _ = language("<xs:choice/>")
    assert none.expression is language("<xs:sequence/>")[0].expression, "a model without particles is an empty content"
    inside, _ = language(f"<xs:sequence>{element('a', '0')}<xs:choice/></xs:sequence>")
    assert not inside.accepts([])
    assert difference(language(f"<xs:sequence>{element('a', '0')}</xs:sequence>")[0], inside) == ()


def test_names_may_be_told_apart_without_their_namespaces() -> None:
    particles = [
        ElementParticle(
            declaration=ElementDeclaration(
                name=f"{{urn:{space}}}a", type=ComplexType(name="", place=NOWHERE), place=NOWHERE
            ),
            least=1,
            most=1,
            place=NOWHERE,
        )
        for space in ("one", "two")
    ]
    one, two = (Group(kind=GroupKind.SEQUENCE, particles=(each,), least=1, most=1, place=NOWHERE) for each in particles)
    assert difference(language_of(one), language_of(two)) == ("{urn:one}a",)
    assert difference(language_of(one, local_name), language_of(two, local_name)) is None
    assert language_of(one, local_name).names == ("a",)


def test_all_groups_take_any_order() -> None:
    every, _ = language(f"<xs:all>{element('a')}{element('b', '0')}</xs:all>")
    assert [every.accepts(each) for each in ("ab", "ba", "a", "b", "aba")] == [True, True, True, False, False]


def test_wildcards_let_in_what_they_say() -> None:
    other, _ = language('<xs:sequence><xs:any namespace="##other" processContents="skip"/></xs:sequence>')
    assert other.accepts(["{urn:x}a"])
    assert not other.accepts(["a"])


def test_what_is_too_large_says_so() -> None:
    parts = "".join(element(f"e{number}", "0", "40") for number in range(80))
    large, _ = language(f"<xs:choice minOccurs='0' maxOccurs='60'>{parts}</xs:choice>")
    with pytest.raises(OverflowError):
        difference(large, language(f"<xs:choice minOccurs='0' maxOccurs='59'>{parts}</xs:choice>")[0])
