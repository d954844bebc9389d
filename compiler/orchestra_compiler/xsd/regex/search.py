"""Finds texts that match several expressions at once and fail others, by walking all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product

from orchestra_compiler.xsd.regex.automaton import Automaton, Remainder
from orchestra_compiler.xsd.regex.characters import EVERYTHING, CharSet

MOST_STATES = 10_000
"""A search that has met this many states gives up: the answer would come too late."""

_MOST_VISITS = 300_000
"""Likewise for states that it meets again at other lengths, which cost little."""

_LONG = 64
_FEW = 4

Path = tuple[CharSet, ...]
"""A shape of texts: any of these characters first, any of those next, and so on."""

_State = tuple[tuple[Remainder, ...], tuple[frozenset[Remainder], ...]]


class Search:
    """Walks the texts that all of `wanted` and none of `unwanted` match."""

    def __init__(self, wanted: Iterable[Automaton], unwanted: Iterable[Automaton] = ()) -> None:
        self._wanted = tuple(wanted)
        self._unwanted = tuple(unwanted)
        self._overlaps: dict[tuple[CharSet, CharSet], CharSet] = {}
        self.start: _State = (
            tuple(each.start for each in self._wanted),
            tuple(frozenset((each.start,)) for each in self._unwanted),
        )
        self.known: dict[_State, tuple[tuple[CharSet, _State], ...]] = {}

    def paths(self, least: int = 0, most: int | None = None) -> Iterator[Path]:
        """Yield shapes of texts with a length in bounds, shortest first; at most one for each end of each length."""
        if least > _LONG:
            yield from self._stretched(least, most)
        levels = _Levels(self, most)
        for length, level in enumerate(levels):
            if length >= least:
                yield from (_chars_of(_walked_back(levels.seen, state)) for state in level if self._ends(state))

    def _stretched(self, least: int, most: int | None) -> Iterator[Path]:
        """Yield a shape made from a short one by repeating a step that leads from a state back to itself."""
        levels = _Levels(self, least)
        ends = ((levels, state) for level in levels for state in level if self._ends(state))
        for reached, state in islice(ends, _FEW):
            found = self._with_a_loop(_walked_back(reached.seen, state), least)
            if found is not None and (most is None or len(found) <= most):
                yield found
                return

    def _with_a_loop(self, walked: list[tuple[CharSet, _State]], length: int) -> Path | None:
        for position, (_, state) in enumerate(walked, 1):
            for chars, after in self.after(state):
                if after == state:
                    path = _chars_of(walked)
                    return path[:position] + (chars,) * (length - len(path)) + path[position:]
        return None

    def hopeful(self, states: set[_State]) -> set[_State]:
        """Return those of some states, closed under what may come next, from which a text can be ended."""
        before: dict[_State, list[_State]] = {}
        for state in states:
            for _, after in self.after(state):
                before.setdefault(after, []).append(state)
        found = {state for state in states if self._ends(state)}
        waiting = list(found)
        while waiting:
            for state in before.get(waiting.pop(), ()):
                if state not in found:
                    found.add(state)
                    waiting.append(state)
        return found

    def _ends(self, state: _State) -> bool:
        wanted, unwanted = state
        return all(each.accepts(remainder) for each, remainder in zip(self._wanted, wanted, strict=True)) and not any(
            each.accepts(remainder)
            for each, remainders in zip(self._unwanted, unwanted, strict=True)
            for remainder in remainders
        )

    def after(self, state: _State) -> tuple[tuple[CharSet, _State], ...]:
        """Return the characters that may come next, each with the state that they lead to."""
        known = self.known.get(state)
        if known is None:
            known = self.known[state] = tuple(self._found_after(state))
        return known

    def _found_after(self, state: _State) -> Iterator[tuple[CharSet, _State]]:
        wanted, unwanted = state
        found: dict[tuple[Remainder, ...], CharSet] = {}
        for combination in product(*(each.steps(now) for each, now in zip(self._wanted, wanted, strict=True))):
            chars = EVERYTHING
            for each, _ in combination:
                chars = self._both(chars, each)
                if not chars:
                    break
            if chars:
                after = tuple(remainder for _, remainder in combination)
                found[after] = found[after] | chars if after in found else chars
        for after, chars in found.items():
            for cell, against in self._split(chars, unwanted):
                yield cell, (after, against)

    def _both(self, one: CharSet, other: CharSet) -> CharSet:
        if one is EVERYTHING:
            return other
        key = one, other
        if key not in self._overlaps:
            self._overlaps[key] = one & other
        return self._overlaps[key]

    def _split(
        self, chars: CharSet, unwanted: tuple[frozenset[Remainder], ...]
    ) -> Iterator[tuple[CharSet, tuple[frozenset[Remainder], ...]]]:
        """Yield the parts of a set that lead the unwanted expressions to different remainders, with those."""
        cells: list[tuple[CharSet, tuple[frozenset[Remainder], ...]]] = [(chars, ())]
        for automaton, remainders in zip(self._unwanted, unwanted, strict=True):
            parts: list[tuple[CharSet, frozenset[Remainder]]] = [(chars, frozenset())]
            for remainder in remainders:
                for allowed, after in automaton.steps(remainder):
                    parts = [
                        piece
                        for cell, reached in parts
                        for piece in ((cell - allowed, reached), (cell & allowed, reached | {after}))
                        if piece[0]
                    ]
            cells = [
                (both, (*before, reached)) for cell, before in cells for part, reached in parts if (both := cell & part)
            ]
        yield from cells


class _Levels:
    """The states that texts of length 0, 1, 2 and so on lead to; `seen` keeps how each of them was reached."""

    def __init__(self, search: Search, most: int | None) -> None:
        self._search = search
        self._most = most
        self.seen: list[dict[_State, tuple[_State, CharSet]]] = []

    def __iter__(self) -> Iterator[Iterable[_State]]:
        search = self._search
        visits = 0
        ever: set[_State] = set()
        hopeful: set[_State] | None = None
        self.seen.append({search.start: (search.start, EVERYTHING)})
        while self.seen[-1]:
            level = self.seen[-1]
            yield level
            visits += len(level)
            if self._most is not None and len(self.seen) > self._most:
                return
            if visits > _MOST_VISITS or len(ever) > MOST_STATES:
                return
            if hopeful is None and ever.issuperset(level):  # no longer text will lead to a state not met yet
                hopeful = search.hopeful(ever)
            ever.update(level)
            following: dict[_State, tuple[_State, CharSet]] = {}
            for state in level:
                for chars, after in search.after(state):
                    if hopeful is None or after in hopeful:
                        following.setdefault(after, (state, chars))
            self.seen.append(following)


def _walked_back(levels: list[dict[_State, tuple[_State, CharSet]]], state: _State) -> list[tuple[CharSet, _State]]:
    """Return the steps that led to a state of the last level, each with the state that it led to."""
    walked = []
    for level in reversed(levels[1:]):
        before, chars = level[state]
        walked.append((chars, state))
        state = before
    return walked[::-1]


def _chars_of(walked: list[tuple[CharSet, _State]]) -> Path:
    return tuple(chars for chars, _ in walked)
