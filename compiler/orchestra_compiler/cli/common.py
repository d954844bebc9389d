"""What several commands share."""

from __future__ import annotations

import argparse
import os
from typing import TextIO

from orchestra_compiler.build import Checked


def add_project(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names the project."""
    parser.add_argument(
        "project",
        nargs="?",
        default=".",
        metavar="PROJECT",
        help="a folder with an orchestra.yaml, or that file (default: this folder)",
    )


def show_findings(checked: Checked, stream: TextIO) -> None:
    """Write all findings as text, with a frame of the source each; nothing when there are none."""
    from orchestra_compiler.lint_output import render

    if checked.diagnostics:
        stream.write(render(checked.diagnostics, "text", checked.sources, colour=wants_colour(stream)))


def wants_colour(stream: TextIO) -> bool:
    """Return whether a stream is a terminal of somebody who has not asked for plain text (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()
