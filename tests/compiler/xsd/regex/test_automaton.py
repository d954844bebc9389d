from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.xsd.regex.automaton import Automaton
from orchestra_compiler.xsd.regex.parsing import parse

ATOMS = st.sampled_from(["a", "b", "c", "[ab]", "[^a]", "."])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}"])).map(
            lambda pair: f"({pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)


@given(PATTERNS, st.text("abcd", max_size=7))
def test_the_same_matches_as_pythons_own(pattern: str, text: str) -> None:
    assert Automaton(parse(pattern)).matches(text) == bool(re.fullmatch(pattern, text))


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a*)*b", "(a|a)*b", "(a|aa)+b", "(.*)*x", "((a{0,50}){0,50}){0,50}b"])
def test_hostile_expressions_take_no_more_steps_than_the_text_is_long(pattern: str) -> None:
    automaton = Automaton(parse(pattern))
    assert not automaton.matches("a" * 400)
    assert automaton.matches("a" * 100 + pattern[-1])


def test_effort_tells_hostile_expressions_from_tame_ones() -> None:
    assert Automaton(parse("(a+)+b")).effort("a" * 60) > 10**6
    assert Automaton(parse(r"\S+( \S+)*")).effort("a" * 60) < 10**4
    assert Automaton(parse("[A-Z]{1,3000}")).effort("A" * 2_000) <= 2_000


def test_huge_repetitions_cost_nothing_until_they_are_used() -> None:
    automaton = Automaton(parse("(ab){0,10000000}(c{100000000000})?"))
    assert automaton.matches("abab")
    assert not automaton.matches("aba")
