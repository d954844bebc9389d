"""The `orchestra` command: its parser, its commands and, in one place, its exit codes."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, TextIO

from orchestra_compiler._version import __version__
from orchestra_compiler.cli.pipes import forget_output
from orchestra_compiler.errors import FindingsError, OrchestraError

CLEAN, FINDINGS, USAGE, BUG = 0, 1, 2, 3
_INTERRUPTED = 130
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand: its name, one line of help, and the module that has `configure(parser)` and `run(arguments)`."""

    name: str
    summary: str
    module: str


COMMANDS = (
    Command("init", "find a repository's agents and write an orchestra.yaml for them", "orchestra_compiler.cli.init"),
    Command(
        "compile",
        "turn specs and schemas into routing tables, prompts, messages and cases",
        "orchestra_compiler.cli.compile",
    ),
    Command("lint", "say what is wrong in the fleet, where, and how to mend it", "orchestra_compiler.cli.lint"),
    Command("route", "say which tier and model tasks go to, and why", "orchestra_compiler.cli.route"),
    Command("agents", "say which agents offer, use, send, accept or own something", "orchestra_compiler.cli.agents"),
    Command(
        "diff",
        "say what a change means: who is routed elsewhere, what breaks, what it costs",
        "orchestra_compiler.cli.diff",
    ),
    Command(
        "cases",
        "make valid and invalid documents of an XML Schema, each with a label that was confirmed",
        "orchestra_compiler.cli.cases",
    ),
    Command(
        "messages",
        "check messages in bulk, write them short and back, and count what their envelopes cost",
        "orchestra_compiler.cli.messages",
    ),
    Command("cost", "project what a month of the workload costs, tier by tier", "orchestra_compiler.cli.cost"),
    Command("schemas", "list or write the JSON Schemas of the language, for editors", "orchestra_compiler.cli.schemas"),
)


def main(argv: Sequence[str] | None = None, commands: Sequence[Command] = COMMANDS) -> int:
    """Run one command and return its exit code: 0 clean, 1 findings, 2 usage, 3 a bug of ours."""
    _never_fail_to_talk()
    code = CLEAN
    try:
        code = _run(sys.argv[1:] if argv is None else list(argv), commands)
        sys.stdout.flush()
    except OrchestraError as error:
        _say(_shown(f"orchestra: {error.message}" + (f"\n  {error.hint}" if error.hint else "")))
        return FINDINGS if isinstance(error, FindingsError) else USAGE
    except BrokenPipeError:
        forget_output()
        return code
    except KeyboardInterrupt:
        _say("orchestra: interrupted")
        return _INTERRUPTED
    except OSError as error:  # the disk, the rights, a name too long: the machine's answer, not a bug of ours
        named = f"{str(error.filename)[:_LONGEST_NAME]}: " if error.filename is not None else ""
        _say(f"orchestra: {named}{error.strerror or error}")
        return USAGE
    except Exception as error:  # noqa: BLE001 - the last line of defence: no user sees a bare traceback
        return _report_bug(error)
    return code


def _run(argv: Sequence[str], commands: Sequence[Command]) -> int:
    try:
        arguments = _parse(argv, commands)
    except SystemExit as stop:  # argparse: 0 after --help, 2 after a usage error
        return stop.code if isinstance(stop.code, int) else USAGE
    return int(arguments.run(arguments))


def _never_fail_to_talk() -> None:
    """Let a terminal or pipe that cannot show a character get its escape: a finding is worth more than a glyph.

    A stream that the caller has closed is None to Python; what is written to it goes nowhere, and nothing comes from it.
    """
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere(mode: Literal["r", "w"]) -> TextIO:
    return open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123 - as long as the process lives


def _parse(argv: Sequence[str], commands: Sequence[Command]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="orchestra",
        description="Compile your fleet of LLM agents; test it like code; know what it costs before you merge.",
        epilog="Missions run under pytest: pytest --orchestra [PROJECT]. Exit codes: 0 clean, 1 findings, 2 usage, 3 a bug of ours.",
    )
    parser.add_argument("--version", action="version", version=f"pytest-orchestra {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    wanted = next((word for word in argv if not word.startswith("-")), None)
    for command in commands:
        child = subparsers.add_parser(command.name, help=command.summary, description=_sentence(command.summary))
        if command.name == wanted:
            module = import_module(command.module)
            configure: Callable[[argparse.ArgumentParser], None] = module.configure
            configure(child)
            child.set_defaults(run=module.run)
    return parser.parse_args(argv)


def _sentence(summary: str) -> str:
    return summary[0].upper() + summary[1:] + "."


def _shown(text: str) -> str:
    """Return an error's text without anything that a terminal would obey: it may quote a document or a name of a file."""
    from orchestra_compiler.lint.outputs.terminal import visible

    return "\n".join(map(visible, text.split("\n")))


def _say(text: str) -> None:
    """Write a line to standard error, after what was written to standard output before."""
    try:
        sys.stdout.flush()
    except OSError:
        forget_output()
    sys.stderr.write(text + "\n")


def _report_bug(error: Exception) -> int:
    """Write a ready report to a file and say where it is."""
    import platform
    import tempfile
    import traceback

    report = "\n".join((
        f"pytest-orchestra {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: {' '.join(sys.argv)}",
        "",
        "".join(traceback.format_exception(error)),
    ))  # fmt: skip
    said = f"orchestra: this is a bug of ours: {type(error).__name__}: {error}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="orchestra-bug-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.write(report)
    except OSError:
        _say(f"{said}\n  please report it with these lines:\n{report}")
        return BUG
    _say(f"{said}\n  please report it with {file.name}")
    return BUG
