"""Whether a file says the same after edits."""

from __future__ import annotations

from collections.abc import Sequence

from orchestra_compiler.diagnostic import Edit
from orchestra_compiler.source.meaning import meaning_of, same
from orchestra_compiler.source.patches import patch

_MOST_TRIALS = 20  # each reads the whole file


def safe_edits(path: str, content: bytes, edits: Sequence[Edit]) -> frozenset[Edit]:
    """Return those of some edits that do not meet after which a file says the same.

    All are tried together; where that changes the file, the first few are tried one by one.
    """
    before = meaning_of(path, content)

    def unchanged(some: Sequence[Edit]) -> bool:
        patched = patch(path, content, some)
        return patched is not None and same(before, meaning_of(path, patched.data))

    if unchanged(edits):
        return frozenset(edits)
    return frozenset(each for each in edits[:_MOST_TRIALS] if unchanged([each]))
