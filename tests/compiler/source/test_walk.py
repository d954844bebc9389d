"""What a part of a pattern matches, with and without a regular expression."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.source.walk import _matcher, parts_of, walked

LETTERS = st.text(alphabet="ab.*?[]!-\n", max_size=6)


@given(LETTERS, LETTERS)
def test_a_part_matches_what_fnmatch_says(part: str, name: str) -> None:
    assert bool(_matcher(part)(name)) == fnmatchcase(name, part)


@pytest.mark.parametrize("pattern", ["/a", "\\a", "C:a", "c:/a", "../a", "a/../b", "a\\..\\b", "a\0b", "", "./.", "//"])
def test_nothing_leaves_the_root(pattern: str) -> None:
    assert parts_of(pattern) is None
    assert walked("/", pattern) == ([], [], [])


@pytest.mark.parametrize(
    ("pattern", "parts"), [("a//b/./c", ["a", "b", "c"]), ("1:a", ["1:a"]), ("ä:b", ["ä:b"]), ("a..b", ["a..b"])]
)
def test_what_stays_inside_is_taken_apart(pattern: str, parts: list[str]) -> None:
    assert parts_of(pattern) == parts
