"""The one writer: does what was planned, removes what is stale, and never leaves the folder it writes to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath

from orchestra_compiler.errors import ProjectError
from orchestra_compiler.manifest import MANIFEST_NAME
from orchestra_compiler.writing.changes import Change, Planned
from orchestra_compiler.writing.files import write_file
from orchestra_compiler.writing.folder import inside
from orchestra_compiler.writing.journal import Journal


def intended(planned: Iterable[Planned], temporary: str) -> Journal:
    """Return the journal of what is going to be written.

    Args:
        planned: All that was planned.
        temporary: The name that temporary files will have.
    """
    changed = [each for each in planned if each.change is not Change.KEEP]
    return Journal(
        temporaries=(temporary,),
        files={each.path: _digests(each) for each in changed if not each.section},
        sections=tuple(f"{each.path}#{name}" for each in changed for name in each.section),
    )


def _digests(planned: Planned) -> tuple[str, ...]:
    return () if planned.change is Change.REMOVE else (sha256(planned.content).hexdigest(),)


def temporary_name() -> str:
    """Return the name of this process's temporary files: it writes one after the other."""
    return f".orchestra-{os.getpid()}.new"


def apply(out: Path, planned: Sequence[Planned], root: Path, temporary: str) -> None:
    """Write what was planned; the manifest last, so that it never speaks of files that are not there yet.

    Args:
        out: The output folder.
        planned: What `plan` returned, and the sections.
        root: The folder below which the files with sections lie.
        temporary: The name of temporary files.

    Raises:
        ProjectError: A file cannot be written.
    """
    changed = [each for each in planned if each.change is not Change.KEEP]
    for each in sorted(changed, key=lambda each: not each.section and each.path == MANIFEST_NAME):
        base = root if each.section else out
        removes = each.change is Change.REMOVE
        try:
            if removes:
                _remove(base, each.path)
            else:
                write_file(inside(base, each.path), each.content, temporary, keep_mode=bool(each.section))
        except OSError as error:
            verb = "remove" if removes else "write"
            raise ProjectError(
                f"cannot {verb} {base / each.path}: {error.strerror or error}",
                "no file is half written; once this is mended, compile again",
            ) from error


def clean(out: Path, root: Path, journal: Journal) -> None:
    """Remove the temporary files and the empty folders that interrupted compiles left behind."""
    places = [(out, path) for path in journal.files]
    places += [(root, section.rpartition("#")[0]) for section in journal.sections]
    for base, path in places:
        try:
            full = inside(base, path)
            for name in journal.temporaries:
                full.with_name(PurePosixPath(name).name).unlink(missing_ok=True)
        except (OSError, ProjectError, ValueError):  # nothing of ours can be where nothing of ours can be written
            continue
        _prune(base, full)


def _remove(base: Path, path: str) -> None:
    file = inside(base, path)
    file.unlink(missing_ok=True)
    _prune(base, file)


def _prune(base: Path, file: Path) -> None:
    """Remove the folders above a file that are empty, up to the base."""
    for folder in file.relative_to(base).parents[:-1]:
        try:
            (base / folder).rmdir()
        except FileNotFoundError:
            continue
        except OSError:  # not empty: somebody else's file, or another of ours
            return
