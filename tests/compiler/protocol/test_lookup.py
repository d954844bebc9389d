from __future__ import annotations

import pytest

from orchestra_compiler.model import Json
from orchestra_compiler.protocol.lookup import MISSING, look_up, same

CONTENT: Json = {
    "a": {"b-c": "1", "@d": "x"},
    "b-c": "top",
    "list": [{"n": "one"}, {"n": "two"}],
    "none": None,
    "files": {"src/a_b.py": "new"},
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("b_c", "top"),
        ("a.b_c", "1"),
        ("a/b-c", "1"),
        ("d", "x"),
        ("@d", "x"),
        ("n", "one"),
        ("list.1.n", "two"),
        ("none", None),
        ("files.src/a_b.py", "new"),
        ("c", MISSING),
        ("a.n", MISSING),
        ("", MISSING),
    ],
)
def test_the_shortest_path_with_that_end_is_found(name: str, value: object) -> None:
    assert look_up(CONTENT, name) == value


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("true", True),
        ("1", True),
        (" false ", False),
        ("2.50", 2.5),
        ("07", 7),
        (True, True),
        (3, 3),
        ("x", "x"),
        ({"@p": "1", "$": "x"}, "x"),
        ({"@p": "1", "$": "4"}, 4),
        (None, None),
    ],
)
def test_texts_are_read_as_what_is_expected(actual: Json, expected: Json) -> None:
    assert same(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("yes", True),
        ("true", False),
        (1, True),
        (True, 1),
        ("two", 2),
        ("", 0),
        ("x", "y"),
        (MISSING, None),
        (MISSING, ""),
        ("nan", 1),
    ],
)
def test_other_values_differ(actual: Json, expected: Json) -> None:
    assert not same(actual, expected)
