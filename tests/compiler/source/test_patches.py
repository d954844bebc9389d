from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Edit, Span
from orchestra_compiler.source.patches import patch
from orchestra_compiler.source.text import Text, decode


def edit(line: int, column: int, end_line: int, end_column: int, text: str = "") -> Edit:
    return Edit(Span("a.md", line, column, end_line, end_column), text)


@pytest.mark.parametrize(
    ("data", "edits", "after"),
    [
        (b"one\ntwo", [edit(2, 1, 2, 4, "2")], b"one\n2"),
        (b"one\ntwo", [edit(2, 4, 2, 4, "!\n")], b"one\ntwo!\n"),
        (b"one\r\ntwo\r\n", [edit(2, 1, 2, 1, "x\n"), edit(1, 1, 1, 2, "O")], b"One\r\nx\r\ntwo\r\n"),
        (b"one\rtwo", [edit(2, 1, 2, 1, "x\n")], b"one\rx\rtwo"),
        (b"one\r\ntwo\n", [edit(1, 1, 1, 1, "x\n"), edit(3, 1, 3, 1, "y\n")], b"x\r\none\r\ntwo\ny\n"),
        (b"", [edit(1, 1, 1, 1, "x\ny")], b"x\ny"),
        (b"\xef\xbb\xbfone", [edit(1, 1, 1, 2, "O")], b"\xef\xbb\xbfOne"),
        ("é😀\u2028z".encode(), [edit(1, 4, 1, 5, "")], "é😀\u2028".encode()),
        (b"one\ntwo\nthree", [edit(1, 2, 3, 2, "")], b"ohree"),
    ],
)
def test_bytes_outside_the_edits_stay(data, edits, after) -> None:
    done = patch("a.md", data, edits)
    assert done is not None
    assert done.data == after
    assert decode("a.md", done.data)[0].content == done.text.content


@pytest.mark.parametrize(
    ("data", "where"),
    [(b"one", edit(2, 1, 2, 1)), (b"one", edit(1, 5, 1, 5)), (b"one\ntwo", edit(1, 5, 2, 1)), (b"one", edit(1, 3, 1, 2)),
     (b"\xff", edit(1, 1, 1, 1)), (b"a\x00b", edit(1, 1, 1, 1)), (b"one", edit(0, 0, 0, 0))],
)  # fmt: skip
def test_a_place_that_is_not_there_or_no_text_changes_nothing(data, where) -> None:
    assert patch("a.md", data, [where]) is None


@given(st.text("ab\n\r", max_size=30), st.data())
def test_what_is_not_replaced_can_be_followed(content, data) -> None:
    text = Text("a.md", content)
    spots = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=6, unique=True)))
    pairs = list(zip(spots[::2], spots[1::2], strict=False))
    done = patch("a.md", content.encode(), [Edit(text.span(*pair), "XY") for pair in pairs])
    assert done is not None
    for index, character in enumerate(content):
        if not any(start <= index < end for start, end in pairs):
            assert done.text.content[done.moved(index)] == character
    assert [(change.start, change.end) for change in done.changes] == pairs
    assert all(done.text.content[change.new_start : change.new_end] == "XY" for change in done.changes)
