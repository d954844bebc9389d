"""Two content models: which children one lets in that the other does not, how often, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from orchestra_compiler.diff import rules
from orchestra_compiler.diff.changes import Finding
from orchestra_compiler.xsd.languages import difference, language_of, stand_ins
from orchestra_compiler.xsd.model import ElementParticle, Group, GroupKind, Particle, Wildcard
from orchestra_compiler.xsd.names import local_name

Occurs: TypeAlias = tuple[int, int | None]
"""At least, and at most; None means without end."""


def content_findings(old: Group | None, new: Group | None, where: str) -> Iterator[Finding]:
    """Yield what differs element by element, and by an example what only shows in their order or choice.

    Elements are told apart by local name: a change of namespace is found at the elements themselves.

    Args:
        old: A content model; None for the empty one.
        new: The one that stands in its place.
        where: The path of the element that has the content.
    """
    if _alike(old, new):
        return
    wild, wilder = (each is not None and _is_wild(each) for each in (old, new))
    said = list(_counted(occurrences(old), occurrences(new), where, wild=wild, wilder=wilder))
    if wild != wilder:
        rule = rules.ELEMENT_NO_DELETE if wild else rules.ELEMENT_NO_ADD
        said.append(rule.at(where, f"elements of other names {'are not' if wild else 'are'} allowed"))
    yield from said
    if not wild and not wilder:
        yield from _ordered(old, new, where, said)


def told(names: Sequence[str]) -> str:
    """Return children in words: `a, b 3 times`."""
    runs = [(name, len(list(run))) for name, run in groupby(map(local_name, names))]
    return ", ".join(name if times == 1 else f"{name} {times} times" for name, times in runs) or "without elements"


def occurrences(particle: Particle | None) -> Mapping[str, Occurs]:
    """Return how often each element may occur, by local name, over all content that a part of a model lets in."""
    if particle is None or isinstance(particle, Wildcard):
        return {}
    if isinstance(particle, ElementParticle):
        below = [{local_name(each.name): (1, 1)} for each in stand_ins(particle)]
        inside = _joined(below, choice=True)
    else:
        inside = _joined(list(map(occurrences, particle.particles)), choice=particle.kind is GroupKind.CHOICE)
    return {name: (least * particle.least, _times(most, particle.most)) for name, (least, most) in inside.items()}


def _joined(parts: Sequence[Mapping[str, Occurs]], *, choice: bool) -> dict[str, Occurs]:
    found: dict[str, Occurs] = {}
    for name in sorted({name for each in parts for name in each}):
        ranges = [each.get(name, (0, 0)) for each in parts]
        least, most = [low for low, _ in ranges], [high for _, high in ranges if high is not None]
        endless = len(most) < len(ranges)
        together = max if choice else sum
        found[name] = ((min if choice else sum)(least), None if endless else together(most))
    return found


def _times(one: int | None, other: int | None) -> int | None:
    if 0 in (one, other):
        return 0
    return None if one is None or other is None else one * other


def _is_wild(particle: Particle) -> bool:
    if isinstance(particle, Group):
        return any(map(_is_wild, particle.particles))
    return isinstance(particle, Wildcard)


def _alike(old: Particle | None, new: Particle | None) -> bool:
    """Return whether two parts are written alike, so that models of any size that did not change are not compared."""
    if old is None or new is None:
        return old is new
    if (old.least, old.most) != (new.least, new.most):
        return False
    if isinstance(old, ElementParticle) and isinstance(new, ElementParticle):
        before, after = ([local_name(each.name) for each in stand_ins(part)] for part in (old, new))
        return before == after
    if isinstance(old, Group) and isinstance(new, Group):
        same = old.kind is new.kind and len(old.particles) == len(new.particles)
        return same and all(map(_alike, old.particles, new.particles))
    return isinstance(old, Wildcard) and isinstance(new, Wildcard)


def _ordered(old: Group | None, new: Group | None, where: str, said: Sequence[Finding]) -> Iterator[Finding]:
    before, after = language_of(old, local_name), language_of(new, local_name)
    for rule, first, second in ((rules.CONTENT_NO_NARROW, before, after), (rules.CONTENT_NO_WIDEN, after, before)):
        if any(rule is rules.CONTENT_NO_WIDEN or each.category is rule.category for each in said):
            continue  # what was said of the elements already says so
        try:
            names = difference(first, second)
        except (OverflowError, RecursionError):
            if not said:
                yield rule.at(
                    where, "the order or choice of elements is another; the models are too large to be compared"
                )
            continue
        if names is not None:
            verb = "is refused now" if rule is rules.CONTENT_NO_NARROW else "is accepted now"
            yield rule.at(where, f"the content {told(names)} {verb}")


def _counted(
    old: Mapping[str, Occurs], new: Mapping[str, Occurs], where: str, *, wild: bool, wilder: bool
) -> Iterator[Finding]:
    """Yield what differs in the number of each element; a wildcard of the other side may take in what is not named."""
    for name in sorted(old.keys() | new.keys()):
        path, before, after = f"{where}/{name}", old.get(name, (0, 0)), new.get(name, (0, 0))
        if after[1] == 0 != before[1]:
            if not wilder:
                yield rules.ELEMENT_NO_DELETE.at(path, f"the element {name} is gone")
        elif before[1] == 0 != after[1]:
            if after[0]:
                yield rules.ELEMENT_NO_REQUIRE.at(path, f"the element {name} is new and must be there")
            elif not wild:
                yield rules.ELEMENT_NO_ADD.at(path, f"the element {name} is new")
        else:
            yield from _ranged(name, before, after, path)


def _ranged(name: str, before: Occurs, after: Occurs, path: str) -> Iterator[Finding]:
    change = f"{name} occurred {_often(before)}, and occurs {_often(after)} now"
    if after[0] > before[0] == 0:
        yield rules.ELEMENT_NO_REQUIRE.at(path, f"the element {name} must be there now")
    elif after[0] > before[0]:
        yield rules.OCCURS_NO_NARROW.at(path, change)
    elif after[0] < before[0]:
        yield rules.OCCURS_NO_WIDEN.at(path, change)
    if after[1] is not None and (before[1] is None or after[1] < before[1]):
        yield rules.OCCURS_NO_NARROW.at(path, change)
    elif before[1] is not None and (after[1] is None or after[1] > before[1]):
        yield rules.OCCURS_NO_WIDEN.at(path, change)


def _often(occurs: Occurs) -> str:
    least, most = occurs
    if most is None:
        return f"{least} times or more"
    return f"{least} to {most} times" if least != most else "once" if least == 1 else f"{least} times"
