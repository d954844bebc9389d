"""`orchestra cases`: documents that a schema accepts and documents that it must refuse, each with a label that was confirmed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.cli.arguments import folder
from orchestra_compiler.cli.schema_argument import Subject, schema_of, subject_of
from orchestra_compiler.errors import UsageError
from orchestra_compiler.lint.outputs.terminal import visible

if TYPE_CHECKING:
    from orchestra_compiler.mutation import Score
    from orchestra_compiler.xsd.cases import Suite
    from orchestra_compiler.xsd.loading import LoadedSchema
    from orchestra_compiler.xsd.output.generated import Generated

RECORD = ".orchestra-cases"
"""The list of our files in a folder that cases were written to."""
_MOST_FUZZ = 1_000_000
_MOST_PERCENT = 100


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "schema",
        nargs="?",
        default=".",
        metavar="SCHEMA",
        help="an XML Schema, or a project for the one that its messages keep to (default: this folder)",
    )
    parser.add_argument(
        "--out", metavar="DIR", type=folder, help="write the cases here; files that others put there stay untouched"
    )
    parser.add_argument(
        "--root",
        metavar="ELEMENT",
        action="append",
        default=[],
        help="make documents of this global element; may be given several times (default: every global element)",
    )
    parser.add_argument(
        "--fuzz",
        metavar="N",
        type=_number(0, _MOST_FUZZ),
        default=0,
        help="add up to N random documents, the same ones each time; needs the extra [fuzz]",
    )
    parser.add_argument(
        "--most",
        metavar="N",
        type=_number(1, _MOST_FUZZ),
        help="make at most N cases; every constraint gets one before any gets a second (default: 2000)",
    )
    parser.add_argument(
        "--score",
        action="store_true",
        help="loosen the schema one constraint at a time and say which changes no case notices; of a project, change its"
        " routing policy likewise",
    )
    parser.add_argument(
        "--fail-under",
        metavar="PERCENT",
        type=_percent,
        help="with --score: exit 1 when fewer of the changes are noticed",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="write the cases to standard output, one JSON object a line, and the summary to standard error",
    )
    parser.epilog = (
        "Without --out nothing is written but the summary; lines of --json hold the documents themselves then. Two runs"
        " give the same bytes. Exit code 1: the schema is broken, or --fail-under was not reached."
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the cases, write them, and say what they cover."""
    if arguments.fail_under is not None and not arguments.score:
        raise UsageError("--fail-under holds for the score", "add --score")
    subject = subject_of(arguments.schema)
    loaded = schema_of(subject)
    if loaded is None:
        return 1
    from orchestra_compiler.xsd.generate import generate

    generated = generate(loaded, arguments.root or subject.roots, fuzz=arguments.fuzz, most=arguments.most)
    if arguments.score:
        generated = replace(generated, scores=dict(_scores(subject, loaded, generated.suite)))
    if arguments.out is not None:
        _write(generated, arguments.out)
    _show(generated, _base(subject, loaded), arguments)
    return int(_falls_short(generated.scores, arguments.fail_under))


def _scores(subject: Subject, loaded: LoadedSchema, suite: Suite) -> Iterator[tuple[str, Score]]:
    """Yield what was measured by changing one thing at a time, by what was changed."""
    from orchestra_compiler.xsd.scoring.score import score_schema

    yield "schema", score_schema(loaded, suite)
    if subject.fleet is not None:
        from orchestra_compiler.cases.routing.score import score_routing

        yield "routing", score_routing(subject.fleet)


def _base(subject: Subject, loaded: LoadedSchema) -> str:
    """Return the folder that the names of the schema's files count from, as it is reached from here."""
    if subject.root is not None or loaded.root is None:
        return (subject.root or subject.path.parent).as_posix()
    return loaded.root.as_posix() if subject.path.is_absolute() else Path(os.path.relpath(loaded.root)).as_posix()


def _write(generated: Generated, out: Path) -> None:
    from orchestra_compiler.writing.owned import write_owned
    from orchestra_compiler.xsd.output.files import files_of, may_own

    write_owned(out, files_of(generated), RECORD, may_own)


def _show(generated: Generated, base: str, arguments: argparse.Namespace) -> None:
    """Write the lines, where they are asked for, and the summary."""
    from orchestra_compiler.xsd.output.files import lines, lines_with_documents
    from orchestra_compiler.xsd.output.terminal import terminal

    written = "" if arguments.out is None else arguments.out.as_posix()
    text = "".join(f"{visible(line)}\n" for line in terminal(generated, base, written))
    if not arguments.json:
        sys.stdout.write(text)
        return
    sys.stderr.write(text)
    form = lines_with_documents if arguments.out is None else lines
    for line in form(generated.suite.cases):
        sys.stdout.write(line.decode())


def _falls_short(scores: Mapping[str, Score], percent: Decimal | None) -> bool:
    """Return whether a score lies below a share, in percent; exactly, without rounding."""
    if percent is None:
        return False
    return any(len(each.killed) * _MOST_PERCENT < percent * len(each.counted) for each in scores.values())


def _number(least: int, most: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > len(str(most)) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most}")
        return int(text)

    return whole


def _percent(text: str) -> Decimal:
    try:
        percent = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        percent = Decimal("NaN")
    if not percent.is_finite() or not 0 <= percent <= _MOST_PERCENT:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of percent from 0 to {_MOST_PERCENT}")
    return percent
