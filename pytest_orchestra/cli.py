"""The `orchestra` command with the runtime's own subcommands added to the compiler's."""

from __future__ import annotations

from orchestra_compiler.cli.main import COMMANDS, Command
from orchestra_compiler.cli.main import main as run_command

ALL_COMMANDS = (
    *COMMANDS,
    Command(
        "audit", "say what agents told each other in past runs, and judge it again", "pytest_orchestra.commands.audit"
    ),
    Command("gate", "judge texts by one layer of the quality gates", "pytest_orchestra.commands.gate"),
    Command("report", "show the report of a finished run again", "pytest_orchestra.commands.report"),
)


def main() -> int:
    """Run `orchestra` and return its exit code."""
    return run_command(commands=ALL_COMMANDS)
