"""The examples of the rules: found in their folders, and written out as projects.

A folder `tests/rules/ORC###-name` has a folder per example, in that the files that differ from a clean project. In a `bad-…`
example the marks « and » stand around what the finding must point at; they are taken out before the files are written. A
`good-…` example holds no marks. `(empty)` as the whole content of a file means that the clean project's file of that name is
left out. What no text can hold (a byte that is no UTF-8, a link) is done to the written files by one of `LAST_TOUCHES`.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import small_project

from orchestra_compiler import build
from orchestra_compiler.check import check_project
from orchestra_compiler.diagnostic import Diagnostic

FOLDER = Path(__file__).parent.parent / "rules"
REMOVED = "(empty)"
OPENS, CLOSES = "«", "»"
COMPILED = frozenset({"ORC117", "ORC118"})
"""Rules that only a compile can break."""


class Example(NamedTuple):
    """One example of a rule."""

    code: str
    folder: Path

    @property
    def bad(self) -> bool:
        """Whether something must be found in it."""
        return self.folder.name.startswith("bad")

    def __str__(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"


class Mark(NamedTuple):
    """Where a finding must be: the line and the column count from 1."""

    path: str
    line: int
    column: int


class Judged(NamedTuple):
    """An example, the places that are marked in it, in order, and all that was found, in order."""

    example: Example
    marks: list[Mark]
    found: tuple[Diagnostic, ...]

    @property
    def own(self) -> list[Mark]:
        """The places of the findings of the example's own rule."""
        return [Mark(*each.span[:3]) for each in self.found if each.code == self.example.code]

    def right(self, parts: int) -> int:
        """Return how many marks have a finding that agrees in that many parts: path, line, column."""
        left = [mark[:parts] for mark in self.own]
        hits = 0
        for mark in self.marks:
            if mark[:parts] in left:
                left.remove(mark[:parts])
                hits += 1
        return hits


def examples() -> Iterator[Example]:
    """Yield every example, by rule and name."""
    for folder in sorted(FOLDER.glob("ORC*/*")):
        if folder.is_dir():
            yield Example(folder.parent.name[:6], folder)


def write(example: Example, root: Path) -> list[Mark]:
    """Write the example's project below `root`; return the places that are marked, in order."""
    small_project.write(root)
    marks: list[Mark] = []
    for file in sorted(path for path in example.folder.rglob("*") if path.is_file()):
        name = file.relative_to(example.folder).as_posix()
        text = file.read_bytes().decode()
        target = root / name
        if text.strip() == REMOVED:
            target.unlink()
            continue
        text, places = unmarked(text)
        marks += [Mark(name, *place) for place in places]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    last_touch = LAST_TOUCHES.get(str(example))
    if last_touch is not None:
        last_touch(root)
    return sorted(marks)


def unmarked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text without its marks, and the line and column of each of them."""
    places = []
    while OPENS in text:
        before, _, rest = text.partition(OPENS)
        places.append((before.count("\n") + 1, len(before) - before.rfind("\n")))
        text = before + rest.replace(CLOSES, "", 1)
    return text, places


@functools.cache
def judged(example: Example) -> Judged:
    """Return what is found in an example; it is written to a folder of its own, and once in a session."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "small"
        root.mkdir()
        marks = write(example, root)
        if example.code in COMPILED:
            return Judged(example, marks, build.compile_project(root).checked.diagnostics)
        return Judged(example, marks, check_project(root).diagnostics)


def _saved_as(encoding: str, *paths: str) -> Callable[[Path], None]:
    """Return what saves files in another encoding."""

    def touch(root: Path) -> None:
        for path in paths:
            file = root / path
            file.write_bytes(file.read_bytes().decode().encode(encoding))

    return touch


def _with_nul(root: Path) -> None:
    file = root / "agents/writer.yaml"
    file.write_bytes(file.read_bytes().replace(b"NUL", b"\0"))


def _folder_in_place_of(path: str) -> Callable[[Path], None]:
    def touch(root: Path) -> None:
        (root / path).unlink()
        (root / path).mkdir()

    return touch


def _link(path: str, target: str) -> Callable[[Path], None]:
    """Return what moves a file to `target`, relative to the root, and leaves a link to it."""

    def touch(root: Path) -> None:
        moved = root / target
        moved.parent.mkdir(parents=True, exist_ok=True)
        (root / path).replace(moved)
        (root / path).symlink_to(moved)

    return touch


LAST_TOUCHES: Mapping[str, Callable[[Path], None]] = {
    "ORC006-encoding/bad-windows-1252": _saved_as("cp1252", "agents/writer.yaml"),
    "ORC006-encoding/bad-windows-1252-in-markdown": _saved_as("cp1252", "agents/reader.md"),
    "ORC006-encoding/bad-utf-16": _saved_as("utf-16", "missions/hello.yaml"),
    "ORC006-encoding/bad-control-character": _with_nul,
    "ORC006-encoding/good-byte-order-mark": _saved_as("utf-8-sig", "agents/writer.yaml", "agents/reader.md"),
    "ORC021-outside-project/bad-link": _link("agents/reader.md", "../elsewhere/reader.md"),
    "ORC021-outside-project/good-link-inside": _link("agents/reader.md", "texts/reader.md"),
    "ORC022-unreadable-file/bad-folder-among-agents": _folder_in_place_of("agents/notes.md"),
    "ORC022-unreadable-file/bad-folder-in-place-of-a-document": _folder_in_place_of("routing.yaml"),
}
"""By rule and example: what is done to the written files that their text cannot say."""
