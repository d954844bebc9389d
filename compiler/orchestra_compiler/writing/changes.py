"""What writing would change in the output folder, and why; nothing is written here.

What an earlier compile wrote is known from the manifest it left, and what one that was interrupted wrote from its
journal, so a file that somebody else put into the folder is never touched.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from orchestra_compiler.built import Output
from orchestra_compiler.writing.folder import Folder
from orchestra_compiler.writing.journal import Journal
from orchestra_compiler.writing.reasons import Earlier, Reasons


class Change(enum.StrEnum):
    """What writing does to a file."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One file, what happens to it, and why.

    Attributes:
        path: Below the output folder, or below the project's root where `section` says so.
        section: The sections that are ours of a file that is otherwise somebody else's; empty for a file of ours.
    """

    path: str
    change: Change
    why: str
    content: bytes = b""
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the writer knows besides the files.

    Attributes:
        sources: Path -> SHA-256 of the sources they were made from.
        tool: The compiler's version.
        earlier: What the manifest on disk says of the compile before, or None.
        chains: Path -> which unit of the build a file comes from, and why that was made anew.
        journal: What an interrupted compile left behind, or None.
    """

    sources: Mapping[str, str]
    tool: str
    earlier: Earlier | None = None
    chains: Mapping[str, str] = field(default_factory=dict)
    journal: Journal | None = None


def plan(out: Path, outputs: Iterable[Output], known: Known) -> tuple[Planned, ...]:
    """Return what writing would do to each file of the output folder, sorted by path; nothing is written.

    Raises:
        ProjectError: An output would land outside the folder, or the folder cannot be read.
    """
    earlier, folder = known.earlier, Folder(out)
    reasons = Reasons(earlier, known.sources, known.tool, known.chains)
    planned = {output.path: _compare(folder, output, reasons) for output in outputs}
    for path in earlier.outputs if earlier else ():
        if path not in planned and folder.has(path):
            planned[path] = Planned(path=path, change=Change.REMOVE, why="nothing compiles to it any more")
    for path, digests in known.journal.files.items() if known.journal else ():
        if path not in planned and folder.has(path) and sha256(folder.content(path) or b"").hexdigest() in digests:
            planned[path] = Planned(path=path, change=Change.REMOVE, why="a compile that was interrupted left it")
    return tuple(sorted(planned.values(), key=lambda each: each.path))


def _compare(folder: Folder, output: Output, reasons: Reasons) -> Planned:
    current = folder.content(output.path)
    if current == output.content:
        return Planned(path=output.path, change=Change.KEEP, why="nothing changed", content=output.content)
    change = Change.CREATE if current is None else Change.UPDATE
    return Planned(path=output.path, change=change, why=reasons.of(output, current), content=output.content)
