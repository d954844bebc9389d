"""Whether a compile would change anything, answered without reading a file.

After each compile a record of the inputs, the outputs and the compiler's own files is kept beside the project, each
with size, times and inode. Nothing differs as long as all of them are the same and the patterns match the same files.
The record is a cache of this machine: where it is missing or in doubt the answer is "no" and the real compile decides.
It is plain text, since even parsing JSON would double the time of a check that finds nothing to do.
"""

from __future__ import annotations

import os
import sys

from orchestra_compiler._version import __version__
from orchestra_compiler.source.walk import walked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STATE_FOLDER = ".orchestra"
_RECORD = "build.txt"
_FINDINGS = "lint.txt"
_HEADER = f"orchestra-build 3 {__version__} {sys.implementation.cache_tag}"
_MARGIN_NS = 50_000_000  # coarser than any file system's clock that matters
_OURS = ("orchestra_compiler", "orchestra_spec", "orchestra_templates")
_THEIRS = ("bpe_openai", "jinja2", "lxml", "tiktoken", "xmlschema", "yaml")  # their versions change what is compiled
_UNSURE = "?"
_PATTERN, _INPUT, _MADE = "pattern", "file", "made"
_END = "end"  # a record without it was cut off: what it lacks must not pass for unchanged


def fresh_outputs(root: str) -> tuple[str, int] | None:
    """Return the output folder and the number of its files if nothing has changed since the last compile, else None."""
    found = fresh(root)
    return found[:2] if found is not None else None


def fresh(root: str) -> tuple[str, int, int] | None:
    """Return what the last compile gave if nothing has changed since, else None.

    Returns:
        The output folder; how many files were compiled, those with sections of ours among them; how many findings the
        compile had. A plain tuple, since even the definition of a class with names costs more than to look at 100 files.
    """
    try:
        return _fresh(root)
    except (OSError, ValueError, IndexError):  # no record, a damaged one, or a file that goes while it is looked at
        return None


def _fresh(root: str) -> tuple[str, int, int] | None:
    rows = _verified(root, _RECORD)
    if rows is None:
        return None
    _, out, findings = rows[0]
    made = [row[2] for row in rows if row[0] == _MADE]
    if not any(path.startswith(out + "/") for path in made):  # no compile writes nothing: the folder's name is damaged
        return None
    return out, len(made), int(findings)


def _verified(root: str, record: str) -> list[list[str]] | None:
    """Return the rows of a record, what it says first, if nothing that it names has changed since, else None."""
    with open(os.path.join(root, STATE_FOLDER, record), encoding="utf-8") as file:  # noqa: PTH123, PTH118 - pathlib costs as much as the whole check
        lines = file.read().split("\n")
    if lines[:3] != _head(root) or lines[-2:] != [_END, ""]:
        return None
    said, *rows = [line.split("\t") for line in lines[3:-2]]
    if {row[0] for row in rows} - {_PATTERN, _INPUT, _MADE}:
        return None
    patterns = {row[1]: row[2:] for row in rows if row[0] == _PATTERN}
    if any(matched(root, pattern) != paths for pattern, paths in patterns.items()):
        return None
    if any(_signature(root, row[2]) != row[1] for row in rows if row[0] != _PATTERN):
        return None
    return [said, *rows]


def findings(root: str) -> str | None:
    """Return what `remember_findings` was given if nothing has changed since, else None."""
    try:
        rows = _verified(root, _FINDINGS)
    except (OSError, ValueError, IndexError):
        return None
    return rows[0][1] if rows is not None and len(rows[0]) > 1 else None


def remember_findings(root: str, said: str, patterns: Iterable[str], inputs: Iterable[str], since: int) -> None:
    """Write a record of what a lint found; `said` is one line without tabs, the rest as for `remember`."""
    _write(root, _FINDINGS, f"found\t{said}", patterns, inputs, (), since)


def recorded_folder(root: str) -> str | None:
    """Return the output folder of the last compile, whatever has changed since; None where no record tells."""
    try:
        with open(os.path.join(root, STATE_FOLDER, _RECORD), encoding="utf-8") as file:  # noqa: PTH123, PTH118
            rows = [line.split("\t") for line in file.read().split("\n")]
    except (OSError, ValueError):
        return None
    return next((row[1] for row in rows if row[0] == "out" and len(row) > 1), None)


def forget(root: str) -> None:
    """Remove the record: what it says is about to become wrong."""
    _remove(os.path.join(root, STATE_FOLDER, _RECORD))  # noqa: PTH118


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except (OSError, ValueError):
        return


def remember(
    root: str,
    out: str,
    patterns: Iterable[str],
    inputs: Iterable[str],
    made: Iterable[str],
    since: int,
    *,
    written: bool = True,
    findings: int = 0,
) -> None:
    """Write the record.

    Args:
        root: The project's root.
        out: The output folder, relative to the root, as are all other paths.
        patterns: The globs that name sources.
        inputs: The files that were read.
        made: The files that were compiled, and those that hold sections.
        since: `time.time_ns()` before the first input was read: an input touched later is not trusted.
        written: Whether the compiled files were written just now; where they were only read, those touched later are
            not trusted either.
        findings: How many warnings the compile had.
    """
    _write(root, _RECORD, f"out\t{out}\t{findings}", patterns, inputs, made, since, written=written)


def _write(
    root: str,
    name: str,
    said: str,
    patterns: Iterable[str],
    inputs: Iterable[str],
    made: Iterable[str],
    since: int,
    *,
    written: bool = True,
) -> None:
    try:
        rows = [*_head(root), said]
    except (OSError, ValueError):  # the compiler's own files change just now
        return
    rows += ["\t".join((_PATTERN, pattern, *matched(root, pattern))) for pattern in patterns]
    for path in inputs:
        rows.append(f"{_INPUT}\t{_trusted(_signature(root, path), since)}\t{path}")
    for path in made:
        signature = _signature(root, path)
        rows.append(f"{_MADE}\t{signature if written else _trusted(signature, since)}\t{path}")
    rows.append(_END)
    record = os.path.join(root, STATE_FOLDER, name)  # noqa: PTH118
    if any("\n" in row for row in rows):  # a file name with a line break: no record, the slow way stays right
        return
    try:
        make_state_folder(root)
        with open(f"{record}.{os.getpid()}", "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write("\n".join(rows) + "\n")
        os.replace(f"{record}.{os.getpid()}", record)  # noqa: PTH105
    except (OSError, ValueError):  # a cache that cannot be written, or a name that cannot, is only slower
        _remove(f"{record}.{os.getpid()}")


def _head(root: str) -> list[str]:
    """Return the first lines of a record: its form, the compiler, and the folder, after which a project may be named."""
    return [_HEADER, f"tool {_tool()}", f"folder {os.path.basename(os.path.realpath(root))!a}"]  # noqa: PTH119


def make_state_folder(root: str) -> None:
    """Make the folder for what this machine remembers of a project; git ignores it by a file of its own."""
    folder = os.path.join(root, STATE_FOLDER)  # noqa: PTH118
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    ignore = os.path.join(folder, ".gitignore")  # noqa: PTH118
    if not os.path.exists(ignore):  # noqa: PTH110
        with open(ignore, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write("*\n")


def matched(root: str, pattern: str) -> list[str]:
    """Return what a pattern names; what it names and is no file to read, a link that leads out, is not taken for none."""
    files, outside, unusable = walked(root, pattern)
    return [*files, *(f"/{each!a}" for each in (*outside, *unusable))]  # no path of the project begins with a slash


def _signature(root: str, path: str) -> str:
    try:
        found = os.stat(os.path.join(root, path))  # noqa: PTH116, PTH118
    except (OSError, ValueError):
        return _UNSURE
    return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_ino}"


def _trusted(signature: str, since: int) -> str:
    """Return the signature, or one that nothing equals where the file changed after, or just before, it was read."""
    times = signature.split(":")
    return signature if signature != _UNSURE and int(times[2]) < since - _MARGIN_NS else f"{_UNSURE}{_UNSURE}"


def _tool() -> str:
    """Return a digest of the compiler's own files and of what changes its answers: an edit of them is a new compiler."""
    total = 0
    for folder in map(_found, _OURS):
        for path in _files_below(folder):
            total = hash((total, *map(int, _signature("", path).split(":")[:2])))
    for folder in filter(None, map(_found, _THEIRS)):  # another version comes as other files, and one of them tells
        total = hash((total, *map(int, _signature(folder, "__init__.py").split(":"))))
    return f"{total:x}"


def _found(package: str) -> str:
    """Return the folder of a package, without importing it; an empty text where it is not installed."""
    folders = (os.path.join(place, package) for place in sys.path)  # noqa: PTH118
    return next((folder for folder in folders if os.path.isdir(folder)), "")  # noqa: PTH112


def _files_below(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if not entry.is_dir():
                yield entry.path
            elif entry.name != "__pycache__":
                yield from _files_below(entry.path)
