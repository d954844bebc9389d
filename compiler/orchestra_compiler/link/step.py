"""The order of the link step: resolve first, then look at every reference."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestra_compiler.diagnostic import Diagnostic, in_order
from orchestra_compiler.link import agents, documents, missions, models, protocol, replies, routing
from orchestra_compiler.link.scope import Scope, scope_of
from orchestra_compiler.model import Fleet

_CHECKS: tuple[Callable[[Scope], Iterator[Diagnostic]], ...] = (
    agents.check,
    documents.check,
    missions.check,
    replies.check,
    routing.check,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What came of the link step.

    Attributes:
        fleet: The fleet with tiers, prices, limits and message types filled in, as far as they are known.
        diagnostics: Findings, in order.
        sources: Path -> content of the files that the step read itself: the project's message schema and what that
            includes.
    """

    fleet: Fleet
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, bytes] = field(default_factory=dict)


def link(fleet: Fleet, root: Path) -> Linked:
    """Resolve what a fleet's values name.

    Args:
        fleet: As the loader built it.
        root: The project's folder, for the message schema and the templates.
    """
    found: list[Diagnostic] = []
    fleet = models.resolve(fleet, found)
    resolved = protocol.resolve(fleet, root, found)
    fleet = dataclasses.replace(fleet, protocol=resolved.protocol)
    scope = scope_of(fleet, root, resolved.schema)
    for check in _CHECKS:
        found.extend(check(scope))
    return Linked(fleet=fleet, diagnostics=tuple(in_order(found)), sources=resolved.sources)
