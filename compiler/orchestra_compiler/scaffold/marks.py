"""The line by which a file shows that `orchestra init` wrote it."""

from __future__ import annotations

from pathlib import Path

WRITTEN = "# Written by `orchestra init`"
_LINES = 3


def is_ours(path: Path) -> bool:
    """Return whether a file is there that begins as those of `orchestra init` do."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return any(line.startswith(WRITTEN) for line, _ in zip(file, range(_LINES), strict=False))
    except OSError:
        return False
