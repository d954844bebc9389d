"""Folders, manifests and revisions of real repositories."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import small_project

from orchestra_compiler import build
from orchestra_compiler.diff import compare, opened
from orchestra_compiler.diff.revisions import extract
from orchestra_compiler.diff.sides import SideBrokenError
from orchestra_compiler.errors import ManifestError, OrchestraError, UsageError
from orchestra_compiler.manifest import MANIFEST_NAME

Git = Callable[..., str]

FREE = {"missions/hello.yaml": small_project.FILES["missions/hello.yaml"].replace(", {tier: routine}", "")}
STRONGER = FREE | {
    "agents/writer.yaml": small_project.FILES["agents/writer.yaml"].replace("tier: routine", "tier: strategic")
}


@pytest.fixture
def git(monkeypatch: pytest.MonkeyPatch) -> Git:
    """Git without anybody's settings."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c",
        "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    def run(folder: Path, *words: str) -> str:
        done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return run


@pytest.fixture
def repository(tmp_path: Path, git: Git) -> Path:
    """A repository whose project lies two folders down: weak in v1, stronger in main, and dearer in the working folder."""
    root = tmp_path / "repository"
    project = small_project.write(root / "teams" / "small", FREE)
    git(root.parent, "init", "-q", "-b", "main", str(root))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    git(root, "tag", "v1")
    small_project.write(project, STRONGER)
    git(root, "commit", "-qam", "two")
    return project


def retiered(old: str | Path, new: str | Path, project: Path) -> list[tuple[str, str, str]]:
    with opened(str(old), project) as before, opened(str(new), project) as after:
        changes = compare(before, after)
    fields = ((each.name, each.field("tier")) for each in changes.agents)
    return [(name, field.before, field.after) for name, field in fields if field is not None]


def test_revisions_by_every_name(repository: Path, git: Git, tmp_path: Path) -> None:
    wanted = [("writer", "routine", "strategic")]
    commit = git(repository, "rev-parse", "v1")
    for number, old in enumerate(("v1", "main~1", commit, commit[:8], "refs/tags/v1", "HEAD^", "HEAD^{/one}")):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        extract(old, repository, folder)
        assert {path: text.decode() for path, text in small_project.tree(folder).items()} == small_project.FILES | FREE
    assert retiered("v1", "main", repository) == wanted
    assert retiered("v1", repository, repository) == wanted
    assert retiered("main", repository, repository) == []
    assert retiered("main", repository / "orchestra.yaml", repository / "orchestra.yaml") == []
    assert retiered("main", "v1", repository) == [("writer", "strategic", "routine")]


def test_nothing_of_the_repository_is_touched(repository: Path, git: Git) -> None:
    root = repository.parents[1]
    (repository / "agents/new.txt").write_text("not staged")
    git(root, "add", "-N", "teams/small/agents/new.txt")
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in root.rglob("*") if path.is_file()}
    retiered("v1", "main", repository)
    after = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in root.rglob("*") if path.is_file()}
    assert before == after


def test_a_bare_repository_a_shallow_clone_and_a_worktree(repository: Path, git: Git, tmp_path: Path) -> None:
    root = repository.parents[1]
    git(root, "worktree", "add", "-q", str(tmp_path / "tree"), "v1")
    assert retiered("main", tmp_path / "tree/teams/small", tmp_path / "tree/teams/small") == [
        ("writer", "strategic", "routine")
    ]
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root}", str(tmp_path / "shallow"))
    shallow = tmp_path / "shallow/teams/small"
    assert retiered("HEAD", shallow, shallow) == []
    with pytest.raises(UsageError) as caught, opened("v1", shallow):
        pass
    assert "shallow" in caught.value.hint
    flat = small_project.write(tmp_path / "flat")
    git(tmp_path, "init", "-q", "-b", "main", str(flat))
    git(flat, "add", "-A")
    git(flat, "commit", "-qm", "one")
    git(tmp_path, "clone", "-q", "--bare", str(flat), str(tmp_path / "bare.git"))
    assert retiered("main", "main", tmp_path / "bare.git") == []


def test_a_partial_clone_is_not_completed_behind_anybodys_back(repository: Path, git: Git, tmp_path: Path) -> None:
    root = repository.parents[1]
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{root}", str(tmp_path / "partial"))
    with pytest.raises(UsageError) as caught, opened("v1", tmp_path / "partial/teams/small"):
        pass
    assert "the clone is partial" in caught.value.hint


def test_a_hook_and_a_project_that_is_gone(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/no/such/folder")
    monkeypatch.setenv("GIT_INDEX_FILE", "/no/such/index")
    assert retiered("v1", "main", repository) == [("writer", "routine", "strategic")]
    repository.rename(repository.parent / "elsewhere")
    assert retiered("v1", "main", repository) == [("writer", "routine", "strategic")]


def test_what_is_wrong_is_said(repository: Path, tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(named: str, project: Path) -> str:
        with pytest.raises(OrchestraError) as caught, opened(named, project):
            pass
        return str(caught.value)

    assert "'nowhere' is neither a project's folder, nor a manifest, nor a revision" in said("nowhere", repository)
    assert "has no orchestra.yaml at its root" in said("main", repository.parents[1])
    assert "--project" in said("main", repository.parent)
    assert "in no git repository" in said("main", tmp_path)
    for odd in ("-x", "--output=x", "a\nb", "", "main:teams", "main..v1", "\udcff"):
        assert said(odd, repository)
    git(repository, "update-ref", "refs/remotes/origin/feature", "HEAD")
    assert "did you mean 'origin/feature'?" in said("feature", repository)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in said("main", repository)


def test_a_side_with_errors(repository: Path, git: Git) -> None:
    small_project.write(
        repository, {"agents/writer.yaml": "agent: writer\ntier: nowhere\ndescription: Writes.\nprompt: Write.\n"}
    )
    git(repository, "commit", "-qam", "broken")
    for named in ("main", str(repository)):
        with pytest.raises(SideBrokenError) as caught, opened(named, repository):
            pass
        assert caught.value.label == named
        assert "ORC102" in [each.code for each in caught.value.checked.diagnostics]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_hostile_trees_stay_where_they_belong(repository: Path, git: Git, tmp_path: Path) -> None:
    """Links out of the project, a file behind a link, a path that climbs: nothing is written outside of the folder."""
    root = repository.parents[1]
    (repository / "agents/away").symlink_to(tmp_path)
    (repository / "agents/dangling").symlink_to("no-such-file")
    (repository / "agents/loop").symlink_to("loop")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "links")
    assert retiered("v1", "main", repository) == [("writer", "routine", "strategic")]
    blob = git(root, "hash-object", "-w", str(repository / "orchestra.yaml"))
    climbing = subprocess.run(
        ["git", "-C", str(root), "mktree"], input=f"100644 blob {blob}\t..\n100644 blob {blob}\torchestra.yaml\n",
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if climbing.returncode == 0:  # some versions of git refuse to write such a tree
        commit = git(root, "commit-tree", climbing.stdout.strip(), "-m", "climb")
        git(root, "update-ref", "refs/heads/climb", commit)
        with pytest.raises(OrchestraError), opened("climb", root):
            pass
    assert not (tmp_path / "orchestra.yaml").exists()


def test_odd_names_and_bytes(repository: Path, git: Git) -> None:
    odd = repository / "agents/ünïcode – näme.md"
    odd.write_bytes(small_project.FILES["agents/reader.md"].replace("name: reader", "name: other").encode())
    (repository / "blob.bin").write_bytes(bytes(range(256)) * 100)
    (repository / "empty").write_bytes(b"")
    git(repository.parents[1], "add", "-A")
    git(repository.parents[1], "commit", "-qm", "odd")
    with opened("v1", repository) as old, opened("main", repository) as new:
        assert [each.name for each in compare(old, new).agents if each.kind == "added"] == ["other"]


def written(root: Path) -> Path:
    compilation = build.compile_project(root)
    assert compilation.manifest is not None
    folder = root / compilation.manifest.fleet.project.out
    for output in compilation.outputs:
        (folder / output.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / output.path).write_bytes(output.content)
    return folder


def test_manifests_say_what_their_folders_say(tmp_path: Path) -> None:
    narrower = {"notes.xsd": small_project.FILES["notes.xsd"].replace(' maxOccurs="2"', "")}
    old, new = (
        small_project.write(tmp_path / "old", FREE),
        small_project.write(tmp_path / "new", {**STRONGER, **narrower}),
    )
    with opened(str(old), old) as before, opened(str(new), new) as after:
        wanted = compare(before, after)
    assert [each.rule for each in wanted.findings] == ["OCCURS_NO_NARROW"]
    for one, other in ((written(old), new), (old, written(new) / MANIFEST_NAME), (written(old), written(new))):
        with opened(str(one), old) as before, opened(str(other), new) as after:
            found = compare(before, after)
        assert (found.agents, found.findings, found.routes, found.cost, found.notes) == (
            wanted.agents, wanted.findings, wanted.routes, wanted.cost, ()
        )  # fmt: skip


def test_a_manifest_without_its_schema_says_what_cannot_be_told(tmp_path: Path) -> None:
    stricter = small_project.FILES["notes.xsd"].replace(
        '<xs:element name="text" type="xs:string"/>', '<xs:element name="text" type="xs:integer"/>'
    )
    folder = written(small_project.write(tmp_path / "old"))
    new = small_project.write(tmp_path / "new", {"notes.xsd": stricter})
    (tmp_path / "old/notes.xsd").unlink()
    with opened(str(folder), new) as before, opened(str(new), new) as after:
        changes = compare(before, after)
    assert [each.rule for each in changes.findings] == ["DOCUMENT_NO_REFUSE"]
    assert changes.findings[0].evidence is not None
    assert changes.findings[0].evidence.document == "message/order/minimal"
    assert "only its generated messages are tried" in changes.notes[0]
    alone = tmp_path / MANIFEST_NAME
    alone.write_bytes((folder / MANIFEST_NAME).read_bytes())
    with opened(str(alone), new) as before, opened(str(new), new) as after:
        changes = compare(before, after)
    assert changes.findings == ()
    assert "cannot be told" in changes.notes[0]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\x00\xff", b'{"version": 1}', b'{"version": 99}', b"[" * 100_000]
)
def test_what_is_no_manifest(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(content)
    with pytest.raises(ManifestError), opened(str(path), tmp_path):
        pass
