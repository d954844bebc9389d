"""Documents for which an assertion is false, found by changing values and parts that the schema leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import combinations, islice

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.document import Node, Value
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.growing.selecting import type_of
from orchestra_compiler.xsd.model import ComplexType, Group, SimpleType
from orchestra_compiler.xsd.mutations.drafts import Draft, content
from orchestra_compiler.xsd.mutations.mutation import Context, Mutation, changed, content_of

_MOST = 80
_MOST_VALUES = 6
_MOST_PAIRS = 12
_OCCURRENCES = 3


def false_assertion(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents that satisfy everything but may not satisfy an assertion; engines say which one does not."""
    for node in islice(_variations(site.node, context), _MOST):
        yield changed(demand, site, node, "false-assertion")


def _variations(node: Node, context: Context) -> Iterator[Node]:
    """Yield an element with one thing changed, then with two."""
    ones = list(islice(_changes(node, context), _MOST))
    yield from ones
    for one in ones:
        yield from islice(_changes(one, context), _MOST_VALUES)


def _changes(node: Node, context: Context) -> Iterator[Node]:
    kind = type_of(node)
    for use in kind.attributes if isinstance(kind, ComplexType) else ():
        for value in _values(use.type, context) if use.fixed is None and use.use != "prohibited" else ():
            yield node.with_attribute(use.name, value)
        if not use.required and node.get(use.name) is not None:
            yield node.with_attribute(use.name, None)
    model = content_of(node)
    if isinstance(model, SimpleType):
        for value in _values(model, context):
            yield replace(node, text=value)
    if isinstance(model, Group):
        yield from _other_content(node, model, context)
        for position, child in enumerate(node.children):
            simple = child.declaration.simple_type if child.declaration is not None else None
            for value in _values(simple, context) if simple is not None else ():
                yield node.replaced((position,), replace(child, text=value))


def _other_content(node: Node, model: Group, context: Context) -> Iterator[Node]:
    """Yield an element with other children: each part so and so often, two of them, all of them."""
    parts = list(model.elements())
    drafts = [Draft()]
    for part in parts:
        most = min(_OCCURRENCES if part.most is None else part.most, _OCCURRENCES)
        drafts += [Draft(times={part: times}) for times in range(max(part.least, 1), most + 1)]
    drafts += [Draft(present=frozenset(pair)) for pair in islice(combinations(parts, 2), _MOST_PAIRS)]
    drafts.append(Draft(present=frozenset(parts)))
    for draft in drafts:
        with suppress(UnmakableError):
            yield replace(node, children=content(context.grower.maker, model, draft))


def _values(kind: SimpleType, context: Context) -> list[Value]:
    found: list[Value] = [each.value for each in context.grower.values.boundaries(kind)[:_MOST_VALUES]]
    found += context.grower.values.distinct(kind, _MOST_VALUES)
    return found
