from __future__ import annotations

from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.xsd.growing.pairwise import covering


@given(st.lists(st.integers(1, 5), max_size=7))
def test_every_two_levels_of_two_factors_meet(levels: list[int]) -> None:
    rows = covering(levels)
    assert all(len(row) == len(levels) for row in rows)
    assert all(0 <= level < count for row in rows for level, count in zip(row, levels, strict=True))
    for one, other in combinations(range(len(levels)), 2):
        met = {(row[one], row[other]) for row in rows}
        assert met == set(product(range(levels[one]), range(levels[other])))


@given(st.lists(st.integers(1, 4), max_size=6))
def test_no_row_comes_twice(levels: list[int]) -> None:
    rows = covering(levels)
    assert len(set(rows)) == len(rows)


def test_twenty_switches_need_few_rows() -> None:
    assert len(covering([2] * 20)) <= 12


def test_no_factor_needs_no_row_and_one_factor_its_levels() -> None:
    assert covering([]) == []
    assert covering([3]) == [(0,), (1,), (2,)]
