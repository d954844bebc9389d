"""A path that hits some lists of globs and misses others, found if there is one.

All paths are looked at at once, by what the lists can still become; so where none is found there is none. Paths are taken
as people write them: no name in them is empty, and no line ends in them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from orchestra_compiler.cases.routing.path_automaton import MATCHED, Automaton, Characters, States, UnreadableGlobError

Globs: TypeAlias = tuple[str, ...]

_MOST_STEPS = 200_000
_READABLE = "qzxkw7_-."
_SURROGATES = ("\ud800", "\udfff")


class UndecidedPathError(Exception):
    """It is not known whether there is such a path: the globs are too many, or not readable as automata."""


class _Spot(NamedTuple):
    """Where the reading of a path stands: what each list can still become, and whether a name is about to begin."""

    states: tuple[States, ...]
    name_begins: bool


@cache
def path_between(hit: tuple[Globs, ...], missed: tuple[Globs, ...]) -> str | None:
    """Return the shortest path that hits each list of the first and none of the second, or None where there is none.

    Raises:
        UndecidedPathError: That cannot be decided.
    """
    try:
        automata = [Automaton(globs) for globs in (*hit, *missed)]
    except UnreadableGlobError as error:
        raise UndecidedPathError(str(error)) from error
    alphabet = _alphabet(automata)
    first = _Spot(tuple(each.start for each in automata), name_begins=True)
    before: dict[_Spot, tuple[_Spot, str] | None] = {first: None}
    folder = ""
    waiting = deque([first])
    while waiting:
        spot = waiting.popleft()
        if spot is not first and _fits(automata, spot, len(hit)):
            path = _written(before, spot)
            if not spot.name_begins:
                return path
            folder = folder or path
        for character, following in _following(automata, spot, alphabet):
            lost = any(MATCHED in states for states in following.states[len(hit) :])
            if not lost and following not in before:
                before[following] = (spot, character)
                waiting.append(following)
        if len(before) * len(alphabet) > _MOST_STEPS:
            raise UndecidedPathError("too many ways to read a path")
    return folder or None


def _following(automata: Sequence[Automaton], spot: _Spot, alphabet: str) -> Iterator[tuple[str, _Spot]]:
    for character in alphabet:
        if character == "/" and spot.name_begins:
            continue
        states = tuple(each.after(state, character) for each, state in zip(automata, spot.states, strict=True))
        yield character, _Spot(states, name_begins=character == "/")


def _fits(automata: Sequence[Automaton], spot: _Spot, hit: int) -> bool:
    return all(
        each.matches(states) == (place < hit)
        for place, (each, states) in enumerate(zip(automata, spot.states, strict=True))
    )


def _written(before: dict[_Spot, tuple[_Spot, str] | None], spot: _Spot) -> str:
    characters = []
    step = before[spot]
    while step is not None:
        characters.append(step[1])
        step = before[step[0]]
    return "".join(reversed(characters))


def _alphabet(automata: Sequence[Automaton]) -> str:
    """Return one character of each kind that the automata tell from others, readable ones where there is a choice."""
    sets = list(dict.fromkeys(characters for each in automata for characters in each.characters()))
    found: dict[tuple[bool, ...], str] = {}
    for character in (*_READABLE, *sorted({each for characters in sets for each in _ends(characters)})):
        if character not in "\n/" and not _SURROGATES[0] <= character <= _SURROGATES[1]:
            found.setdefault(tuple(each.holds(character) for each in sets), character)
    return "/" + "".join(found.values())


def _ends(characters: Characters) -> Iterator[str]:
    """Yield the characters at which a set begins and ends, and those just outside."""
    for low, high in characters.ranges:
        yield from (low, high)
        yield from (chr(code) for code in (ord(low) - 1, ord(high) + 1) if 0 < code <= 0x10FFFF)  # noqa: PLR2004 - the last of all
