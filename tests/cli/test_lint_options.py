"""Baselines, files for the output, and fixes, from the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
import small_project
from commands import Orchestra

import orchestra_spec

WRITER = small_project.FILES["agents/writer.yaml"]
SHORT = WRITER.replace("Writes short texts about anything on request.", "Writer.")
DANGLING = SHORT.replace("coordinator: lead", "coordinator: laed")
UNUSED = WRITER.replace("tier: routine\n", "tier: routine # orchestra: ignore[ORC203] once\n")
PAGE = small_project.FILES["agents/reader.md"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project as the current folder, with one warning."""
    root = small_project.write(tmp_path / "here", {"agents/writer.yaml": SHORT})
    monkeypatch.chdir(root)
    return root


def codes(text: str) -> list[str]:
    return [each["code"] for each in json.loads(text)["diagnostics"]]


# Rules


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--select", "description-short"), ["ORC201"]),
        (("--select", "Description-Short,ORC3"), ["ORC201"]),
        (("--select", "price-stale"), []),
        (("--ignore", "description-short"), []),
        (("--ignore", "price-stale"), ["ORC201"]),
    ],
)
def test_rules_have_names(orchestra: Orchestra, words: tuple[str, ...], expected: list[str]) -> None:
    assert codes(orchestra("lint", "--format", "json", *words).out) == expected


@pytest.mark.usefixtures("here")
def test_near_misses_are_proposed(orchestra: Orchestra) -> None:
    answer = orchestra("lint", "--select", "price-stalle")
    assert answer.code == 2
    assert "did you mean `price-stale`?" in answer.err


# Baselines


def test_a_baseline_from_writing_to_its_end(orchestra: Orchestra, here: Path) -> None:
    answer = orchestra("lint", "--write-baseline", "old.json")
    assert (answer.code, answer.out) == (0, "no findings\n")
    assert answer.err.startswith("old.json: 1 finding; to use it,")
    assert orchestra("lint").code == 1
    assert orchestra("lint", "--baseline", "old.json") == (0, "no findings\n", "")
    (here / "orchestra.yaml").write_text(small_project.FILES["orchestra.yaml"] + "lint: {baseline: old.json}\n")
    assert orchestra("lint") == (0, "no findings\n", "")
    (here / "agents/writer.yaml").write_text(WRITER)
    answer = orchestra("lint")
    assert (answer.code, answer.err) == (0, "1 finding of the baseline no longer occurs and can go\n")
    orchestra("lint", "--write-baseline", "old.json")
    assert json.loads((here / "old.json").read_bytes())["findings"] == []
    assert orchestra("lint") == (0, "no findings\n", "")


def test_writing_the_baseline_anew_keeps_what_it_holds(orchestra: Orchestra, here: Path) -> None:
    (here / "orchestra.yaml").write_text(small_project.FILES["orchestra.yaml"] + "lint: {baseline: old.json}\n")
    assert "ORC037" in orchestra("lint").out
    first = orchestra("lint", "--write-baseline", "old.json")
    assert (first.code, first.out) == (0, "no findings\n")
    before = (here / "old.json").read_bytes()
    assert orchestra("lint", "--write-baseline", "old.json").code == 0
    assert (here / "old.json").read_bytes() == before


def test_another_baseline_takes_the_place_of_the_projects_own(orchestra: Orchestra, here: Path) -> None:
    orchestra("lint", "--write-baseline", "old.json")
    orchestra("lint", "--write-baseline", "empty.json", "--ignore", "ORC2")
    (here / "orchestra.yaml").write_text(small_project.FILES["orchestra.yaml"] + "lint: {baseline: old.json}\n")
    assert orchestra("lint").code == 0
    assert "ORC201" in orchestra("lint", "--baseline", "empty.json").out


def test_errors_that_stop_the_compile_stay(orchestra: Orchestra, here: Path) -> None:
    (here / "agents/writer.yaml").write_text(DANGLING)
    answer = orchestra("lint", "--write-baseline", "old.json")
    assert answer.code == 1
    assert "ORC105" in answer.out
    assert "ORC201" not in answer.out


@pytest.mark.parametrize("content", [None, "{}", "[", "\udcff"])
def test_a_baseline_that_is_none(orchestra: Orchestra, here: Path, content: str | None) -> None:
    if content is not None:
        (here / "old.json").write_bytes(content.encode(errors="surrogateescape"))
    answer = orchestra("lint", "--baseline", "old.json")
    assert answer.code == 2
    assert "old.json" in answer.err
    assert "--write-baseline" in answer.err


def test_baselines_are_of_one_project(orchestra: Orchestra, here: Path, project: Path) -> None:
    assert orchestra("lint", ".", project, "--write-baseline", "old.json").code == 2
    assert orchestra("lint", "agents/writer.yaml", "--write-baseline", "old.json").code == 2
    assert not (here / "old.json").exists()
    orchestra("lint", "--write-baseline", "old.json")
    assert orchestra("lint", ".", project, "--baseline", "old.json").code == 2
    assert orchestra("lint", "agents/writer.yaml", "--baseline", "old.json").code == 0


# Files for the output


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_output_goes_to_a_file_whole(orchestra: Orchestra, here: Path, form: str) -> None:
    plain = orchestra("lint", "--format", form)
    answer = orchestra("lint", "--format", form, "--output-file", "out/found.txt")
    assert (answer.code, answer.out) == (1, "1 warning in 1 file; see out/found.txt\n")
    assert (here / "out/found.txt").read_text() == plain.out
    assert [path.name for path in (here / "out").iterdir()] == ["found.txt"]


@pytest.mark.usefixtures("here")
def test_output_that_cannot_be_written(orchestra: Orchestra) -> None:
    for name in ("agents/writer.yaml/x", "agents", "/dev/null", ""):
        for option in ("--output-file", "--write-baseline"):
            answer = orchestra("lint", option, name)
            assert (answer.code, answer.out) == (2, "")


def test_a_link_stays_a_link(orchestra: Orchestra, here: Path) -> None:
    (here / "link.txt").symlink_to("real.txt")
    assert orchestra("lint", "--output-file", "link.txt").code == 1
    assert (here / "link.txt").is_symlink()
    assert "ORC201" in (here / "real.txt").read_text()


def test_sarif_shows_what_is_silenced(orchestra: Orchestra, here: Path) -> None:
    spec = SHORT.replace("Writer.\n", "Writer. # orchestra: ignore[ORC201] enough\n")
    (here / "agents/writer.yaml").write_text(spec)
    answer = orchestra("lint", "--format", "sarif")
    assert answer.code == 0
    [result] = json.loads(answer.out)["runs"][0]["results"]
    assert result["suppressions"][0]["justification"] == "enough"
    location = result["suppressions"][0]["location"]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "agents/writer.yaml"
    assert location["region"]["startColumn"] == 22


# Fixes


def test_json_names_the_fix(orchestra: Orchestra, here: Path) -> None:
    (here / "agents/writer.yaml").write_text(UNUSED)
    data = json.loads(orchestra("lint", "--format", "json").out)
    schema = json.loads((orchestra_spec.ROOT / "schemas" / "diagnostics.schema.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(data)
    [found] = data["diagnostics"]
    assert found["fix"] == {
        "title": "remove the ignore",
        "safety": "safe",
        "edits": [{"path": "agents/writer.yaml", "line": 3, "column": 14, "end_line": 3, "end_column": 47, "text": ""}],
    }
    del found["fix"]["edits"][0]["path"]
    assert not jsonschema.Draft202012Validator(schema).is_valid(data)


def test_safe_fixes(orchestra: Orchestra, here: Path) -> None:
    path = here / "agents/writer.yaml"
    path.write_text(UNUSED)
    path.chmod(0o640)
    answer = orchestra("lint", "--fix")
    assert answer == (0, "no findings\n", "fixed 1 finding in 1 file\n")
    assert path.read_text() == WRITER
    assert path.stat().st_mode & 0o777 == 0o640
    assert orchestra("lint", "--fix") == (0, "no findings\n", "fixed 0 findings in 0 files\n")


def test_unsafe_fixes_and_what_is_left(orchestra: Orchestra, here: Path) -> None:
    path = here / "agents/reader.md"
    path.write_text(PAGE.replace("Read the text", "<!-- orchestra: ignore[ORC203] once -->\nRead the text"))
    kept = path.read_text()
    answer = orchestra("lint", "--fix")
    assert (answer.code, path.read_text()) == (1, kept)
    assert "ORC034" in answer.out
    answer = orchestra("lint", "--unsafe-fixes", "--format", "json")
    assert (answer.code, codes(answer.out), answer.err) == (1, ["ORC201"], "fixed 1 finding in 1 file\n")
    assert path.read_text() == PAGE


def test_the_diff_can_be_applied_and_writes_nothing(
    orchestra: Orchestra, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "agents/writer.yaml").write_text(UNUSED)
    monkeypatch.chdir(here.parent)
    answer = orchestra("lint", "here", "--diff")
    assert (answer.code, answer.err) == (1, "would fix 1 finding in 1 file\n")
    assert (here / "agents/writer.yaml").read_text() == UNUSED
    subprocess.run(["git", "apply", "--unsafe-paths", "-"], input=answer.out.encode(), check=True, cwd=here.parent)
    assert (here / "agents/writer.yaml").read_text() == WRITER
    assert orchestra("lint", "here", "--diff") == (0, "", "would fix 0 findings in 0 files\n")


def test_only_what_is_asked_for_is_mended(orchestra: Orchestra, here: Path) -> None:
    path = here / "agents/writer.yaml"
    path.write_text(UNUSED)
    for words in (("--ignore", "ORC034"), ("--select", "ORC2"), ("agents/lead.yaml",)):
        orchestra("lint", "--fix", *words)
        assert path.read_text() == UNUSED
    orchestra("lint", "--fix", "agents/writer.yaml")
    assert path.read_text() == WRITER


def test_what_the_baseline_holds_is_not_mended(orchestra: Orchestra, here: Path) -> None:
    path = here / "agents/writer.yaml"
    path.write_text(UNUSED)
    orchestra("lint", "--write-baseline", "old.json")
    assert orchestra("lint", "--fix", "--baseline", "old.json").code == 0
    assert path.read_text() == UNUSED


@pytest.mark.parametrize("option", ["--write-baseline", "--output-file"])
def test_a_diff_writes_nothing(orchestra: Orchestra, here: Path, option: str) -> None:
    assert orchestra("lint", "--diff", option, "x").code == 2
    assert not (here / "x").exists()


@pytest.mark.parametrize("option", ["--output-file", "--write-baseline"])
@pytest.mark.parametrize("name", ["orchestra.yaml", "agents/writer.yaml", "agents/../agents/reader.md"])
def test_no_source_is_written_over(option: str, name: str, orchestra: Orchestra, tmp_path: Path) -> None:
    root = small_project.write(tmp_path)
    before = (root / name).read_bytes()
    answer = orchestra("lint", option, root / name, root)
    assert answer.code == 2
    assert "is a source of the project" in answer.err
    assert (root / name).read_bytes() == before
    assert orchestra("lint", option, root / "notes.json", root).code == 0
    assert orchestra("lint", option, root / "notes.json", root).code == 0
