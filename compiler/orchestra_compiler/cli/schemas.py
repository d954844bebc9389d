"""`orchestra schemas`: the JSON Schemas of the language, for editors."""

from __future__ import annotations

import argparse
import sys

from orchestra_compiler.cli.arguments import folder
from orchestra_compiler.scaffold.schemas import published, write_schemas


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--out", metavar="DIR", type=folder, help="write them all here; files that are the same already stay untouched"
    )
    parser.epilog = "Without --out: the kinds of documents and where their schemas lie in this installation."


def run(arguments: argparse.Namespace) -> int:
    """List the schemas, or write them."""
    schemas = published()
    if arguments.out is None:
        wide = max(len(each.kind) for each in schemas)
        sys.stdout.writelines(f"{each.kind:<{wide}}  {each.path}\n" for each in schemas)
        return 0
    written = len(list(write_schemas(arguments.out)))
    sys.stdout.write(f"{arguments.out}: {written} written, {len(schemas) - written} unchanged\n")
    return 0
