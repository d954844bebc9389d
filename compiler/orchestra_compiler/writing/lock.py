"""One compile at a time writes to an output folder.

The lock is the operating system's own on a file in `.orchestra/`, so a compile that is killed gives it back. Where no
such file can be made, as in a folder that is read-only, nothing is locked.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event

from orchestra_compiler.errors import ProjectError
from orchestra_compiler.freshness import STATE_FOLDER, make_state_folder

FOLDER = "writing"
_STEP_S = 0.05
_TOLD_AFTER = 20  # steps: a second
LONGEST_STEPS = 1200  # a minute
_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})


def place(root: Path, out: Path, suffix: str) -> Path:
    """Return the file in `.orchestra/` that serves the writing to an output folder, whatever way the folder is named."""
    name = sha256(os.fsencode(out.resolve())).hexdigest()[:16]
    return root / STATE_FOLDER / FOLDER / f"{name}{suffix}"


@contextmanager
def held(root: Path, out: Path, tell: Callable[[str], None] = lambda _: None, *, make: bool = True) -> Iterator[None]:
    """Hold the lock of an output folder.

    Args:
        root: The project's root.
        out: The output folder.
        tell: Gets a line once another compile has been waited for for a second.
        make: Whether the lock's file may be made; where it is not there nobody can hold it.

    Raises:
        ProjectError: Another compile holds it for more than a minute.
    """
    handle = _opened(root, place(root, out, ".lock"), make=make)
    if handle is None:
        yield
        return
    try:
        _wait(handle, out, tell)
        yield
    finally:
        os.close(handle)  # gives the lock back


def _opened(root: Path, path: Path, *, make: bool) -> int | None:
    try:
        if make:
            make_state_folder(str(root))
            path.parent.mkdir(exist_ok=True)
        return os.open(path, os.O_RDWR | (os.O_CREAT if make else 0), 0o666)
    except OSError:
        return None


def _wait(handle: int, out: Path, tell: Callable[[str], None]) -> None:
    pause = Event()
    for step in range(LONGEST_STEPS):
        try:
            if _taken(handle):
                return
        except OSError:  # a file system without locks
            return
        if step == _TOLD_AFTER:
            tell(f"waiting for another compile that writes to {out}")
        pause.wait(_STEP_S)
    raise ProjectError(
        f"another compile has been writing to {out} for more than a minute", "wait for it or end it, then compile again"
    )


if sys.platform == "win32":

    def _taken(handle: int) -> bool:
        """Take the lock, or return False where somebody else has it."""
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
        return True

else:

    def _taken(handle: int) -> bool:
        """Take the lock, or return False where somebody else has it."""
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
        return True
