"""The command line. Nothing is imported here: `orchestra-compile --check` must answer in a few milliseconds."""

from __future__ import annotations

import sys


def compile_main() -> int:
    """Run `orchestra-compile` and return its exit code."""
    arguments = sys.argv[1:]
    if _checks_only(arguments):
        from orchestra_compiler.freshness import fresh_outputs

        found = fresh_outputs(arguments[-1] if arguments[-1] != "--check" else ".")
        if found is not None:
            return _say(f"{found[0]}: {found[1]} files up to date\n")
    from orchestra_compiler.cli.main import main

    return main(["compile", *arguments])


def _say(text: str) -> int:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        from orchestra_compiler.cli.pipes import forget_output

        forget_output()
    return 0


def _checks_only(arguments: list[str]) -> bool:
    """Return whether this is `--check [FOLDER]` and nothing else, so that no parser is needed."""
    return arguments[:1] == ["--check"] and (len(arguments) == 1 or (len(arguments) == 2 and arguments[1][:1] != "-"))  # noqa: PLR2004
