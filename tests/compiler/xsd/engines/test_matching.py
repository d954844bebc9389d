from __future__ import annotations

import re

import pytest
from elementpath.regex import translate_pattern
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.xsd.engines.matching import MAX_STATES, automaton
from orchestra_compiler.xsd.engines.pattern_syntax import UnreadablePatternError, longest_for_re, nesting


def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern as Python has it."""
    return re.compile(translate_pattern(pattern, back_references=False, lazy_quantifiers=False, anchors=False))


def accepts(atom: str, char: str) -> bool:
    return compiled(atom).match(char) is not None


ATOMS = st.sampled_from(
    ["a", "b", "1", ".", r"\d", r"\.", r"\p{L}", "[ab]", "[^a]", "[a-c-[b]]", r"[\d\]]", "é", " ", "^", "$"]
)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    quantifiers = st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "{1,}", "{0}"])
    return (
        st.builds("({})".format, inner)
        | st.builds("{}{}".format, inner, inner)
        | st.builds("({}|{})".format, inner, inner)
        | st.builds("({}){}".format, inner, quantifiers)
    )


PATTERNS = st.recursive(ATOMS, larger, max_leaves=6)


@given(PATTERNS, st.lists(st.text("ab1c.]é ^$", max_size=6), max_size=6))
def test_the_automaton_agrees_with_re(pattern: str, texts: list[str]) -> None:
    ours, theirs = automaton(pattern, accepts), compiled(pattern)
    for text in texts:
        assert bool(ours.match(text)) == bool(theirs.match(text)), text


@pytest.mark.parametrize("pattern", ["", "a", "[a-z]+", r"\d{4}", "(a|b)", "a{1,9}", "[(a+)+]*", r"\(+\)"])
def test_simple_patterns_are_left_to_re(pattern: str) -> None:
    assert longest_for_re(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+b", "(a|a)*", "(a?)*", "((a)*)*", "(a{1,2}){1,100}", "(a{9999999})", "(" * 200 + ")" * 200, "a?" * 30],
)
def test_patterns_that_could_be_tried_for_ever_are_not(pattern: str) -> None:
    assert longest_for_re(pattern) == 0


def test_several_repetitions_are_left_to_re_for_short_texts() -> None:
    assert longest_for_re("a*b*") == 1_000
    assert longest_for_re("a*b*c*") in (99, 100)


def test_long_texts_take_no_more_than_one_step_each() -> None:
    ours = automaton("(a+)+b", accepts)
    assert ours.match("a" * 50_000) is None
    assert ours.match("a" * 50_000 + "b")
    assert len(ours._known) < 10


@pytest.mark.parametrize(
    "pattern", ["a{100000}", f"a{{{'9' * 5000}}}", "((a{100}){100}){100}", "(", "[a", "a)", "\\p{L"]
)
def test_what_is_too_large_or_no_pattern_is_not_read(pattern: str) -> None:
    with pytest.raises(UnreadablePatternError):
        automaton(pattern, accepts)


def test_states_are_bounded() -> None:
    assert automaton(f"a{{{MAX_STATES - 10}}}", accepts).match("a" * (MAX_STATES - 10))


def test_nesting_is_counted() -> None:
    assert (nesting("abc"), nesting("(a(b)c)(d)")) == (0, 2)
