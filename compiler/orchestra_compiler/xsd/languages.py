"""Content models as languages: whether two of them let in the same children, and if not, children that show it.

A model is read as an expression over element names and is taken apart by Brzozowski's derivatives (Derivatives of
Regular Expressions, 1964): what may still follow after one name. Occurrence bounds stay counters, so that a model of
`maxOccurs="1000000"` is no larger than one of 1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakValueDictionary

from orchestra_compiler.xsd.model import ElementDeclaration, ElementParticle, Group, GroupKind, Particle, Wildcard

_MOST_WORK = 30_000
"""So many steps from an expression by a name are taken."""
_FOREIGN = "{urn:no-such-namespace}no-such-element"
_UNQUALIFIED = "no-such-element"


# Equal expressions are one object, so that comparing two of any size, or looking one up, takes no time. `ends` says
# whether the empty sequence belongs to the language.


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class _Nothing:
    """The language of no sequence at all."""

    ends: bool = False


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class _Empty:
    """The language of the empty sequence alone."""

    ends: bool = True


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class _Name:
    """One element of one of these names, or one that a wildcard lets in."""

    names: frozenset[str]
    wildcard: Wildcard | None = None
    ends: bool = False


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class _Chain:
    first: Expression
    rest: Expression
    ends: bool


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class _Either:
    options: frozenset[Expression]
    ends: bool


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class _Times:
    part: Expression
    least: int
    most: int | None
    ends: bool


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class _Shuffle:
    """All parts in any order, each as often as it may."""

    parts: frozenset[tuple[int, Expression]]
    ends: bool


Expression = _Nothing | _Empty | _Name | _Chain | _Either | _Times | _Shuffle
_Known = dict[tuple[Expression, str], Expression]
"""What may follow an expression after a name, as far as that was asked."""

_NOTHING, _EMPTY = _Nothing(), _Empty()
_EXPRESSIONS: WeakValueDictionary[tuple[object, ...], Expression] = WeakValueDictionary()


def _one(made: Expression, *parts: object) -> Expression:
    """Return the expression of these parts that is in use already, or this one."""
    return _EXPRESSIONS.setdefault((type(made), *parts), made)


@dataclass(frozen=True, slots=True)
class Language:
    """The sequences of names that a content model lets in.

    Attributes:
        names: Every name that the model mentions, in its order.
    """

    expression: Expression
    names: tuple[str, ...]

    def accepts(self, children: Sequence[str]) -> bool:
        """Return whether these names in this order are a whole content."""
        state, known = self.expression, _Known()
        for name in children:
            state = _after(state, name, known)
        return state.ends


def language_of(group: Group | None, spelled: Callable[[str], str] = str) -> Language:
    """Return the language of a content model.

    Args:
        group: The content model; None is the empty one.
        spelled: How names are told apart: as they are, or for one by `local_name` without their namespaces. Wildcards
            ask for names as they are, so with other spellings only models without wildcards can be compared.
    """
    if group is None:
        return Language(_EMPTY, ())
    return Language(_expression(group, spelled), tuple(dict.fromkeys(map(spelled, _names(group)))))


class Bound(NamedTuple):
    """How often children of some names, all counted together, must stand in a content and may, whatever its model says.

    Attributes:
        beside: The least holds only where one of these stands there; empty for always.
    """

    names: frozenset[str]
    least: int = 0
    most: int | None = None
    beside: frozenset[str] = frozenset()

    def counted(self, seen: tuple[int, bool], name: str) -> tuple[int, bool]:
        """Return what is known after one more child: how many there are, as far as it matters, and what stands beside."""
        enough = max(self.least, 0 if self.most is None else self.most + 1)
        return min(seen[0] + (name in self.names), enough), seen[1] or name in self.beside

    def lets_go_on(self, seen: tuple[int, bool]) -> bool:
        """Return whether there are not too many yet."""
        return self.most is None or seen[0] <= self.most

    def lets_end(self, seen: tuple[int, bool]) -> bool:
        """Return whether there are enough."""
        return seen[0] >= self.least or bool(self.beside and not seen[1])


def difference(larger: Language, smaller: Language, bounds: Sequence[Bound] = ()) -> tuple[str, ...] | None:
    """Return a shortest sequence of names that one language has and the other lacks, or None where there is none.

    Args:
        larger: The language that is to have it.
        smaller: The language that is to lack it.
        bounds: What the sequence must keep to beside.

    Raises:
        OverflowError: They are too large to compare.
    """
    alphabet = (*dict.fromkeys((*larger.names, *smaller.names)), _UNQUALIFIED, _FOREIGN)
    start = larger.expression, smaller.expression, ((0, False),) * len(bounds)
    seen, known = {start}, _Known()
    waiting: deque[tuple[Expression, Expression, tuple[tuple[int, bool], ...], tuple[str, ...]]] = deque([(*start, ())])
    while waiting:
        left, right, counts, way = waiting.popleft()
        if left.ends and not right.ends and all(map(Bound.lets_end, bounds, counts)):
            return way
        if len(known) > _MOST_WORK or len(seen) > _MOST_WORK:
            raise OverflowError("the content models are too large to compare")
        for name in alphabet:
            now = tuple(bound.counted(count, name) for bound, count in zip(bounds, counts, strict=True))
            after = _after(left, name, known), _after(right, name, known), now
            if after in seen or after[0] in (_NOTHING, after[1]) or not all(map(Bound.lets_go_on, bounds, now)):
                continue
            seen.add(after)
            waiting.append((*after, (*way, name)))
    return None


def _names(particle: Particle) -> Iterator[str]:
    if isinstance(particle, ElementParticle):
        yield from (each.name for each in stand_ins(particle))
    elif isinstance(particle, Group):
        for each in particle.particles:
            yield from _names(each)


def stand_ins(particle: ElementParticle) -> Iterator[ElementDeclaration]:
    """Yield the elements that may stand where a content model names one: itself unless abstract, and its substitutes."""
    if not particle.declaration.abstract:
        yield particle.declaration
    yield from particle.declaration.substitutes


def _expression(particle: Particle, spelled: Callable[[str], str]) -> Expression:
    if isinstance(particle, ElementParticle):
        part = _name(frozenset(spelled(each.name) for each in stand_ins(particle)))
    elif isinstance(particle, Wildcard):
        part = _name(frozenset(), particle)
    else:
        parts = [_expression(each, spelled) for each in particle.particles]
        if particle.kind is GroupKind.CHOICE:
            part = _either(parts)
        elif particle.kind is GroupKind.ALL:
            part = _shuffle(frozenset(enumerate(parts)))
        else:
            part = _EMPTY
            for each in reversed(parts):
                part = _chain(each, part)
    return _times(part, particle.least, particle.most)


def _name(names: frozenset[str], wildcard: Wildcard | None = None) -> Expression:
    return _one(_Name(names, wildcard), names, wildcard)


def _chain(first: Expression, rest: Expression) -> Expression:
    if _NOTHING in (first, rest):
        return _NOTHING
    if first is _EMPTY:
        return rest
    if rest is _EMPTY:
        return first
    if isinstance(first, _Chain):  # to the right, so that equal languages look alike more often
        return _chain(first.first, _chain(first.rest, rest))
    return _one(_Chain(first, rest, first.ends and rest.ends), first, rest)


def _either(options: Sequence[Expression]) -> Expression:
    flat: set[Expression] = set()
    for each in options:
        flat |= each.options if isinstance(each, _Either) else {each}
    flat.discard(_NOTHING)
    if len(flat) < 2:  # noqa: PLR2004 - none or one is no choice
        return next(iter(flat), _NOTHING)
    every = frozenset(flat)
    return _one(_Either(every, any(each.ends for each in every)), every)


def _times(part: Expression, least: int, most: int | None) -> Expression:
    if most == 0 or part is _EMPTY:
        return _EMPTY
    if part is _NOTHING:
        return _EMPTY if least == 0 else _NOTHING
    least = 0 if part.ends else least
    if (least, most) == (1, 1) or (most == 1 and part.ends):
        return part
    return _one(_Times(part, least, most, least == 0), part, least, most)


def _shuffle(parts: frozenset[tuple[int, Expression]]) -> Expression:
    left = frozenset((number, part) for number, part in parts if part is not _EMPTY)
    if any(part is _NOTHING for _, part in left):
        return _NOTHING
    return _one(_Shuffle(left, all(part.ends for _, part in left)), left) if left else _EMPTY


def _after(expression: Expression, name: str, known: _Known) -> Expression:
    """Return what may follow once this name has been read."""
    found = known.get((expression, name))
    if found is None:
        found = known[expression, name] = _derived(expression, name, known)
    return found


def _derived(expression: Expression, name: str, known: _Known) -> Expression:
    match expression:
        case _Empty() | _Nothing():
            return _NOTHING
        case _Name(names, wildcard):
            fits = name in names or (wildcard is not None and wildcard.lets_in(name))
            return _EMPTY if fits else _NOTHING
        case _Chain(first, rest):
            here = _chain(_after(first, name, known), rest)
            return _either([here, _after(rest, name, known)]) if first.ends else here
        case _Either(options):
            return _either([_after(each, name, known) for each in options])
        case _Times(part, least, most):
            rest = _times(part, max(0, least - 1), None if most is None else most - 1)
            return _chain(_after(part, name, known), rest)
        case _Shuffle(parts):
            return _either([
                _shuffle((parts - {one}) | {(one[0], after)})
                for one in parts
                if (after := _after(one[1], name, known)) is not _NOTHING
            ])  # fmt: skip
