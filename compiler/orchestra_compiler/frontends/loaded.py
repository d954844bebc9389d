"""What the loader hands over. Apart from the loader, so that naming the result loads neither readers nor schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orchestra_compiler.diagnostic import Diagnostic
    from orchestra_compiler.lint.settings import LintSettings
    from orchestra_compiler.model import Fleet

PROJECT_FILE = "orchestra.yaml"


class Loaded(NamedTuple):
    """A project that was read.

    Attributes:
        fleet: None only where `orchestra.yaml` itself cannot be used.
        diagnostics: The findings of all files, in order.
        sources: Path -> content of every file that was read.
        patterns: Every pattern and path of `orchestra.yaml` that names sources, as written, in order; then the files that
            agents name as their knowledge, which must be there and are not read.
        lint: What the project says about its linting.
    """

    fleet: Fleet | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, bytes]
    patterns: tuple[str, ...]
    lint: LintSettings
