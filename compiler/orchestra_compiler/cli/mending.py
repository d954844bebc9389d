"""`orchestra lint --fix` and `--diff`: the findings that are asked for, mended in their files or shown as a diff."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.cli.common import path_from_here
from orchestra_compiler.wording import counted

if TYPE_CHECKING:
    from orchestra_compiler.lint.view import View


def fix(views: Mapping[Path, View], *, unsafe: bool) -> None:
    """Mend what can be mended, in the files themselves, and say how much that was.

    Raises:
        ProjectError: A file cannot be written, or was changed meanwhile.
    """
    from orchestra_compiler.fixes import fix_project, write_fixed

    findings = files = 0
    for root, view in views.items():
        fixed = fix_project(root, view.mendable, unsafe=unsafe)
        write_fixed(root, fixed.before, fixed.contents)
        findings += len(fixed.applied)
        files += len(fixed.contents)
    say(f"fixed {counted(findings, 'finding')} in {counted(files, 'file')}")


def diff(views: Mapping[Path, View], *, unsafe: bool) -> str:
    """Return what mending would change as a diff, with paths from here, and say how much that is."""
    from orchestra_compiler.fixes import fix_project, unified_diff

    text, findings, files = "", 0, 0
    for root, view in views.items():
        fixed = fix_project(root, view.mendable, unsafe=unsafe)
        old = {path_from_here(root, path): content for path, content in fixed.before.items()}
        new = {path_from_here(root, path): content for path, content in fixed.contents.items()}
        text += unified_diff(old, new)
        findings += len(fixed.applied)
        files += len(fixed.contents)
    say(f"would fix {counted(findings, 'finding')} in {counted(files, 'file')}")
    return text


def say(text: str) -> None:
    """Write a line to standard error: standard output belongs to the findings."""
    sys.stderr.write(text + "\n")
