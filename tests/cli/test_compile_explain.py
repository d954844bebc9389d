"""What `orchestra compile` says of a compile: why, how much was made anew, and nothing where nothing is to do."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_project
from commands import Orchestra

from orchestra_compiler import cli, freshness

FILES = small_project.FILES


@pytest.fixture
def orchestra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Orchestra:
    monkeypatch.setattr(freshness, "_MARGIN_NS", -(10**18))
    return Orchestra(monkeypatch, capsys)


@pytest.fixture
def project(tmp_path: Path, orchestra: Orchestra) -> Path:
    root = small_project.write(tmp_path / "small")
    answer = orchestra("compile", root)
    assert answer.code == 0
    assert "anew" not in answer.out  # all of it is: nothing to tell
    return root


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = FILES[path]
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def test_how_much_was_made_anew(project: Path, orchestra: Orchestra) -> None:
    edit(project, "agents/writer.yaml", "briefly", "shortly")
    last = orchestra("compile", project).out.splitlines()[-1]
    assert last.endswith("; 1 of 9 units made anew")
    assert last.startswith("compiled: 3 updated, ")


def test_explain_goes_back_to_the_source(project: Path, orchestra: Orchestra) -> None:
    edit(project, "agents/writer.yaml", "anything on request", "whatever is asked")
    lines = orchestra("compile", "--explain", project).out.splitlines()
    assert "updated    compiled/prompts/lead.md: agents/writer.yaml changed -> prompt lead: its team changed" in lines
    assert "made anew  prompt writer: its agent changed (agents/writer.yaml); it came out the same" in lines
    assert "cut off    agents/writer.yaml changed, its 2 outputs did not" in lines


def test_explain_where_all_is_new(tmp_path: Path, orchestra: Orchestra) -> None:
    out = orchestra("compile", "--explain", small_project.write(tmp_path / "new")).out
    assert "made anew  nothing is remembered of an earlier compile" in out
    assert out.endswith("9 of 9 units made anew\n")


def test_nothing_to_do_is_said_without_a_compile(
    project: Path, orchestra: Orchestra, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("orchestra_compiler.build.compile_project", None)  # a compile would fail
    said = orchestra("compile", project)
    assert (said.code, said.err) == (0, "")
    files = sum(path.is_file() for path in (project / "compiled").rglob("*"))
    assert said.out == f"compiled: {files} unchanged\n"
    monkeypatch.chdir(project)
    for words in ([], [str(project)], ["--check"], ["--check", str(project)]):
        monkeypatch.setattr("sys.argv", ["orchestra-compile", *words])
        assert cli.compile_main() == 0
        end = "files up to date" if "--check" in words else "unchanged"
        assert capsys.readouterr().out == f"compiled: {files} {end}\n"


def test_findings_are_not_forgotten(project: Path, orchestra: Orchestra) -> None:
    edit(project, "agents/writer.yaml", "Writes short texts about anything on request.", "Writer.")
    assert "ORC201" in orchestra("compile", project).err
    again = orchestra("compile", project)
    assert again.code == 0
    assert again.err.endswith("as before; run orchestra lint to see them\n")
    assert orchestra("compile", "--check", project).err == again.err
