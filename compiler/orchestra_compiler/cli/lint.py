"""`orchestra lint`: every finding about the fleet."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from orchestra_compiler.build import Checked, check_project
from orchestra_compiler.cli.common import wants_colour
from orchestra_compiler.diagnostic import Diagnostic
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
    found: list[Diagnostic] = []
    sources: dict[str, bytes] = {}
    for root, files in _by_project(arguments.paths).items():
        checked = check_project(root)
        found += [each for each in _shown(checked, files) if _wanted(each.code, select, ignore)]
        sources |= checked.sources
    text = render(tuple(found), arguments.format, sources, colour=wants_colour(sys.stdout))
    sys.stdout.write(text)
    return int(any(each.severity != "info" for each in found))


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    bad = next((code for code in codes if not "ORC".startswith(code[:3])), None)
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
        path = Path(name)
        if not path.exists():
            raise UsageError(f"there is no {name}")
        if path.is_dir() or path.name == PROJECT_FILE:
            projects[find_root(path)] = None
            continue
        root = find_root(_nearest(path))
        files = projects.setdefault(root, set())
        if files is not None:
            files.add(path.resolve().relative_to(root.resolve()).as_posix())
    return projects


def _nearest(path: Path) -> Path:
    """Return the nearest folder above a file that holds an orchestra.yaml, or the file's own folder."""
    return next((folder for folder in path.resolve().parents if (folder / PROJECT_FILE).is_file()), path.parent)


def _shown(checked: Checked, files: set[str] | None) -> list[Diagnostic]:
    return [each for each in checked.diagnostics if files is None or each.span.path in files]
