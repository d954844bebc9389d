"""`orchestra cost`: what a month of the workload costs."""

from __future__ import annotations

import argparse
import json
import shutil
import sys

from orchestra_compiler.cli.arguments import add_project
from orchestra_compiler.cli.common import fleet_of
from orchestra_compiler.codec import to_json
from orchestra_compiler.projection import project, render


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_project(parser)
    parser.add_argument("--json", action="store_true", help="answer in JSON; money as decimal strings")


def run(arguments: argparse.Namespace) -> int:
    """Write the projection."""
    projection = project(fleet_of(arguments.project))
    if arguments.json:
        sys.stdout.write(json.dumps(to_json(projection), sort_keys=True, indent=2) + "\n")
    else:
        sys.stdout.write(render(projection, shutil.get_terminal_size().columns))
    return 0
