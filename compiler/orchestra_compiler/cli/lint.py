"""`orchestra lint`: every finding about the fleet."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from orchestra_compiler.check import Checked, check_project
from orchestra_compiler.cli.common import path_from_here, seen_from_here, wants_colour
from orchestra_compiler.cli.pipes import forget_output
from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.errors import UsageError
from orchestra_compiler.project import PROJECT_FILE, find_root

FORMATS = ("text", "json", "github")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="projects, or files in one: the whole fleet is read, and what concerns these files is shown (default: .)",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are written (default: text)")
    parser.add_argument("--select", metavar="CODES", default="", help="show only these, by prefix: ORC1,ORC301")
    parser.add_argument("--ignore", metavar="CODES", default="", help="leave these out, by prefix")


def run(arguments: argparse.Namespace) -> int:
    """Lint and return 1 when anything is found, even a warning; 0 for informations alone."""
    from orchestra_compiler.lint_output import render

    select, ignore = _codes(arguments.select), _codes(arguments.ignore)
    projects = _by_project(arguments.paths)
    # For one project, JSON keeps the paths that its published schema promises: those below the project's folder.
    as_written = arguments.format == "json" and len(projects) == 1
    found: list[Diagnostic] = []
    sources: dict[str, bytes] = {}
    for root, files in projects.items():
        checked = check_project(root)
        base = Path() if as_written else root
        wanted = [each for each in _shown(checked, files) if _wanted(each.code, select, ignore)]
        found += seen_from_here(base, wanted)
        sources |= {path_from_here(base, path): content for path, content in checked.sources.items()}
    text = render(tuple(found), arguments.format, sources, colour=wants_colour(sys.stdout))
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads no further has not made the findings go away
        forget_output()
    return int(any(each.severity is not Severity.INFO for each in found))


def _codes(text: str) -> tuple[str, ...]:
    """Return the codes or beginnings of codes that a list names.

    Raises:
        UsageError: No rule's code begins so: what selects nothing would pass for a clean project.
    """
    from orchestra_compiler.rules import RULES

    codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    bad = next((code for code in codes if not any(known.startswith(code) for known in RULES)), None)
    if bad:
        raise UsageError(
            f"{bad!r} is not a code or the beginning of one", "codes look like ORC205; ORC2 means all of ORC2xx"
        )
    return codes


def _wanted(code: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    return (not select or code.startswith(select)) and not (ignore and code.startswith(ignore))


def _by_project(paths: list[str]) -> dict[Path, set[str] | None]:
    """Return the projects that the paths lie in, each with the files asked for; None means all of them."""
    projects: dict[Path, set[str] | None] = {}
    for name in paths:
        path = Path(os.path.normpath(name))
        if not path.exists():
            raise UsageError(f"there is no {name}")
        if path.is_dir() or path.name == PROJECT_FILE:
            projects[_as_written(find_root(path), projects)] = None
            continue
        folder = _nearest(path)
        if folder is None:  # pre-commit names every changed file; those of no project are not ours to judge
            sys.stderr.write(f"{name}: belongs to no project, left out\n")
            continue
        root = _as_written(folder, projects)
        files = projects.setdefault(root, set())
        if files is not None:
            files.add(_absolute(path).relative_to(_absolute(root)).as_posix())
    return projects


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


def _shown(checked: Checked, files: set[str] | None) -> list[Diagnostic]:
    return [each for each in checked.diagnostics if files is None or each.span.path in files]
