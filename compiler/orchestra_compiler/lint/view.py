"""What of a project's findings a command line asks for: some files, some rules, another baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from orchestra_compiler.check import Findings
from orchestra_compiler.diagnostic import Diagnostic, Severity, in_order
from orchestra_compiler.lint import baseline
from orchestra_compiler.lint.baseline import Key
from orchestra_compiler.lint.hidden import Hidden, Silencer


class Seen(NamedTuple):
    """The findings that are shown, those that are silenced, and how many entries of the baseline no longer occur."""

    shown: tuple[Diagnostic, ...]
    hidden: tuple[Hidden, ...]
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is asked for.

    Attributes:
        files: Findings in these files, and errors wherever they stand: a file that is gone or renamed breaks others.
            None for all findings.
        earlier: What was found before these files changed: of the other files, what is new is shown too. None where
            that is not known.
        select: Codes that are shown; None for all.
        ignore: Codes that are not.
        known: Another baseline than the project's own; None for that.
    """

    files: AbstractSet[str] | None = None
    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    known: Mapping[Key, int] | None = None
    earlier: Mapping[Key, int] | None = None

    def of(self, checked: Findings) -> Seen:
        """Return what is seen of a checked project."""
        seen = Seen(checked.diagnostics, checked.hidden, checked.baseline_gone)
        if self.known is not None:
            from orchestra_compiler.lint.codes import BASELINE_UNUSABLE
            from orchestra_compiler.lint.policy import binds

            left = baseline.compare(recordable(checked), self.known)
            ignored = [each for each in checked.hidden if each.by is not Silencer.BASELINE]
            bound = [each for each in checked.diagnostics if binds(each) and each.code != BASELINE_UNUSABLE.code]
            seen = Seen(tuple(in_order([*bound, *left.shown])), (*ignored, *left.hidden), left.gone)
        shown = [each for each in seen.shown if self.wants(each)]
        if self.earlier is not None:
            shown = in_order([*shown, *baseline.compare(self._elsewhere(seen.shown), self.earlier).shown])
        return Seen(tuple(shown), tuple(each for each in seen.hidden if self.wants(each.finding)), seen.gone)

    def leaves_out(self, checked: Findings) -> bool:
        """Return whether findings are not shown because they stand in other files."""
        return bool(self._elsewhere(checked.diagnostics))

    def wants(self, found: Diagnostic) -> bool:
        """Return whether a finding is asked for."""
        here = self.files is None or found.span.path in self.files or found.severity is Severity.ERROR
        return here and self._names(found)

    def _elsewhere(self, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
        return [each for each in diagnostics if self._names(each) and not self.wants(each)]

    def _names(self, found: Diagnostic) -> bool:
        return (self.select is None or found.code in self.select) and found.code not in self.ignore

    def mendable(self, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Return the findings that are to be mended: only those that would be shown, and in the files asked for."""
        known = self.known or {}
        shown = baseline.compare(diagnostics, known).shown
        return [each for each in shown if self.wants(each) and (self.files is None or each.span.path in self.files)]


def recordable(checked: Findings) -> list[Diagnostic]:
    """Return the findings of a project that a baseline may hold, those in its present one included."""
    from orchestra_compiler.lint.policy import binds

    known = [each.finding for each in checked.hidden if each.by is Silencer.BASELINE]
    return in_order([*known, *(each for each in checked.diagnostics if not binds(each))])
