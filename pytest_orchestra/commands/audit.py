"""`orchestra audit`: what agents were told and said in past runs, found, shown and judged again."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from orchestra_compiler.errors import UsageError
from orchestra_compiler.lint.outputs.terminal import visible
from orchestra_compiler.project import find_root
from pytest_orchestra.audit import replay as replaying
from pytest_orchestra.audit.lines import Told, json_line, lines, text_lines, to_json
from pytest_orchestra.audit.search import ALL, LAST, find, run_of
from pytest_orchestra.compiled import ledger_of, open_project
from pytest_orchestra.ledger import Ledger, MessageSearch
from pytest_orchestra.values import MessageForm

_WIDE = 200  # columns, where nobody looks at a terminal


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("project", nargs="?", default=".", metavar="PROJECT", help="a folder with an orchestra.yaml")
    parser.add_argument(
        "--run", dest="of_run", default=LAST, metavar="RUN", help=f"a run's id, {LAST} or {ALL} (default: {LAST})"
    )
    _configure_search(parser)
    parser.add_argument("--full", action="store_true", help="show the whole text of each message")
    parser.add_argument("--json", action="store_true", help="write one JSON object a line, with the text")
    parser.add_argument("--replay", action="store_true", help="judge the messages again by the project's schema of now")
    parser.add_argument("--schema", metavar="XSD", type=Path, help="with --replay: judge by this schema instead")
    parser.epilog = "Exit 1 when --replay finds a message that is judged otherwise now."


def _configure_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mission", metavar="MISSION", help="only messages of this mission")
    parser.add_argument("--from", dest="sender", metavar="AGENT", help="only messages from this agent")
    parser.add_argument("--to", dest="recipient", metavar="AGENT", help="only messages to this agent")
    parser.add_argument("--type", metavar="TYPE", help="only messages of this type")
    parser.add_argument(
        "--form",
        choices=[form.value for form in MessageForm],
        help="only tasks in plain words, or only documents of the protocol",
    )
    about = parser.add_mutually_exclusive_group()
    about.add_argument("--correlation", metavar="ID", help="only messages about this task, or about a part of it")
    about.add_argument(
        "--thread",
        metavar="ID",
        help="the whole conversation about a task, with its texts: all that was said in its steps",
    )
    parser.add_argument(
        "--verdict", choices=("accepted", "refused"), help="only messages that were accepted, or refused"
    )
    parser.add_argument("--text", default="", metavar="WORDS", help="only messages that hold all these words")
    parser.add_argument("--limit", type=int, metavar="N", help="only the latest N")


def run(arguments: argparse.Namespace) -> int:
    """Write the messages that fit; return 1 when a replay finds one that is judged otherwise now."""
    if arguments.schema is not None and not arguments.replay:
        raise UsageError("--schema judges messages again", "add --replay")
    if arguments.limit is not None and arguments.limit < 1:
        raise UsageError("--limit must be at least 1")
    for option in ("correlation", "thread"):
        if getattr(arguments, option) == "":
            raise UsageError(f"--{option} names no task", "take its id from the task column")
    root = find_root(Path(arguments.project))
    ledger = Ledger(ledger_of(root), read_only=True)
    try:
        search = _search(arguments, run_of(ledger, arguments.of_run))
        told = find(ledger, search, words=arguments.text, thread=arguments.thread)
    finally:
        ledger.close()
    if arguments.replay:
        return _replay(arguments, root, told)
    _write(told, full=arguments.full or arguments.thread is not None, as_json=arguments.json)
    return 0


def _search(arguments: argparse.Namespace, run: str | None) -> MessageSearch:
    return MessageSearch(
        run=run,
        mission=arguments.mission,
        sender=arguments.sender,
        recipient=arguments.recipient,
        type=arguments.type,
        form=None if arguments.form is None else MessageForm(arguments.form),
        task=arguments.correlation,
        refused=None if arguments.verdict is None else arguments.verdict == "refused",
        most=arguments.limit,
    )


def _write(told: Sequence[Told], *, full: bool, as_json: bool) -> None:
    if as_json:
        sys.stdout.writelines(json_line(to_json(each)) for each in told)
        return
    for line, each in zip(lines(told, _columns()), told, strict=True):
        sys.stdout.write(f"{line}\n")
        if full:
            sys.stdout.writelines(f"{text}\n" for text in text_lines(each.kept))
    if not told:
        sys.stdout.write("no messages\n")


def _replay(arguments: argparse.Namespace, root: Path, told: Sequence[Told]) -> int:
    replayed = replaying.replay(told, replaying.schema_of(open_project(root), arguments.schema))
    if arguments.json:
        sys.stdout.writelines(json_line(replaying.judged_to_json(each)) for each in replayed.judged)
        sys.stderr.write(f"{replaying.summary(replayed)}\n")
    else:
        changed = replayed.changed
        for line, each in zip(lines([each.told for each in changed], _columns()), changed, strict=True):
            sys.stdout.write(f"{line}\n  {visible(replaying.change(each))}\n")
        sys.stdout.write(f"{replaying.summary(replayed)}\n")
    return int(bool(replayed.changed))


def _columns() -> int:
    return shutil.get_terminal_size((_WIDE, 0)).columns if sys.stdout.isatty() else _WIDE
