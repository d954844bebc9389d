from __future__ import annotations

import pytest

from orchestra_compiler.source.meaning import meaning_of, same


def say_the_same(path: str, one: str, other: str) -> bool:
    return same(meaning_of(path, one.encode()), meaning_of(path, other.encode()))


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        ("a.yaml", "a: 1  # why\n", "a: 1\n"),
        ("a.yaml", "a: [1, two]\n", "a:\n  - 1\n  - 'two'\n"),
        ("a.md", "---\nname: a # why\n---\nDo it.\n", "---\nname: 'a'\n---\nDo it.\n"),
        ("a.md", "---\nname: a\ncolor: 3.50\n---\n", "---\nname: a\ncolor: '3.50'\n---\n"),
        ("a.txt", "as it is", "as it is"),
    ],
)
def test_spelling_does_not_count(path, one, other) -> None:
    assert say_the_same(path, one, other)


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        ("a.yaml", "a: 1\n", "a: '1'\n"),
        ("a.yaml", "a: 1\n", "a: true\n"),
        ("a.yaml", "a: 1\n", "a: 1\n---\nb: 2\n"),
        ("a.md", "---\nname: a\n---\nDo it.\n", "---\nname: a\n---\nDo it .\n"),
        ("a.md", "---\nname: a\ntier: b\n---\n", "---\ntier: b\nname: a\n---\n"),
        ("a.md", "---\nname: a\ncolor: 3.50\n---\n", "---\nname: a\ncolor: '3.5'\n---\n"),
        ("a.txt", "as it is", "as it was"),
    ],
)
def test_values_prose_and_the_order_of_front_matter_count(path, one, other) -> None:
    assert not say_the_same(path, one, other)


def test_what_is_no_text_says_nothing_that_could_be_compared() -> None:
    assert meaning_of("a.yaml", b"\xff\xfe") is None
    assert not same(None, None)
