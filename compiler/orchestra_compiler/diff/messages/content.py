"""Content models as a language: is every sequence of elements that one allows allowed by the other too?

A content model is a regular expression over element names, with counters and `xs:all`. Its derivative by a name is what
may follow once that name was read (Brzozowski 1964, "Derivatives of regular expressions"); content models are
deterministic, so derivatives stay small. Walking two models' derivatives side by side either ends without a difference,
which proves the inclusion, or finds a shortest sequence that only the first allows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Occurs: TypeAlias = tuple[int, int | None]
"""At least, and at most; None means without end."""

_MOST_PAIRS = 4_000
_LARGEST = 300
"""Parts of a model, or of what may follow: a schema's own content model has a few dozen."""


class UndecidedError(Exception):
    """Two models are too large to be walked."""


@dataclass(frozen=True, slots=True)
class Name:
    """One element."""

    name: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other; none at all is the empty content."""

    parts: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the parts; without parts nothing fits, not even the empty content."""

    parts: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part several times."""

    part: Term
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Interleave:
    """All parts in any order, as in `xs:all`."""

    parts: tuple[Term, ...]


Term: TypeAlias = Name | Sequence | Choice | Repeat | Interleave
EMPTY = Sequence()
NOTHING = Choice()


def sequence(*parts: Term) -> Term:
    """Return parts one after the other, in the shortest form."""
    flat: list[Term] = []
    for part in parts:
        if part == NOTHING:
            return NOTHING
        flat.extend(part.parts if isinstance(part, Sequence) else (part,))
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def choice(*parts: Term) -> Term:
    """Return a choice of parts, in the shortest form."""
    flat: dict[Term, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, Choice) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else Choice(tuple(flat))


def repeat(part: Term, least: int, most: int | None) -> Term:
    """Return a part several times, in the shortest form."""
    if most == 0 or part == EMPTY:
        return EMPTY
    if part == NOTHING:
        return NOTHING if least else EMPTY
    return part if least == most == 1 else Repeat(part, least, most)


def interleave(*parts: Term) -> Term:
    """Return parts in any order, in the shortest form."""
    kept = tuple(part for part in parts if part != EMPTY)
    if NOTHING in kept:
        return NOTHING
    if not kept:
        return EMPTY
    return kept[0] if len(kept) == 1 else Interleave(kept)


def may_be_empty(term: Term) -> bool:
    """Return whether the empty content fits."""
    if isinstance(term, Name):
        return False
    if isinstance(term, Choice):
        return any(map(may_be_empty, term.parts))
    if isinstance(term, Repeat):
        return term.least == 0 or may_be_empty(term.part)
    return all(map(may_be_empty, term.parts))


def names(term: Term) -> frozenset[str]:
    """Return every name that occurs in a model."""
    return frozenset(occurs(term))


def occurs(term: Term) -> Mapping[str, Occurs]:
    """Return how often each element may occur, over all content that fits."""
    if isinstance(term, Name):
        return {term.name: (1, 1)}
    if isinstance(term, Repeat):
        return {
            name: (least * term.least, None if most is None or term.most is None else most * term.most)
            for name, (least, most) in occurs(term.part).items()
        }
    below = [occurs(part) for part in term.parts]
    found: dict[str, Occurs] = {}
    for name in sorted({name for each in below for name in each}):
        ranges = [each.get(name, (0, 0)) for each in below]
        least, most = [low for low, _ in ranges], [high for _, high in ranges]
        bounded = [high for high in most if high is not None]
        if isinstance(term, Choice):
            found[name] = (min(least), None if None in most else max(bounded))
        else:
            found[name] = (sum(least), None if None in most else sum(bounded))
    return found


def missed(first: Term, second: Term) -> tuple[str, ...] | None:
    """Return a shortest sequence of elements that the first model allows and the second does not; None if there is none.

    Raises:
        UndecidedError: The models are too large.
    """
    if max(_size(first), _size(second)) > _LARGEST:
        raise UndecidedError
    start = (first, second)
    waiting: deque[tuple[Term, Term, tuple[str, ...]]] = deque([(first, second, ())])
    seen = {start}
    while waiting:
        left, right, word = waiting.popleft()
        if may_be_empty(left) and not may_be_empty(right):
            return word
        for name in sorted(_first(left)):
            pair = (_derived(left, name), _derived(right, name))
            if pair[0] != NOTHING and pair not in seen:
                if len(seen) > _MOST_PAIRS or max(map(_size, pair)) > _LARGEST:
                    raise UndecidedError
                seen.add(pair)
                waiting.append((*pair, (*word, name)))
    return None


def _size(term: Term) -> int:
    if isinstance(term, Name):
        return 1
    return 1 + (_size(term.part) if isinstance(term, Repeat) else sum(map(_size, term.parts)))


def _first(term: Term) -> frozenset[str]:
    """Return the names that content may begin with."""
    if isinstance(term, Name):
        return frozenset({term.name})
    if isinstance(term, Repeat):
        return _first(term.part)
    if isinstance(term, Sequence):
        return frozenset(name for part in _leading(term) for name in _first(part))
    return frozenset(name for part in term.parts for name in _first(part))


def _leading(term: Sequence) -> Iterator[Term]:
    for part in term.parts:
        yield part
        if not may_be_empty(part):
            return


def _derived(term: Term, name: str) -> Term:
    """Return what may follow once `name` was read."""
    if isinstance(term, Name):
        return EMPTY if term.name == name else NOTHING
    if isinstance(term, Choice):
        return choice(*(_derived(part, name) for part in term.parts))
    if isinstance(term, Repeat):
        rest = repeat(term.part, max(term.least - 1, 0), None if term.most is None else term.most - 1)
        return sequence(_derived(term.part, name), rest)
    if isinstance(term, Sequence):
        ways = (sequence(_derived(part, name), *term.parts[place + 1 :]) for place, part in enumerate(_leading(term)))
        return choice(*ways)
    parts = term.parts
    return choice(
        *(interleave(*parts[:place], _derived(part, name), *parts[place + 1 :]) for place, part in enumerate(parts))
    )
