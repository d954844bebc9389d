from __future__ import annotations

from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.source.recovery import MAX_CHARACTERS, recover
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.tree import List, Map
from orchestra_compiler.source.yaml import MAX_FINDINGS


def recovered(content: str) -> tuple[Any, list[tuple[str, int, int]]]:
    found = recover(Text("a.yaml", content))
    assert found is not None
    return found.document.value, [(each.code, each.span.line, each.span.column) for each in found.diagnostics]


@pytest.mark.parametrize(
    ("content", "value", "found"),
    [
        ("a: b: c\nd: 1\n", {"a": "b: c", "d": 1}, [("ORC009", 1, 5)]),
        ("a: **b** c\n", {"a": "**b** c"}, [("ORC009", 1, 4)]),
        ("a:\n  b: @x\n  c: [1, 2]\n", {"a": {"b": "@x", "c": [1, 2]}}, [("ORC009", 2, 6)]),
        (
            "a:\n- b: x: y\n  c: 2\n- d\n- *e\n",
            {"a": [{"b": "x: y", "c": 2}, "d", "*e"]},
            [("ORC009", 2, 7), ("ORC009", 5, 3)],
        ),
        ("a:\n\tb: 1\n\tc:\n\t\td: 2\n", {"a": {"b": 1, "c": {"d": 2}}}, [("ORC009", 2, 1)]),
        ("a:\n    b: 1\n\tc: 2\n", {"a": {"b": 1, "c": 2}}, [("ORC009", 3, 1)]),
        ("a: |\nnot indented\nd: *x\n", {"a": "not indented\n", "d": "*x"}, [("ORC009", 1, 4), ("ORC009", 3, 4)]),
        ("a: 'it's'\nb: 'x'\n", {"a": "it's", "b": "x"}, [("ORC009", 1, 4)]),
        ("a: 1\na: 2\nb: *c\n", {"a": 1, "b": "*c"}, [("ORC002", 2, 1), ("ORC009", 3, 4)]),
        ("# note\n---\na: *b\n...\n", {"a": "*b"}, [("ORC009", 3, 4)]),
        ("lost\na: *b\n", {"a": "*b"}, [("ORC009", 1, 1), ("ORC009", 2, 4)]),
        ("'a b': *c\n\"d\": 1\n", {"a b": "*c", "d": 1}, [("ORC009", 1, 8)]),
        ("a: [b, `c`]\n", {"a": ["b", "`c`"]}, [("ORC009", 1, 4)]),
        ("a: >\n    one\n  two\nb: *c", {"a": "one two\n", "b": "*c"}, [("ORC009", 1, 4), ("ORC009", 4, 4)]),
        ("a: yes\nb: {c: no}\nd: *e\n", {"a": "yes", "b": {"c": "no"}, "d": "*e"}, [("ORC009", 3, 4)]),
        (
            "a: &x\n  b: 1\nc:\n  <<: *x\n  d: *y\ne: *x\n",
            {"a": {"b": 1}, "c": {"b": 1, "d": "*y"}, "e": {"b": 1}},
            [("ORC009", 5, 6)],
        ),
        ("Two Words:\n  a: @b\n", {"Two Words": {"a": "@b"}}, [("ORC009", 2, 6)]),
        ("a:\n    b: 1\n  c: 2\n", {"a": {"b": 1, "c": 2}}, []),
    ],
)
def test_what_was_meant_is_read_and_what_is_wrong_is_told(content, value, found) -> None:
    assert recovered(content) == (value, found)


def test_a_block_of_text_keeps_its_lines() -> None:
    value, _ = recovered("a:\n  prompt: |\n    One\n\n      two: three\n  b: x: y\n")
    assert value["a"]["prompt"] == "One\n\n  two: three\n"


@pytest.mark.parametrize("content", ["", "text", "- a\n- *b\n", "{\n", "x" * (MAX_CHARACTERS + 1)])
def test_what_is_no_mapping_is_not_recovered(content) -> None:
    assert recover(Text("a.yaml", content)) is None


def test_items_in_brackets_have_places() -> None:
    found = recover(Text("a.yaml", "a: [b,  `c`, 'd' ]\n"))
    assert found is not None
    items = found.document.value["a"]
    assert items == ["b", "`c`", "d"]
    assert [items.spot(number) for number in range(3)] == [(4, 5), (8, 11), (13, 16)]


def test_findings_end() -> None:
    _, found = recovered("".join(f"a{number}: b: c\n" for number in range(3000)))
    assert len(found) == MAX_FINDINGS
    _, found = recovered("lost\n" * 3000 + "a: *b\n")
    assert len(found) == MAX_FINDINGS


def test_deep_nesting_ends() -> None:
    content = "".join(f"{'  ' * depth}a:\n" for depth in range(500)) + "  " * 500 + "a: *b"
    value, found = recovered(content)
    assert value
    assert found


def spots(value: Any) -> list[tuple[int, int]]:
    if isinstance(value, Map):
        own = [pair for key in value for pair in (value.key_spot(key), value.spot(key))]
        return own + [spot for item in value.values() for spot in spots(item)]
    if isinstance(value, List):
        return [value.spot(number) for number in range(len(value))] + [spot for item in value for spot in spots(item)]
    return []


WORDS = st.text(alphabet="ab :-#*@[]{}'\"|>\t\n&!%,", max_size=40)


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_never_raises_and_every_place_exists(content) -> None:
    found = recover(Text("a.yaml", content))
    if found is not None:
        for start, end in spots(found.document.value):
            assert 0 <= start <= end <= len(content)


NAMES = st.text(alphabet="abcdef", min_size=1, max_size=5)
VALUES: Any = st.recursive(
    st.text(alphabet="abc :.\n", max_size=12) | st.integers(0, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
def test_what_is_sound_beside_a_fault_is_read_as_it_is(data) -> None:
    content = pyyaml.safe_dump(data, sort_keys=False) + "zz: *broken\n"
    value, found = recovered(content)
    assert value == data | {"zz": "*broken"}
    assert [code for code, *_ in found] == ["ORC009"]
