from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.built import Output
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.writing import changes, files, writer
from orchestra_compiler.writing.folder import inside
from orchestra_compiler.writing.reasons import read_earlier

SOURCES = {"agents/a.yaml": "1", "tiers.yaml": "2"}


def whole(outputs: list[Output], sources: dict[str, str] = SOURCES, tool: str = "1.0") -> list[Output]:
    """The outputs with a manifest that lists them, as a compile makes it."""
    listed = {output.path: sha256(output.content).hexdigest() for output in outputs}
    manifest = {"tool": tool, "sources": sources, "outputs": listed}
    return [*outputs, Output("manifest.json", json.dumps(manifest).encode())]


def known(out: Path, sources: dict[str, str] = SOURCES, tool: str = "1.0") -> changes.Known:
    return changes.Known(sources=sources, tool=tool, earlier=read_earlier(out))


def write(out: Path, outputs: list[Output], sources: dict[str, str] = SOURCES, tool: str = "1.0") -> dict[str, str]:
    planned = changes.plan(out, whole(outputs, sources, tool), known(out, sources, tool))
    writer.apply(out, planned, out, writer.temporary_name())
    return {each.path: f"{each.change}: {each.why}" for each in planned}


A = Output("prompts/a.md", b"one", ("agents/a.yaml",))
B = Output("prompts/b.md", b"two", ("agents/b.yaml",))


def test_writes_and_then_keeps(tmp_path: Path) -> None:
    assert set(write(tmp_path, [A, B]).values()) == {"create: no earlier compile is known"}
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md")}
    assert set(write(tmp_path, [A, B]).values()) == {"keep: nothing changed"}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md")} == times


def test_planning_writes_nothing(tmp_path: Path) -> None:
    changes.plan(tmp_path / "out", whole([A]), known(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []


def test_removes_what_is_stale_and_only_that(tmp_path: Path) -> None:
    write(tmp_path, [A, B])
    (tmp_path / "prompts" / "mine.md").write_text("somebody's own")
    assert write(tmp_path, [A])["prompts/b.md"] == "remove: nothing compiles to it any more"
    assert sorted(path.name for path in (tmp_path / "prompts").iterdir()) == ["a.md", "mine.md"]


def test_removes_folders_that_become_empty(tmp_path: Path) -> None:
    write(tmp_path, [A, Output("deep/er/x", b"x")])
    write(tmp_path, [A])
    assert not (tmp_path / "deep").exists()


@pytest.mark.parametrize(
    ("meddle", "outputs", "sources", "tool", "why"),
    [
        ("delete", [A], SOURCES, "1.0", "create: it was missing"),
        ("edit", [A], SOURCES, "1.0", "update: it was edited by hand"),
        ("", [A._replace(content=b"new")], SOURCES | {"agents/a.yaml": "9"}, "1.0", "update: agents/a.yaml changed"),
        ("", [A._replace(content=b"new")], SOURCES, "2.0", "update: the compiler went from 1.0 to 2.0"),
        ("", [A._replace(content=b"new")], SOURCES | {"z": "9"}, "1.0", "update: z is new"),
        ("", [A._replace(content=b"new")], {"tiers.yaml": "2"}, "1.0", "update: agents/a.yaml is gone"),
    ],
)
def test_says_why(
    tmp_path: Path, meddle: str, outputs: list[Output], sources: dict[str, str], tool: str, why: str
) -> None:
    write(tmp_path, [A])
    file = tmp_path / "prompts" / "a.md"
    if meddle == "delete":
        file.unlink()
    elif meddle == "edit":
        file.write_text("meddled")
    assert write(tmp_path, outputs, sources, tool)["prompts/a.md"] == why


def test_a_damaged_manifest_is_as_good_as_none(tmp_path: Path) -> None:
    write(tmp_path, [A])
    (tmp_path / "manifest.json").write_text("{")
    assert write(tmp_path, [A])["manifest.json"].startswith("update")


@pytest.mark.parametrize(
    "path",
    ["../x", "a/../../x", "/etc/x", "C:/x", "C:x", "\\\\server\\x", "a\\..\\..\\x", "", "..", "a/..\\..\\b", "x\0y"],
)
def test_nothing_leaves_the_folder(tmp_path: Path, path: str) -> None:
    out = tmp_path / "out"
    with pytest.raises(ProjectError, match="outside"):
        changes.plan(out, [Output(path, b"!")], known(out, {}))
    assert list(tmp_path.iterdir()) == []


def test_a_forged_manifest_cannot_make_us_delete_elsewhere(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep me")
    out = tmp_path / "out"
    out.mkdir()
    forged = {"tool": "1.0", "sources": {}, "outputs": {"../victim": "0"}}
    (out / "manifest.json").write_text(json.dumps(forged))
    with pytest.raises(ProjectError, match="outside"):
        changes.plan(out, whole([A]), known(out, {}))
    assert victim.read_text() == "keep me"


def test_symbolic_links_do_not_lead_out(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "prompts").symlink_to(elsewhere)
    with pytest.raises(ProjectError, match="symbolic link"):
        changes.plan(out, [A], known(out, {}))
    (out / "prompts").unlink()
    (out / "prompts").mkdir()
    (out / "prompts" / "a.md").symlink_to(elsewhere / "file")
    with pytest.raises(ProjectError, match="symbolic link"):
        changes.plan(out, [A], known(out, {}))
    assert list(elsewhere.iterdir()) == []


def test_a_folder_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "prompts" / "a.md").mkdir(parents=True)
    with pytest.raises(ProjectError, match="cannot read"):
        changes.plan(tmp_path, [A], known(tmp_path, {}))


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(OSError, match="target"):
        files.write_file(target, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


@given(st.text())
def test_no_name_escapes(name: str) -> None:
    from orchestra_compiler.naming import file_name

    out = Path("/nowhere/out")
    full = inside(out, f"prompts/{file_name(name)}.md")
    assert full.parent == out / "prompts"
