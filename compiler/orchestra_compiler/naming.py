"""File names for names, since what people call their agents must never decide where a file lands; and names of files."""

from __future__ import annotations

import re
from pathlib import Path

from orchestra_compiler.patterns import pattern

MARKDOWN = (".md", ".markdown")
"""Endings of the files that are read as Markdown."""
YAML = (".yaml", ".yml", ".json")
"""Endings of the files that are read as YAML, of which JSON is a part."""

_SAFE = pattern(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+)*")
_HASHED = pattern(r".*\.[0-9a-f]{8}")
_LONGEST = 100
_KINDS_OF_FILES = (".agent", ".chatmode", ".subagent")
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


def file_name(name: str) -> str:
    """Return a file name without extension for any name: the name itself where it is a safe one.

    Safe means lower-case ASCII, no separators, no leading or trailing dot, no device name of Windows, at most 100
    characters. Any other name becomes a readable slug with eight digits of its SHA-256, so that two names never meet.
    """
    safe = len(name) <= _LONGEST and _SAFE.fullmatch(name) and not _HASHED.fullmatch(name)
    if safe and name.split(".", maxsplit=1)[0] not in _DEVICES:
        return name
    from hashlib import sha256

    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "agent"
    if slug in _DEVICES:  # Windows takes `con.1a2b3c4d.md` for the console too
        slug = f"agent-{slug}"
    return f"{slug}.{sha256(name.encode()).hexdigest()[:8]}"


def name_in_path(path: str) -> str:
    """Return the name that a source file gives its agent: folded, without the endings that say what kind of file it is."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    stem = name[:dot] if 0 < dot < len(name) - 1 else name
    for suffix in _KINDS_OF_FILES:
        stem = stem.removesuffix(suffix)
    return stem.casefold()


def name_of_folder(root: Path) -> str:
    """Return the name of a project that names itself not: its folder's, with `?` for what is not UTF-8 there."""
    return root.resolve().name.encode("utf-8", "replace").decode() or "project"
