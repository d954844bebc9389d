"""What several commands share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from orchestra_compiler.check import Checked, check_project
from orchestra_compiler.diagnostic import Diagnostic, Fix, Span
from orchestra_compiler.errors import FindingsError, UsageError
from orchestra_compiler.project import find_root

if TYPE_CHECKING:
    from orchestra_compiler.model import Fleet

LONGEST_LINE = 64 << 20
"""Bytes of a line of JSON: the longest document that is let in, every character of it escaped, and some more."""


def show_findings(checked: Checked, stream: TextIO) -> None:
    """Write all findings as text, with a frame of the source each; nothing when there are none."""
    from orchestra_compiler.lint.outputs import render

    if checked.diagnostics:
        shown = tuple(seen_from_here(checked.root, checked.diagnostics))
        sources = {path_from_here(checked.root, path): content for path, content in checked.sources.items()}
        stream.write(render(shown, "text", sources, colour=wants_colour(stream)))


def seen_from_here(root: Path, diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield a project's findings with paths that lead to the files from the current folder, as editors and CI open them."""
    for found in diagnostics:
        yield replace(found, span=_span_from_here(root, found.span), fix=found.fix and _fix_from_here(root, found.fix))


def _span_from_here(root: Path, span: Span) -> Span:
    return span._replace(path=path_from_here(root, span.path))


def _fix_from_here(root: Path, fix: Fix) -> Fix:
    return replace(fix, edits=tuple(each._replace(span=_span_from_here(root, each.span)) for each in fix.edits))


def path_from_here(root: Path, path: str) -> str:
    """Return the path of a project's file as it is reached through `root`; an empty path stays empty."""
    return (root / path).as_posix() if path else ""


def lines_of_input() -> Iterator[tuple[int, bytes]]:
    """Yield the numbered lines of standard input that are not blank, as bytes: JSON is UTF-8 whatever the locale says.

    Of a line that is too long no more is kept than `json_of` needs to refuse it.
    """
    read = partial(sys.stdin.buffer.readline, LONGEST_LINE + 1)
    for number, line in enumerate(iter(read, b""), 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = read()
        if line.strip():
            yield number, line


def json_of(line: bytes, hint: str = "") -> Any:
    """Return the JSON value that a line holds.

    Raises:
        UsageError: It holds none, or one that is too long or nested too deeply to be read.
    """
    if len(line) > LONGEST_LINE:
        raise UsageError(f"longer than {LONGEST_LINE} bytes", hint)
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"not UTF-8 at byte {error.start + 1}", hint) from error
    except ValueError as error:
        raise UsageError(f"not JSON: {error}", hint) from error
    except RecursionError as error:
        raise UsageError("nested too deeply", hint) from error


def wants_colour(stream: TextIO) -> bool:
    """Return whether a stream is a terminal of somebody who has not asked for plain text (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def fleet_of(project: str) -> Fleet:
    """Return a project's linked fleet.

    Raises:
        FindingsError: The project has errors; they are written to standard error.
    """
    checked = check_project(find_root(Path(project)))
    if checked.failed or checked.fleet is None:
        show_findings(checked, sys.stderr)
        raise FindingsError("the project has errors", "mend them first; orchestra lint shows them again")
    return checked.fleet
