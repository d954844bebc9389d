"""What besides the project's own files decides what a compile gives: this compiler, its libraries, Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import orchestra_spec
import orchestra_templates
from orchestra_compiler.incremental.digest import digest

_LIBRARIES = ("elementpath", "jinja2", "lxml", "markupsafe", "pathspec", "tiktoken", "xmlschema")
"""Whose answers end in compiled files."""


@cache
def tool_digest() -> str:
    """Return a digest of all that may change what a unit gives, other than what the unit looks at.

    It is taken once in a process: the code that runs is the code that was loaded.
    """
    ours = (Path(__file__).parent.parent, orchestra_spec.ROOT, orchestra_templates.ROOT)
    files = (part for folder in ours for part in _contents(Path(folder)))
    return digest([sys.version.encode(), *(version.encode() for version in _versions()), *files])


def _contents(folder: Path) -> Iterator[bytes]:
    """Yield path and content of each file of a package, in order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
            yield path.read_bytes()


def _versions() -> Iterator[str]:
    """Yield the libraries with their versions, without loading them, nor importlib.metadata, which costs more than all."""
    found: dict[str, str] = {}
    for place in sys.path:
        for entry in _entries(place):
            name, _, version = entry.removesuffix(".dist-info").partition("-")
            if entry.endswith(".dist-info"):
                found.setdefault(name.lower(), version)
    for name in _LIBRARIES:
        yield f"{name} {found.get(name, '')}"


def _entries(place: str) -> list[str]:
    try:
        return sorted(os.listdir(place or "."))  # noqa: PTH208 - names are all that is asked for
    except OSError:  # a zip file, or a place that is not there
        return []
