"""Near misses: what a writer may have meant by a name nobody knows.

A search costs time in proportion to the known names, so it runs on misses only, once per word, and a project so broken
that it misses hundreds of times gets its findings without suggestions beyond the first hundred.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_CUTOFF = 0.75
_MOST_SUGGESTIONS = 2
_MOST_SEARCHES = 100


class Names:
    """The known names of one kind, with near misses of unknown ones.

    Args:
        known: The names that are defined.
        broken: Names that files with errors were about to define: no miss, and no suggestion either.
        most_searches: How many different words are searched for; later ones have no near misses.
    """

    def __init__(
        self, known: Iterable[str], broken: Iterable[str] = (), *, most_searches: int = _MOST_SEARCHES
    ) -> None:
        self._known = dict.fromkeys(known)
        self._broken = frozenset(broken)
        self._most_searches = most_searches
        self._by_shape: dict[str, str] | None = None
        self._found: dict[str, tuple[str, ...]] = {}

    def __contains__(self, word: object) -> bool:
        return word in self._known or word in self._broken

    def __bool__(self) -> bool:
        return bool(self._known) or bool(self._broken)

    def near(self, word: str) -> tuple[str, ...]:
        """Return at most two known names that look like `word`, the nearest first."""
        if word not in self._found:
            if len(self._found) >= self._most_searches:
                return ()
            self._found[word] = self._search(word)
        return self._found[word]

    def hint(self, word: str, otherwise: str = "") -> str:
        """Return the question whether a near miss was meant, or `otherwise`."""
        near = self.near(word)
        return f"did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else otherwise

    def listed(self, most: int = 8) -> str:
        """Return the known names as a list for a reader, shortened where there are many."""
        names = list(self._known)
        more = f" and {len(names) - most} more" if len(names) > most else ""
        return ", ".join(f"`{name}`" for name in names[:most]) + more

    def _search(self, word: str) -> tuple[str, ...]:
        if self._by_shape is None:
            self._by_shape = {_shape(name): name for name in reversed(self._known)}
        wanted = _shape(word)
        near = difflib.get_close_matches(wanted, self._by_shape, n=2 * _MOST_SUGGESTIONS, cutoff=_CUTOFF)
        meant = [self._by_shape[shape] for shape in near if _heads_alike(wanted, shape)]
        return tuple(meant[:_MOST_SUGGESTIONS])


def _heads_alike(wanted: str, shape: str) -> bool:
    """Return whether two names are alike in more than their last word: `sql-expert` is no slip for `vue-expert`."""
    if wanted.count("-") != shape.count("-"):
        return True
    head, other = wanted.rpartition("-")[0], shape.rpartition("-")[0]
    return head == other or difflib.SequenceMatcher(None, head, other).ratio() >= _CUTOFF


def _shape(name: str) -> str:
    """Return what is left of a name when letter case and the choice of separator do not count."""
    return "-".join(name.casefold().replace("_", " ").replace("-", " ").split())
