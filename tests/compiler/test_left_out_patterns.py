"""Patterns of `orchestra.yaml` that begin with `!`: they leave out what the others match."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestra_compiler.project import load

AGENT = "---\nname: {0}\ndescription: Does the work of {0}.\n---\nDo it.\n"


def project(root: Path, agents: str) -> Path:
    (root / "agents" / "old").mkdir(parents=True)
    for path, name in (("a", "a"), ("b", "b"), ("old/c", "c")):
        (root / "agents" / f"{path}.md").write_text(AGENT.format(name))
    (root / "agents" / "README.md").write_text("# Agents\n")
    (root / "orchestra.yaml").write_text(f"orchestra: 1\nagents: {agents}\n")
    return root


def names(root: Path) -> list[str]:
    loaded = load(root)
    assert loaded.fleet is not None
    assert [each.code for each in loaded.diagnostics if each.span.path == "orchestra.yaml"] == []
    return [each.name for each in loaded.fleet.agents]


@pytest.mark.parametrize(
    ("agents", "expected"),
    [
        ('["agents/**/*.md", "!**/README.md"]', ["a", "b", "c"]),
        ('["!**/README.md", "agents/**/*.md"]', ["a", "b", "c"]),
        ('["agents/**/*.md", "!agents/old/**", "!agents/README.md"]', ["a", "b"]),
        ('["agents/*.md", "!agents/README.md", "!agents/gone.md"]', ["a", "b"]),
        ('"!agents/*.md"', []),
    ],
)
def test_what_is_left_out(tmp_path, agents, expected) -> None:
    assert names(project(tmp_path, agents)) == expected


def test_what_is_left_out_is_not_even_looked_at(tmp_path) -> None:
    root = project(
        tmp_path, '["agents/*.md", "!agents/README.md", "!agents/gone.md", "!agents/out.md", "!agents/dir.md"]'
    )
    (root / "agents" / "gone.md").symlink_to("nowhere.md")
    (root / "agents" / "out.md").symlink_to(tmp_path.parent)
    (root / "agents" / "dir.md").mkdir()
    assert names(root) == ["a", "b"]
    assert "agents/README.md" not in load(root).sources


def test_a_pattern_cannot_leave_out_what_lies_outside(tmp_path) -> None:
    root = project(tmp_path, '["agents/*.md", "!../x.md"]')
    assert [each.code for each in load(root).diagnostics if each.span.path == "orchestra.yaml"] == ["ORC021"]


def test_an_agent_that_comes_back_is_seen_by_the_check(tmp_path, monkeypatch, capsys) -> None:
    from commands import Orchestra

    orchestra = Orchestra(monkeypatch, capsys)
    root = project(tmp_path, '["agents/*.md", "!agents/README.md"]')
    assert orchestra("compile", root).code == 0
    assert orchestra("compile", root, "--check").code == 0
    (root / "agents" / "d.md").write_text(AGENT.format("d"))
    assert orchestra("compile", root, "--check").code == 1
    (root / "agents" / "d.md").unlink()
    (root / "agents" / "README.md").write_text("# Other\n")
    assert orchestra("compile", root, "--check").code == 0
