"""Patterns of tools against patterns, and what delegating tools name; single calls are tested with the boundary gate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.tool_patterns import allows, delegates, overlaps, tool_name


@pytest.mark.parametrize(
    ("patterns", "wanted", "expected"),
    [
        (["Read", "Bash"], "Bash", True),
        (["Read"], "Bash", False),
        (["Bash(git:*)"], "Bash", True),
        (["Bash(git:*)"], "Bash(git status)", True),
        (["Bash(git:*)"], "Bash(git log:*)", True),
        (["Bash(git status)"], "Bash(git:*)", True),
        (["Bash(npm run *)"], "Bash(git:*)", False),
        (["Bash(git:*)"], "Bash(rm -rf /)", False),
        (["mcp__github"], "mcp__github__create_issue", True),
        (["mcp__github__*"], "mcp__github__create_issue", True),
        (["mcp__github__create_issue"], "mcp__github__*", True),
        (["mcp__github__create_issue"], "mcp__github", True),
        (["mcp__gitlab__*"], "mcp__github__*", False),
        (["Agent(scout, editor)"], "Task(editor)", True),
        (["Agent(scout, editor)"], "Task", True),
        (["Task(scout)"], "Agent(editor)", False),
        (["Read(src/**)"], "Read(src/a.py)", True),
        (["Read(src/**)"], "Read(docs/a.md)", False),
        (["WebFetch(domain:example.org)"], "WebFetch(domain:example.org)", True),
        (["WebFetch(domain:example.org)"], "WebFetch(https://example.org/a)", True),
        (["WebFetch(domain:example.org)"], "WebFetch(domain:example.com)", False),
        (["*"], "Anything", True),
        ([], "Read", False),
        (["Read"], "", False),
        (["Read"], "Read(", False),
        (["((", ""], "Read", False),
    ],
)
def test_patterns_meet(patterns, wanted, expected) -> None:
    assert overlaps(patterns, wanted) is expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_written_gives_an_answer_that_is_the_same_both_ways_round(one, other) -> None:
    assert overlaps([one], other) in (True, False)
    if tool_name(one) == tool_name(other) and "(" not in one + other and one.strip():
        assert overlaps([one], other) == overlaps([other], one)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("Agent(scout, editor)", ("scout", "editor")),
        ("Task(scout)", ("scout",)),
        ("Agent(kit:scout, 'editor', pre-*)", ("scout", "editor")),
        ("Task", ()),
        ("Agent(*)", ()),
        ("Agent( , )", ()),
        ("Bash(scout)", ()),
        ("", ()),
    ],
)
def test_delegating_tools_name_agents(pattern, expected) -> None:
    assert delegates(pattern) == expected


def test_a_list_of_agents_in_one_pattern_allows_each_of_them() -> None:
    patterns = ["Agent(scout, editor)"]
    assert allows(patterns, "Task", {"subagent_type": "editor"})
    assert not allows(patterns, "Task", {"subagent_type": "lead"})
