from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from growers import Plot, names
from hypothesis import HealthCheck, given, settings
from random_schemas import schemas

from orchestra_compiler.xsd.cases import LeftOut
from orchestra_compiler.xsd.document import NIL, TYPE, QualifiedName, to_text
from orchestra_compiler.xsd.growing.grower import Grower, Site, UnmakableError
from orchestra_compiler.xsd.loading import load
from orchestra_compiler.xsd.simple.values import Values


@pytest.fixture
def plot(tmp_path: Path) -> Callable[..., Plot]:
    return lambda body, **options: Plot(tmp_path, body, **options)


def root_of(content: str, more: str = "") -> str:
    return f'<xs:element name="root"><xs:complexType>{content}</xs:complexType></xs:element>{more}'


SHAPES = """
  <xs:complexType name="Shape" abstract="true"><xs:sequence>
    <xs:element name="label" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>
  <xs:complexType name="Square"><xs:complexContent><xs:extension base="Shape"><xs:sequence>
    <xs:element name="side" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
  <xs:complexType name="Circle"><xs:complexContent><xs:extension base="Shape">
    <xs:attribute name="radius" type="xs:decimal" use="required"/></xs:extension></xs:complexContent></xs:complexType>
  <xs:element name="shape" type="Shape" abstract="true"/>
  <xs:element name="circle" type="Circle" substitutionGroup="shape"/>
  <xs:element name="square" type="Square" substitutionGroup="shape"/>"""

EXPRESSION = """
  <xs:complexType name="Expression"><xs:choice>
    <xs:sequence><xs:element name="operator" type="xs:string"/>
      <xs:element name="operand" type="Expression" minOccurs="2" maxOccurs="2"/></xs:sequence>
    <xs:element name="number" type="xs:int"/>
  </xs:choice></xs:complexType><xs:element name="root" type="Expression"/>"""


def test_the_smallest_document_has_what_is_demanded_alone(plot: Callable[..., Plot]) -> None:
    here = plot(
        root_of(
            """<xs:sequence><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int" minOccurs="0"/>
            <xs:element name="c" type="xs:int" minOccurs="3" maxOccurs="5"/></xs:sequence>
            <xs:attribute name="x" type="xs:int" use="required"/><xs:attribute name="y" type="xs:int"/>"""
        )
    )
    node = here.grower.smallest(here.root())
    assert names(node) == ["a", "c", "c", "c"]
    assert [name for name, _ in node.attributes] == ["x"]
    here.accept([node])


def test_the_largest_document_has_every_part_and_attribute(plot: Callable[..., Plot]) -> None:
    here = plot(
        root_of(
            """<xs:sequence><xs:element name="a" type="xs:int" minOccurs="0"/>
            <xs:choice maxOccurs="unbounded"><xs:element name="b" type="xs:int"/><xs:element name="c" type="xs:int"/>
            </xs:choice><xs:element name="d" type="xs:int" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
            <xs:attribute name="y" type="xs:int"/><xs:attribute name="z" type="xs:int" use="prohibited"/>"""
        )
    )
    node = here.grower.largest(here.root())
    assert names(node) == ["a", "b", "c", "d", "d"]
    assert [name for name, _ in node.attributes] == ["y"]
    here.accept([node])


def test_a_recursive_type_takes_the_branch_that_ends(plot: Callable[..., Plot]) -> None:
    here = plot(EXPRESSION)
    small, large = here.grower.smallest(here.root()), here.grower.largest(here.root())
    assert names(small) == ["number"]
    assert large.size() > small.size()
    here.accept([small, large])


@pytest.mark.parametrize("branch", range(5))
def test_every_way_through_recursive_choices_ends(plot: Callable[..., Plot], branch: int) -> None:
    here = plot(EXPRESSION, branch=branch)
    node = here.grower.smallest(here.root())
    assert names(node) == (["operator", "operand", "operand"] if branch % 2 else ["number"])
    here.accept([node])


def test_a_preferred_element_is_taken_by_choices(plot: Callable[..., Plot]) -> None:
    body = root_of(
        '<xs:choice><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice>',
    )
    here = plot(body, prefer="b")
    assert names(here.grower.smallest(here.root())) == ["b"]


def test_what_must_hold_itself_is_told(plot: Callable[..., Plot]) -> None:
    here = plot(
        """<xs:complexType name="Loop"><xs:sequence><xs:element name="more" type="Loop"/></xs:sequence></xs:complexType>
        <xs:element name="root" type="Loop"/><xs:element name="other"><xs:complexType><xs:sequence>
        <xs:element name="loop" type="Loop" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>"""
    )
    with pytest.raises(UnmakableError, match="<more> must hold itself without end"):
        here.grower.smallest(here.root())
    here.accept([here.grower.smallest(here.root("other")), here.grower.largest(here.root("other"))])
    left = [each for each in here.grower.sites(here.roots) if isinstance(each, LeftOut)]
    assert {each.component for each in left} == {"root", "loop"}
    assert all(each.place.line for each in left)


def test_two_types_that_need_each_other_are_told(plot: Callable[..., Plot]) -> None:
    here = plot(
        """<xs:complexType name="A"><xs:sequence><xs:element name="b" type="B"/></xs:sequence></xs:complexType>
        <xs:complexType name="B"><xs:sequence><xs:element name="a" type="A"/></xs:sequence></xs:complexType>
        <xs:element name="root" type="A"/>"""
    )
    with pytest.raises(UnmakableError, match="must hold itself without end"):
        here.grower.smallest(here.root())


def test_too_many_occurrences_are_told(plot: Callable[..., Plot]) -> None:
    part = '<xs:sequence><xs:element name="a" type="xs:int" minOccurs="{}" maxOccurs="unbounded"/></xs:sequence>'
    here = plot(root_of(part.format(1000)))
    assert here.grower.smallest(here.root()).size() == 1001
    here = plot(root_of(part.format(1001)))
    with pytest.raises(UnmakableError, match="more than 1000 times"):
        here.grower.smallest(here.root())


def test_a_million_elements_are_not_made(plot: Callable[..., Plot]) -> None:
    inner = '<xs:complexType><xs:sequence><xs:element name="b" type="xs:int" minOccurs="1000" maxOccurs="1000"/></xs:sequence></xs:complexType>'
    here = plot(
        root_of(
            f'<xs:sequence><xs:element name="a" minOccurs="1000" maxOccurs="1000">{inner}</xs:element></xs:sequence>'
        )
    )
    with pytest.raises(UnmakableError, match="more than 5000 elements"):
        here.grower.smallest(here.root())
    with pytest.raises(UnmakableError, match="more than 5000 elements"):
        here.grower.largest(here.root())


def test_abstract_elements_and_types_are_replaced(plot: Callable[..., Plot]) -> None:
    here = plot(
        root_of('<xs:sequence><xs:element ref="shape"/><xs:element name="held" type="Shape"/></xs:sequence>', SHAPES)
    )
    node = here.grower.smallest(here.root())
    assert names(node) == ["circle", "held"]
    assert node.children[1].get(TYPE) == QualifiedName("{urn:t}Circle")
    here.accept([node, here.grower.largest(here.root())])


def test_an_abstract_element_that_nothing_replaces_is_told(plot: Callable[..., Plot]) -> None:
    here = plot(
        '<xs:element name="none" abstract="true"/>' + root_of('<xs:sequence><xs:element ref="none"/></xs:sequence>')
    )
    with pytest.raises(UnmakableError, match="<none> is abstract and nothing takes its place"):
        here.grower.smallest(here.root())


def test_a_blocked_derivation_is_not_used(plot: Callable[..., Plot]) -> None:
    here = plot(
        """<xs:complexType name="Base" block="extension"><xs:sequence/></xs:complexType>
        <xs:complexType name="More"><xs:complexContent><xs:extension base="Base">
        <xs:attribute name="x" type="xs:int"/></xs:extension></xs:complexContent></xs:complexType>
        <xs:element name="root" type="Base"/>"""
    )
    found = [site for site in here.grower.sites(here.roots) if isinstance(site, Site)]
    assert all(site.node.get(TYPE) is None for site in found)
    here.accept(variation.document for variation in here.grower.variations(here.roots))


@pytest.mark.parametrize(
    ("space", "process", "name"),
    [
        ("##any", "skip", "{urn:example:other}anything"),
        ("##other", "lax", "{urn:example:other}anything"),
        ("##local", "lax", "anything"),
        ("##targetNamespace", "lax", "{urn:t}anything"),
        ("urn:x urn:y", "skip", "{urn:x}anything"),
        ("##any", "strict", "{urn:t}small"),
    ],
)
def test_a_wildcard_is_filled(plot: Callable[..., Plot], space: str, process: str, name: str) -> None:
    here = plot(
        root_of(
            f'<xs:sequence><xs:any namespace="{space}" processContents="{process}"/></xs:sequence>',
            '<xs:element name="small" type="xs:int"/>',
        )
    )
    node = here.grower.smallest(here.root())
    assert [child.name for child in node.children] == [name]
    here.accept([node])


def test_a_strict_wildcard_that_nothing_fits_is_told(plot: Callable[..., Plot]) -> None:
    here = plot(root_of('<xs:sequence><xs:any namespace="##other"/></xs:sequence>'))
    with pytest.raises(UnmakableError, match=r"a wildcard .* must be filled"):
        here.grower.smallest(here.root())


def test_fixed_and_default_values_are_stated(plot: Callable[..., Plot]) -> None:
    here = plot(
        root_of(
            """<xs:sequence><xs:element name="a" type="xs:int" fixed="7"/><xs:element name="b" type="xs:int" default="8"/>
            <xs:element name="c" fixed="just this"><xs:complexType mixed="true"><xs:sequence>
            <xs:element name="d" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
            </xs:sequence><xs:attribute name="x" use="required" fixed="here"/>"""
        )
    )
    node = here.grower.smallest(here.root())
    assert [child.text for child in node.children] == ["7", "8", "just this"]
    assert node.get("x") == "here"
    here.accept([node, here.grower.largest(here.root())])


def test_an_entity_cannot_be_named(plot: Callable[..., Plot]) -> None:
    here = plot('<xs:element name="root" type="xs:ENTITY"/>')
    with pytest.raises(UnmakableError, match="names an entity"):
        here.grower.smallest(here.root())


def test_there_is_a_site_of_every_declaration_and_type(plot: Callable[..., Plot]) -> None:
    here = plot(
        root_of(
            '<xs:sequence><xs:element ref="shape" minOccurs="0"/><xs:element name="held" type="Shape" minOccurs="0"/>'
            '<xs:choice><xs:element name="a" type="xs:int"/><xs:sequence minOccurs="2" maxOccurs="2">'
            '<xs:element name="b" type="xs:int"/><xs:element name="c" type="xs:int" minOccurs="0"/></xs:sequence></xs:choice>'
            "</xs:sequence>",
            SHAPES,
        )
    )
    found = list(here.grower.sites([here.root()]))
    assert not [each for each in found if isinstance(each, LeftOut)]
    sites = [site for site in found if isinstance(site, Site)]
    declared = [site.declaration.name.rpartition("}")[2] for site in sites if site.new_declaration]
    assert sorted(declared) == ["a", "b", "c", "circle", "held", "label", "root", "side", "square"]
    shown = {site.shown: names(site.root) for site in sites}
    assert shown["/root/a"] == ["a"]
    assert shown["/root/c"] == ["b", "c", "b"]
    here.accept(site.root for site in sites)
    for site in sites:
        assert site.node is site.root.at(site.path)
        assert site.node.declaration is site.declaration


def test_a_named_group_used_twice_is_filled_where_it_was_found(plot: Callable[..., Plot]) -> None:
    here = plot(
        """<xs:group name="g"><xs:sequence><xs:element name="x" type="xs:int" minOccurs="0"/>
        <xs:choice><xs:element name="y" type="xs:int"/><xs:element name="z" type="xs:int"/></xs:choice></xs:sequence></xs:group>"""
        + root_of(
            """<xs:choice><xs:sequence><xs:element name="first" type="xs:int"/><xs:group ref="g"/></xs:sequence>
            <xs:sequence><xs:element name="second" type="xs:int"/><xs:group ref="g"/></xs:sequence></xs:choice>"""
        )
    )
    sites = list(here.grower.sites(here.roots))
    assert not [each for each in sites if isinstance(each, LeftOut)]
    here.accept(site.root for site in sites if isinstance(site, Site))


def test_a_long_chain_of_types_is_followed_as_deep_as_documents_may_be(plot: Callable[..., Plot]) -> None:
    def chain(length: int) -> str:
        types = "".join(
            f'<xs:complexType name="T{number}"><xs:sequence><xs:element name="e" type="T{number + 1}"/></xs:sequence></xs:complexType>'
            for number in range(length)
        )
        return f'{types}<xs:complexType name="T{length}"/><xs:element name="root" type="T0"/>'

    here = plot(chain(150))
    here.accept([here.grower.smallest(here.root())])
    here = plot(chain(400))
    with pytest.raises(UnmakableError, match="deeper"):
        here.grower.smallest(here.root())


def test_the_same_schema_gives_the_same_documents(plot: Callable[..., Plot]) -> None:
    texts = []
    for _ in range(2):
        here = plot(root_of('<xs:sequence><xs:element ref="shape" maxOccurs="3"/></xs:sequence>', SHAPES))
        texts.append([to_text(each.document) for each in here.grower.variations(here.roots)])
    assert texts[0] == texts[1]
    assert len(texts[0]) > 10


def test_nil_is_used_only_where_it_is_tried(plot: Callable[..., Plot]) -> None:
    here = plot(root_of('<xs:sequence><xs:element name="a" type="xs:int" nillable="true"/></xs:sequence>'))
    assert here.grower.smallest(here.root()).children[0].get(NIL) is None


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas())
def test_everything_grown_from_random_schemas_is_valid(text: str) -> None:
    with TemporaryDirectory() as folder:
        here = Plot(Path(folder), text)
        for root in here.roots:
            if not root.abstract:
                here.accept([here.grower.smallest(root), here.grower.largest(root)])
        sites = list(here.grower.sites(here.roots))
        assert not [each for each in sites if isinstance(each, LeftOut)]
        here.accept(site.root for site in sites if isinstance(site, Site))
        here.accept(variation.document for variation in here.grower.variations(here.roots))


REAL = (
    "xsd/junit/junit-10.xsd",
    "xsd/maven/maven-4.0.0.xsd",
    "xsd/opcua/UANodeSet.xsd",
    "xsd/phpunit/phpunit-13.0.xsd",
    "xsd/xmlschema-examples/collection/collection3.xsd",
    "xsd/xmlschema-examples/collection/collection3bis.xsd",
    "xsd/xmlschema-examples/vehicles/vehicles.xsd",
    "agents/orchestra/protocols/agent-message-v1.0.xsd",
)


@pytest.mark.parametrize("name", REAL)
def test_documents_of_real_schemas_are_valid(shared_data: Path, name: str) -> None:
    path = shared_data / name
    loaded = load(path, path.parent)
    grower = Grower(loaded.schema, Values())
    roots = [root for root in loaded.schema.elements.values() if not root.abstract]
    sites = list(grower.sites(roots))
    assert not [each for each in sites if isinstance(each, LeftOut)]
    documents = [grower.smallest(root) for root in roots] + [grower.largest(root) for root in roots]
    documents += [site.root for site in sites[::6] if isinstance(site, Site)]
    documents += [each.document for each in list(grower.variations(roots))[::9]]
    for document in documents:
        assert not any(loaded.verdicts(to_text(document)).values()), to_text(document)
