"""Near misses: what a writer may have meant by a name nobody knows.

A search costs time in proportion to the known names, so it runs on misses only, once per word, and a project so broken
that it misses hundreds of times gets its findings without suggestions beyond the first hundred.
"""

from __future__ import annotations

from collections.abc import Iterable

_CUTOFF = 0.75
_CLEARLY = 0.1  # by so much must the nearest name be more alike than the second
_MOST_SUGGESTIONS = 2
_NEGATIONS = ("anti", "de", "dis", "in", "no", "non", "not", "un")
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

    def nearest(self, word: str) -> str:
        """Return the one known name that `word` was surely meant as, or an empty text where two are about as near."""
        near = self.near(word)
        if len(near) > 1:
            first, second = (_likeness(word, name) for name in near)
            return near[0] if first - second >= _CLEARLY else ""
        return near[0] if near else ""

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
        import difflib

        if self._by_shape is None:
            self._by_shape = {_shape(name): name for name in reversed(self._known)}
        wanted = _shape(word)
        near = difflib.get_close_matches(wanted, self._by_shape, n=2 * _MOST_SUGGESTIONS, cutoff=_CUTOFF)
        meant = [self._by_shape[shape] for shape in near if _heads_alike(wanted, shape) and not opposed(wanted, shape)]
        return tuple(meant[:_MOST_SUGGESTIONS])


def opposed(word: str, other: str) -> bool:
    """Return whether two words differ by a syllable that makes one the contrary of the other: `allowed`, `disallowed`."""
    one, two = sorted((_shape(word).replace("-", ""), _shape(other).replace("-", "")), key=len)
    return any(two == negation + one for negation in _NEGATIONS)


def _likeness(word: str, name: str) -> float:
    return _ratio(_shape(word), _shape(name))


def _heads_alike(wanted: str, shape: str) -> bool:
    """Return whether two names are alike in more than their last word: `sql-expert` is no slip for `vue-expert`."""
    if wanted.count("-") != shape.count("-"):
        return True
    head, other = wanted.rpartition("-")[0], shape.rpartition("-")[0]
    return head == other or _ratio(head, other) >= _CUTOFF


def _ratio(one: str, other: str) -> float:
    import difflib

    return difflib.SequenceMatcher(None, one, other).ratio()


def _shape(name: str) -> str:
    """Return what is left of a name when letter case and the choice of separator do not count."""
    return "-".join(name.casefold().replace("_", " ").replace("-", " ").split())
