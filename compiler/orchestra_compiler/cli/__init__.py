"""The command line. Nothing is imported here: a compile with nothing to do must answer in a few milliseconds."""

from __future__ import annotations

import sys


def compile_main() -> int:
    """Run `orchestra-compile` and return its exit code."""
    arguments = sys.argv[1:]
    if _is_plain(arguments) and sys.stdout and sys.stderr:  # a closed stream is None
        from orchestra_compiler.cli.unchanged import answer

        checks = arguments[:1] == ["--check"]
        root = arguments[-1] if len(arguments) > checks else "."
        try:
            if answer(root, checks=checks):
                return 0
        except OSError as error:  # standard output cannot be written to: the disk is full
            from orchestra_compiler.cli.pipes import forget_output

            forget_output()
            sys.stderr.write(f"orchestra: {error.strerror}\n")
            return 2
    from orchestra_compiler.cli.main import main

    return main(["compile", *arguments])


def _is_plain(arguments: list[str]) -> bool:
    """Return whether this is `[--check] [FOLDER]` and nothing else, so that no parser is needed."""
    folders = arguments[1:] if arguments[:1] == ["--check"] else arguments
    return not folders or (len(folders) == 1 and folders[0][:1] != "-")
