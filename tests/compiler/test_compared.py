"""A check that compiles and finds no difference spares the next one the work."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import small_project

from orchestra_compiler import build, freshness
from orchestra_compiler.freshness import fresh_outputs
from pytest_orchestra.compiled import open_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compiled project whose record is gone; files that were just written are trusted."""
    monkeypatch.setattr(freshness, "_MARGIN_NS", -(10**18))
    root = small_project.write(tmp_path)
    open_project(root)
    (root / freshness.STATE_FOLDER / "build.txt").unlink()
    return root


def test_no_difference_is_remembered(project: Path) -> None:
    build.compared(build.compile_project(project), time.time_ns())
    found = fresh_outputs(str(project))
    assert found is not None
    assert found[1] == sum(path.is_file() for path in (project / found[0]).rglob("*"))


def test_a_difference_is_not(project: Path) -> None:
    (project / "compiled" / "manifest.json").write_bytes(b"{}")
    build.compared(build.compile_project(project), time.time_ns())
    assert fresh_outputs(str(project)) is None


def test_nor_is_a_comparison_with_another_folder(project: Path, tmp_path: Path) -> None:
    compilation = build.compile_project(project)
    other = tmp_path / "other"
    build.write(compilation, time.time_ns(), other)
    build.compared(compilation, time.time_ns(), other)
    assert fresh_outputs(str(project)) is None


def test_nor_is_an_output_that_was_touched_meanwhile(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "_MARGIN_NS", 0)
    since = time.time_ns()
    compilation = build.compile_project(project)
    manifest = project / "compiled" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes())
    build.compared(compilation, since)
    assert fresh_outputs(str(project)) is None
