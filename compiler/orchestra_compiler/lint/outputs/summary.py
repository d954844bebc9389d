"""How many findings there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Severity


class Summary(NamedTuple):
    """How many findings there are of each severity, and in how many files."""

    errors: int
    warnings: int
    infos: int
    files: int

    def __str__(self) -> str:
        if not (self.errors or self.warnings or self.infos):
            return "no findings"
        counts = ((self.errors, "error"), (self.warnings, "warning"), (self.infos, "info"))
        named = ", ".join(_plural(count, name) for count, name in counts if count)
        return f"{named} in {_plural(self.files, 'file')}"


def summarize(diagnostics: Iterable[Diagnostic]) -> Summary:
    """Count findings."""
    found = list(diagnostics)
    by_severity = Counter(each.severity for each in found)
    return Summary(
        errors=by_severity[Severity.ERROR],
        warnings=by_severity[Severity.WARNING],
        infos=by_severity[Severity.INFO],
        files=len({each.span.path for each in found}),
    )


def _plural(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
