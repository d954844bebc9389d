"""Elements that a wildcard lets in and that the schema knows: a lax one judges them, and skips only what it does not know."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.document import NIL, Node
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.model import Wildcard
from orchestra_compiler.xsd.mutations.children import company, written
from orchestra_compiler.xsd.mutations.drafts import Draft
from orchestra_compiler.xsd.mutations.mutation import (
    Context,
    Mutation,
    changed,
    settled_around,
    with_attribute_first,
)

_MOST_ELEMENTS = 6


def wrong_within_lax(demand: Demand, site: Site, context: Context) -> Iterator[Mutation]:
    """Yield documents with an element in a wildcard's place that is wrong in itself: it says of itself whether it is nil."""
    part = demand.target
    if not isinstance(part, Wildcard):
        return
    for node in islice(_known(part, context), _MOST_ELEMENTS):
        wrong = with_attribute_first(node, NIL, "false")
        for present in company(part, site):
            with contextlib.suppress(UnmakableError):
                good = written(site, context, Draft(instead={part: node}, present=present))
                bad = written(site, context, Draft(instead={part: wrong}, present=present))
                if good is None or bad is None or good == bad:
                    continue
                base = context.settled(site.root.replaced(site.path, good))
                found = changed(demand, site, bad, "wrong-in-wildcard", base=base)
                yield replace(found, document=settled_around(found.document, site.path, context))


def _known(wildcard: Wildcard, context: Context) -> Iterator[Node]:
    """Yield the smallest elements of the schema that a wildcard lets in, as they are valid."""
    for declaration in context.schema.elements.values():
        if not declaration.abstract and not declaration.nillable and wildcard.lets_in(declaration.name):
            with contextlib.suppress(UnmakableError):
                yield context.grower.maker.smallest(declaration)
