from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.xsd.regex.characters import EVERYTHING, CharSet, escape_set, property_set

SETS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 20)), max_size=6).map(
    lambda pairs: CharSet((low, low + more) for low, more in pairs)
)


def members(chars: CharSet) -> set[str]:
    return {chr(code) for code in range(450) if chr(code) in chars}


@given(SETS, SETS)
def test_sets_of_characters_are_sets(one: CharSet, other: CharSet) -> None:
    everything = members(EVERYTHING)
    assert members(one | other) == members(one) | members(other)
    assert members(one & other) == members(one) & members(other)
    assert members(one - other) == members(one) - members(other)
    assert members(~one) == everything - members(one)
    assert ~~one == one
    assert len(one) == len(members(one))
    assert hash(one | other) == hash(other | one)


@given(SETS)
def test_choices_are_the_members_once_each(chars: CharSet) -> None:
    found = list(chars.choices())
    assert sorted(found) == sorted(members(chars))
    assert list(chars.some()) == found[:40]


def test_pleasant_characters_come_first() -> None:
    assert EVERYTHING.first() == "a"
    assert CharSet.of("<z9").first() == "z"


def test_named_sets() -> None:
    assert property_set("Nowhere") is None
    assert escape_set("x") is None
    digits = escape_set("d")
    others = escape_set("D")
    assert digits is not None
    assert others is not None
    assert "7" in digits
    assert "7" not in others
    assert not digits & others
