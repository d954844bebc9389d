"""A folder that other people keep files in, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestra_compiler.errors import ProjectError, UsageError
from orchestra_compiler.writing.files import write_file
from orchestra_compiler.writing.owned import Done, write_owned

RECORD = ".ours"


def may_own(path: str) -> bool:
    return path == "list.txt" or path.endswith(".xml")


def write(base: Path, **files: str) -> Done:
    named = {name.replace("__", "/").replace("_", "."): text.encode() for name, text in files.items()}
    return write_owned(base, named, RECORD, may_own)


def tree(base: Path) -> dict[str, str]:
    found = (path for path in base.rglob("*") if path.is_file() and path.name != RECORD)
    return {path.relative_to(base).as_posix(): path.read_text() for path in found}


def test_files_are_written_kept_and_removed(tmp_path: Path) -> None:
    base = tmp_path / "new" / "folder"
    assert write(base, list_txt="a b", valid__a_xml="a", valid__b_xml="b") == Done(3, 0, 0)
    (base / "notes.txt").write_text("mine")
    (base / "valid" / "notes.txt").write_text("mine too")
    before = (base / "valid" / "a.xml").stat().st_mtime_ns
    assert write(base, list_txt="a c", valid__a_xml="a", other__c_xml="c") == Done(2, 1, 1)
    assert (base / "valid" / "a.xml").stat().st_mtime_ns == before
    assert tree(base) == {
        "list.txt": "a c",
        "valid/a.xml": "a",
        "other/c.xml": "c",
        "notes.txt": "mine",
        "valid/notes.txt": "mine too",
    }
    assert write(base, list_txt="") == Done(1, 0, 2)
    assert not (base / "other").exists()
    assert (base / "valid" / "notes.txt").exists()


def test_the_same_again_touches_nothing(tmp_path: Path) -> None:
    write(tmp_path, list_txt="a", valid__a_xml="a")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert write(tmp_path, list_txt="a", valid__a_xml="a") == Done(0, 2, 0)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_nothing_foreign_is_replaced_and_nothing_is_written_then(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("somebody's")
    with pytest.raises(UsageError, match=r"list\.txt is there already"):
        write(tmp_path, list_txt="ours", valid__a_xml="a")
    assert tree(tmp_path) == {"list.txt": "somebody's"}


def test_a_foreign_file_with_the_same_content_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("same")
    assert write(tmp_path, list_txt="same").kept == 1


@pytest.mark.parametrize(
    "listed",
    ["notes.txt", "../outside.xml", "/etc/hostname.xml", "valid/../../outside.xml", "\0.xml", "a" * 5000 + ".xml"],
)
def test_a_list_that_was_tampered_with_removes_nothing_else(tmp_path: Path, listed: str) -> None:
    base = tmp_path / "base"
    write(base, list_txt="ours")
    (base / "notes.txt").write_text("mine")
    (tmp_path / "outside.xml").write_text("mine")
    (base / RECORD).write_text(f"list.txt\n{listed}\n")
    try:
        write(base, list_txt="ours", a_xml="a")
    except ProjectError as error:
        assert "outside" in str(error)  # noqa: PT017 - both ends are right
    assert (base / "notes.txt").read_text() == "mine"
    assert (tmp_path / "outside.xml").read_text() == "mine"


@pytest.mark.parametrize(
    "listed", [b"\xff\xfe\0", b"", b"{}", bytes(range(256)) * 9], ids=["utf16", "empty", "json", "noise"]
)
def test_a_damaged_list_is_the_same_as_none(tmp_path: Path, listed: bytes) -> None:
    write(tmp_path, list_txt="ours")
    (tmp_path / RECORD).write_bytes(listed)
    with pytest.raises(UsageError):
        write(tmp_path, list_txt="changed")
    (tmp_path / "list.txt").unlink()
    assert write(tmp_path, list_txt="changed").written == 1


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    base, outside = tmp_path / "base", tmp_path / "outside"
    base.mkdir()
    outside.mkdir()
    (base / "valid").symlink_to(outside, target_is_directory=True)
    with pytest.raises(ProjectError, match="link"):
        write(base, valid__a_xml="a")
    assert list(outside.iterdir()) == []


def test_a_record_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    base, outside = tmp_path / "base", tmp_path / "outside.txt"
    base.mkdir()
    outside.write_text("valid/a.xml\n")
    (base / RECORD).symlink_to(outside)
    with pytest.raises(ProjectError, match="link"):
        write(base, valid__a_xml="a")
    assert outside.read_text() == "valid/a.xml\n"


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ProjectError, match="it is no folder"):
        write(tmp_path / "file", list_txt="a")


def test_a_run_that_was_killed_leaves_nothing_that_the_next_one_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, list_txt="1", valid__old_xml="old")
    written = 0

    def stops(path: Path, content: bytes) -> None:
        nonlocal written
        written += 1
        if written > 3:
            raise KeyboardInterrupt
        write_file(path, content)

    monkeypatch.setattr("orchestra_compiler.writing.owned.write_file", stops)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, list_txt="2", valid__new_xml="new", valid__newer_xml="newer")
    monkeypatch.undo()
    write(tmp_path, list_txt="3", valid__newest_xml="newest")
    assert tree(tmp_path) == {"list.txt": "3", "valid/newest.xml": "newest"}
