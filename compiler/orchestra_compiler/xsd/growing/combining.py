"""Combinations of what a type leaves open, so few that every two of its choices meet once in every way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import chain

from orchestra_compiler.xsd.growing.attempts import Attempt
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.making import Maker
from orchestra_compiler.xsd.growing.pairwise import covering
from orchestra_compiler.xsd.growing.reaching import Step
from orchestra_compiler.xsd.growing.wishing import NOTHING, Wish
from orchestra_compiler.xsd.model import (
    AttributeUse,
    ComplexType,
    Group,
    GroupKind,
)

_MOST_FACTORS = 24
_MOST_LEVELS = 5


def pairs(maker: Maker, step: Step) -> Iterator[Attempt]:
    """Yield the combinations of optional attributes and parts and of branches in which every two meet."""
    kind = step.form.type
    if not step.new_type or not isinstance(kind, ComplexType) or step.form.declaration.fixed is not None:
        return
    factors = [[NOTHING, Wish(attributes=frozenset({use}))] for use in kind.attributes if use.use == "optional"]
    if isinstance(kind.content, Group):
        factors += _factors(maker, kind.content)
    factors = factors[:_MOST_FACTORS]
    if len(factors) < 2:  # noqa: PLR2004 - a single one was tried already
        return
    for number, row in enumerate(covering([len(each) for each in factors]), 1):
        wish = _joined(factor[level] for factor, level in zip(factors, row, strict=True))
        try:
            node = maker.element(step.form, wish, step.particle)
        except UnmakableError:
            continue
        yield Attempt(f"pair-{number}", kind.place, node)


def _factors(maker: Maker, group: Group) -> Iterator[list[Wish]]:
    """Yield what may be there or not, and what may be one thing or another, independently of all else."""
    if group.kind is GroupKind.CHOICE:
        makable = [each for each in group.particles if each.most != 0 and maker.costs.once(each) < math.inf]
        levels = [Wish(times={each: max(each.least, 1)}) for each in makable]
        yield ([NOTHING, *levels] if group.least == 0 else levels)[:_MOST_LEVELS]
        return
    for each in group.particles:
        if each.most == 0 or maker.costs.once(each) == math.inf:
            continue
        if isinstance(each, Group) and (each.least or each.kind is GroupKind.CHOICE):
            yield from _factors(maker, each)
        elif each.least == 0:
            yield [NOTHING, Wish(times={each: 1})]


def _joined(wishes: Iterable[Wish]) -> Wish:
    every = list(wishes)
    return Wish(
        times=dict(chain.from_iterable(each.times.items() for each in every)),
        attributes=frozenset[AttributeUse]().union(*(each.attributes for each in every)),
    )
