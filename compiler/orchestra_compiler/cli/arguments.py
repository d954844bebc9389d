"""Arguments that several commands take; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_project(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names the project."""
    parser.add_argument(
        "project",
        nargs="?",
        default=".",
        metavar="PROJECT",
        help="a folder with an orchestra.yaml, or that file (default: this folder)",
    )


def folder(text: str) -> Path:
    """Return the folder; an empty name, as of an unset variable in a script, must not mean the current one."""
    if not text:
        raise argparse.ArgumentTypeError("an empty text names no folder")
    return Path(text)
