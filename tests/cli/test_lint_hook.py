"""What pre-commit runs, in real repositories: `orchestra lint --staged` and the names of the changed files."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import small_project
import yaml
from commands import Answer, Orchestra

REPOSITORY = Path(__file__).parents[2]
LEAD = small_project.FILES["agents/lead.yaml"]
WRITER = small_project.FILES["agents/writer.yaml"]
SHORT = WRITER.replace("Writes short texts about anything on request.", "Writer.")


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "on")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two projects and a file of none, everything committed."""
    root = tmp_path_factory.mktemp("template") / "repository"
    small_project.write(root / "one")
    small_project.write(root / "two")
    (root / "notes.md").write_text("# Notes\n")
    git(root.parent, "init", "-q", str(root))
    commit(root)
    return root


@pytest.fixture
def repository(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the repository, and the current folder."""
    for name in ("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "GIT_DIR", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    root = shutil.copytree(template, tmp_path / "repository")
    monkeypatch.chdir(root)
    return root


HOOKS = {hook["id"]: hook for hook in yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_bytes())}


@pytest.fixture
def hook(orchestra: Orchestra) -> Any:
    """The hook's entry, called as pre-commit calls it: with the names of the changed files that are there."""
    command, *words = shlex.split(HOOKS["orchestra-lint"]["entry"])
    assert command == "orchestra"

    def run(*names: str) -> Answer:
        return orchestra(*words, *names)

    return run


def test_the_hooks_run_for_deleted_files_too() -> None:
    assert all(each["always_run"] for each in HOOKS.values())
    assert HOOKS["orchestra-lint"]["require_serial"]


@pytest.mark.usefixtures("repository")
def test_a_sound_commit_passes(hook: Any) -> None:
    assert hook() == (0, "no findings\n", "")
    assert hook("one/agents/writer.yaml", "two/orchestra.yaml", "two/agents/lead.yaml") == (0, "no findings\n", "")


def test_names_of_two_projects_and_of_none(hook: Any, repository: Path) -> None:
    for name in ("one", "two"):
        (repository / name / "agents/writer.yaml").write_text(SHORT)
    commit(repository)
    answer = hook("notes.md", "one/agents/writer.yaml", "two/agents/lead.yaml")
    assert answer.code == 1
    assert answer.err == "notes.md: belongs to no project, left out\n"
    assert "one/agents/writer.yaml:2:14: warning ORC201" in answer.out
    assert "two/" not in answer.out
    assert hook("notes.md").code == 0


def test_the_projects_own_file_stands_for_the_whole_project(hook: Any, repository: Path) -> None:
    (repository / "one/agents/writer.yaml").write_text(SHORT)
    commit(repository)
    assert hook("one/agents/lead.yaml").code == 0
    assert "ORC201" in hook("one/orchestra.yaml").out


def test_a_file_in_the_project_that_is_none_of_the_fleets(hook: Any, repository: Path) -> None:
    (repository / "one/README.md").write_text("# One\n")
    (repository / "one/agents/writer.yaml").write_text(SHORT)
    commit(repository)
    assert hook("one/README.md").code == 0


def test_a_deleted_agent_breaks_the_others(hook: Any, repository: Path) -> None:
    git(repository, "rm", "-q", "one/agents/lead.yaml")
    answer = hook()  # pre-commit names no deleted file
    assert answer.code == 1
    assert "one/agents/writer.yaml:6:14: error ORC105" in answer.out
    assert "two/" not in answer.out


def test_a_renamed_agent_breaks_the_others(hook: Any, repository: Path) -> None:
    (repository / "one/agents/lead.yaml").unlink()
    (repository / "one/agents/boss.yaml").write_text(LEAD.replace("agent: lead", "agent: boss"))
    git(repository, "add", "-A")
    answer = hook("one/agents/boss.yaml")
    assert answer.code == 1
    assert "one/agents/writer.yaml:6:14: error ORC105" in answer.out


def test_a_change_in_one_file_breaks_another(hook: Any, repository: Path) -> None:
    (repository / "one/agents/lead.yaml").write_text(LEAD.replace("agent: lead", "agent: boss"))
    git(repository, "add", "-A")
    assert "one/agents/writer.yaml:6:14: error ORC105" in hook("one/agents/lead.yaml").out


def test_a_whole_project_that_is_deleted(hook: Any, repository: Path) -> None:
    git(repository, "rm", "-q", "-r", "two")
    assert hook() == (0, "no findings\n", "")
    git(repository, "rm", "-q", "-r", "--cached", "one")  # gone from the index alone
    assert hook().code == 0


def test_a_name_that_is_gone_from_the_disk_alone(hook: Any, orchestra: Orchestra, repository: Path) -> None:
    (repository / "one/agents/lead.yaml").unlink()
    assert "ORC105" in hook("one/agents/lead.yaml").out
    plain = orchestra("lint", "one/agents/lead.yaml")
    assert (plain.code, plain.err) == (
        2,
        "orchestra: there is no one/agents/lead.yaml\n  name projects, or files in one\n",
    )


def test_between_revisions_as_before_a_push(hook: Any, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "rm", "-q", "one/agents/lead.yaml")
    commit(repository)
    assert hook().code == 0
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert "ORC105" in hook().out


def test_a_revision_is_no_option(orchestra: Orchestra, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "--output=written")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert orchestra("lint", "--staged").code == 2
    assert not [*repository.glob("written*")]


def test_odd_names(hook: Any, repository: Path) -> None:
    name = os.fsdecode(b"one/agents/b\xc3\xb6se name\n\xff.yaml")
    (repository / name).write_text(LEAD.replace("agent: lead", "agent: bad"))
    commit(repository)
    git(repository, "rm", "-q", name)
    assert hook().code == 0


def test_without_a_repository(orchestra: Orchestra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    answer = orchestra("lint", "--staged")
    assert answer.code == 2
    assert "git repository" in answer.err
    monkeypatch.setenv("PATH", "")
    answer = orchestra("lint", "--staged")
    assert answer.code == 2
    assert "needs git" in answer.err


def test_below_the_top_of_a_repository(orchestra: Orchestra, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "rm", "-q", "one/agents/lead.yaml")
    monkeypatch.chdir(repository / "one")
    answer = orchestra("lint", "--staged", "--format", "json")
    found = {each["path"] for each in json.loads(answer.out)["diagnostics"]}
    assert found == {"agents/writer.yaml", "workload.yaml"}
    monkeypatch.chdir(repository / "two")
    assert orchestra("lint", "--staged").code == 0


COLLIDING = LEAD.replace(
    "Leads the small team and takes what the others escalate.",
    "Reads long texts and says what stands in them in three sentences.",
)


def test_what_a_change_brings_to_another_file_is_shown(hook: Any, repository: Path) -> None:
    (repository / "one/agents/writer.yaml").write_text(SHORT)
    commit(repository)
    (repository / "one/agents/lead.yaml").write_text(COLLIDING)
    git(repository, "add", "-A")
    answer = hook("one/agents/lead.yaml")
    elsewhere = [line for line in answer.out.splitlines() if line.startswith("one/agents/reader.md")]
    assert answer.code == 1
    assert len(elsewhere) == 1
    assert "warning ORC203" in elsewhere[0]
    assert "ORC201" not in answer.out
    commit(repository)
    (repository / "one/agents/boss.yaml").write_text(LEAD.replace("agent: lead", "agent: boss"))
    assert "ORC203" not in hook("one/missions/hello.yaml").out


def test_a_deleted_agent_that_prose_names(hook: Any, repository: Path) -> None:
    spec = WRITER.replace("briefly and clearly.", "briefly and clearly. Hand long texts to @reader and plans to @lead.")
    (repository / "one/agents/writer.yaml").write_text(spec)
    commit(repository)
    assert hook("one/agents/writer.yaml").code == 0
    git(repository, "rm", "-q", "one/agents/reader.md")
    (repository / "one/orchestra.yaml").write_text(small_project.FILES["orchestra.yaml"].replace(", agents/*.md", ""))
    answer = hook()
    assert answer.code == 1
    assert "one/agents/writer.yaml" in answer.out
    assert "ORC205" in answer.out


def test_before_the_first_commit_nothing_is_old(hook: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = small_project.write(tmp_path / "new", {"agents/writer.yaml": SHORT})
    git(tmp_path, "init", "-q", str(root))
    git(root, "add", ".")
    monkeypatch.chdir(root)
    assert hook("agents/lead.yaml").code == 0
    assert hook("agents/writer.yaml").code == 1
