from __future__ import annotations

import re
from itertools import islice

import pytest
from elementpath.regex import translate_pattern
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from orchestra_compiler.xsd.regex.automaton import Automaton
from orchestra_compiler.xsd.regex.parsing import parse
from orchestra_compiler.xsd.regex.search import Search
from orchestra_compiler.xsd.regex.texts import matches, near_misses

ATOMS = st.sampled_from(["a", "b", "c", "[ab]", "[^a]", "."])
QUANTIFIERS = st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, QUANTIFIERS).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)
XS = "http://www.w3.org/2001/XMLSchema"


def automaton(pattern: str) -> Automaton:
    return Automaton(parse(pattern))


def found(*patterns: str, least: int = 0, most: int | None = None, count: int = 3, per_shape: int = 1) -> list[str]:
    search = Search([automaton(each) for each in patterns])
    return list(islice(matches(search, least=least, most=most, per_shape=per_shape), count))


def libxml2_says(pattern: str, text: str) -> bool:
    schema = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS})
    element = etree.SubElement(schema, f"{{{XS}}}element", name="e")
    kind = etree.SubElement(element, f"{{{XS}}}simpleType")
    restriction = etree.SubElement(kind, f"{{{XS}}}restriction", base="xs:string")
    etree.SubElement(restriction, f"{{{XS}}}pattern", value=pattern)
    document = etree.Element("e")
    document.text = text
    return bool(etree.XMLSchema(schema).validate(document))


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        ("[A-Z]{2}[0-9]{4}", "AA1111"),
        ("red|green", "red"),
        (r"\d{4}-\d{2}-\d{2}", "1111-11-11"),
        (r"[^@]+@[^@.]+\.[a-z]{2,}", "a@a.aa"),
        (r"\p{Lu}\p{IsGreek}", "AͰ"),
        (".*", ""),
        ("(a+)+b", "ab"),
    ],
)
def test_the_shortest_match_is_pleasant_to_read(pattern: str, first: str) -> None:
    assert found(pattern, count=1) == [first]


@pytest.mark.parametrize("pattern", ["a*", "[a-z]{0,5000}", "(ab?)+", "x.*y", "a{3}|b{3000}", r"\S+( \S+)*"])
@pytest.mark.parametrize("length", [3, 64, 65, 200, 3000])
def test_a_match_of_exactly_a_length(pattern: str, length: int) -> None:
    texts = found(pattern, least=length, most=length, count=1)
    if pattern == "a{3}|b{3000}" and length not in (3, 3000):
        assert texts == []
    else:
        assert [len(text) for text in texts] == [length]
        assert automaton(pattern).matches(texts[0])


def test_bounds_that_nothing_keeps_to_end_the_search() -> None:
    assert found("a{2,5}", least=6) == []
    assert found("a{7}", most=6) == []
    assert found("a{1000000000}", count=1) == []


def test_several_expressions_at_once() -> None:
    assert found("[a-z]*", ".*x.*", ".{3}", count=1) == ["aax"]
    assert found("[a-m]*", "[n-z]+") == []


def test_different_texts_of_one_shape() -> None:
    assert found("[a-c][0-2]", count=20, per_shape=20) == ["a1", "a2", "a0", "b1", "b2", "b0", "c1", "c2", "c0"]


def test_unwanted_expressions() -> None:
    paths = Search([automaton("[a-c]{1,2}")], [automaton("a.*|b")]).paths()
    shapes = ["".join(chars.first() for chars in path) for path in paths]
    assert "c" in shapes
    assert not [text for text in shapes if text.startswith("a") or text == "b"]


@pytest.mark.parametrize(
    ("missed", "kept", "of"),
    [
        ("[A-Z]{3}", ".{3}", "AAA"),
        ("[a-z]+", r"[a-z0-9]*", "abc"),
        (".{2,3}", "[ab]*", "ab"),
        (r"\d{4}-\d{2}-\d{2}", r"-?\d{4,}-\d{2}-\d{2}Z?", "1111-11-11"),
        ("(a+)+b", "[ab]*", "ab"),
    ],
)
def test_near_misses_break_one_expression_and_keep_to_the_other(missed: str, kept: str, of: str) -> None:
    texts = list(near_misses(automaton(missed), automaton(kept), of=of))
    assert texts
    assert not [text for text in texts if re.fullmatch(missed, text) or not re.fullmatch(kept, text)]


def test_no_near_miss_where_one_expression_follows_from_the_other() -> None:
    assert list(near_misses(automaton("[a-z]*"), automaton("[a-f]{2}"), of="ab")) == []


@given(PATTERNS, st.integers(0, 6), st.integers(0, 4))
def test_what_is_found_matches_in_python_too(pattern: str, least: int, more: int) -> None:
    python = re.compile(translate_pattern(pattern, back_references=False, lazy_quantifiers=False, anchors=False))
    for text in found(pattern, least=least, most=least + more, per_shape=2):
        assert python.match(text)
        assert least <= len(text) <= least + more


@given(PATTERNS, st.text("abc", max_size=6))
def test_what_is_found_matches_in_libxml2_where_it_agrees_with_python(pattern: str, probe: str) -> None:
    """libxml2 has bugs with counted groups that may be empty; where it fails a plain text too it is no witness."""
    texts = found(pattern, count=2)
    python = re.compile(pattern)
    if libxml2_says(pattern, probe) == bool(python.fullmatch(probe)):
        refused = [text for text in texts if not libxml2_says(pattern, text)]
        assert all(re.search(r"[*?+}]\)*[*?+{]", pattern) for _ in refused)


@given(PATTERNS, PATTERNS)
def test_near_misses_are_none_of_the_matches(missed: str, kept: str) -> None:
    for of in found(missed, kept, count=1):
        for text in islice(near_misses(automaton(missed), automaton(kept), of=of), 10):
            assert not re.fullmatch(missed, text)
            assert re.fullmatch(kept, text)
