"""Sections of files that belong to somebody else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import small_project
from commands import Orchestra
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler import build, freshness
from orchestra_compiler.built import Section
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.freshness import fresh_outputs
from orchestra_compiler.writing import section_plan
from orchestra_compiler.writing.changes import Known
from orchestra_compiler.writing.sections import MarkerError, held, spliced

BEGIN = b"<!-- orchestra:x:begin (written by orchestra-compile; edit the specs, not this) -->"
END = b"<!-- orchestra:x:end -->"
WHOLE = BEGIN + b"\nnew\n" + END + b"\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, WHOLE),
        (b"", WHOLE),
        (b"mine", b"mine\n\n" + WHOLE),
        (b"mine\n", b"mine\n\n" + WHOLE),
        (b"mine\n\n", b"mine\n\n" + WHOLE),
        (b"mine\r\n", b"mine\r\n\r\n" + WHOLE.replace(b"\n", b"\r\n")),
        (b"\xef\xbb\xbfmine\n", b"\xef\xbb\xbfmine\n\n" + WHOLE),
        (b"\xef\xbb\xbf", b"\xef\xbb\xbf" + WHOLE),
        (b"a\n" + BEGIN + b"\nold\nold\n" + END + b"\nz", b"a\n" + BEGIN + b"\nnew\n" + END + b"\nz"),
        (b"a\n" + BEGIN + b"\n" + END, b"a\n" + BEGIN + b"\nnew\n" + END),
        (b"\xef\xbb\xbf" + BEGIN + b"\nold\n" + END + b"\nz\n", b"\xef\xbb\xbf" + BEGIN + b"\nnew\n" + END + b"\nz\n"),
        (
            b"a\r\n  <!--orchestra:x:begin mine -->\t\r\nold\r\n" + END + b"\r\nz\n",
            b"a\r\n  <!--orchestra:x:begin mine -->\t\r\nnew\r\n" + END + b"\r\nz\n",
        ),
        (b"see <!-- orchestra:x:begin --> there\n", b"see <!-- orchestra:x:begin --> there\n\n" + WHOLE),
        (
            b"<!-- orchestra:y:begin -->\ny\n<!-- orchestra:y:end -->\n",
            b"<!-- orchestra:y:begin -->\ny\n<!-- orchestra:y:end -->\n\n" + WHOLE,
        ),
    ],
)
def test_a_section_is_put_in(before: bytes | None, after: bytes) -> None:
    assert spliced(before, {"x": b"new\n"}) == after
    assert spliced(after, {"x": b"new\n"}) == after
    assert held(after, "x") == b"new\n"


@pytest.mark.parametrize(
    ("before", "line"),
    [
        (b"a\n" + BEGIN + b"\nno end\n", 2),
        (b"a\nb\n" + END + b"\n", 3),
        (END + b"\n" + BEGIN + b"\n", 1),
        (WHOLE + WHOLE, 4),
        (BEGIN + b"\n" + WHOLE, 2),
        (BEGIN + b"\n<!-- orchestra:y:begin -->\n<!-- orchestra:y:end -->\n" + END + b"\n", 2),
        (BEGIN + b"\n<!-- orchestra:y:end -->\n" + END + b"\n", 2),
        (b"a\n\xff\xfe\n", 2),
        (b"a\nb\0\n", 2),
    ],
)
def test_markers_that_make_no_sense_are_told_with_their_line(before: bytes, line: int) -> None:
    with pytest.raises(MarkerError) as caught:
        spliced(before, {"x": b"new\n"})
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("name", "body"), [("x", WHOLE), ("x", b"a\n  <!-- orchestra:q:end -->"), ("a b", b""), ("", b"")]
)
def test_a_section_that_would_break_the_file_is_refused(name: str, body: bytes) -> None:
    with pytest.raises(MarkerError):
        spliced(b"mine\n", {name: body})


LINES = st.lists(
    st.sampled_from([b"text", b"", b"# title", b"```", "é 🎼".encode(), b"<!-- x -->", b"a\rb"]), max_size=6
)


@given(LINES, LINES, LINES, LINES, st.sampled_from([b"\n", b"\r\n"]), st.booleans(), st.booleans())
def test_nothing_but_the_section_changes(
    before: list[bytes],
    old: list[bytes],
    new: list[bytes],
    after: list[bytes],
    line_end: bytes,
    marked: bool,
    last_line_ends: bool,
) -> None:
    start = (b"\xef\xbb\xbf" if marked else b"") + b"".join(line + line_end for line in before)
    rest = line_end.join(after) + (line_end if last_line_ends and after else b"")
    body = b"".join(line + b"\n" for line in new)
    was = start + BEGIN + line_end + b"".join(line + line_end for line in old) + END + line_end + rest
    made = spliced(was, {"x": body})
    assert made == start + BEGIN + line_end + body.replace(b"\n", line_end) + END + line_end + rest
    assert spliced(made, {"x": body}) == made
    gone = spliced(made, {}, ["x"])
    if gone is None:
        assert not (start + rest).strip(b"\r\n\xef\xbb\xbf")
    else:
        assert gone.replace(line_end, b"") == (start + rest).replace(line_end, b"")


@given(st.binary(max_size=60))
def test_any_file_gives_a_section_or_a_reason(content: bytes) -> None:
    try:
        made = spliced(content, {"x": b"new\n"})
    except MarkerError:
        return
    assert made is not None
    assert made.startswith(content)
    assert held(made, "x") == b"new\n"


@given(st.text(max_size=40))
def test_what_was_put_at_the_end_goes_without_a_trace(text: str) -> None:
    content = text.replace("\0", "").rstrip().encode() + b"\n"
    made = spliced(content, {"x": b"new\n"})
    if content.strip():
        assert spliced(made, {}, ["x"]) == content


def test_a_file_that_was_made_for_a_section_goes_with_it() -> None:
    assert spliced(WHOLE, {}, ["x"]) is None
    assert spliced(b"", {}, ["x"]) == b""  # it was somebody's empty file all the time
    assert spliced(b"mine\n\n" + WHOLE, {}, ["x"]) == b"mine\n"
    assert spliced(WHOLE, {}, ["y"]) == WHOLE


# In a project

TARGETS = "targets: [prompts, claude-md]\n"
MINE = b"# Mine\r\n\r\nMy own words"


@pytest.fixture
def orchestra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Orchestra:
    monkeypatch.setattr(freshness, "_MARGIN_NS", -(10**18))
    return Orchestra(monkeypatch, capsys)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = small_project.write(tmp_path / "small", {"orchestra.yaml": small_project.FILES["orchestra.yaml"] + TARGETS})
    (root / "CLAUDE.md").write_bytes(MINE)
    (root / "CLAUDE.md").chmod(0o640)
    return root


def test_a_section_comes_stays_and_goes(project: Path, orchestra: Orchestra) -> None:
    file = project / "CLAUDE.md"
    assert "outdated   CLAUDE.md" in orchestra("compile", "--check", project).out
    assert file.read_bytes() == MINE
    assert orchestra("compile", project).code == 0
    first = file.read_bytes()
    assert first.startswith(MINE + b"\r\n\r\n<!-- orchestra:claude-md:begin")
    assert file.stat().st_mode & 0o777 == 0o640
    found = fresh_outputs(str(project))
    assert found is not None
    assert orchestra("compile", project).out == f"compiled: {found[1]} unchanged\n"

    file.write_bytes(b"Another beginning.\r\n" + first + b"And an end.")
    assert fresh_outputs(str(project)) is None
    assert orchestra("compile", "--check", project).code == 0
    assert fresh_outputs(str(project)) is not None
    file.write_bytes(first.replace(b"Give each piece", b"Give every piece"))
    answer = orchestra("compile", "--check", "--explain", project)
    assert answer.code == 1
    assert "outdated   CLAUDE.md: section claude-md: it was edited by hand" in answer.out
    assert orchestra("compile", project).code == 0
    assert file.read_bytes() == first

    (project / "orchestra.yaml").write_text(small_project.FILES["orchestra.yaml"])
    answer = orchestra("compile", "--explain", project)
    assert "updated    CLAUDE.md: a section is not wanted any more" in answer.out
    assert file.read_bytes() == MINE + b"\r\n"


def test_a_file_is_made_and_removed(project: Path, orchestra: Orchestra) -> None:
    (project / "CLAUDE.md").unlink()
    assert "created    CLAUDE.md" in orchestra("compile", "--explain", project).out
    assert (project / "CLAUDE.md").read_bytes().startswith(b"<!-- orchestra:claude-md:begin")
    (project / "orchestra.yaml").write_text(small_project.FILES["orchestra.yaml"])
    assert "removed    CLAUDE.md" in orchestra("compile", "--explain", project).out
    assert not (project / "CLAUDE.md").exists()


def test_a_section_goes_where_it_was_all_that_was_compiled(project: Path, orchestra: Orchestra) -> None:
    text = small_project.FILES["orchestra.yaml"]
    (project / "orchestra.yaml").write_text(text + "targets: [claude-md]\n")
    assert orchestra("compile", project).code == 0
    assert sorted(small_project.tree(project / "compiled")) == ["manifest.json"]
    (project / "orchestra.yaml").write_text(text + "targets: [routing-table]\n")
    assert orchestra("compile", project).code == 0
    assert (project / "CLAUDE.md").read_bytes() == MINE + b"\r\n"


def test_broken_markers_stop_the_compile_before_it_writes(project: Path, orchestra: Orchestra) -> None:
    (project / "CLAUDE.md").write_bytes(b"a\n<!-- orchestra:claude-md:begin -->\n")
    answer = orchestra("compile", project)
    assert answer.code == 2
    assert "CLAUDE.md:2: the section `claude-md` begins and does not end" in answer.err
    assert not (project / "compiled").exists()
    assert orchestra("compile", "--check", project).code == 2


def test_a_link_that_leads_out_is_not_followed(project: Path, orchestra: Orchestra, tmp_path: Path) -> None:
    victim = tmp_path / "victim.md"
    victim.write_text("keep me")
    (project / "CLAUDE.md").unlink()
    (project / "CLAUDE.md").symlink_to(victim)
    answer = orchestra("compile", project)
    assert answer.code == 2
    assert "symbolic link" in answer.err
    assert victim.read_text() == "keep me"
    assert not (project / "compiled").exists()


def test_out_leaves_the_project_s_own_files_alone(project: Path, orchestra: Orchestra, tmp_path: Path) -> None:
    assert orchestra("compile", project, "--out", tmp_path / "out").code == 0
    assert (project / "CLAUDE.md").read_bytes() == MINE
    assert (tmp_path / "out" / "CLAUDE.md").read_bytes().startswith(b"<!-- orchestra:claude-md:begin")


@pytest.mark.parametrize("path", ["../CLAUDE.md", "/etc/CLAUDE.md", "", "agents/lead.yaml", "C:/x"])
def test_a_section_has_its_place_below_the_root_and_not_in_a_source(project: Path, path: str) -> None:
    known = Known(sources={"agents/lead.yaml": ""}, tool="1")
    with pytest.raises(ProjectError, match="refuses to write"):
        section_plan.plan(project, [Section(path, "x", b"new\n")], known)


def test_a_forged_manifest_takes_nothing_out_of_files_elsewhere(project: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim.md"
    victim.write_bytes(b"mine\n" + WHOLE)
    compilation = build.compile_project(project)
    build.write(compilation, time.time_ns())
    manifest = project / "compiled" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"CLAUDE.md#claude-md"', b'"../victim.md#x"'))
    with pytest.raises(ProjectError, match="outside"):
        build.write(compilation, time.time_ns())
    assert victim.read_bytes() == b"mine\n" + WHOLE
