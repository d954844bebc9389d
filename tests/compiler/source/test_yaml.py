from __future__ import annotations

import math
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.source import yaml
from orchestra_compiler.source.text import Text, decode
from orchestra_compiler.source.tree import List, Map


def read(content: str) -> yaml.Reading:
    return yaml.read(Text("f.yaml", content))


def value(content: str) -> Any:
    reading = read(content)
    assert reading.diagnostics == []
    return reading.documents[0].value


def codes(content: str) -> list[tuple[str, int, int]]:
    return [(found.code, found.span.line, found.span.column) for found in read(content).diagnostics]


def test_every_kind_of_value() -> None:
    data = value(
        "a: 1\nb: [x, 2.5, true, ~]\nc:\n- d: null\nf: |\n  two\n  lines\ng: {h: 'i', j: \"k\"}\nl: >-\n  x\n  y\n"
    )
    assert data == {
        "a": 1, "b": ["x", 2.5, True, None], "c": [{"d": None}], "f": "two\nlines\n", "g": {"h": "i", "j": "k"}, "l": "x y",
    }  # fmt: skip
    assert isinstance(data, Map)
    assert isinstance(data["b"], List)


def test_keys_are_the_text_that_was_written() -> None:
    assert value("steps: {10000: 1, 0.50: 2}") == {"steps": {"10000": 1, "0.50": 2}}


def test_several_documents_and_a_fence_too_many() -> None:
    assert [document.value for document in read("a: 1\n---\nb: 2\n---\n").documents] == [{"a": 1}, {"b": 2}]
    assert read("") == ([], [])
    assert read("# nothing\n") == ([], [])


@pytest.mark.parametrize(
    ("content", "path", "span"),
    [
        ("a: b\n", ("a",), (1, 4, 1, 5)),
        ("é: 'ü𝄞'\n", ("é",), (1, 4, 1, 8)),
        ("𝄞: [𝄞, b]", ("𝄞", 1), (1, 8, 1, 9)),
        ("a:\n  - b\n  - c: d\n", ("a", 1), (3, 5, 3, 9)),
        ("a:\n  - b\n  - c: d\n# end ]\n", ("a",), (2, 3, 3, 9)),
        ("a: {b: [1, 2]}\n", ("a", "b"), (1, 8, 1, 14)),
        ("a: x\r\nb: y\r\n", ("b",), (2, 4, 2, 5)),
        ("a: x\u2028y\nb: z\n", ("b",), (2, 4, 2, 5)),
        ("a:\nb: 1\n", ("a",), (1, 3, 1, 3)),
        ("a:\tb\n", ("a",), (1, 4, 1, 5)),
    ],
)
def test_places(content, path, span) -> None:
    assert read(content).documents[0].span_at(path) == Span("f.yaml", *span)


def test_a_byte_order_mark_takes_no_column() -> None:
    text, found = decode("f.yaml", b"\xef\xbb\xbfa: b")
    assert found == []
    assert yaml.read(text).documents[0].span_at(("a",)) == Span("f.yaml", 1, 4, 1, 5)


def test_key_and_head_places() -> None:
    document = read("a:\n  bee: c\n").documents[0]
    assert document.key_span_at(("a", "bee")) == Span("f.yaml", 2, 3, 2, 6)
    assert document.head_span_at(()) == Span("f.yaml", 1, 1, 1, 2)
    assert document.span_at(("a", "nothing")) == document.span_at(("a",))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a: b: c", ("ORC001", 1, 5)),
        ("a: 'b", ("ORC001", 1, 6)),
        ("\ta: 1", ("ORC001", 1, 1)),
        ("a: *b", ("ORC001", 1, 4)),
        ("a: @b", ("ORC001", 1, 4)),
        ("a: 1\nb\n", ("ORC001", 3, 1)),
        ("a: 1\na: 2", ("ORC002", 2, 1)),
        ("x: {a: 1, b: 2, a: 3}", ("ORC002", 1, 17)),
        ("a: !!str 1", ("ORC003", 1, 4)),
        ("a: !x [1]", ("ORC003", 1, 4)),
        ("<<: {a: 1}", ("ORC003", 1, 1)),
        ("a: &a [*a]", ("ORC004", 1, 8)),
        ("a: no", ("ORC005", 1, 4)),
        ("on: 1", ("ORC005", 1, 1)),
        ("[a, 12:30]", ("ORC005", 1, 5)),
        ("a: 1_000", ("ORC005", 1, 4)),
        ("a: 0123", ("ORC005", 1, 4)),
        ("a: 2026-01-31", ("ORC005", 1, 4)),
        ("a: \x00", ("ORC006", 1, 4)),
        ("a: b\nc: \x1b[0m", ("ORC006", 2, 4)),
        ("? [a]\n: 1", ("ORC013", 1, 3)),
        ("true: 1", ("ORC013", 1, 1)),
        ("~: 1", ("ORC013", 1, 1)),
    ],
)
def test_findings(content, found) -> None:
    assert codes(content) == [found]


def test_what_was_refused_reaches_nobody() -> None:
    assert read("a: 1\na: 2\n<<: {b: 1}\n? {c: 1}\n: 2\nd: 3").documents[0].value == {"a": 1, "d": 3}


def test_documents_before_a_syntax_error_are_kept() -> None:
    reading = read("a: 1\n---\nb: [")
    assert [document.value for document in reading.documents] == [{"a": 1}]
    assert [found.code for found in reading.diagnostics] == ["ORC001"]


def test_aliases_in_moderation() -> None:
    reading = read("a: &x [1, 2]\nb: *x\nc: &s word\nd: *s\n")
    assert reading.diagnostics == []
    assert reading.documents[0].value == {"a": [1, 2], "b": [1, 2], "c": "word", "d": "word"}
    assert reading.documents[0].span_at(("b",)) == Span("f.yaml", 2, 4, 2, 6)


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    reading = read("\n".join(lines))
    assert [found.code for found in reading.diagnostics] == ["ORC004"]
    assert reading.documents == []


@pytest.mark.parametrize(
    "content", ["[" * 10_000, "{a: " * 10_000, "- " * 10_000 + "a", "[" * 10_000 + "]" * 10_000, "? " * 10_000]
)
def test_deep_nesting_is_one_finding(content) -> None:
    reading = read(content)
    assert [found.code for found in reading.diagnostics] == ["ORC001"]
    assert "100 deep" in reading.diagnostics[0].message


def test_nesting_up_to_the_limit_is_read() -> None:
    assert read("[" * yaml.MAX_DEPTH + "]" * yaml.MAX_DEPTH).diagnostics == []


def test_a_long_line_is_read() -> None:
    assert len(value("a: " + "x" * 5_000_000)["a"]) == 5_000_000


def test_a_flood_of_findings_ends() -> None:
    assert len(read("a: 1\n" * 5000).diagnostics) == yaml.MAX_FINDINGS


def test_without_libyaml_the_result_is_the_same(monkeypatch) -> None:
    content = "a: [1, {b: c}]\nd: |\n  x\ne:\n- f\n- {}\ng: yes\n---\nh: &x i\nj: *x\n"
    fast = read(content)
    monkeypatch.setattr(yaml, "_parser", yaml._PythonParser)
    slow = read(content)
    assert slow.diagnostics == fast.diagnostics
    assert [(each.value, each.span) for each in slow.documents] == [(each.value, each.span) for each in fast.documents]
    assert [each.value.spots for each in slow.documents] == [each.value.spots for each in fast.documents]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
# 1.1 and 1.2 disagree about words such as `0E0`, text to the one and a number to the other
WORDS = WORDS.filter(lambda word: not isinstance(yaml.scalars.read(word), int | float))
SCALARS = st.none() | st.booleans() | st.integers() | WORDS | st.floats(allow_nan=False, allow_infinity=False)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=20
)


@settings(max_examples=150, deadline=None)
@given(TREES, st.booleans())
def test_agrees_with_pyyaml_where_the_versions_agree(tree, flow) -> None:
    content = pyyaml.safe_dump(tree, allow_unicode=True, default_flow_style=flow, sort_keys=False)
    reading = read(content)
    if any(found.code == "ORC006" for found in reading.diagnostics) or not reading.documents:
        return
    assert same(reading.documents[0].value, pyyaml.load(content, pyyaml.CSafeLoader))
    assert [found for found in reading.diagnostics if found.code not in ("ORC013", "ORC005")] == []


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, dict):
        return list(ours) == list(theirs) and all(same(ours[key], theirs[key]) for key in theirs)
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return bool(ours == theirs) and (type(ours) is type(theirs) or isinstance(ours, float))


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_spans_slice_back_to_the_source(tree) -> None:
    content = pyyaml.safe_dump({"top": tree}, allow_unicode=True, sort_keys=False)
    reading = read(content)
    for document in reading.documents:
        check_spots(document.value, content)


def check_spots(node: Any, content: str) -> None:
    spots = []
    if isinstance(node, Map):
        spots = [(node[key], *node.spot(key)) for key in node]
        for key in node:
            start, end = node.key_spot(key)
            assert pyyaml.load(content[start:end].removeprefix("? "), pyyaml.CBaseLoader) == key
    elif isinstance(node, List):
        spots = [(item, *node.spot(number)) for number, item in enumerate(node)]
    for item, start, end in spots:
        if isinstance(item, int | float | bool):
            assert yaml.scalars.read(content[start:end]) == item
        check_spots(item, content)


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text("ab:-[]{},&*!|>'\"%@#? \n\t0").map(str))
def test_never_raises_on_text(content) -> None:
    for found in read(content).diagnostics:
        assert found.span.line >= 1
        assert found.span.column >= 1
        assert (found.span.line, found.span.column) <= (found.span.end_line, found.span.end_column)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_never_raises_on_bytes(data) -> None:
    text, found = decode("f", data)
    if not found:
        yaml.read(text)


def test_infinities_are_no_numbers() -> None:
    data = value("[.inf, -.INF, .nan, 1e999, 1e-999]")
    assert all(isinstance(item, str) for item in data)
    assert not any(isinstance(item, float) and not math.isfinite(item) for item in data)
