"""The rounds of mending on whole projects: what is chosen, what is proved, and which files are ours to change."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import small_project

from orchestra_compiler.check import check_project
from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, Severity
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.fixes import apply, fix_project, write_fixed
from orchestra_compiler.fixes.locations import Locations

FRONT = "---\nname: {name}\ndescription: Use it: for whatever there is.\n---\nRead it.\n"
GOOD = FRONT.replace("Use it: for whatever there is.", '"Use it: for whatever there is."')
READER, WRITER = "agents/reader.md", "agents/writer.yaml"


def wild(root: Path, *names: str) -> Path:
    root.mkdir(exist_ok=True)
    (root / "orchestra.yaml").write_text("orchestra: 1\nname: wild\nagents: ['**/*.md']\n")
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FRONT.format(name=path.stem))
    return root


def lying(code: str, safety: Safety, *edits: tuple[str, str]) -> Callable[[Sequence[Diagnostic]], list[Diagnostic]]:
    """Return a choice of the findings of a code, each with the fixes of a rule that is wrong: old and new text."""

    def wanted(found: Sequence[Diagnostic]) -> list[Diagnostic]:
        return [
            dataclasses.replace(each, fix=Fix(title="mend it", safety=safety, edits=tuple(_edits(each))))
            for each in found
            if each.code == code
        ]

    def _edits(found: Diagnostic) -> list[Edit]:
        line = found.span._replace(column=1, end_line=found.span.line, end_column=1)
        return [Edit(line._replace(end_column=1 + len(old)), new) for old, new in edits]

    return wanted


def test_only_what_is_wanted_is_mended(tmp_path) -> None:
    root = wild(tmp_path, "a.md", "b.md")
    done = fix_project(root, lambda found: [each for each in found if each.span.path == "b.md"], unsafe=False)
    assert done.contents == {"b.md": GOOD.format(name="b").encode()}
    assert done.before == {"b.md": FRONT.format(name="b").encode()}
    assert [(each.code, each.span.path) for each in done.applied] == [("ORC007", "b.md")]
    assert all(each.span.path == "b.md" for each in done.left)
    assert (root / "b.md").read_text() == FRONT.format(name="b")  # nothing is written


def test_a_safe_fix_that_changes_what_a_file_says_is_not_kept(tmp_path) -> None:
    root = wild(tmp_path, "a.md", "b.md")
    wanted = lying("ORC007", Safety.SAFE, ("description: Use it: for whatever there is.", 'description: "Use it."'))
    done = fix_project(root, wanted, unsafe=True)
    assert (done.contents, done.applied) == ({}, ())
    assert [(each.code, each.span.path) for each in done.left] == [("ORC007", "a.md"), ("ORC007", "b.md")]


def test_a_safe_fix_that_mends_nothing_is_not_kept(tmp_path) -> None:
    done = fix_project(
        wild(tmp_path, "a.md"), lying("ORC007", Safety.SAFE, ("description:", "description: ")), unsafe=False
    )
    assert (done.contents, done.applied) == ({}, ())


def test_a_wrong_fix_does_not_keep_right_ones_from_being_kept(tmp_path) -> None:
    root = wild(tmp_path, *(f"a{number}.md" for number in range(9)))
    wrong = lying("ORC007", Safety.SAFE, ("description:", "color:"))

    def wanted(found: Sequence[Diagnostic]) -> list[Diagnostic]:
        return [each for other in wrong(found) for each in found if each.span == other.span and each.code == other.code and each.span.path != "a4.md"] + [other for other in wrong(found) if other.span.path == "a4.md"]  # fmt: skip

    done = fix_project(root, wanted, unsafe=False)
    assert sorted(done.contents) == [f"a{number}.md" for number in range(9) if number != 4]
    assert [each.span.path for each in done.left] == ["a4.md"]


def test_an_unsafe_fix_that_brings_an_error_is_not_kept_and_its_neighbours_are(tmp_path) -> None:
    """The tier that is nearly there exists, and the agent then escalates in a ring: an error in the place of another."""
    spec = (
        small_project.FILES[WRITER]
        .replace("sends: [answer]", "sends: [anwser]")
        .replace("coordinator: lead", "coordinator: leed")
    )
    lead = small_project.FILES["agents/lead.yaml"].replace("tier: strategic", "tier: strategik\ncoordinator: writer")
    root = small_project.write(tmp_path, {WRITER: spec, "agents/lead.yaml": lead})
    before = {each.code for each in check_project(root).diagnostics if each.severity is Severity.ERROR}
    assert before == {"ORC102", "ORC104", "ORC105"}
    done = fix_project(root, tuple, unsafe=True)
    assert {each.code for each in done.applied} == {"ORC102", "ORC104"}
    assert done.contents[WRITER].decode() == spec.replace("anwser", "answer")
    assert [each.code for each in done.left if each.severity is Severity.ERROR] == ["ORC105"]


def test_one_name_in_many_places_is_mended_in_all(tmp_path) -> None:
    prompt = "prompt: |\n" + "  Delegate to @raeder, and ask @raeder again.\n" * 12
    spec = small_project.FILES[WRITER].replace("prompt: Write what you are asked for, briefly and clearly.\n", prompt)
    done = fix_project(small_project.write(tmp_path, {WRITER: spec}), tuple, unsafe=True)
    assert done.contents[WRITER].decode() == spec.replace("raeder", "reader")


def test_a_safe_fix_opens_the_way_to_an_unsafe_one(tmp_path) -> None:
    text = (
        small_project.FILES[READER]
        .replace("name: reader", "name: [the reader]")
        .replace("tier: routine", "teir: routine")
    )
    done = fix_project(small_project.write(tmp_path, {READER: text}), tuple, unsafe=True)
    assert done.contents[READER].decode() == small_project.FILES[READER].replace("name: reader", 'name: "the-reader"')
    assert [each.code for each in done.applied] == ["ORC007", "ORC010", "ORC011"]


def test_more_mends_than_a_reading_tells_of_are_all_made(tmp_path) -> None:
    words = "".join("  - yes\n" for _ in range(450))
    (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nagents: a.yaml\n")
    spec = "agent: a\ndescription: Reads whatever there is.\nprompt: x\ncapabilities:\n"
    (tmp_path / "a.yaml").write_text(spec + words)
    done = fix_project(tmp_path, tuple, unsafe=False)
    assert done.contents["a.yaml"].decode() == spec + words.replace("yes", '"yes"')


def test_a_project_is_not_read_without_end(tmp_path, monkeypatch) -> None:
    """Fixes of a rule that is always wrong cost a reading of the project each, up to a number."""
    root = wild(tmp_path, *(f"a{number}.md" for number in range(12)))
    monkeypatch.setattr(apply, "_MOST_CHECKS", 4)
    done = fix_project(
        root, lying("ORC007", Safety.UNSAFE, ("description:", "tools: {a: b}\ndescription:")), unsafe=True
    )
    assert (done.contents, done.applied) == ({}, ())
    assert len(done.left) == 12


def test_a_project_that_cannot_be_read_is_left(tmp_path) -> None:
    (tmp_path / "orchestra.yaml").write_bytes(b"\xff\xfe\x00")
    done = fix_project(tmp_path, tuple, unsafe=True)
    assert (done.contents, done.applied) == ({}, ())
    assert done.left


def test_links_are_mended_where_they_lead_and_only_inside(tmp_path) -> None:
    elsewhere = tmp_path / "elsewhere"
    wild(elsewhere, "far.md")
    root = wild(tmp_path / "project", "real/a.md", "real/b.md")
    (root / "agents").mkdir()
    (root / "agents" / "again.md").symlink_to("../real/a.md")
    (root / "agents" / "out.md").symlink_to(elsewhere / "far.md")
    (root / "orchestra.yaml").write_text("orchestra: 1\nagents: [agents/*.md, real/*.md]\n")
    done = fix_project(root, tuple, unsafe=False)
    assert sorted(done.contents) == ["real/a.md", "real/b.md"]
    assert not [each for each in done.left if each.code == "ORC007"]  # the link shows the new content too
    (root / "orchestra.yaml").write_text("orchestra: 1\nagents: agents/*.md\n")
    done = fix_project(root, tuple, unsafe=False)
    assert done.contents == {"real/a.md": GOOD.format(name="a").encode()}
    write_fixed(root, done.before, done.contents)
    assert (root / "agents" / "again.md").is_symlink()
    assert (root / "real" / "a.md").read_text() == GOOD.format(name="a")
    assert (elsewhere / "far.md").read_text() == FRONT.format(name="far")


def test_compiled_files_and_files_out_of_the_project_may_not_change(tmp_path) -> None:
    root = wild(tmp_path / "p", "a.md", "compiled/prompts/x.md")
    (tmp_path / "outside.md").write_text("x")
    (root / "link.md").symlink_to("compiled/prompts/x.md")
    places = Locations(root, check_project(root))
    sources = ["a.md", "compiled/prompts/x.md", "link.md", "../outside.md", "gone.md"]
    assert [path for path in sources if places.may_change(path, sources)] == ["a.md"]


def test_an_overlay_counts_in_place_of_the_disk(tmp_path) -> None:
    root = wild(tmp_path, "a.md")
    assert [each.code for each in check_project(root).diagnostics if each.code == "ORC007"] == ["ORC007"]
    checked = check_project(root, {"a.md": GOOD.format(name="other").encode()})
    assert checked.fleet is not None
    assert [agent.name for agent in checked.fleet.agents] == ["other"]
    assert not [each for each in checked.diagnostics if each.code == "ORC007"]


def test_files_are_written_with_their_rights(tmp_path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(b"old")
    file.chmod(0o754)
    write_fixed(tmp_path, {"a.md": b"old"}, {"a.md": b"new\r\n"})
    assert file.read_bytes() == b"new\r\n"
    assert file.stat().st_mode & 0o777 == 0o754
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_what_cannot_be_written_stops_before_the_first_file(tmp_path) -> None:
    (tmp_path / "a.md").write_bytes(b"old")
    (tmp_path / "b.md").write_bytes(b"changed meanwhile")
    (tmp_path / "c.md").symlink_to("a.md")
    old = {"a.md": b"old", "b.md": b"old", "c.md": b"old", "../d.md": b"old", "gone.md": b"old"}
    for path in ("b.md", "c.md", "../d.md", "gone.md"):
        with pytest.raises(ProjectError):
            write_fixed(tmp_path, old, {"a.md": b"new", path: b"new"})
    assert (tmp_path / "a.md").read_bytes() == b"old"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser writes everywhere")
def test_a_read_only_file_is_told(tmp_path) -> None:
    (tmp_path / "a.md").write_bytes(b"old")
    (tmp_path / "a.md").chmod(0o444)
    with pytest.raises(ProjectError, match="read-only"):
        write_fixed(tmp_path, {"a.md": b"old"}, {"a.md": b"new"})
