from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import jsonschema
import pytest
import small_project
from commands import Orchestra, run_pytest

import orchestra_spec


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project after a run of its mission, not to be written to."""
    project = small_project.write(tmp_path_factory.mktemp("ran") / "small")
    code, outcomes, text = run_pytest(project, "--orchestra", "-m", "mission")
    assert (code, outcomes) == (0, {"passed": 1}), text
    return project


@pytest.fixture
def ran(run_once: Path, tmp_path: Path) -> Path:
    """A copy of the small project after that run."""
    return Path(shutil.copytree(run_once, tmp_path / "ran"))


@pytest.mark.parametrize("words", [(), ("latest",), ("20200101-nobody",)])
def test_before_any_run_there_is_nothing_to_report(orchestra: Orchestra, project: Path, words: tuple[str, ...]) -> None:
    before = orchestra("report", *words, "--project", project)
    assert (before.code, before.out) == (2, "")
    assert "run orchestra-compile" in before.err
    orchestra("compile", project)
    answer = orchestra("report", *words, "--project", project)
    assert (answer.code, answer.out) == (2, "")
    assert "run pytest --orchestra first" in answer.err
    assert not (project / ".orchestra" / "ledger.sqlite").exists()


def test_a_broken_spec_hides_no_earlier_run(orchestra: Orchestra, ran: Path) -> None:
    (ran / "agents" / "writer.yaml").write_text("agent: [")
    answer = orchestra("report", "--project", ran)
    assert answer.code == 0
    assert "orchestra · small · run " in answer.out


def test_a_run_can_be_shown_again(orchestra: Orchestra, ran: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ran)
    answer = orchestra("report")
    assert (answer.code, answer.err) == (0, "")
    assert "orchestra · small · run " in answer.out
    assert "\x1b[" not in answer.out
    data = json.loads(orchestra("report", "latest", "--format", "json").out)
    schema = json.loads((orchestra_spec.ROOT / "schemas" / "report.schema.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(data)
    assert data == json.loads((ran / ".orchestra" / "report" / "orchestra-report.json").read_bytes())
    name = data["run"]["id"]
    assert json.loads(orchestra("report", name, "--format", "json").out) == data
    assert orchestra("report", name, "--format", "markdown").out.startswith("#")
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, orchestra("report").out.splitlines())) <= 60

    unknown = orchestra("report", "nobody")
    assert unknown.code == 2
    assert name in unknown.err


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look at" * 40])
def test_a_damaged_ledger_is_said(orchestra: Orchestra, project: Path, content: bytes) -> None:
    (project / ".orchestra").mkdir()
    (project / ".orchestra" / "ledger.sqlite").write_bytes(content)
    answer = orchestra("report", "--project", project)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("orchestra: ")


def test_a_ledger_of_somebody_else_is_said(orchestra: Orchestra, project: Path) -> None:
    (project / ".orchestra").mkdir()
    with sqlite3.connect(project / ".orchestra" / "ledger.sqlite") as database:
        database.execute("CREATE TABLE calls (x)")
    database.close()
    answer = orchestra("report", "--project", project)
    assert (answer.code, answer.out) == (2, "")
