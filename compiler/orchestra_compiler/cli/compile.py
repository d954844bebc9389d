"""`orchestra compile`, also installed as `orchestra-compile`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from orchestra_compiler.cli.arguments import add_project, folder
from orchestra_compiler.project import find_root


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_project(parser)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing; exit 1 when anything on disk differs")
    mode.add_argument("--watch", action="store_true", help="compile now and whenever a source changes, until Ctrl-C")
    parser.add_argument(
        "--explain",
        action="store_true",
        help="say for each file why it is written, back to the source that changed, and which parts were made anew",
    )
    parser.add_argument(
        "--out", metavar="DIR", type=folder, help="write here, not where orchestra.yaml says; sections of files too"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compile the project and return the exit code."""
    if arguments.watch:
        from orchestra_compiler.cli.watch import watch

        return watch(arguments)
    if not (arguments.explain or arguments.out):
        from orchestra_compiler.cli.unchanged import answer

        if answer(arguments.project, checks=arguments.check):
            return 0
    return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    from orchestra_compiler import build
    from orchestra_compiler.cli.compile_output import changed_sources, show, tell, text

    since = time.time_ns()
    compilation = build.compile_project(find_root(Path(arguments.project)))
    show(compilation)
    if compilation.manifest is None:
        return 1
    do = build.compared if arguments.check else build.write
    changed = changed_sources(compilation, arguments)
    planned = do(compilation, since, arguments.out, tell)
    sys.stdout.write(text(compilation, planned, arguments, changed))
    return int(arguments.check and any(each.change != "keep" for each in planned))
