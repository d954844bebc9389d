"""A compile may die before any of its operations: each file is old or new then, and the next compile leaves no trace of it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import small_project

from orchestra_compiler import build, freshness
from orchestra_compiler.build import Compilation
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.freshness import STATE_FOLDER, fresh_outputs
from orchestra_compiler.writing import journal, writer

OPERATIONS = [
    (os, "open"),
    (os, "fsync"),
    (Path, "replace"),
    (Path, "unlink"),
    (Path, "rmdir"),
    (os, "replace"),
    (os, "unlink"),
]
TARGETS = "targets: [cases, prompts, messages, routing-table, claude-md]\n"
MINE = "# Mine\n\nMy own words.\n"


class Killed(BaseException):
    """Stands for the end of the process: nothing that comes after it is done, clean-ups included."""


@dataclass
class Fate:
    """Counts operations down; from the last one on none is done."""

    left: int

    def stop(self) -> bool:
        self.left -= 1
        return self.left < 0


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, fate: Fate) -> Iterator[None]:
    """Die before the operation that fate names; where it is a write, after half of it."""

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*words: Any, **named: Any) -> Any:
            if fate.stop():
                raise Killed
            return real(*words, **named)

        return operation

    real_fdopen = os.fdopen

    def fdopen(handle: int, mode: str) -> Any:
        if fate.stop():
            os.write(handle, b"half")
            os.close(handle)
            raise Killed
        return real_fdopen(handle, mode)

    with monkeypatch.context() as patch:
        for place, name in OPERATIONS:
            patch.setattr(place, name, counted(getattr(place, name)))
        patch.setattr(os, "fdopen", fdopen)
        yield


@dataclass
class Scene:
    """A project compiled to one state, on its way to another."""

    root: Path
    backup: Path
    first: Compilation
    second: Compilation
    first_tree: dict[str, bytes]
    second_tree: dict[str, bytes]

    def reset(self) -> None:
        shutil.rmtree(self.root)
        shutil.copytree(self.backup, self.root)

    def tree(self) -> dict[str, bytes]:
        """All that a compile may write, `.orchestra` aside."""
        return {
            path: content
            for path, content in small_project.tree(self.root).items()
            if path.startswith("compiled/") or path == "CLAUDE.md" or "/.orchestra-" in f"/{path}"
        }


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(freshness, "_MARGIN_NS", -(10**18))
    root = small_project.write(tmp_path / "small")
    (root / "CLAUDE.md").write_text(MINE)
    sectioned = small_project.FILES["orchestra.yaml"] + TARGETS
    (root / "orchestra.yaml").write_text(sectioned)
    lead = small_project.FILES["agents/lead.yaml"]
    (root / "agents" / "extra.yaml").write_text(
        lead.replace("agent: lead", "agent: extra").replace("Leads", "Also leads")
    )
    (root / "agents" / "lead.yaml").write_text(lead.replace("decide", "judge"))
    (root / "agents" / "reader.md").unlink()
    scholar = root / "agents" / "scholar.md"
    scholar.write_text(small_project.FILES["agents/reader.md"].replace("name: reader", "name: scholar"))
    second = build.compile_project(root)
    assert second.manifest, second.checked.diagnostics
    build.write(second, time.time_ns())
    scene = Scene(root, tmp_path / "backup", second, second, {}, {})
    second_tree = scene.tree()
    assert b"orchestra:claude-md:begin" in second_tree["CLAUDE.md"]
    (root / "agents" / "extra.yaml").unlink()
    scholar.unlink()
    small_project.write(root)
    first = build.compile_project(root)
    build.write(first, time.time_ns())
    first_tree = scene.tree()
    assert first_tree["CLAUDE.md"] == MINE.encode()
    assert first_tree.keys() - second_tree.keys()
    assert second_tree.keys() - first_tree.keys()
    shutil.copytree(root, scene.backup)
    return Scene(root, scene.backup, first, second, first_tree, second_tree)


def is_clean(scene: Scene, expected: dict[str, bytes]) -> None:
    assert scene.tree() == expected
    assert not [path for path in scene.root.rglob("*") if path.name.startswith(".orchestra-")]
    assert not [path for path in (scene.root / "compiled").rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert journal.read(scene.root, scene.root / "compiled") is None


def test_killed_before_any_operation(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    states = set()
    for number in range(1000):
        scene.reset()
        fate = Fate(number)
        try:
            with dying(monkeypatch, fate):
                build.write(scene.second, time.time_ns())
        except Killed:
            pass
        else:
            break
        there = scene.tree()
        for path, content in there.items():
            assert "/.orchestra-" in f"/{path}" or content in (
                scene.first_tree.get(path),
                scene.second_tree.get(path),
            ), path
        states.add(frozenset(path for path in there if there[path] != scene.first_tree.get(path)))
        if there != scene.second_tree:
            assert any(each.change != "keep" for each in build.planned_changes(scene.second))
        if there != scene.first_tree:
            assert fresh_outputs(str(scene.root)) is None or there == scene.second_tree
        back = number % 2  # to where it came from, or on to where it went
        build.write(scene.first if back else scene.second, time.time_ns())
        is_clean(scene, scene.first_tree if back else scene.second_tree)
    assert number > 40, number
    assert len(states) > 10


def test_killed_twice(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3, 60, 7):
        scene.reset()
        for which, left in ((scene.second, number), (scene.first, number // 2), (scene.second, number // 3)):
            with dying(monkeypatch, Fate(left)), pytest.raises(Killed):
                build.write(which, time.time_ns())
        build.write(scene.first, time.time_ns())
        is_clean(scene, scene.first_tree)


def test_somebody_else_s_file_in_the_place_of_a_leftover_stays(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with dying(monkeypatch, Fate(30)), pytest.raises(Killed):
        build.write(scene.second, time.time_ns())
    extra = scene.root / "compiled" / "prompts" / "extra.md"
    extra.write_text("mine")
    build.write(scene.first, time.time_ns())
    assert extra.read_text() == "mine"


def test_a_killed_compile_shows_in_a_check(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state before came back, and only the leftovers tell of the compile in between."""
    for number in range(10, 40, 4):
        scene.reset()
        with dying(monkeypatch, Fate(number)), pytest.raises(Killed):
            build.write(scene.second, time.time_ns())
        planned = build.compared(scene.first, time.time_ns())
        if scene.tree() != scene.first_tree:
            assert fresh_outputs(str(scene.root)) is None
        left = {path.removeprefix("compiled/") for path in scene.tree().keys() - scene.first_tree.keys()}
        told = {each.path for each in planned if each.change == "remove"}
        assert told == {path for path in left if ".orchestra-" not in path}


def refusing(code: int, after: int) -> Callable[[Path, Path], Path]:
    """Return what stands for `Path.replace` on a disk that soon refuses."""
    left = [after]

    def replace(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(code, os.strerror(code), str(self))
        return self.rename(target)

    return replace


@pytest.mark.parametrize("code", [13, 28, 30])
def test_a_folder_that_refuses_loses_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Rights, a full disk, a disk that is read-only: said, whatever operation meets it, and mended by the next compile."""
    for number in range(0, 8, 2):
        scene.reset()
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", refusing(code, number))
            with pytest.raises(ProjectError, match=os.strerror(code)):
                build.write(scene.second, time.time_ns())
        for path, content in scene.tree().items():
            assert content in (scene.first_tree.get(path), scene.second_tree.get(path)), path
        build.write(scene.first, time.time_ns())
        is_clean(scene, scene.first_tree)


def test_without_a_place_for_a_journal_it_still_compiles(scene: Scene) -> None:
    shutil.rmtree(scene.root / STATE_FOLDER)
    (scene.root / STATE_FOLDER).write_text("in the way")
    build.write(scene.second, time.time_ns())
    assert scene.tree() == scene.second_tree


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b'{"version": 1}', b"\xff", b'{"version": 1, "temporaries": 1, "files": [], "sections": []}'],
)
def test_a_damaged_journal_is_as_good_as_none(scene: Scene, damage: bytes) -> None:
    from orchestra_compiler.writing.lock import place

    path = place(scene.root, scene.root / "compiled", ".json")
    path.write_bytes(damage)
    build.write(scene.second, time.time_ns())
    assert scene.tree() == scene.second_tree
    assert not path.exists()


def test_a_forged_journal_removes_nothing_elsewhere(scene: Scene, tmp_path: Path) -> None:
    from hashlib import sha256

    victim = tmp_path / "victim"
    victim.write_text("keep me")
    digest = sha256(b"keep me").hexdigest()
    forged = journal.Journal(temporaries=("../victim", "victim"), files={"../../victim": (digest,)}, sections=())
    out = scene.root / "compiled"
    journal.begin(scene.root, out, forged)
    with pytest.raises(ProjectError, match="outside"):
        build.write(scene.second, time.time_ns())
    writer.clean(out, scene.root, forged)
    assert victim.read_text() == "keep me"
