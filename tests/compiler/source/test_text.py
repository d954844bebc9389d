from __future__ import annotations

import pytest

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.source.text import Text, decode


@pytest.mark.parametrize(
    ("data", "span"),
    [
        (b"a\nb\xff", Span("f", 2, 2, 2, 3)),
        ("ü\n".encode() + b"\xc3", Span("f", 2, 1, 2, 2)),
        (b"\xef\xbb\xbfa\xff", Span("f", 1, 2, 1, 3)),
        ("a: b".encode("utf-16"), Span("f")),
        ("a: b".encode("utf-16-le"), Span("f")),
        ("a: b".encode("utf-32"), Span("f")),
        (b"a\0b", Span("f", 1, 2, 1, 3)),
        (b"a\r\nb\x07", Span("f", 2, 2, 2, 3)),
        ("a\ufeff".encode(), Span("f", 1, 2, 1, 3)),
    ],
)
def test_unclean_text_is_one_finding(data, span) -> None:
    _, found = decode("f", data)
    assert [(each.code, each.span) for each in found] == [("ORC006", span)]


@pytest.mark.parametrize("data", [b"", b"a\tb\r\n", "𝄞\x85\u2028".encode(), b"\xef\xbb\xbfa"])
def test_clean_text(data) -> None:
    text, found = decode("f", data)
    assert found == []
    assert text.content == data.decode().removeprefix("\ufeff")


def test_lines_end_where_editors_end_them() -> None:
    text = Text("f", "a\r\nb\rc\nd\u2028e")
    assert [text.place(text.content.index(letter)) for letter in "abcde"] == [(1, 1), (2, 1), (3, 1), (4, 1), (4, 3)]
    assert text.index(4, 3) == text.content.index("e")
