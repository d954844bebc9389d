from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.xsd.document import TYPE, Node, QualifiedName, to_text

TREE = Node("a", children=(Node("b", children=(Node("d"),)), Node("c"), Node("b")))


def test_a_path_is_shown_by_names_numbered_among_namesakes() -> None:
    assert TREE.shown(()) == "/a"
    assert TREE.shown((0, 0)) == "/a/b[1]/d"
    assert TREE.shown((1,)) == "/a/c"
    assert TREE.shown((2,)) == "/a/b[2]"
    assert Node("{urn:x}a", children=(Node("{urn:x}b"),)).shown((0,)) == "/a/b"


def test_every_node_is_walked_in_document_order() -> None:
    assert [(path, node.name) for path, node in TREE.walk()] == [
        ((), "a"),
        ((0,), "b"),
        ((0, 0), "d"),
        ((1,), "c"),
        ((2,), "b"),
    ]
    assert [path for path, _ in TREE.at((0,)).walk((0,))] == [(0,), (0, 0)]
    assert TREE.size() == 5


def test_a_change_shares_what_it_does_not_touch() -> None:
    changed = TREE.replaced((0, 0), Node("x"), Node("y"))
    assert [child.name for child in changed.at((0,)).children] == ["x", "y"]
    assert changed.children[1] is TREE.children[1]
    assert TREE.at((0, 0)).name == "d"
    assert [child.name for child in TREE.replaced((1,)).children] == ["b", "b"]
    assert [child.name for child in TREE.with_child((0,), 0, Node("new")).at((0,)).children] == ["new", "d"]


def test_only_one_node_takes_the_place_of_the_root() -> None:
    assert TREE.replaced((), Node("x")).name == "x"
    with pytest.raises(ValueError, match="expected 1"):
        TREE.replaced(())


def test_an_attribute_is_set_in_its_place_and_taken_away() -> None:
    node = Node("a", (("x", "1"), ("y", "2")))
    assert node.with_attribute("x", "3").attributes == (("x", "3"), ("y", "2"))
    assert node.with_attribute("z", "3").get("z") == "3"
    assert node.with_attribute("x", None).attributes == (("y", "2"),)


def test_an_unknown_element_has_no_declaration() -> None:
    with pytest.raises(LookupError, match="/a/c"):
        TREE.declared((1,))


def test_a_prefix_is_declared_for_a_name_that_is_a_value() -> None:
    text = to_text(Node("{urn:a}x", ((TYPE, QualifiedName("{urn:b}T")),)))
    assert 'xmlns="urn:a"' in text
    assert 'xsi:type="n2:T"' in text or 'xsi:type="n3:T"' in text
    assert 'xmlns:n2="urn:b"' in text or 'xmlns:n3="urn:b"' in text


def test_elements_without_a_namespace_stay_without_one() -> None:
    text = to_text(Node("{urn:a}x", children=(Node("y"),)))
    assert [child.tag for child in ET.fromstring(text)] == ["y"]


def test_mixed_content_is_not_indented() -> None:
    node = Node("a", text="one ", children=(Node("b", tail=" two"),))
    assert "<a>one <b/> two</a>" in to_text(node)


def test_a_document_far_deeper_than_pythons_stack_is_written_and_walked() -> None:
    node = Node("a")
    for _ in range(5_000):
        node = Node("a", children=(node,))
    assert node.size() == 5_001
    assert to_text(node).count("<a") == 5_001
    assert sum(1 for _ in node.walk()) == 5_001


NAMES = st.sampled_from(["a", "b", "{urn:a}a", "{urn:a}b", "{urn:b}c", "{http://www.w3.org/XML/1998/namespace}lang"])
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n\t\r"), max_size=8
).filter(lambda text: not any(char in text for char in "\ufffe\uffff"))


@st.composite
def nodes(draw: st.DrawFn, depth: int = 0) -> Node:
    attributes = draw(st.dictionaries(NAMES, TEXTS, max_size=3))
    children = tuple(draw(st.lists(nodes(depth + 1), max_size=3))) if depth < 3 else ()
    name = draw(NAMES.filter(lambda name: "XML" not in name))
    return Node(name, tuple(attributes.items()), draw(TEXTS), children)


@given(nodes())
def test_what_is_written_is_what_a_parser_reads(node: Node) -> None:
    _same(node, ET.fromstring(to_text(node)))


def _same(node: Node, element: ET.Element) -> None:
    assert element.tag == node.name
    assert element.attrib == dict(node.attributes)
    if not node.children or (node.text or "").strip():
        assert (element.text or "") == node.text
    assert len(element) == len(node.children)
    for child, below in zip(node.children, element, strict=True):
        _same(child, below)
