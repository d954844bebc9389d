from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.xsd.patterns import example


@pytest.mark.parametrize(
    "pattern",
    [
        "abc",
        r"\d{3}-\d{4}",
        "[a-z]+",
        "[^a-z]*x?",
        "(red|green|blue)",
        r"[A-Z]{2,}\.[a-z_]{1,3}",
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        r"(\+|-)?[0-9]+(\.[0-9]+)?",
        r"[\-+.]\s\S\w\W\n",
        r".{5}",
        "a|",
        "",
        r"[\]\[]+",
    ],
)
@pytest.mark.parametrize("at_least", [0, 3])
def test_the_example_matches(pattern: str, at_least: int) -> None:
    made = example(pattern, at_least)
    assert made is not None
    assert re.fullmatch(pattern, made)


def test_open_ends_grow_to_the_length_that_is_asked_for() -> None:
    assert example("[a-z]*", 7) == "a" * 7
    assert example("x{2,}", 5) == "xxxxx"
    assert len(example("[a-z]{0,4}", 9) or "") == 4


@pytest.mark.parametrize(
    "pattern", ["[", "(", "a)", "*a", r"\p{IsGreek}", r"\P{L}", "[a-z-[aeiou]]", "a{99999999}", "a{x}", "\\", "(" * 500]
)
def test_what_is_too_odd_gives_none(pattern: str) -> None:
    assert example(pattern) is None


@given(st.text(alphabet="ab01[](){}|*+?.\\-^,dwpP", max_size=20), st.integers(0, 20))
def test_any_pattern_is_read_or_given_up(pattern: str, at_least: int) -> None:
    made = example(pattern, at_least)
    assert made is None or isinstance(made, str)
