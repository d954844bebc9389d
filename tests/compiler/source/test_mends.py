from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, Severity, Span
from orchestra_compiler.source.mends import quoted, rename, same_data, scalar, settled
from orchestra_compiler.source.scalars import read as scalar_value
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.yaml import read


def edit(line: int, column: int, end_line: int, end_column: int, text: str = "", old: str = "") -> Edit:
    return Edit(Span("a.md", line, column, end_line, end_column), text, old)


def finding(*edits: Edit) -> Diagnostic:
    fix = Fix(title="mend it", safety=Safety.SAFE, edits=edits)
    return Diagnostic(code="ORC007", rule="x", severity=Severity.WARNING, span=Span("a.md"), message="m", fix=fix)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff")))
def test_text_is_written_so_that_yaml_reads_the_same(text) -> None:
    for written in (quoted(text), scalar(text)):
        reading = read(Text("a.yaml", f"k: {written}\nl: [{written}, x]\nm:\n  - {written}\n"))
        assert reading.diagnostics == []
        assert reading.documents[0].value == {"k": text, "l": [text, "x"], "m": [text]}


@pytest.mark.parametrize(
    "word",
    ["yes", "No", "null", "~", "", "1", "0x1", "2024-01-02", "1_000", "a: b", "- a", "#a", "a ", "True", "on", "y"],
)
def test_words_that_mean_something_else_are_quoted(word) -> None:
    assert scalar(word) == f'"{word}"'


@pytest.mark.parametrize(
    ("content", "where", "new"),
    [
        ("handoffs: lead, lead-dev, x.lead", edit(1, 11, 1, 33, "boss", "lead"), edit(1, 11, 1, 15, "boss")),
        ("a: 'leed'", edit(1, 4, 1, 10, "lead", "leed"), edit(1, 5, 1, 9, "lead")),
        ("Ask leed. Then", edit(1, 1, 1, 15, "lead", "leed"), edit(1, 5, 1, 9, "lead")),
        ("a: leed leed", edit(1, 1, 1, 13, "lead", "leed"), None),
        ("a: lead", edit(1, 1, 1, 8, "x", "leed"), None),
        ("a: leed", edit(1, 1, 2, 8, "x", "leed"), None),
        ("a\u200bb", edit(1, 2, 1, 3, "", "\u200b"), edit(1, 2, 1, 3, "")),
    ],
)  # fmt: skip
def test_a_word_is_found_in_the_value_it_stands_in(content, where, new) -> None:
    (settled_one,) = settled([finding(where)], {"a.md": content.encode()})
    assert (settled_one.fix.edits[0] if settled_one.fix else None) == new


def test_a_fix_of_a_file_that_nobody_read_is_dropped() -> None:
    assert settled([finding(edit(1, 1, 1, 2, "x"))], {})[0].fix is None
    assert settled([finding(edit(1, 1, 1, 2, "x"))], {"a.md": b"\xff\xff"})[0].fix is None


def test_nothing_is_renamed_to_nothing() -> None:
    assert rename("leed", "", Span("a.md")) is None
    fix = rename("leed", "lead", Span("a.md", 1, 1, 1, 5), Span("b.md", 1, 1, 1, 5))
    assert fix is not None
    assert fix.safety is Safety.UNSAFE
    assert [each.span.path for each in fix.edits] == ["a.md", "b.md"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        ("1", 1),
        (None, False),
        ([1, 2], [2, 1]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([], {}),
        ([[1]], [[1, 1]]),
    ],
)
def test_data_of_other_types_or_in_another_order_differs(one, other) -> None:
    assert not same_data(one, other)
    assert same_data(one, one)
    assert same_data(other, other)


def test_digits_beyond_a_double_count() -> None:
    long = "0.1000000000000000055511151231257827"
    assert scalar_value(long) == scalar_value("0.1")
    assert not same_data(scalar_value(long), scalar_value(long + "1"))


def test_deep_data_is_compared() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    assert same_data(deep, deep)
