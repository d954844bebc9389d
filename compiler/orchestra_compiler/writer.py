"""The one writer: compares, then writes; removes what is stale; never leaves the output folder.

What an earlier compile wrote is known from the manifest it left, so a file that somebody else put into the folder is
never touched. Every write goes to a temporary file first and is moved into place: a reader sees the old or the new
content, never half of it.
"""

from __future__ import annotations

import enum
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath

from orchestra_compiler.built import Output
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.manifest import MANIFEST_NAME

_NAMED = 3
_TRIES = 20


class Change(enum.StrEnum):
    """What writing does to a file."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One file of the output folder, what happens to it, and why."""

    path: str
    change: Change
    why: str
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the manifest on disk says of the compile that wrote it: its version, sources and outputs by SHA-256."""

    tool: str
    sources: Mapping[str, str]
    outputs: Mapping[str, str]


def plan(out: Path, outputs: Iterable[Output], sources: Mapping[str, str], tool: str) -> tuple[Planned, ...]:
    """Return what writing would do to each file, sorted by path; nothing is written.

    Raises:
        ProjectError: An output would land outside the folder, or the folder cannot be read.
    """
    earlier = _earlier(out)
    reasons = _Reasons(earlier, sources, tool)
    planned = [_compare(out, output, reasons) for output in outputs]
    wanted = {each.path for each in planned}
    stale = (path for path in (earlier.outputs if earlier else ()) if path not in wanted)
    planned += [
        Planned(path=path, change=Change.REMOVE, why="nothing compiles to it any more")
        for path in stale
        if _is_there(out, path)
    ]
    return tuple(sorted(planned, key=lambda each: each.path))


def apply(out: Path, planned: Iterable[Planned]) -> None:
    """Write what was planned; the manifest last, so that it never speaks of files that are not there yet.

    Raises:
        ProjectError: A file cannot be written.
    """
    changed = [each for each in planned if each.change is not Change.KEEP]
    for each in sorted(changed, key=lambda each: each.path == MANIFEST_NAME):
        removes = each.change is Change.REMOVE
        try:
            if removes:
                _remove(out, each.path)
            else:
                write_file(_inside(out, each.path), each.content)
        except OSError as error:
            verb = "remove" if removes else "write"
            raise ProjectError(
                f"cannot {verb} {out / each.path}: {error.strerror or error}",
                "no file is half written; once this is mended, compile again",
            ) from error


def write_file(path: Path, content: bytes) -> None:
    """Write a file in one step, through a temporary one beside it."""
    handle, temporary = _temporary(path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _temporary(folder: Path) -> tuple[int, str]:
    """Open a new file in a folder, which another compile may remove at any moment for being empty."""
    for _ in range(_TRIES):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return tempfile.mkstemp(prefix=".orchestra-", dir=folder)
        except FileNotFoundError:
            continue
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.mkstemp(prefix=".orchestra-", dir=folder)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _remove(out: Path, path: str) -> None:
    file = _inside(out, path)
    file.unlink(missing_ok=True)
    for folder in file.relative_to(out).parents[:-1]:
        try:
            (out / folder).rmdir()
        except OSError:  # not empty: somebody else's file, or another of ours
            return


def _inside(out: Path, path: str) -> Path:
    """Return the file's full path.

    Raises:
        ProjectError: The path is absolute, climbs out, or leaves the folder through a symbolic link.
    """
    pure = PurePosixPath(path)
    windows = PureWindowsPath(path)
    if not path or pure.is_absolute() or windows.drive or windows.root or ".." in windows.parts or "\0" in path:
        raise ProjectError(f"refuses to write {path!r}: it lies outside the output folder {out}")
    full = out / pure
    if not full.parent.resolve().is_relative_to(out.resolve()) or full.is_symlink():
        raise ProjectError(f"refuses to write {path!r}: a symbolic link leads out of {out}", "remove the link")
    return full


def _is_there(out: Path, path: str) -> bool:
    try:
        return _inside(out, path).is_file()
    except OSError:  # a name that no file system takes, from a manifest that is not ours
        return False


def _compare(out: Path, output: Output, reasons: _Reasons) -> Planned:
    try:
        current: bytes | None = _inside(out, output.path).read_bytes()
    except FileNotFoundError:
        current = None
    except OSError as error:
        raise ProjectError(f"cannot read {out / output.path}: {error.strerror}") from error
    if current == output.content:
        return Planned(path=output.path, change=Change.KEEP, why="nothing changed", content=output.content)
    change = Change.CREATE if current is None else Change.UPDATE
    return Planned(path=output.path, change=change, why=reasons.of(output, current), content=output.content)


def _earlier(out: Path) -> Earlier | None:
    """Return what the manifest on disk says, or None: a damaged manifest is the same as none."""
    try:
        data = json.loads((out / MANIFEST_NAME).read_bytes())
        return Earlier(tool=str(data["tool"]), sources=_digests(data["sources"]), outputs=_digests(data["outputs"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _digests(data: object) -> dict[str, str]:
    if not isinstance(data, dict):
        raise TypeError("not an object of digests")
    return {path: str(digest) for path, digest in data.items()}


class _Reasons:
    """Says why a file is written, from what the earlier compile knew."""

    def __init__(self, earlier: Earlier | None, sources: Mapping[str, str], tool: str) -> None:
        self._earlier = earlier
        self._tool = tool
        old = earlier.sources if earlier else {}
        self._changed = {
            path: "is new" if path not in old else "is gone" if path not in sources else "changed"
            for path in sources.keys() | old.keys()
            if sources.get(path) != old.get(path)
        }

    def of(self, output: Output, current: bytes | None) -> str:
        if self._earlier is None:
            return "no earlier compile is known"
        recorded = self._earlier.outputs.get(output.path)
        if recorded is None:
            return self._blame(output) or "nothing compiled to it before"
        if current is None:
            return "it was missing"
        if sha256(current).hexdigest() != recorded and sha256(output.content).hexdigest() == recorded:
            return "it was edited by hand"
        if self._earlier.tool != self._tool:
            return f"the compiler went from {self._earlier.tool} to {self._tool}"
        return self._blame(output) or "it was edited by hand, or the compiler's environment changed"

    def _blame(self, output: Output) -> str:
        """Name the changed sources, those the file is made from first."""
        own = sorted(path for path in output.inputs if path in self._changed)
        blamed = own or sorted(self._changed)
        named = ", ".join(f"{path} {self._changed[path]}" for path in blamed[:_NAMED])
        return named + (f" and {len(blamed) - _NAMED} more" if len(blamed) > _NAMED else "")
