"""Patterns are held against the search that projects use: what they say and what it finds must be the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.scaffold.patterns import cover, literal
from orchestra_compiler.source.files import search


def written(root: Path, paths) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")


def matched(root: Path, patterns) -> set[str]:
    found = {path for each in patterns for path in search(root, each.text).files}
    return found - {path for each in patterns for text in each.besides for path in search(root, text).files}


NAMES = st.sampled_from(["a", "b", "agents", ".claude", "[x]", "!y", "q*", "node_modules", "z?"])
FILES = st.sampled_from(
    ["one.md", "two.md", "README.md", "SKILL.md", "c.agent.md", ".dot.md", "x.yaml", "[1].md", "!.md", "no"]
)
PATHS = st.builds(lambda folders, name: "/".join([*folders, name]), st.lists(NAMES, max_size=4), FILES)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(PATHS, st.booleans(), max_size=14))
def test_patterns_match_what_is_wanted_and_nothing_else(tmp_path_factory, files) -> None:
    root = tmp_path_factory.mktemp("tree")
    written(root, files)
    wanted = {path for path, is_wanted in files.items() if is_wanted}
    patterns = cover(wanted, files.keys() - wanted)
    assert matched(root, patterns) == wanted
    assert sorted(path for each in patterns for path in each.files) == sorted(wanted)
    assert patterns == cover(sorted(wanted, reverse=True), sorted(files.keys() - wanted))


@pytest.mark.parametrize(
    ("wanted", "others", "expected"),
    [
        (["agents/a.md"], [], {"agents/*.md": ()}),
        (["config/agents.yaml"], ["config/tasks.yaml"], {"config/agents.yaml": ()}),
        (["docs/a.md"], ["docs/b.md"], {"docs/a.md": ()}),
        (["a.md", "b.md", "c.md"], ["README.md"], {"*.md": ("README.md",)}),
        ([f"plugins/{n}/agents/a{n}.md" for n in range(9)], ["plugins/1/README.md"], {"plugins/*/agents/*.md": ()}),
        (
            [f"agents/{n}/{m}/a{n}{m}.md" for n in range(3) for m in range(3)]
            + ["agents/b.md", "agents/x/c.md", "agents/y/d.md"],
            ["agents/1/README.md", "agents/README.md", "docs/a.md"],
            {"agents/**/*.md": ("agents/**/README.md",)},
        ),
        ([f".claude/agents/{n}.md" for n in range(3)], [".claude/commands/c.md"], {".claude/agents/*.md": ()}),
        (
            [f"skills/{n}/SKILL.md" for n in range(3)],
            [f"skills/{n}/notes.md" for n in range(3)],
            {"skills/*/SKILL.md": ()},
        ),
        (
            [".github/agents/a.agent.md", ".github/agents/b.agent.md"],
            [".github/agents/notes.md"],
            {".github/agents/*.agent.md": ()},
        ),
        (
            [f"{n}/{m}.md" for n in "abcdefgh" for m in range(5)],
            [f"docs/{n}.md" for n in range(30)],
            {f"{n}/*.md": () for n in "abcdefgh"},
        ),
        ([], ["a.md"], {}),
    ],
)
def test_few_tight_patterns(wanted, others, expected) -> None:
    assert {each.text: each.besides for each in cover(wanted, others)} == expected


def test_a_name_that_is_wanted_elsewhere_is_left_out_by_its_whole_path(tmp_path) -> None:
    wanted = [f"agents/{folder}/{name}.md" for folder in "abcefghi" for name in "uvwx"]
    others = ["agents/d/u.md", "agents/d/README.md"]
    patterns = cover(wanted, others)
    written(tmp_path, [*wanted, *others])
    assert matched(tmp_path, patterns) == set(wanted)
    assert len(patterns) == 1


def test_a_name_that_cannot_be_written_is_worked_around() -> None:
    patterns = cover(["agents/a.md", "agents/b.md"], [os.fsdecode(b"agents/\xff.md")])
    assert [each.text for each in patterns] == ["agents/a.md", "agents/b.md"]


def test_hundreds_of_folders() -> None:
    wanted = [f"x/{n}/{n % 7}/agents/a{m}.md" for n in range(200) for m in range(4)]
    assert [each.text for each in cover(wanted, [f"x/{n}/README.md" for n in range(200)])] == ["x/*/*/agents/*.md"]


@pytest.mark.parametrize("name", ["a.md", "[a].md", "a*?.md", "!a.md", "a/[b]/c.md"])
def test_literal_matches_one_path(tmp_path, name) -> None:
    written(tmp_path, [name, "a1.md"])
    assert search(tmp_path, literal(name)).files == [name]
