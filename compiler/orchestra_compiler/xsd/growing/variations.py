"""Valid documents that each try one thing that a schema allows: the suite's positive half.

The order is by worth: the smallest and largest document of each root, then one change to a small document each (a branch,
an optional part, a number of occurrences, another form), then single values, then combinations of structure in pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from orchestra_compiler.xsd.document import Node, to_text
from orchestra_compiler.xsd.growing.attempts import Attempt, Attempts
from orchestra_compiler.xsd.growing.combining import pairs
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.placing import Placer
from orchestra_compiler.xsd.growing.reaching import Step, reach
from orchestra_compiler.xsd.model import (
    ElementDeclaration,
    Place,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A valid document, and what it tries.

    Attributes:
        scenario: In words joined by hyphens, such as `minimal`, `with-subject` or `branch-query`.
        component: The path of the element or attribute that it is about.
        place: The line of the schema that it is about.
    """

    scenario: str
    component: str
    place: Place
    document: Node


def vary(placer: Placer, roots: Iterable[ElementDeclaration]) -> Iterator[Variation]:
    """Yield valid documents for everything below some roots that the schema allows, each document once."""
    seen: set[str] = set()
    for each in _all(placer, list(roots)):
        text = to_text(each.document)
        if text not in seen:
            seen.add(text)
            yield each


def _all(placer: Placer, roots: list[ElementDeclaration]) -> Iterator[Variation]:
    for root in roots:
        if not root.abstract:
            yield from _whole(placer, root)
    attempts = Attempts(placer)
    steps = [step for step in reach(placer.maker.costs, roots) if isinstance(step, Step)]
    for tried in (attempts.structure, attempts.values, partial(pairs, placer.maker)):
        for step in steps:
            yield from _placed(placer, step, tried(step))


def _whole(placer: Placer, root: ElementDeclaration) -> Iterator[Variation]:
    for scenario, make in (("minimal", placer.smallest), ("maximal", placer.largest)):
        try:
            document = make(root)
        except UnmakableError:
            continue  # the sites tell of it
        yield Variation(scenario=scenario, component=document.shown(()), place=root.place, document=document)


def _placed(placer: Placer, step: Step, tried: Iterator[Attempt]) -> Iterator[Variation]:
    """Yield what is tried in documents around a step; what cannot be made there is left out."""
    for each in tried:
        try:
            document, path = placer.settled_around(*placer.placed(step, each.node))
        except UnmakableError:
            continue
        component = document.shown(path) + each.below
        place = each.place if each.place.line else step.form.declaration.place  # a built-in type has none of its own
        yield Variation(scenario=each.scenario, component=component, place=place, document=document)
