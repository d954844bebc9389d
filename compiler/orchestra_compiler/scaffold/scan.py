"""Looks through a repository: which files define agents, which only look as if they might, which schemas there are.

Only files are looked at that some format could be written in, by their endings; what they hold decides. Folders of tools
and of what tools make are not entered, and links are not followed.
"""

# A Path for each of twenty thousand files costs more than all the rest of the scan.
# ruff: noqa: PTH118, PTH123

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from orchestra_compiler.frontends.formats import Format, recognise
from orchestra_compiler.naming import MARKDOWN, YAML
from orchestra_compiler.scaffold.likely import likely, worth_reading

Recognise: TypeAlias = Callable[[str, bytes], "Format | None"]

AGENT_ENDINGS = (*MARKDOWN, *YAML)
SCHEMA_ENDING = ".xsd"
MAX_BYTES = 1024 * 1024
"""Larger files are no agents: the longest that was ever met has 60 kB."""

_NEVER = frozenset(
    [
        ".git",
        ".hg",
        ".svn",
        ".jj",
        ".orchestra",
        ".venv",
        ".tox",
        ".nox",
        ".eggs",
        ".cache",
        ".next",
        ".nuxt",
        ".gradle",
        ".terraform",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".idea",
        ".yarn",
        ".pnpm-store",
        "node_modules",
        "bower_components",
        "__pycache__",
        "site-packages",
        "venv",
    ]
)
"""Folders that tools fill: nobody keeps agents there."""
_MADE = frozenset({"build", "compiled", "coverage", "dist", "out", "target", "vendor"})
"""Folders that are usually made from others, unless they are one of the folders that sort a collection's agents."""
_AGENT_FOLDERS = frozenset({"agents", "subagents", "skills", "chatmodes", "plugins"})


class Candidate(NamedTuple):
    """A file that defines at least one agent; its path is relative to the root, with forward slashes."""

    path: str
    format: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a repository holds. Everything is sorted by path.

    Attributes:
        agents: The files that define agents.
        others: Every other file, link or folder whose name a pattern for agents might match.
        schemas: XML Schemas.
        looked_at: How many files were seen in all.
    """

    agents: tuple[Candidate, ...]
    others: tuple[str, ...]
    schemas: tuple[str, ...]
    looked_at: int


def scan(root: str, recognised: Recognise = recognise) -> Scan:
    """Look through everything below `root`; folders that cannot be listed are passed over."""
    agents, others, schemas, looked_at = [], [], [], 0
    for path, regular in _walk(root):
        looked_at += regular
        name = path.rpartition("/")[2].lower()
        if name.endswith(SCHEMA_ENDING) and regular:
            schemas.append(path)
        if not name.endswith(AGENT_ENDINGS):
            continue
        content = _read(root, path) if regular else b""
        found = recognised(path, content) if content and worth_reading(path, content) else None
        if found is None or not likely(path, content, found.name):
            others.append(path)
        else:
            agents.append(Candidate(path, found))
    return Scan(
        agents=tuple(sorted(agents)), others=tuple(sorted(others)), schemas=tuple(sorted(schemas)), looked_at=looked_at
    )


def _walk(root: str) -> Iterator[tuple[str, bool]]:
    """Yield every path below the root, and whether it is a regular file; folders only where they look like a file."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for entry in _entries(os.path.join(root, folder)):
            path = folder + entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if _is_entered(root, folder, entry.name):
                        waiting.append(f"{path}/")
                    if not entry.name.lower().endswith(AGENT_ENDINGS):
                        continue
                yield path, entry.is_file(follow_symlinks=False)
            except OSError:  # it goes while it is looked at
                continue


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_entered(root: str, folder: str, name: str) -> bool:
    if name in _NEVER:
        return False
    if name in _MADE:
        return not _AGENT_FOLDERS.isdisjoint(folder.split("/"))
    return not os.path.lexists(os.path.join(root, folder, name, "pyvenv.cfg"))


def _read(root: str, path: str) -> bytes:
    """Return a file's content; nothing where it cannot be had, is too large, or has a name that is no Unicode."""
    try:
        path.encode()
        with open(os.path.join(root, path), "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return b""
    return content if len(content) <= MAX_BYTES else b""
