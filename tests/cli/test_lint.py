from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
import small_project
from commands import Orchestra

import orchestra_spec

SPEC = small_project.FILES["agents/writer.yaml"]
BAD_WRITER = SPEC.replace("coordinator: lead", "coordinator: laed").replace(
    "Writes short texts about anything on request.", "Writer."
)
BAD_READER = small_project.FILES["agents/reader.md"].replace("tier: routine", "tier: rotine\ncolour: red")


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    """A project with findings of every severity in two files."""
    return small_project.write(tmp_path / "flawed", {"agents/writer.yaml": BAD_WRITER, "agents/reader.md": BAD_READER})


def codes(text: str) -> list[tuple[str, str]]:
    return [(each["path"], each["code"]) for each in json.loads(text)["diagnostics"]]


EXPECTED = [
    ("agents/reader.md", "ORC102"),
    ("agents/reader.md", "ORC011"),
    ("agents/writer.yaml", "ORC201"),
    ("agents/writer.yaml", "ORC105"),
]
IN_WRITER = [EXPECTED[0], *EXPECTED[2:]]
"""What is shown for the writer alone: findings in its file, and the errors of the others."""


def test_a_clean_project_has_nothing_to_say(orchestra: Orchestra, project: Path) -> None:
    assert orchestra("lint", project) == (0, "no findings\n", "")
    assert orchestra("lint", project, "--format", "github") == (0, "", "")
    assert json.loads(orchestra("lint", project, "--format", "json").out) == {
        "diagnostics": [],
        "summary": {"errors": 0, "warnings": 0, "infos": 0, "files": 0},
    }


def test_json_keeps_its_schema(orchestra: Orchestra, flawed: Path) -> None:
    schema = json.loads((orchestra_spec.ROOT / "schemas" / "diagnostics.schema.json").read_bytes())
    answer = orchestra("lint", flawed, "--format", "json")
    assert answer.code == 1
    data = json.loads(answer.out)
    jsonschema.Draft202012Validator(schema).validate(data)
    assert codes(answer.out) == EXPECTED
    assert data["summary"] == {"errors": 2, "warnings": 1, "infos": 1, "files": 2}
    assert answer.out.isascii()


def test_text_shows_place_frame_and_mend(orchestra: Orchestra, flawed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(flawed)
    answer = orchestra("lint")
    assert answer.code == 1
    assert "agents/writer.yaml:6:14: error ORC105[unknown-coordinator]" in answer.out
    assert "    6 | coordinator: laed\n      |              ^^^^\n      = hint: did you mean `lead`" in answer.out
    assert answer.out.endswith("\n2 errors, 1 warning, 1 info in 2 files\n")


def test_github_gets_annotations_it_can_place(
    orchestra: Orchestra, flawed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(flawed.parent)
    answer = orchestra("lint", "flawed", "--format", "github")
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::notice", "::warning", "::error"]
    assert lines[3].startswith(
        "::error file=flawed/agents/writer.yaml,line=6,endLine=6,col=14,endColumn=18,title=ORC105 "
    )
    assert all("flawed/agents/" in line for line in lines)


@pytest.mark.parametrize(
    ("words", "expected", "code"),
    [
        ((), EXPECTED, 1),
        (("--select", "ORC1"), [EXPECTED[0], EXPECTED[3]], 1),
        (("--select", "ORC102,orc201"), [EXPECTED[0], EXPECTED[2]], 1),
        (("--select", " ORC201 ,"), [EXPECTED[2]], 1),
        (("--select", "ORC011"), [EXPECTED[1]], 0),
        (("--select", "ORC7"), [], 0),
        (("--ignore", "ORC1"), [EXPECTED[1], EXPECTED[2]], 1),
        (("--ignore", "ORC1,ORC2"), [EXPECTED[1]], 0),
        (("--ignore", "ORC"), [], 0),
        (("--ignore", ""), EXPECTED, 1),
        (("--select", "ORC1", "--ignore", "ORC105"), [EXPECTED[0]], 1),
        (("--select", "ORC"), EXPECTED, 1),
    ],
)
def test_selection(
    orchestra: Orchestra, flawed: Path, words: tuple[str, ...], expected: list[tuple[str, str]], code: int
) -> None:
    answer = orchestra("lint", flawed, "--format", "json", *words)
    assert codes(answer.out) == expected
    assert answer.code == code


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(
    "bad", ["XYZ", "ORC9", "ORC999", "ORC1O1", "E501", "102", "ORC1,nonsense", "description-shrt", "ORC1*", "hand-offs"]
)
def test_codes_that_no_rule_has_are_refused(orchestra: Orchestra, project: Path, option: str, bad: str) -> None:
    answer = orchestra("lint", project, option, bad)
    assert answer.code == 2
    assert "is neither a rule's code, nor the beginning of one, nor a name" in answer.err


def test_changed_files_and_errors_anywhere_while_the_whole_fleet_is_read(
    orchestra: Orchestra, flawed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = orchestra("lint", flawed / "agents" / "writer.yaml", "--format", "json").out
    assert codes(found) == IN_WRITER
    found = orchestra(
        "lint", flawed / "agents" / "lead.yaml", flawed / "missions" / "hello.yaml", "--format", "json"
    ).out
    assert codes(found) == [EXPECTED[0], EXPECTED[3]]
    monkeypatch.chdir(flawed / "agents")
    answer = orchestra("lint", "reader.md", "writer.yaml")
    assert "warning ORC201" in answer.out
    assert "2 errors, 1 warning, 1 info in 2 files" in answer.out
    (flawed / "agents" / "lead.yaml").unlink()
    found = orchestra("lint", "writer.yaml", "--format", "json", "--select", "ORC105").out
    assert codes(found) == [("agents/writer.yaml", "ORC105")]


@pytest.mark.parametrize(
    "written", ["agents/writer.yaml", "./agents/../agents/writer.yaml", "../flawed/agents/writer.yaml"]
)
def test_a_file_is_the_same_however_its_path_is_written(
    orchestra: Orchestra, flawed: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.chdir(flawed)
    assert codes(orchestra("lint", written, "--format", "json").out) == IN_WRITER


def test_a_path_above_this_projects_folder_is_another_projects(
    orchestra: Orchestra, flawed: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    answer = orchestra("lint", os.path.relpath(flawed / "agents" / "writer.yaml"))
    assert "error ORC105" in answer.out
    assert "../flawed/agents/writer.yaml:6:14" in answer.out


def test_files_of_no_project_are_left_out_and_said(orchestra: Orchestra, flawed: Path, tmp_path: Path) -> None:
    (tmp_path / "stray.md").touch()
    alone = orchestra("lint", tmp_path / "stray.md")
    assert (alone.code, alone.err) == (0, f"{tmp_path / 'stray.md'}: belongs to no project, left out\n")
    beside = orchestra("lint", tmp_path / "stray.md", flawed / "agents" / "writer.yaml")
    assert beside.code == 1
    assert "error ORC105" in beside.out


def test_a_linked_file_is_called_as_the_project_calls_it(orchestra: Orchestra, flawed: Path, tmp_path: Path) -> None:
    (flawed / "agents" / "link.md").symlink_to(flawed / "agents" / "reader.md")
    (flawed / "out.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (tmp_path / "elsewhere.yaml").touch()
    found = codes(orchestra("lint", flawed / "agents" / "link.md", "--format", "json").out)
    assert {path for path, code in found if code == "ORC011"} == {"agents/link.md"}
    assert orchestra("lint", flawed / "out.yaml", "--select", "ORC011") == (0, "no findings\n", "")


def test_a_link_to_the_project_is_the_project(orchestra: Orchestra, flawed: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(flawed)
    assert codes(orchestra("lint", tmp_path / "link" / "agents" / "writer.yaml", "--format", "json").out) == IN_WRITER


def test_several_projects_do_not_mix(
    orchestra: Orchestra, flawed: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "agents" / "writer.yaml").write_text(
        "\n\n\n\n# line five\n" + SPEC.replace("tier: routine", "tier: rotine")
    )
    monkeypatch.chdir(flawed.parent)
    answer = orchestra("lint", "flawed", "small")
    assert answer.code == 1
    assert "flawed/agents/writer.yaml:6:14: error ORC105" in answer.out
    assert "    6 | coordinator: laed" in answer.out
    assert "small/agents/writer.yaml:8:7: error ORC102" in answer.out
    assert "    8 | tier: rotine" in answer.out
    assert "in 3 files" in answer.out
    paths = [path for path, _ in codes(orchestra("lint", "flawed", "small", "--format", "json").out)]
    assert paths == [*(f"flawed/{path}" for path, _ in EXPECTED), "small/agents/writer.yaml"]


def test_a_project_named_twice_is_read_once(
    orchestra: Orchestra, flawed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(flawed)
    words = (".", flawed, "agents/writer.yaml", "orchestra.yaml", "../flawed/")
    assert codes(orchestra("lint", *words, "--format", "json").out) == EXPECTED


def test_orchestra_yaml_stands_for_the_project(orchestra: Orchestra, flawed: Path) -> None:
    assert codes(orchestra("lint", flawed / "orchestra.yaml", "--format", "json").out) == EXPECTED


def test_a_folder_in_a_project_is_no_project(orchestra: Orchestra, flawed: Path) -> None:
    answer = orchestra("lint", flawed / "agents")
    assert answer.code == 2
    assert "holds no orchestra.yaml" in answer.err


def test_linting_writes_nothing(orchestra: Orchestra, flawed: Path) -> None:
    before = small_project.tree(flawed)
    orchestra("lint", flawed)
    assert small_project.tree(flawed) == before


def test_control_characters_do_not_reach_the_terminal(orchestra: Orchestra, project: Path) -> None:
    (project / "agents" / "reader.md").write_text('---\nname: "\\e[31mred\\u202e"\ndescription: x\n---\nRead.\n')
    answer = orchestra("lint", project)
    assert "\x1b" not in answer.out
    assert "\u202e" not in answer.out


def test_a_reader_that_goes_away_does_not_make_findings_go_away(flawed: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-c", "from pytest_orchestra.cli import main; raise SystemExit(main())", "lint", flawed]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        process.stdout.close()
        assert process.wait(timeout=60) == 1
