from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import small_project
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.build import compile_project
from orchestra_compiler.check import Checked, check_project
from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.lint.baseline import compare, dump, key_of, load
from orchestra_compiler.lint.hidden import Silencer
from orchestra_compiler.lint.view import recordable

WRITER = small_project.FILES["agents/writer.yaml"]
SHORT = WRITER.replace("Writes short texts about anything on request.", "Writer.")
PROJECT = small_project.FILES["orchestra.yaml"] + "lint: {baseline: old.json}\n"


def finding(message: str = "The `a1` has 12 words", path: str = "a.md", line: int = 1) -> Diagnostic:
    return Diagnostic(
        code="ORC201", rule="description-short", severity=Severity.WARNING, span=Span(path, line), message=message
    )


def codes(result: Checked) -> list[str]:
    return [each.code for each in result.diagnostics]


def test_the_file_is_sorted_and_has_a_line_per_entry() -> None:
    content = dump([finding(path="b.md"), finding(line=7), finding(line=3)])
    assert content.decode() == (
        "{\n"
        '  "version": 1,\n'
        '  "findings": [\n'
        '    {"path": "a.md", "code": "ORC201", "message": "The `a1` has # words", "count": 2},\n'
        '    {"path": "b.md", "code": "ORC201", "message": "The `a1` has # words", "count": 1}\n'
        "  ]\n"
        "}\n"
    )
    assert json.loads(dump([])) == {"version": 1, "findings": []}
    assert content == dump([finding(line=3), finding(path="b.md"), finding(line=900)])


@pytest.mark.parametrize(
    ("message", "known"),
    [
        ("The `a1` has 12 words", True),
        ("The `a1` has 3,400.5 words", True),
        ("The `a2` has 12 words", False),
        ("The `a1` has many words", False),
    ],
)
def test_figures_may_change_and_names_may_not(message: str, known: bool) -> None:
    assert (key_of(finding(message)) == key_of(finding())) is known


def test_one_more_of_the_same_is_new() -> None:
    known = load(dump([finding(line=1), finding(line=2)]))
    found = [finding(line=5), finding(line=6), finding(line=7)]
    left = compare(found, known)
    assert (left.shown, [each.finding for each in left.hidden], left.gone) == ([found[2]], found[:2], 0)
    assert compare(found[:1], known).gone == 1
    assert compare([], known) == ([], [], 2)


texts = st.text(max_size=12)
findings = st.lists(st.builds(finding, message=st.sampled_from(["a", "b 1", "`c 2`", "d\ud800"]) | texts, path=texts))


@given(findings)
def test_what_was_written_hides_just_that(found: list[Diagnostic]) -> None:
    known = load(dump(found))
    left = compare(found, known)
    assert (left.shown, left.gone) == ([], 0)
    assert known == Counter(map(key_of, found))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"{", b"[]", b"{}", b'{"version": 1}', b'{"version": 2, "findings": []}', b"[" * 100_000,
        b'{"version": 1, "findings": [3]}', b'{"version": 1, "findings": [{}]}',
        b'{"version": 1, "findings": [{"path": "a", "code": "b", "message": "c", "count": 0}]}',
        b'{"version": 1, "findings": [{"path": "a", "code": "b", "message": "c", "count": true}]}',
        b'{"version": 1, "findings": [{"path": 1, "code": "b", "message": "c", "count": 1}]}',
        b'{"version": 1, "findings": [{"path": "a", "code": "b", "message": "c", "count": 1, "more": 1}]}',
    ],
)  # fmt: skip
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ProjectError):
        load(content)
    root = small_project.write(tmp_path, {"orchestra.yaml": PROJECT})
    (root / "old.json").write_bytes(content)
    result = check_project(root)
    assert codes(result) == ["ORC037"]
    assert "old.json" in result.diagnostics[0].message
    assert "--write-baseline" in result.diagnostics[0].hint


def test_a_mark_at_the_start_of_the_file_does_no_harm() -> None:
    assert load(b"\xef\xbb\xbf" + dump([finding()])) == {key_of(finding()): 1}


@pytest.mark.parametrize("path", ["missing.json", "agents"])
def test_a_baseline_that_cannot_be_read(tmp_path: Path, path: str) -> None:
    project = PROJECT.replace("old.json", path)
    result = check_project(small_project.write(tmp_path, {"orchestra.yaml": project}))
    assert codes(result) == ["ORC037"]


def test_a_baseline_outside_the_project(tmp_path: Path) -> None:
    project = PROJECT.replace("old.json", "../old.json")
    assert codes(check_project(small_project.write(tmp_path, {"orchestra.yaml": project}))) == ["ORC021"]


def baselined(root: Path, writer: str) -> Path:
    """Write a project whose findings of now stand in its baseline."""
    small_project.write(root, {"orchestra.yaml": PROJECT, "agents/writer.yaml": writer})
    (root / "old.json").write_bytes(dump([each for each in recordable(check_project(root)) if each.code != "ORC037"]))
    return root


def test_old_findings_are_hidden_where_they_have_moved_to(tmp_path: Path) -> None:
    root = baselined(tmp_path, SHORT)
    assert codes(check_project(root)) == []
    (root / "agents/writer.yaml").write_text("# moved\n# down\n" + SHORT)
    result = check_project(root)
    assert codes(result) == []
    assert [(each.finding.code, each.by) for each in result.hidden] == [("ORC201", Silencer.BASELINE)]
    assert result.baseline_gone == 0
    (root / "agents/lead.yaml").write_text(
        small_project.FILES["agents/lead.yaml"].replace(
            "Leads the small team and takes what the others escalate.", "X."
        )
    )
    assert codes(check_project(root)) == ["ORC201"]


def test_what_no_longer_occurs_is_counted(tmp_path: Path) -> None:
    root = baselined(tmp_path, SHORT)
    (root / "agents/writer.yaml").write_text(WRITER)
    result = check_project(root)
    assert (codes(result), result.baseline_gone) == ([], 1)


def test_errors_that_stop_the_compile_are_neither_written_nor_hidden(tmp_path: Path) -> None:
    dangling = SHORT.replace("coordinator: lead", "coordinator: laed")
    root = baselined(tmp_path, dangling)
    assert [entry["code"] for entry in json.loads((root / "old.json").read_bytes())["findings"]] == ["ORC201"]
    found = check_project(root).diagnostics
    assert [each.code for each in found] == ["ORC105"]
    (root / "old.json").write_bytes(dump(found))  # by hand, then
    assert "ORC105" in codes(check_project(root))


def test_the_compile_obeys_and_counts_the_file_among_its_sources(tmp_path: Path) -> None:
    raised = PROJECT.replace("lint: {", "lint: {rules: {description-short: error}, ")
    root = baselined(tmp_path, SHORT)
    (root / "orchestra.yaml").write_text(raised)
    compilation = compile_project(root)
    assert compilation.manifest is not None
    assert "old.json" in compilation.manifest.sources
    (root / "old.json").write_bytes(dump([]))
    assert compile_project(root).manifest is None
