from __future__ import annotations

from orchestra_compiler.text_checks.prose import fenced, without_code, without_fences


def test_fenced_blocks_come_with_their_language() -> None:
    text = "a\n```XML\n<x>\n```\n- list:\n  ~~~\n  ```\n  ~~~\n````\n```\n````\n"
    assert list(fenced(text)) == [("xml", "<x>\n"), ("", "  ```\n"), ("", "```\n")]


def test_a_fence_never_closed_ends_with_the_text() -> None:
    assert list(fenced("```\na\nb")) == [("", "a\nb")]
    assert without_fences("x\n```\na\nb").strip() == "x"


def test_spans_and_fences_are_told_apart() -> None:
    assert without_fences("`a`\n```\nb\n```") == "`a`\n   \n \n   "
    assert without_code("`a` b ``c ` d`` `open") == "    b" + 11 * " " + "`open"


def test_text_without_code_comes_back_as_it_is() -> None:
    assert without_code("no code") == "no code"
    assert list(fenced("no code")) == []
