"""`orchestra compile --watch`: compile, wait until a source changes, compile again.

What is watched is what the last compile read and what its patterns match. After a compile that failed, what was watched
before stays so, and the project's folders with it: the file that is missing may come anywhere.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orchestra_compiler import freshness
from orchestra_compiler.cli.compile_output import changed_sources, show, tell, text
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.frontends.loaded import PROJECT_FILE
from orchestra_compiler.project import find_root
from orchestra_compiler.source.walk import NOT_ENTERED
from orchestra_compiler.wording import counted

if TYPE_CHECKING:
    from orchestra_compiler.build import Compilation

_EVERY_S = 0.3
_MARGIN_NS = 20_000_000  # coarser than any file system's clock that matters
_MOST_FOLDERS = 2_000
_UNSURE = "changed while it was read"


class _Seen(NamedTuple):
    """What is looked at between two compiles.

    Attributes:
        files: Path -> signature of what was compiled.
        patterns: Pattern -> the files that it matched.
        folders: Path -> signature, where a file may be missing.
    """

    files: Mapping[str, str]
    patterns: Mapping[str, tuple[str, ...]]
    folders: Mapping[str, str]


def watch(arguments: argparse.Namespace) -> int:
    """Compile whenever a source changes, until Ctrl-C."""
    root = find_root(Path(arguments.project))
    seen = _Seen({PROJECT_FILE: ""}, {}, {})
    try:
        while True:
            seen = _turn(root, arguments, seen)
            while _look(root, seen) == seen:
                time.sleep(_EVERY_S)
    except KeyboardInterrupt:
        return 0


def _turn(root: Path, arguments: argparse.Namespace, before: _Seen) -> _Seen:
    """Compile once, say so, and return what to look at from now on."""
    since, started = time.time_ns(), time.perf_counter()
    at_first = _look(root, before)
    compilation = None
    try:
        compilation = _compiled(root)
        said = _written(compilation, arguments, since)
    except (OrchestraError, OSError) as error:
        said = f"nothing written: {error}"
    took = time.perf_counter() - started
    *lines, last = said.splitlines()
    sys.stdout.write("\n".join([*lines, f"{time.strftime('%H:%M:%S')} {last} ({took:.2f} s)", ""]))
    sys.stdout.flush()
    return _seen(root, compilation, at_first, since)


def _compiled(root: Path) -> Compilation:
    from orchestra_compiler import build

    compilation = build.compile_project(find_root(root))
    show(compilation)
    sys.stderr.flush()
    return compilation


def _written(compilation: Compilation, arguments: argparse.Namespace, since: int) -> str:
    from orchestra_compiler import build

    findings = len(compilation.checked.diagnostics)
    found = f"; {counted(findings, 'finding')}" if findings else ""
    if compilation.manifest is None:
        return f"nothing written{found}"
    changed = changed_sources(compilation, arguments)
    planned = build.write(compilation, since, arguments.out, tell)
    return text(compilation, planned, arguments, changed).rstrip("\n") + found


def _look(root: Path, seen: _Seen) -> _Seen:
    """Return the same as it is now."""
    return _Seen(
        {path: _signature(root, path) for path in seen.files},
        {pattern: tuple(freshness.matched(str(root), pattern)) for pattern in seen.patterns},
        {path: _signature(root, path) for path in seen.folders},
    )


def _seen(root: Path, compilation: Compilation | None, at_first: _Seen, since: int) -> _Seen:
    """Return what to look at after a compile: as it was before it wherever that is known, so that no change is missed."""
    failed = compilation is None or compilation.manifest is None
    files = {PROJECT_FILE, *(compilation.checked.sources if compilation else ()), *(at_first.files if failed else ())}
    patterns = {*(compilation.checked.patterns if compilation else ()), *(at_first.patterns if failed else ())}
    matched = {pattern: tuple(freshness.matched(str(root), pattern)) for pattern in patterns - at_first.patterns.keys()}
    late = {pattern for pattern, found in matched.items() if _came_late(root, found, since)}
    return _Seen(
        _sure(root, files - at_first.files.keys(), since)
        | {path: at_first.files[path] for path in files & at_first.files.keys()},
        {
            pattern: (_UNSURE,) if pattern in late else matched.get(pattern) or at_first.patterns.get(pattern, ())
            for pattern in patterns
        },
        _sure(root, _folders(root), since) if failed else {},
    )


def _came_late(root: Path, found: Iterable[str], since: int) -> bool:
    """Return whether one of a pattern's matches may be newer than the compile; of what is no file nobody knows."""
    return any(path.startswith("/") for path in found) or _UNSURE in _sure(root, found, since).values()


def _sure(root: Path, paths: Iterable[str], since: int) -> dict[str, str]:
    """Return the signatures of paths, or one that nothing equals where a file may have changed after it was read."""
    found = {}
    for path in paths:
        signature = _signature(root, path)
        changed = signature.rpartition(":")[2]
        found[path] = _UNSURE if changed and int(changed) > since - _MARGIN_NS else signature
    return found


def _signature(root: Path, path: str) -> str:
    try:
        found = (root / path).stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_size}:{found.st_ino}:{found.st_mtime_ns}:{found.st_ctime_ns}"


def _folders(root: Path) -> Iterator[str]:
    """Yield the project's folders, those that are hidden or nobody's own aside; not more than can be looked at often."""
    for number, (folder, below, _) in enumerate(os.walk(root)):
        if number >= _MOST_FOLDERS:
            return
        yield os.path.relpath(folder, root)
        below[:] = sorted(name for name in below if name[0] != "." and name not in NOT_ENTERED)
