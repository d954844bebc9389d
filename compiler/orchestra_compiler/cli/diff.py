"""`orchestra diff OLD NEW`: what a change of the project means."""

from __future__ import annotations

import argparse
import shutil
import sys
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from orchestra_compiler.cli.common import show_findings
from orchestra_compiler.diagnostic import Severity
from orchestra_compiler.diff import Changes, Side, compare, opened
from orchestra_compiler.diff.cost import percent
from orchestra_compiler.diff.output import FORMATS, render
from orchestra_compiler.diff.sides import SideBrokenError
from orchestra_compiler.diff.words import Severity as Badness
from orchestra_compiler.errors import FindingsError
from orchestra_compiler.project import find_root
from orchestra_compiler.wording import counted

_SIDES = (
    "A side is a folder with an orchestra.yaml, a manifest.json or the folder that holds it, or else a git revision of the "
    "project's repository. Nothing is written or checked out. Exit codes: 0 shown, 1 a side has errors, or what --fail-on "
    "or --max-cost-increase forbids, 2 usage."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("old", metavar="OLD", help="the side before: a revision, a folder or a manifest")
    parser.add_argument("new", metavar="NEW", nargs="?", help="the side after (default: the project's folder as it is)")
    parser.add_argument(
        "--project", default=".", metavar="DIR", help="the project's folder, for revisions (default: this folder)"
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="text, JSON, or Markdown for a pull request")
    parser.add_argument("--fail-on", choices=("breaking", "any"), help="exit 1 on breaking changes, or on any change")
    parser.add_argument(
        "--max-cost-increase",
        type=_percent,
        metavar="PERCENT",
        help="exit 1 when the projected cost of a month rises by more, or cannot be projected any longer",
    )
    parser.epilog = _SIDES


def _percent(text: str) -> Decimal:
    try:
        number = Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of percent") from error
    if not number.is_finite() or number < 0:
        raise argparse.ArgumentTypeError("a number of percent from 0 on")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Compare the two sides, write what differs, and return the exit code."""
    project = Path(arguments.project)
    with ExitStack() as stack:
        try:
            old = stack.enter_context(opened(arguments.old, project))
            new = stack.enter_context(_new(arguments.new, arguments.project))
        except SideBrokenError as error:
            _show(error)
            raise
        changes = compare(old, new)
    sys.stdout.write(render(changes, arguments.format, shutil.get_terminal_size().columns))
    return _judged(changes, arguments.fail_on, arguments.max_cost_increase)


def _new(named: str | None, project: str) -> AbstractContextManager[Side]:
    if named is not None:
        return opened(named, Path(project))
    return opened(str(find_root(Path(project))), Path(project), label="working folder")


def _show(error: SideBrokenError) -> None:
    """Write a side's errors; those of a revision with the revision in front, since no such file is there to open."""
    errors = tuple(each for each in error.checked.diagnostics if each.severity is Severity.ERROR)
    if error.source != "revision":
        show_findings(replace(error.checked, diagnostics=errors), sys.stderr)
        return

    def named(path: str) -> str:
        return f"{error.label}:{path}" if path else ""

    found = (replace(each, span=each.span._replace(path=named(each.span.path))) for each in errors)
    sources = {named(path): content for path, content in error.checked.sources.items()}
    show_findings(replace(error.checked, root=Path(), diagnostics=tuple(found), sources=sources), sys.stderr)


def _judged(changes: Changes, fail_on: str | None, most: Decimal | None) -> int:
    """Return 1, and say why on standard error, where the comparison shows what is not to be."""
    why = []
    breaking = len(changes.of(Badness.BREAKING))
    if fail_on is not None and breaking:
        why.append(counted(breaking, "breaking change"))
    elif fail_on == "any" and not changes.empty:
        why.append("there are changes")
    if most is not None:
        why += _too_dear(changes, most)
    if why:
        raise FindingsError("; ".join(why))
    return 0


def _too_dear(changes: Changes, most: Decimal) -> list[str]:
    cost = changes.cost
    if cost is None:
        return [note for note in changes.notes if "cannot be priced" in note]
    if cost.change_usd > cost.before_usd * most / 100:
        risen = percent(cost.change_usd, cost.before_usd)
        return [f"a month costs {'more than nothing' if risen is None else f'{risen} % more'}, and {most} % is allowed"]
    return []
