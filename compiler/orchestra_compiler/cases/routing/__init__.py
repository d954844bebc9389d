"""Cases of kinds `routing` and `boundary`: every part of the policy tried where it begins and where it ends.

Features are constructed from the policy (on a bound and just below it, a row and no row, a hit and a near miss, the
reachable scores next to each threshold), and what must come of them is read from the policy literally, by `naive`.
The router has no part in it, so a router that is wrong fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestra_compiler.cases.routing.agents import agent_drafts
from orchestra_compiler.cases.routing.draft import Draft, Skipped, finished
from orchestra_compiler.cases.routing.hard import hard_drafts
from orchestra_compiler.cases.routing.search import reach
from orchestra_compiler.cases.routing.signals import signal_drafts
from orchestra_compiler.cases.routing.thresholds import threshold_drafts
from orchestra_compiler.cases.routing.tiers import tier_drafts
from orchestra_compiler.cases.routing.values import space_of
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Fleet

__all__ = ["Plan", "Skipped", "generate", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The cases of a policy, and those that could not be constructed, with the reasons."""

    cases: tuple[Case, ...]
    skipped: tuple[Skipped, ...]


def generate(fleet: Fleet) -> tuple[Case, ...]:
    """Return the routing cases of a fleet, sorted by id."""
    return plan(fleet).cases


def plan(fleet: Fleet) -> Plan:
    """Return the routing cases of a fleet together with what was left out and why."""
    drafts = tuple(_drafts(fleet))
    cases = finished(fleet, [draft for draft in drafts if isinstance(draft, Draft)])
    skipped = (draft for draft in drafts if isinstance(draft, Skipped))
    return Plan(
        cases=tuple(sorted(cases, key=lambda case: case.id)),
        skipped=tuple(sorted(skipped, key=lambda each: (each.id, each.why))),
    )


def _drafts(fleet: Fleet) -> Iterator[Draft | Skipped]:
    policy = fleet.routing
    space = space_of(policy)
    reached = reach(policy, space)
    yield from hard_drafts(fleet, space)
    yield from signal_drafts(fleet, space)
    scored = [*threshold_drafts(fleet, reached), *agent_drafts(fleet, space, reached)]
    yield from scored
    yield from tier_drafts(fleet, space, reached, [draft for draft in scored if isinstance(draft, Draft)])
