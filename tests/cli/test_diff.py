from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest
import small_project
from commands import Orchestra

import orchestra_spec


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project in a repository of its own, committed; the tests stand in its folder."""
    free = small_project.FILES["missions/hello.yaml"].replace(", {tier: routine}", "")  # any tier will do
    root = small_project.write(tmp_path / "small", {"missions/hello.yaml": free})
    settings = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
    }
    settings |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    monkeypatch.chdir(root)
    return root


def change(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new), encoding="utf-8")


def test_against_a_branch(orchestra: Orchestra, project: Path) -> None:
    assert orchestra("diff", "main") == (0, "main → working folder\nNo changes.\n", "")
    change(project, "agents/writer.yaml", "tier: routine", "tier: strategic")
    answer = orchestra("diff", "main")
    assert (answer.code, answer.err) == (0, "")
    assert "1 agent re-tiered. 1 of 2 workload tasks changes tier." in " ".join(answer.out.split())
    assert orchestra("diff", "main", "HEAD").out.endswith("No changes.\n")
    assert orchestra("diff", "main", ".", "--format", "markdown").out.startswith("### small: `main` → `.`\n")
    assert not (project / "compiled").exists()
    assert not (project / ".orchestra").exists()


def test_json_keeps_its_schema(orchestra: Orchestra, project: Path) -> None:
    change(project, "notes.xsd", ' maxOccurs="2"', "")
    answer = orchestra("diff", "main", "--format", "json")
    data = json.loads(answer.out)
    schema = json.loads((orchestra_spec.ROOT / "schemas" / "diff.schema.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(data)
    assert [each["rule"] for each in data["findings"]] == ["OCCURS_NO_NARROW"]
    assert data["findings"][0]["evidence"]["document"] == "answer, <answer> with text 2 times"


def test_what_fails_when_asked(orchestra: Orchestra, project: Path) -> None:
    assert orchestra("diff", "main", "--fail-on", "any").code == 0
    change(project, "agents/writer.yaml", "tier: routine", "tier: strategic")
    assert orchestra("diff", "main", "--fail-on", "breaking").code == 0
    failed = orchestra("diff", "main", "--fail-on", "any")
    assert (failed.code, failed.err) == (1, "orchestra: there are changes\n")
    assert orchestra("diff", "main", "--max-cost-increase", "134").code == 0
    dear = orchestra("diff", "main", "--max-cost-increase", "10%")
    assert dear.code == 1
    assert "133.3 % more, and 10 % is allowed" in dear.err
    assert dear.out.startswith("main →"), "what is not allowed is shown all the same"
    change(project, "agents/lead.yaml", "[planning]", "[deciding]")
    breaking = orchestra("diff", "main", "--fail-on", "breaking")
    assert (breaking.code, breaking.err) == (1, "orchestra: 1 breaking change\n")
    both = orchestra("diff", "main", "--fail-on", "any", "--max-cost-increase", "0")
    assert both.code == 1
    assert both.err.count("\n") == 1
    assert "1 breaking change; a month costs" in both.err


def test_a_cost_that_cannot_be_told_any_longer_fails_too(orchestra: Orchestra, project: Path) -> None:
    tiers = "tiers:\n  routine: [gpt-5-mini]\n  implementation: [claude-sonnet-4-5]\n  strategic: [claude-opus-4-5]\n"
    (project / "tiers.yaml").write_text(tiers, encoding="utf-8")
    change(project, "orchestra.yaml", "routing: routing.yaml", "routing: routing.yaml\ntiers: tiers.yaml")
    change(project, "workload.yaml", "output_tokens: 300", "output_tokens: 300, cache_write_tokens: 5")
    answer = orchestra("diff", "main", "--max-cost-increase", "1000")
    assert answer.code == 1
    assert "cannot be priced" in answer.err
    assert orchestra("diff", "main").code == 0


def test_a_side_with_errors_shows_them(orchestra: Orchestra, project: Path) -> None:
    change(project, "agents/writer.yaml", "coordinator: lead", "coordinator: nobody")
    answer = orchestra("diff", "main")
    assert (answer.code, answer.out) == (1, "")
    assert "agents/writer.yaml:6:14: error ORC105" in answer.err
    assert "working folder has errors" in answer.err
    subprocess.run(["git", "commit", "-qam", "broken"], cwd=project, check=True)
    answer = orchestra("diff", "main", "main~1")
    assert answer.code == 1
    assert "main:agents/writer.yaml:6:14: error ORC105" in answer.err
    assert "orchestra: main has errors" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "OLD"),
        (("nowhere",), "nor a revision"),
        (("main", "--format", "html"), "invalid choice"),
        (("main", "--max-cost-increase", "much"), "no number of percent"),
        (("main", "--max-cost-increase", "-3"), "--max-cost-increase"),
        (("main", "--max-cost-increase", "nan"), "percent from 0"),
        (("main", "--project", "/no/such/folder"), "/no/such/folder is in no git repository"),
        (("main", "HEAD", "--project", "agents"), "'agents'"),
    ],
)
def test_usage(orchestra: Orchestra, project: Path, words: tuple[str, ...], said: str) -> None:
    assert project.is_dir()
    answer = orchestra("diff", *words)
    assert answer.code == 2
    assert said in answer.err
