"""`orchestra report`: the report of a finished run, from its ledger."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from orchestra_compiler.cli.common import wants_colour
from orchestra_compiler.project import find_root
from pytest_orchestra.compiled import compiled_before
from pytest_orchestra.report.command import LATEST, report_for
from pytest_orchestra.report.terminal import speaks_unicode


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("id", nargs="?", default=LATEST, metavar="RUN", help="a run's id (default: the latest run)")
    parser.add_argument("--project", default=".", metavar="PROJECT", help="a folder with an orchestra.yaml")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="default: text")


def run(arguments: argparse.Namespace) -> int:
    """Write the report."""
    project = compiled_before(find_root(Path(arguments.project)))
    sys.stdout.write(
        report_for(
            project.ledger,
            arguments.id,
            project.manifest,
            arguments.format,
            width=shutil.get_terminal_size().columns,
            colour=wants_colour(sys.stdout),
            ascii_only=not speaks_unicode(sys.stdout.encoding),
        )
    )
    return 0
