"""Which edits go together."""

from __future__ import annotations

from orchestra_compiler.diagnostic import Diagnostic, Edit


class Taken:
    """The stretches of many files that fixes have claimed: of two that meet, the first has it."""

    def __init__(self) -> None:
        self._claimed: dict[str, list[tuple[tuple[int, int], tuple[int, int]]]] = {}

    def claim(self, found: Diagnostic) -> bool:
        """Claim the stretches of a finding's fix; return whether all of them were free, and claim none otherwise."""
        edits = found.fix.edits if found.fix else ()
        wanted = [(edit.span.path, _ends(edit)) for edit in edits]
        for number, (path, ends) in enumerate(wanted):
            others = [*self._claimed.get(path, ()), *(each for where, each in wanted[:number] if where == path)]
            if any(start <= ends[1] and ends[0] <= end for start, end in others):
                return False
        for path, ends in wanted:
            self._claimed.setdefault(path, []).append(ends)
        return True


def _ends(edit: Edit) -> tuple[tuple[int, int], tuple[int, int]]:
    span = edit.span
    return (span.line, span.column), (span.end_line, span.end_column)
