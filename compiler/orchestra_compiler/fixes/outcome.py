"""Whether a finding is gone after its mend: places move when files change, and other findings may come to stand there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from orchestra_compiler.check import Checked
from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.source.patches import Patched
from orchestra_compiler.source.text import decode


class _Kind(NamedTuple):
    """Findings that only their places tell apart; numbers do not count, for counts and lines change with other mends."""

    path: str
    code: str
    words: str


def _kind(found: Diagnostic) -> _Kind:
    return _Kind(found.span.path, found.code, re.sub(r"[0-9]+", "", found.message))


def still_there(fixes: Sequence[Diagnostic], before: Checked, after: Checked, patched: Mapping[str, Patched]) -> bool:
    """Return whether one of some findings stands at its old place, or within its mend, after all.

    Args:
        fixes: The findings that were mended.
        before: The reading that told them.
        after: The reading of the mended project.
        patched: The files that were changed from one to the other.
    """
    kinds = {_kind(found) for found in fixes}
    mended = {(found.span, found.message) for found in fixes}
    there: dict[_Kind, Counter[int]] = {kind: Counter() for kind in kinds}
    for found in after.diagnostics:
        if _kind(found) in kinds:
            there[_kind(found)][_index(found.span, patched)] += 1
    places = _Moved(before, patched)
    for found in before.diagnostics:
        # one that is not mended yet may come to stand where a mended one stood
        if _kind(found) in kinds and (found.span, found.message) not in mended:
            there[_kind(found)][places.of(found)] -= 1
    remaining = {kind: sorted(index for index, count in each.items() if count > 0) for kind, each in there.items()}
    return any(places.meets(found, remaining[_kind(found)]) for found in fixes)


def _index(span: Span, patched: Mapping[str, Patched]) -> int:
    """Return where a span of the new reading starts; -1 where its file is none of those that changed."""
    text = patched[span.path].text if span.path in patched else None
    return text.index(span.line, span.column) if text is not None and text.holds(span) else -1


class _Moved:
    """Where the findings before a round are after it."""

    def __init__(self, before: Checked, patched: Mapping[str, Patched]) -> None:
        self._texts = {path: decode(path, before.sources[path])[0] for path in patched}
        self._patched = patched

    def of(self, found: Diagnostic) -> int:
        start = self._start(found.span)
        return start if start < 0 else self._patched[found.span.path].moved(start)

    def meets(self, found: Diagnostic, indexes: Sequence[int]) -> bool:
        """Return whether one of some sorted indexes of the new text is the finding's, or lies in what replaced it."""
        start = self._start(found.span)
        first, last = (start, start) if start < 0 else self._patched[found.span.path].stretch(start)
        number = bisect_left(indexes, first)
        return number < len(indexes) and indexes[number] <= last

    def _start(self, span: Span) -> int:
        text = self._texts.get(span.path)
        return text.index(span.line, span.column) if text is not None and text.holds(span) else -1
