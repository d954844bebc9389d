"""A folder that may hold other people's files, and in which ours are known by a list that lies among them.

For what is written to wherever a user says, outside of any project: nothing foreign is replaced or removed, what an earlier
run left and this one does not make is removed, and a kill leaves no file behind that the list does not name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from orchestra_compiler.errors import ProjectError, UsageError
from orchestra_compiler.writing.files import write_file
from orchestra_compiler.writing.folder import Folder

_LONGEST_LIST = 64 * 1024 * 1024


class Done(NamedTuple):
    """How many files were written, were as they should be already, and were removed."""

    written: int
    kept: int
    removed: int


def write_owned(base: Path, files: Mapping[str, bytes], record: str, may_own: Callable[[str], bool]) -> Done:
    """Make a folder hold these files, each written in one step, and no others of an earlier run.

    Args:
        base: The folder; made where it is not there.
        files: Path below the folder -> content.
        record: The name of the list of our files, a file of the folder.
        may_own: Whether a path could be one of ours at all, whatever the list says: it may have been tampered with.

    Raises:
        UsageError: A file that is not ours stands where one of ours is to be written; nothing is written.
        ProjectError: A file cannot be written, or a link leads out of the folder.
    """
    if base.exists() and not base.is_dir():
        raise ProjectError(f"cannot write {base}: it is no folder", "name another one")
    folder = Folder(base)
    try:
        earlier = {path for path in _listed(base / record) if may_own(path)}
        current = {path: folder.content(path) for path in files}
        _refuse_foreign(base, files, current, earlier)
        folder.full(record)
        stale = sorted(path for path in earlier - files.keys() if folder.has(path))
        changed = [path for path in sorted(files) if current[path] != files[path]]
        if changed or stale:
            _write_list(base / record, earlier | files.keys())  # first, so that nothing is there that it does not name
        for path in changed:
            write_file(folder.full(path), files[path])
        for path in stale:
            _remove(base, folder.full(path))
        _write_list(base / record, files)
    except OSError as error:
        raise ProjectError(
            f"cannot write {base}: {error.strerror or error}", "no file is half written; mend this and run it again"
        ) from error
    return Done(written=len(changed), kept=len(files) - len(changed), removed=len(stale))


def _refuse_foreign(
    base: Path, files: Mapping[str, bytes], current: Mapping[str, bytes | None], earlier: Iterable[str]
) -> None:
    """Refuse to replace what we have not written; a file that is the same already may be anybody's."""
    ours = frozenset(earlier)
    for path in sorted(files):
        if path not in ours and current[path] not in (None, files[path]):
            raise UsageError(f"{base / path} is there already and not written by this command", "name another folder")


def _listed(path: Path) -> Iterable[str]:
    """Return the paths that a list names; one that cannot be read names none."""
    try:
        if path.is_symlink() or path.stat().st_size > _LONGEST_LIST:
            return ()
        return path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return ()


def _write_list(path: Path, files: Iterable[str]) -> None:
    content = "".join(f"{each}\n" for each in sorted(files)).encode()
    try:
        if path.read_bytes() == content:
            return
    except OSError:
        pass
    write_file(path, content)


def _remove(base: Path, file: Path) -> None:
    """Remove a file, and the folders above it that are empty then, up to the base."""
    file.unlink(missing_ok=True)
    for above in file.relative_to(base).parents[:-1]:
        try:
            (base / above).rmdir()
        except OSError:  # not empty, or gone already
            return
