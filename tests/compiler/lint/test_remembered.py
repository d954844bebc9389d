"""A lint that remembers gives what a lint that does not would give, whatever happens in between."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import small_project
from commands import Orchestra

from orchestra_compiler.check import Checked, Findings
from orchestra_compiler.lint.remembered import findings_of

LATER = 10**18  # every file is older than such a lint
SHORT = {"agents/reader.md": "---\nname: reader\ndescription: Short.\ntier: routine\nrationale: r\n---\nRead it all.\n"}
DOCUMENT = {
    "agents/keeper.yaml": (
        "agent: keeper\ndescription: Keeps the notes of every meeting.\ntier: routine\nrationale: r\n"
        "knowledge: {documents: ['notes[1].md']}\nprompt: Keep the notes, and say what is new.\n"
    ),
    "notes[1].md": "Nothing yet.\n",
}
IGNORED = {
    "agents/reader.md": (
        "---\nname: reader\n# orchestra: ignore[ORC201] nobody reads it\ndescription: Short.\ntier: routine\n"
        "rationale: r\n---\nRead it all, and say what stands in it.\n"
    )
}


def linted(root: Path) -> tuple[Findings, bool]:
    """Return the findings, and whether they were remembered."""
    found = findings_of(root, time.time_ns() + LATER)
    return found, not isinstance(found, Checked)


def same(one: Findings, other: Findings) -> bool:
    return (one.diagnostics, one.hidden, one.baseline_gone) == (other.diagnostics, other.hidden, other.baseline_gone)


@pytest.mark.parametrize("changes", [{}, SHORT, IGNORED])
def test_what_was_found_is_found_again(tmp_path: Path, changes: dict[str, str]) -> None:
    root = small_project.write(tmp_path, changes)
    first, remembered = linted(root)
    assert not remembered
    second, remembered = linted(root)
    assert remembered
    assert same(first, second)
    assert all(second.content(each.span.path) == first.content(each.span.path) != b"" for each in first.diagnostics)


def touch_inside(root: Path) -> None:
    path = root / "agents/lead.yaml"
    path.write_text(path.read_text().replace("takes what", "takes that what"))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file": touch_inside,
    "a new file": lambda root: (root / "agents/new.md").write_text("---\nname: new\ndescription: x\n---\n"),
    "a file that is gone": lambda root: (root / "missions/hello.yaml").unlink(),
    "a link that leads nowhere": lambda root: (root / "agents/new.md").symlink_to("nowhere"),
    "a link that leads out": lambda root: (root / "agents/new.md").symlink_to(__file__),
    "a folder among the files": lambda root: (root / "agents/new.md").mkdir(),
    "a document whose name looks like a pattern": lambda root: (root / "notes[1].md").unlink(),
    "a schema": lambda root: (root / "notes.xsd").write_text((root / "notes.xsd").read_text() + " "),
    "settings": lambda root: (root / "orchestra.yaml").write_text(
        (root / "orchestra.yaml").read_text() + "lint: {ignore: [ORC201]}\n"
    ),
    "a rename of the project's folder": lambda _root: None,
    "a damaged record": lambda root: (root / ".orchestra/lint.txt").write_text("orchestra"),
    "half a record": lambda root: (root / ".orchestra/lint.txt").write_bytes(
        (root / ".orchestra/lint.txt").read_bytes()[:-9]
    ),
    "other findings in the record": lambda root: (root / ".orchestra/lint.txt").write_text(
        (root / ".orchestra/lint.txt").read_text().replace('"gone"', '"gane"')
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(tmp_path: Path, change: str) -> None:
    root = small_project.write(tmp_path / "project", SHORT | DOCUMENT)
    linted(root)
    assert linted(root)[1]
    CHANGES[change](root)
    if "rename" in change:
        root = root.rename(tmp_path / "other")
    changed, remembered = linted(root)
    assert not remembered
    shutil.rmtree(root / ".orchestra")
    assert same(changed, linted(root)[0])


def test_a_file_touched_while_it_was_read_is_read_again(tmp_path: Path) -> None:
    root = small_project.write(tmp_path)
    findings_of(root, time.time_ns() - LATER)
    assert not linted(root)[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"agents/writer.yaml": "agent: writer\ndescription: x\nprompt_file: nowhere.md\n"},
        {"orchestra.yaml": small_project.FILES["orchestra.yaml"] + "lint: {baseline: none.json}\n"},
        {"orchestra.yaml": "orchestra: 2\n"},
    ],
    ids=["an error", "a file that is not there", "a project that cannot be used"],
)
def test_what_may_change_unseen_is_not_remembered(tmp_path: Path, changes: dict[str, str]) -> None:
    root = small_project.write(tmp_path, changes)
    linted(root)
    assert not linted(root)[1]


def test_a_folder_that_cannot_be_written_is_only_slower(tmp_path: Path) -> None:
    root = small_project.write(tmp_path, SHORT)
    (root / ".orchestra").write_text("in the way")
    first, _ = linted(root)
    second, remembered = linted(root)
    assert not remembered
    assert same(first, second)


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_the_command_writes_the_same_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    root = small_project.write(
        tmp_path, SHORT | {"agents/twin.md": SHORT["agents/reader.md"].replace("reader", "twin")}
    )
    for path in root.rglob("*"):
        os.utime(path, ns=(1, 1))
    monkeypatch.setattr("time.time_ns", lambda: 10**20)
    orchestra = Orchestra(monkeypatch, capsys)
    first = orchestra("lint", "--format", form, root)
    assert json.loads((root / ".orchestra/lint.txt").read_text().split("\t")[1].splitlines()[0])["diagnostics"]
    second = orchestra("lint", "--format", form, root)
    assert first == second
    assert first.code == 1
