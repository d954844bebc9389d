"""The small project that `orchestra init --example` writes."""

from __future__ import annotations

from collections.abc import Mapping

import orchestra_templates

_FOLDER = orchestra_templates.ROOT / "starter"


def example_files() -> Mapping[str, bytes]:
    """Return path -> content of every file of the project, sorted by path."""
    paths = sorted(path for path in _FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(_FOLDER).as_posix(): path.read_bytes() for path in paths}
