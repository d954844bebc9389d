from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from growers import Plot, names

from orchestra_compiler.xsd.cases import LeftOut
from orchestra_compiler.xsd.document import Node, to_text
from orchestra_compiler.xsd.growing.grower import Site, UnmakableError
from orchestra_compiler.xsd.growing.identity import settled
from orchestra_compiler.xsd.growing.selecting import fields, selected


@pytest.fixture
def plot(tmp_path: Path) -> Callable[..., Plot]:
    return lambda body, **options: Plot(tmp_path, body, **options)


def keyed(content: str, constraints: str) -> str:
    complex_type = f"<xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType>"
    return f'<xs:element name="root">{complex_type}{constraints}</xs:element>'


def constraint(kind: str, selector: str, *paths: str, more: str = "") -> str:
    written = "".join(f'<xs:field xpath="{path}"/>' for path in paths)
    return f'<xs:{kind} name="{kind}-of-it"{more}><xs:selector xpath="{selector}"/>{written}</xs:{kind}>'


ITEM = """<xs:element name="item" minOccurs="{least}" maxOccurs="unbounded"><xs:complexType>
  <xs:sequence><xs:element name="name" type="xs:string" minOccurs="0"/></xs:sequence>
  <xs:attribute name="number" type="{type}"/></xs:complexType></xs:element>"""
LINK = """<xs:element name="link" minOccurs="{least}" maxOccurs="5"><xs:complexType>
  <xs:attribute name="to" type="{type}" use="required"/></xs:complexType></xs:element>"""


def everything(here: Plot) -> list[Node]:
    """Return every kind of document, each accepted."""
    sites = list(here.grower.sites(here.roots))
    assert not [each for each in sites if isinstance(each, LeftOut)]
    documents = [site.root for site in sites if isinstance(site, Site)]
    documents += [variation.document for variation in here.grower.variations(here.roots)]
    here.accept(documents)
    return documents


@pytest.mark.parametrize("kind", ["key", "unique"])
@pytest.mark.parametrize("selector", ["t:item", ".//t:item", "*", "./t:item", "child::t:item", "t:none | t:item"])
def test_values_of_a_key_differ(plot: Callable[..., Plot], kind: str, selector: str) -> None:
    here = plot(keyed(ITEM.format(least=4, type="xs:int"), constraint(kind, selector, "@number")))
    everything(here)
    small = here.grower.smallest(here.root())
    numbers = [child.get("number") for child in small.children]
    assert len(set(numbers)) == (4 if kind == "key" else 1)  # an optional attribute is added for a key alone


def test_a_key_of_several_fields_differs_as_a_whole(plot: Callable[..., Plot]) -> None:
    pair = """<xs:element name="pair" minOccurs="4" maxOccurs="4"><xs:complexType>
      <xs:attribute name="a" type="xs:boolean" use="required"/><xs:attribute name="b" use="required"><xs:simpleType>
      <xs:restriction base="xs:string"><xs:enumeration value="x"/><xs:enumeration value="y"/></xs:restriction>
      </xs:simpleType></xs:attribute></xs:complexType></xs:element>"""
    here = plot(keyed(pair, constraint("key", "t:pair", "@a", "@b")))
    small = here.grower.smallest(here.root())
    assert len({child.attributes for child in small.children}) == 4
    here.accept([small])


def test_too_few_values_for_a_key_are_told(plot: Callable[..., Plot]) -> None:
    here = plot(keyed(ITEM.format(least=3, type="xs:boolean"), constraint("key", "t:item", "@number")))
    with pytest.raises(UnmakableError, match="not enough values for key-of-it"):
        here.grower.smallest(here.root())


def test_an_element_that_a_key_needs_is_added(plot: Callable[..., Plot]) -> None:
    here = plot(keyed(ITEM.format(least=2, type="xs:int"), constraint("key", "t:item", "t:name")))
    small = here.grower.smallest(here.root())
    assert [names(child) for child in small.children] == [["name"], ["name"]]
    everything(here)


@pytest.mark.parametrize("least", [0, 2])
@pytest.mark.parametrize("kind", ["xs:int", "xs:string", "xs:token"])
def test_a_reference_takes_the_value_of_a_key(plot: Callable[..., Plot], least: int, kind: str) -> None:
    here = plot(
        keyed(
            ITEM.format(least=least, type=kind) + LINK.format(least=2, type=kind),
            constraint("key", "t:item", "@number") + constraint("keyref", "t:link", "@to", more=' refer="key-of-it"'),
        )
    )
    documents = everything(here)
    assert all("item" in names(document) for document in documents if document.name.endswith("root"))


def test_a_reference_to_a_key_of_elements_further_down(plot: Callable[..., Plot]) -> None:
    group = f"""<xs:element name="group" minOccurs="2" maxOccurs="3"><xs:complexType><xs:sequence>
      {ITEM.format(least=1, type="xs:int")}</xs:sequence></xs:complexType>{constraint("key", "t:item", "@number")}</xs:element>"""
    here = plot(
        keyed(
            group + LINK.format(least=1, type="xs:int"),
            constraint("keyref", "t:link", "@to", more=' refer="key-of-it"'),
        )
    )
    everything(here)


def test_a_reference_without_any_key_to_add_is_told(plot: Callable[..., Plot]) -> None:
    here = plot(
        keyed(
            LINK.format(least=1, type="xs:int"),
            constraint("key", "t:nothing", "@number")
            + constraint("keyref", "t:link", "@to", more=' refer="key-of-it"'),
        )
    )
    with pytest.raises(UnmakableError, match="keyref-of-it needs a key, and the document has none"):
        here.grower.smallest(here.root())


IDS = """<xs:element name="thing" minOccurs="{things}" maxOccurs="unbounded"><xs:complexType>
  <xs:attribute name="id" type="xs:ID"{use}/></xs:complexType></xs:element>"""


@pytest.mark.parametrize("things", [0, 1, 3])
@pytest.mark.parametrize("use", ["", ' use="required"'])
@pytest.mark.parametrize("kind", ["xs:IDREF", "xs:IDREFS", "Pair"])
def test_references_point_at_ids(plot: Callable[..., Plot], things: int, use: str, kind: str) -> None:
    pair = """<xs:simpleType name="Pair"><xs:restriction base="xs:IDREFS"><xs:length value="2"/></xs:restriction></xs:simpleType>"""
    here = plot(pair + keyed(IDS.format(things=things, use=use) + f'<xs:element name="see" type="{kind}"/>', ""))
    for document in everything(here):
        if document.name.endswith("root"):
            found = [str(child.get("id")) for child in document.children if child.get("id")]
            assert set(str(document.children[-1].text).split()) <= set(found)
            assert len(set(found)) == len(found)


def test_ids_in_the_text_of_elements_differ(plot: Callable[..., Plot]) -> None:
    here = plot(keyed('<xs:element name="id" type="xs:ID" minOccurs="3" maxOccurs="3"/>', ""))
    texts = [child.text for child in here.grower.smallest(here.root()).children]
    assert len(set(texts)) == 3
    everything(here)


def test_a_reference_without_any_id_is_told(plot: Callable[..., Plot]) -> None:
    here = plot(keyed('<xs:element name="see" type="xs:IDREF"/>', ""))
    with pytest.raises(UnmakableError, match="needs an ID, and the document has none"):
        here.grower.smallest(here.root())


def test_a_document_without_ids_and_keys_stays_the_same(plot: Callable[..., Plot]) -> None:
    here = plot('<xs:element name="root" type="xs:int"/>')
    node = here.grower.maker.smallest(here.root())
    assert settled(node, here.grower.values) is node


def test_a_settled_document_stays_as_it_is(plot: Callable[..., Plot]) -> None:
    here = plot(keyed(ITEM.format(least=3, type="xs:int"), constraint("key", "t:item", "@number")))
    once = here.grower.smallest(here.root())
    assert to_text(here.grower.settled(once)) == to_text(once)


TREE = Node(
    "{urn:t}root",
    children=(
        Node("{urn:t}a", (("x", "1"), ("{urn:o}x", "2")), children=(Node("{urn:t}b"), Node("b"))),
        Node("{urn:o}a", children=(Node("{urn:t}b", children=(Node("{urn:t}b"),)),)),
    ),
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".", [()]),
        ("t:a", [(0,)]),
        ("*", [(0,), (1,)]),
        ("o:*", [(1,)]),
        ("t:a/t:b", [(0, 0)]),
        ("t:a/b", [(0, 1)]),
        ("*/t:b", [(0, 0), (1, 0)]),
        (".//t:b", [(0, 0), (1, 0), (1, 0, 0)]),
        (" .//b | t:a ", [(0,), (0, 1)]),
        (".//.", [(), (0,), (0, 0), (0, 1), (1,), (1, 0), (1, 0, 0)]),
        ("./child::t:a/.", [(0,)]),
        ("t:a|t:a", [(0,)]),
        ("b", []),
    ],
)
def test_the_xpath_of_a_selector(plot: Callable[..., Plot], path: str, found: list[tuple[int, ...]]) -> None:
    here = plot(keyed('<xs:element name="a"/>', constraint("unique", "t:a", "@x")))
    identity = here.root().identities[0]
    identity.selector = path
    identity.namespaces = {"t": "urn:t", "o": "urn:o", "": ""}
    assert selected(TREE, (), identity) == found


def test_the_xpath_of_fields(plot: Callable[..., Plot]) -> None:
    here = plot(keyed('<xs:element name="a"/>', constraint("unique", "t:a", "@x")))
    identity = here.root().identities[0]
    identity.namespaces = {"t": "urn:t", "o": "urn:o", "": "urn:t"}
    identity.fields = ("@x", "@o:x", "@*", "attribute::x", ".", "b", "t:b/@x")
    assert [[tuple(slot) for slot in slots] for slots in fields(TREE, (0,), identity)] == [
        [((0,), "x")],
        [((0,), "{urn:o}x")],
        [((0,), "x"), ((0,), "{urn:o}x")],
        [((0,), "x")],
        [((0,), None)],
        [((0, 0), None)],
        [],
    ]
