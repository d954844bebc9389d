"""Paths found for lists of globs: what is found is right, and where nothing is found there is nothing."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from orchestra_compiler.cases.routing.path_automaton import Automaton, UnreadableGlobError
from orchestra_compiler.cases.routing.path_search import UndecidedPathError, path_between
from orchestra_compiler.cases.routing.paths import path_alone
from orchestra_compiler.routing.matching import is_glob

warnings.filterwarnings("ignore", category=FutureWarning)  # of pathspec, on a class such as `[[a]`

PARTS = ["a", "b", "*", "?", "/", "**/", "/**/", "/**", "[ab]", "[!a]", "[a-c]", ".", "\\*", "ü", "x+y"]
GLOBS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=5).map("".join).filter(is_glob)
PATHS = st.lists(st.text("abcxy+.ü*q", min_size=1, max_size=3), min_size=1, max_size=3).map("/".join)


@settings(max_examples=80, deadline=None)
@given(GLOBS, st.lists(PATHS.filter(lambda path: not path.startswith("./")), min_size=1, max_size=8))
def test_an_automaton_matches_what_the_glob_matches(glob: str, paths: list[str]) -> None:
    automaton, spec = Automaton((glob,)), GitIgnoreSpec.from_lines([glob])
    for path in paths:
        states = automaton.start
        for character in path:
            states = automaton.after(states, character)
        assert automaton.matches(states) == spec.match_file(path), path


@settings(max_examples=40, deadline=None)
@given(GLOBS, GLOBS, st.lists(PATHS.filter(lambda path: not path.startswith("./")), max_size=20))
def test_a_path_is_found_exactly_where_there_is_one(hit: str, missed: str, paths: list[str]) -> None:
    found = path_between(((hit,),), ((missed,),))
    one, other = (GitIgnoreSpec.from_lines([glob]) for glob in (hit, missed))
    if found is None:
        assert not [path for path in paths if one.match_file(path) and not other.match_file(path)]
    elif not found.startswith("./"):
        assert one.match_file(found)
        assert not other.match_file(found)


@pytest.mark.parametrize(
    ("hit", "missed", "path"),
    [
        ("src/*.py", "*.py", None),
        ("**/auth/**", "auth/", None),
        ("*", "**", None),
        ("*.py", "src/*.py", ".py"),
        ("[a-c]x", "[a-b]x", "cx"),
        ("docs/", "docs/*.md", "docs/q"),
    ],
)
def test_paths_between_two_globs(hit: str, missed: str, path: str | None) -> None:
    assert path_between(((hit,),), ((missed,),)) == path


def test_a_path_may_have_to_hit_two_lists_and_miss_a_third() -> None:
    path = path_between((("**/auth/**",), ("*.py",)), (("src/**", "tests/**"),))
    assert path == "auth/.py"


def test_what_cannot_be_read_is_undecided() -> None:
    with pytest.raises(UndecidedPathError, match="negated"):
        path_between((("*", "!keep"),), ())
    wide = tuple(f"**/{name}*" for name in ("xyz", "yzx", "zxy", "xxyyzz"))
    deep = ("*x??????????y*",)  # what stood at each of the last ten places counts
    with pytest.raises(UndecidedPathError, match="too many"):
        path_between((wide, deep, ("*zzzzzzzzzzzz*",)), (("*y??????????x*",),))


@pytest.mark.parametrize("regex", ["a{2}", "(?=a)", r"\d", "(?P<ps_d", "[ab", "(?:a", r"[\d]", "a)"])
def test_an_expression_of_another_kind_is_refused(regex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestra_compiler.cases.routing.path_automaton._regexes", lambda _globs: [regex])
    with pytest.raises(UnreadableGlobError):
        Automaton(("a",))


def test_a_path_alone_avoids_what_it_can() -> None:
    assert path_alone("*.py", [("src/*.py",)]) is not None
    assert path_alone("src/*.py", [("*.py",), ("src/zq.py",)]) not in (None, "src/zq.py")
    assert path_alone("!a", [("b",)]) is None
