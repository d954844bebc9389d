"""What is told of two content models, held against the definition: every sequence of children up to a length."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.diff.messages.content import content_findings, occurrences, told
from orchestra_compiler.xsd.languages import language_of
from orchestra_compiler.xsd.model import (
    NOWHERE,
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Group,
    GroupKind,
    Particle,
)
from orchestra_compiler.xsd.names import local_name

LONGEST = 3
TYPE = ComplexType(name="", place=NOWHERE)
DECLARED = {name: ElementDeclaration(name=f"{{urn:x}}{name}", type=TYPE, place=NOWHERE) for name in "abc"}


def element(name: str, least: int = 1, most: int | None = 1) -> ElementParticle:
    return ElementParticle(declaration=DECLARED[name], least=least, most=most, place=NOWHERE)


def group(kind: GroupKind, *particles: Particle, least: int = 1, most: int | None = 1) -> Group:
    return Group(kind=kind, particles=particles, least=least, most=most, place=NOWHERE)


def sequence(*particles: Particle, least: int = 1, most: int | None = 1) -> Group:
    return group(GroupKind.SEQUENCE, *particles, least=least, most=most)


def contents(model: Group) -> set[str]:
    language = language_of(model, local_name)
    every = ("".join(names) for length in range(LONGEST + 1) for names in product("abc", repeat=length))
    return {names for names in every if language.accepts(names)}


@st.composite
def bounds(draw: st.DrawFn) -> tuple[int, int | None]:
    least = draw(st.integers(0, 2))
    return least, draw(st.none() | st.integers(max(least, 1), 3))


@st.composite
def models(draw: st.DrawFn, depth: int = 2) -> Group:
    """A group of any shape, ambiguous ones too."""

    def particle() -> Particle:
        if depth and draw(st.booleans()):
            return draw(models(depth - 1))
        return element(draw(st.sampled_from("abc")), *draw(bounds()))

    least, most = draw(bounds())
    particles = [particle() for _ in range(draw(st.integers(1, 3)))]
    return group(draw(st.sampled_from(list(GroupKind))), *particles, least=least, most=most)


def said(old: Group | None, new: Group | None) -> list[tuple[str, str]]:
    return [(each.rule, each.where) for each in content_findings(old, new, "/r")]


@settings(max_examples=60, deadline=None)
@given(model=models())
def test_the_ranges_hold_every_content_and_a_model_does_not_differ_from_itself(model: Group) -> None:
    ranges = occurrences(model)
    assert said(model, model) == []
    for content in contents(model):
        for name in {*content, *ranges}:
            least, most = ranges[name]
            assert least <= content.count(name)
            assert most is None or content.count(name) <= most


@settings(max_examples=60, deadline=None)
@given(old=models(1), new=models(1))
def test_what_is_refused_now_is_always_told(old: Group, new: Group) -> None:
    told_of = list(content_findings(old, new, "/r"))
    if not contents(old) <= contents(new):
        assert any(each.severity == "breaking" for each in told_of)
    if not contents(new) <= contents(old):
        assert told_of, "something is accepted now that was not"


def ways(*names: str) -> Iterator[ElementParticle]:
    yield from map(element, names)


def test_order_and_choice_are_told_by_an_example() -> None:
    found = list(content_findings(sequence(*ways("a", "b")), sequence(*ways("b", "a")), "/r"))
    assert [(each.rule, each.message) for each in found] == [
        ("CONTENT_NO_NARROW", "the content a, b is refused now"),
        ("CONTENT_NO_WIDEN", "the content b, a is accepted now"),
    ]
    every = group(GroupKind.ALL, *ways("a", "b"))
    assert said(sequence(*ways("a", "b")), every) == [("CONTENT_NO_WIDEN", "/r")]
    assert said(every, sequence(*ways("a", "b"))) == [("CONTENT_NO_NARROW", "/r")]


def test_no_content_at_all_is_a_content() -> None:
    assert said(None, None) == []
    assert said(None, sequence(element("a"))) == [("ELEMENT_NO_REQUIRE", "/r/a")]
    assert said(sequence(element("a", 0)), None) == [("ELEMENT_NO_DELETE", "/r/a")]
    assert said(None, sequence(element("a", 0, 0))) == []


@pytest.mark.parametrize("parts", [3, 4_000])
def test_a_model_that_did_not_change_is_not_compared_whatever_its_size(parts: int) -> None:
    wide = sequence(*(element("abc"[number % 3], 0, 100) for number in range(parts)), most=100)
    same = sequence(*(element("abc"[number % 3], 0, 100) for number in range(parts)), most=100)
    assert said(wide, same) == []


@pytest.mark.parametrize("names", [100, 2_000])
def test_models_too_large_to_compare_say_so(names: int) -> None:
    """Both orders let in the same numbers of each element, so only the languages could tell."""
    every = [ElementDeclaration(name=f"e{number}", type=TYPE, place=NOWHERE) for number in range(names)]
    forward = [ElementParticle(declaration=each, least=0, most=40, place=NOWHERE) for each in every]
    found = list(content_findings(sequence(*forward, most=2), sequence(*forward[::-1], most=2), "/r"))
    assert [each.rule for each in found] in (["CONTENT_NO_NARROW", "CONTENT_NO_WIDEN"], ["CONTENT_NO_NARROW"])


def test_children_in_words() -> None:
    assert told(["{urn:x}a", "b", "b", "b", "a"]) == "a, b 3 times, a"
    assert told([]) == "without elements"
