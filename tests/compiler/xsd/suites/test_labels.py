"""Names of cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.naming import file_name
from orchestra_compiler.xsd.suites.labels import Labels


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ("HeaderType/sender", "invalid/missing-header-type-sender"),
        ("XMLFile/@theURL", "invalid/missing-xml-file-the-url"),
        ("r/*", "invalid/missing-r"),
        ("", "invalid/missing"),
    ],
)
def test_names_are_readable(component: str, name: str) -> None:
    assert Labels().invalid("missing", component) == name


def test_the_same_name_is_given_once() -> None:
    labels = Labels()
    assert [labels.valid("minimal", each) for each in ("a", "A", "a")] == [
        "valid/minimal-a",
        "valid/minimal-a-2",
        "valid/minimal-a-3",
    ]


@given(st.lists(st.text(), max_size=20))
def test_any_component_gives_a_file_name_of_its_own(components: list[str]) -> None:
    labels = Labels()
    names = [labels.invalid("wrong", each).removeprefix("invalid/") for each in components]
    assert len({each.casefold() for each in names}) == len(names)
    assert all(len(each) <= 110 and "/" not in each and each.isascii() for each in names)
    assert all(file_name(each) == each for each in names if "." not in each)
