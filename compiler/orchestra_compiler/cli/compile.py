"""`orchestra compile`, also installed as `orchestra-compile`."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from orchestra_compiler import build
from orchestra_compiler.cli.common import add_project, show_findings
from orchestra_compiler.project import find_root
from orchestra_compiler.writer import Change, Planned

_DONE = {Change.CREATE: "created", Change.UPDATE: "updated", Change.REMOVE: "removed", Change.KEEP: "unchanged"}
_WOULD = {Change.CREATE: "missing", Change.UPDATE: "outdated", Change.REMOVE: "stale", Change.KEEP: "up to date"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_project(parser)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when anything on disk differs")
    parser.add_argument("--explain", action="store_true", help="say for each file why it is written")
    parser.add_argument("--out", metavar="DIR", type=_folder, help="write here, not where orchestra.yaml says")


def _folder(text: str) -> Path:
    """Return the folder; an empty name, as of an unset variable in a script, must not mean the current one."""
    if not text:
        raise argparse.ArgumentTypeError("an empty text names no folder")
    return Path(text)


def run(arguments: argparse.Namespace) -> int:
    """Compile the project and return the exit code."""
    since = time.time_ns()
    compilation = build.compile_project(find_root(Path(arguments.project)))
    show_findings(compilation.checked, sys.stderr)
    if compilation.manifest is None:
        return 1
    for line in compilation.left_out:
        sys.stderr.write(f"left out: {line}\n")
    if arguments.check:
        planned = build.compared(compilation, since, arguments.out)
    else:
        planned = build.write(compilation, since, arguments.out)
    out = arguments.out or compilation.manifest.fleet.project.out
    sys.stdout.write(_text(planned, str(out), check=arguments.check, explain=arguments.explain))
    return int(arguments.check and any(each.change is not Change.KEEP for each in planned))


def _text(planned: tuple[Planned, ...], out: str, *, check: bool, explain: bool) -> str:
    words = _WOULD if check else _DONE
    changed = [each for each in planned if each.change is not Change.KEEP]
    lines = []
    if explain:
        lines = [f"{words[each.change]:<10} {out}/{each.path}: {each.why}" for each in changed]
    elif check:
        lines = [f"{words[each.change]:<10} {out}/{each.path}" for each in changed]
    counts = Counter(words[each.change] for each in planned)
    summary = ", ".join(f"{counts[word]} {word}" for word in words.values() if counts[word])
    if check and not changed:
        summary = f"{len(planned)} files up to date"
    return "\n".join([*lines, f"{out}: {summary}", ""])
