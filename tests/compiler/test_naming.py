from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.naming import file_name, name_in_path

NAMES = st.one_of(st.text(), st.from_regex(r"[a-z0-9._-]{1,20}", fullmatch=True))


@given(NAMES)
def test_is_a_file_name_everywhere(name: str) -> None:
    made = file_name(name)
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", made)
    assert len(made) <= 100
    assert not made.endswith(".")
    assert made.split(".")[0] not in {"con", "nul", "com1", "lpt9"}


@given(NAMES, NAMES)
def test_two_names_never_meet(one: str, other: str) -> None:
    assert (file_name(one) == file_name(other)) == (one == other)


@pytest.mark.parametrize("name", ["con", "CON", "nul.txt", "Com1", "lpt9", "aux-", "-prn"])
def test_no_device_of_windows_is_opened(name: str) -> None:
    assert file_name(name).split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


def test_ordinary_names_stay() -> None:
    assert file_name("react-specialist") == "react-specialist"
    assert file_name("v2.api_architect") == "v2.api_architect"


def test_a_name_cannot_pose_as_a_made_one() -> None:
    made = file_name("Code Reviewer")
    assert made.startswith("code-reviewer.")
    assert file_name(made) != made


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("agents/Clerk.md", "clerk"),
        ("clerk.agent.md", "clerk"),
        ("a.b/c", "c"),
        (".hidden", ".hidden"),
        ("agents/ends.", "ends."),
        ("agents/two.parts.yaml", "two.parts"),
        ("x/.agent.md", ""),
    ],
)
def test_the_name_in_a_path(path, name) -> None:
    assert name_in_path(path) == name
