"""`orchestra init`: an `orchestra.yaml` for the agents that a repository has."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from orchestra_compiler.errors import UsageError
from orchestra_compiler.project import PROJECT_FILE


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="the repository (default: this folder)")
    parser.add_argument(
        "--force",
        action="store_true",
        help="write over an orchestra.yaml that is there, and over tiers that init wrote",
    )
    parser.add_argument("--dry-run", "--print", action="store_true", help="write nothing; print what would be written")
    parser.add_argument(
        "--example", action="store_true", help="write a small project to start from, where there are no agents yet"
    )
    parser.epilog = (
        "Agents are found by what their files hold, in any folder. Tiers are guessed from the agents' models, and every "
        "guess is marked in the files. Without --force, files that are there stay as they are."
    )


def run(arguments: argparse.Namespace) -> int:
    """Look through the repository, write the files, and say what was found."""
    root = _root(arguments.folder)
    target = root / PROJECT_FILE
    if (target.exists() or target.is_symlink()) and not (arguments.force or arguments.dry_run):
        raise UsageError(f"{target} is there already", "--force writes over it; --dry-run shows what would be written")
    if arguments.example:
        return _example(root, dry=arguments.dry_run)
    from orchestra_compiler.scaffold.documents import documents
    from orchestra_compiler.scaffold.plan import plan, remaining_errors
    from orchestra_compiler.scaffold.summary import summary
    from orchestra_compiler.scaffold.writing import write

    planned = plan(root, replaces=arguments.force)
    files = documents(planned)
    errors = remaining_errors(root, files)
    if arguments.dry_run:
        _show(files)
        sys.stderr.write(summary(planned, (), errors, arguments.folder))
        return 0
    sys.stdout.write(summary(planned, write(root, files), errors, arguments.folder))
    return 0


def _root(folder: str) -> Path:
    root = Path(folder)
    if not folder or not root.is_dir():
        raise UsageError(f"{folder or 'an empty text'} is no folder", "name the folder of a repository")
    return root


def _show(files: Mapping[str, bytes]) -> None:
    for number, (path, content) in enumerate(files.items()):
        sys.stdout.write("---\n" * bool(number) + f"# {path}\n{content.decode()}")


def _example(root: Path, *, dry: bool) -> int:
    from orchestra_compiler.scaffold.example import example_files
    from orchestra_compiler.scaffold.writing import write

    files = example_files()
    taken = [path for path in files if path != PROJECT_FILE and (root / path).exists()]
    if taken and not dry:
        raise UsageError(f"{root / taken[0]} is there already", "--example is for a folder without such files")
    if dry:
        _show(files)
        return 0
    sys.stdout.write(f"written: {', '.join(write(root, files))}\n")
    return 0
