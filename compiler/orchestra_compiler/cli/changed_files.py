"""Which projects a command line's paths lie in, and which files of each it speaks of."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from orchestra_compiler.errors import UsageError
from orchestra_compiler.project import PROJECT_FILE, find_root


def by_project(paths: Iterable[str], *, staged: bool) -> dict[Path, set[str] | None]:
    """Return the projects that the paths lie in, each with the files asked for; None means all of them.

    Args:
        paths: Folders of projects, and files.
        staged: Whether files that are gone count, those of git's index among them.

    Raises:
        UsageError: A path is not there, and `staged` does not hold.
    """
    projects: dict[Path, set[str] | None] = {}
    for name in paths:
        path = Path(os.path.normpath(name))
        if not path.exists() and not staged:
            raise UsageError(f"there is no {name}", "name projects, or files in one")
        if path.is_dir() or (path.name == PROJECT_FILE and path.exists()):
            projects[_as_written(find_root(path), projects)] = None
        elif not _add(projects, path):  # pre-commit names every changed file; those of no project are not ours to judge
            sys.stderr.write(f"{name}: belongs to no project, left out\n")
    for name in _deleted() if staged else ():
        _add(projects, Path(name))
    return projects


def _add(projects: dict[Path, set[str] | None], path: Path) -> bool:
    """Add a file to the project that it lies in; return whether there is one."""
    folder = _nearest(path)
    if folder is None:
        return False
    root = _as_written(folder, projects)
    files = projects.setdefault(root, set())
    if files is not None:
        files.add(_absolute(path).relative_to(_absolute(root)).as_posix())
    return True


def _as_written(root: Path, projects: Iterable[Path]) -> Path:
    """Return the root as it was first named: the same project is read once, however its folder is written."""
    return next((known for known in projects if _absolute(known) == _absolute(root)), root)


def _absolute(path: Path) -> Path:
    """Return a path from the file system's root on. Links stay: a project calls its files by the names they have there."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - pathlib has no such thing without following links


def _nearest(path: Path) -> Path | None:
    """Return the nearest folder above a file that holds an orchestra.yaml, or None.

    Folders are tried as they are written as long as that is possible, so that findings name the file as the user did.
    """
    full = _absolute(path)
    written = (
        folder for folder in path.parents if full.is_relative_to(_absolute(folder))
    )  # `.` is no parent of `../x`
    return next((folder for folder in (*written, *full.parents) if (folder / PROJECT_FILE).is_file()), None)


def base_revision() -> str:
    """Return the revision that a commit, or a push under pre-commit, starts from."""
    return os.environ.get("PRE_COMMIT_FROM_REF") or "HEAD"


def _deleted() -> list[str]:
    """Return the files that git is about to delete, the old names of renamed ones among them.

    pre-commit names no deleted files; where it looks at more than the index, it says between which revisions.

    Raises:
        UsageError: git is not there, or this is no repository.
    """
    import subprocess

    old, new = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    where = ["--end-of-options", f"{old}...{new}"] if old and new else ["--cached"]
    command = ["git", "diff", "--name-only", "--no-renames", "--diff-filter=D", "--relative", "-z", *where, "--"]
    try:
        done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - git as the user has it
    except OSError as error:
        raise UsageError(
            f"--staged needs git: {error.strerror}", "install it, or name the files without --staged"
        ) from error
    except subprocess.CalledProcessError as error:
        said = os.fsdecode(error.stderr).strip().splitlines()
        raise UsageError(
            f"--staged needs a git repository: {said[0] if said else 'git failed'}", "name the files without --staged"
        ) from error
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
