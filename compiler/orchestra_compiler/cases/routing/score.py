"""The quality of the routing cases: each single change to the policy is tried, and whether a case notices.

The cases stay those of the unchanged policy; the router is made anew from each changed one and asked by what pytest asks it
with. A change that no case notices is equivalent only where no task at all is routed otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestra_compiler.cases import fallbacks, routing
from orchestra_compiler.cases.routing.changes import Change, changes
from orchestra_compiler.cases.routing.equivalence import judged
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Fleet
from orchestra_compiler.mutation import Mutant, Score, Verdict
from orchestra_compiler.routing.agreement import KINDS, disagreement
from orchestra_compiler.routing.router import Router


def score_routing(fleet: Fleet, cases: Sequence[Case] | None = None) -> Score:
    """Return how many changes to a fleet's routing its cases notice.

    Args:
        fleet: The linked fleet.
        cases: The cases that are measured, those of other kinds passed over; by default those that the compiler generates.
            A case that fails without any change notices nothing.
    """
    given = (*routing.generate(fleet), *fallbacks.generate(fleet)) if cases is None else cases
    asked = [case for case in given if case.kind in KINDS]
    sound = [case for case in asked if not _fails(case, fleet, Router(fleet))]
    return Score(mutants=tuple(_tried(fleet, change, sound) for change in changes(fleet)))


def _tried(fleet: Fleet, change: Change, cases: Sequence[Case]) -> Mutant:
    router = Router(change.fleet)
    likely = sorted(cases, key=lambda case: case.component != change.component)
    killer = next((case.id for case in likely if _fails(case, change.fleet, router)), "")
    if killer:
        return _mutant(change, Verdict.KILLED, killed_by=killer)
    judgement = judged(fleet, change.fleet)
    return _mutant(change, judgement.verdict, why=judgement.why)


def _mutant(change: Change, verdict: Verdict, *, killed_by: str = "", why: str = "") -> Mutant:
    return Mutant(
        name=change.name,
        component=change.component,
        place=change.place,
        change=change.change,
        verdict=verdict,
        killed_by=killed_by,
        why=why,
    )


def _fails(case: Case, fleet: Fleet, router: Router) -> bool:
    try:
        return disagreement(case, router, fleet.agent_by_name) is not None
    except OrchestraError:  # the router refuses the features, or has no such tier
        return True
