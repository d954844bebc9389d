"""The inclusion of content models, held against the definition: every word up to a length."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.diff.messages import content
from orchestra_compiler.diff.messages.content import EMPTY, Interleave, Name, Repeat, Sequence, Term

A, B, C = Name("a"), Name("b"), Name("c")
LONGEST = 3


def words(term: Term, longest: int = LONGEST) -> set[tuple[str, ...]]:
    """All words of a model up to a length, by the definition and without derivatives."""
    return {word for word in _words(term, longest) if len(word) <= longest}


def _words(term: Term, longest: int) -> Iterator[tuple[str, ...]]:
    if isinstance(term, Name):
        yield (term.name,)
    elif isinstance(term, content.Choice):
        for part in term.parts:
            yield from words(part, longest)
    elif isinstance(term, Sequence):
        yield from _joined([words(part, longest) for part in term.parts], longest)
    elif isinstance(term, Repeat):
        most = term.most if term.most is not None else max(longest, term.least)
        one = words(term.part, longest)
        found = _joined([one] * term.least, longest)
        for _ in range(most - term.least + 1):
            yield from found
            found = {(*left, *right) for left in found for right in one if len(left) + len(right) <= longest}
    else:
        found = {()}
        for part in term.parts:
            found = {mixed for left in found for right in words(part, longest) for mixed in _shuffled(left, right)}
        yield from found


def _joined(parts: list[set[tuple[str, ...]]], longest: int) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = {()}
    for part in parts:
        found = {(*left, *right) for left in found for right in part if len(left) + len(right) <= longest}
    return found


def _shuffled(left: tuple[str, ...], right: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not left or not right:
        yield left + right
        return
    for rest in _shuffled(left[1:], right):
        yield (left[0], *rest)
    for rest in _shuffled(left, right[1:]):
        yield (right[0], *rest)


@st.composite
def repeats(draw: st.DrawFn, part: st.SearchStrategy[Term]) -> Term:
    least = draw(st.integers(0, 2))
    return content.repeat(draw(part), least, draw(st.none() | st.integers(least, 3)))


elements = st.sampled_from([A, B, C])
terms = st.recursive(
    elements,
    lambda part: (
        st.lists(part, max_size=3).map(lambda parts: content.sequence(*parts))
        | st.lists(part, min_size=1, max_size=3).map(lambda parts: content.choice(*parts))
        | repeats(part)
        | st.lists(elements | repeats(elements), min_size=1, max_size=3).map(lambda parts: content.interleave(*parts))
    ),
    max_leaves=4,
)


@settings(deadline=None, max_examples=80)
@given(terms, terms)
def test_what_is_missed_is_missed_and_what_is_not_is_included(first: Term, second: Term) -> None:
    missed = content.missed(first, second)
    if missed is None:
        assert words(first) <= words(second)
    else:
        longest = max(LONGEST, len(missed))
        if longest <= LONGEST + 2:
            assert missed in words(first, longest)
            assert missed not in words(second, longest)
        assert not any(len(word) < len(missed) for word in words(first) - words(second)), "there is a shorter one"


@settings(deadline=None, max_examples=80)
@given(terms)
def test_the_ranges_hold_every_word_and_the_least_is_reached(term: Term) -> None:
    ranges = content.occurs(term)
    assert content.missed(term, term) is None
    for word in words(term):
        for name in {*word, *ranges}:
            least, most = ranges[name]
            assert least <= word.count(name)
            assert most is None or word.count(name) <= most


def test_order_and_choice_are_told_by_an_example() -> None:
    assert content.missed(content.sequence(A, B), content.sequence(B, A)) == ("a", "b")
    assert content.missed(content.choice(A, B), A) == ("b",)
    assert content.missed(content.sequence(A, B), Interleave((A, B))) is None
    assert content.missed(Interleave((A, B)), content.sequence(A, B)) == ("b", "a")
    assert content.missed(EMPTY, A) == ()
    assert content.missed(Repeat(A, 0, None), Repeat(A, 0, 5)) == ("a",) * 6


def test_models_too_large_are_left_undecided() -> None:
    wide = Repeat(content.sequence(Repeat(A, 0, 100), Repeat(B, 0, 100)), 0, 100)
    other = Repeat(content.sequence(Repeat(A, 0, 101), Repeat(B, 0, 100)), 0, 101)
    with pytest.raises(content.UndecidedError):
        content.missed(wide, other)


def test_the_oracle_itself() -> None:
    assert words(Repeat(A, 1, 2)) == {("a",), ("a", "a")}
    assert words(Interleave((A, Repeat(B, 0, 1)))) == {("a",), ("a", "b"), ("b", "a")}
    assert len(words(Repeat(content.choice(A, B), 0, None))) == sum(2**length for length in range(LONGEST + 1))
