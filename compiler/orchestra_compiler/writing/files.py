"""One file, written in one step: a reader sees the old or the new content, never half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_TRIES = 20


def write_file(path: Path, content: bytes, temporary: str | None = None, *, keep_mode: bool = False) -> None:
    """Write a file in one step, through a temporary one beside it.

    Args:
        path: The file.
        content: Its new content.
        temporary: The name of the temporary file; without one it gets a name that nobody else has.
        keep_mode: Whether a file that is there keeps its rights.
    """
    handle, name = _opened(path, temporary)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(_mode(path) if keep_mode else 0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _opened(path: Path, temporary: str | None) -> tuple[int, str]:
    """Open a new file beside another, in a folder that a compile may remove at any moment for being empty."""
    left = _TRIES
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return _named(path.with_name(temporary)) if temporary else _nameless(path.parent)
        except FileNotFoundError:
            left -= 1
            if not left:
                raise


def _named(path: Path) -> tuple[int, str]:
    path.unlink(missing_ok=True)
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), str(path)


def _nameless(folder: Path) -> tuple[int, str]:
    return tempfile.mkstemp(prefix=".orchestra-", dir=folder)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
