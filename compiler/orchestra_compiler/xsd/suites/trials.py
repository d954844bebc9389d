"""Trials of each constraint of a schema: what can be tried, in which order, and why nothing came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from orchestra_compiler.xsd.cases import EQUIVALENT, Constraint
from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.demands.kinds import Kind
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.model import ElementDeclaration, Identity, IdentityKind, Particle
from orchestra_compiler.xsd.mutations.children import MOST_REPEATS
from orchestra_compiler.xsd.mutations.families import family_of
from orchestra_compiler.xsd.mutations.mutation import Context, Mutation
from orchestra_compiler.xsd.mutations.witnesses import is_idle
from orchestra_compiler.xsd.suites.implied import is_always_there, is_never_twice
from orchestra_compiler.xsd.suites.jury import Outcome
from orchestra_compiler.xsd.suites.sites import Sites

ENTANGLED = "no value was found that breaks it alone: other facets of the type forbid the same values"


@dataclass(slots=True)
class Trial:
    """What has been tried for a constraint."""

    demands: tuple[Demand, ...]
    candidates: Iterator[Mutation]
    ways: set[str] = field(default_factory=set)
    best: tuple[Outcome, Mutation, str] | None = None
    reason: str = ""

    @property
    def constraint(self) -> Constraint:
        """The constraint; every demand is one for it."""
        return self.demands[0].constraint


def idle_reason(attempt: Trial, context: Context) -> str:
    """Return that a constraint is known to forbid nothing of its own; empty where it is not."""
    idle = all(is_idle(demand, context) or _is_idle_key(demand, context) for demand in attempt.demands)
    return EQUIVALENT if idle else ""


def _is_idle_key(demand: Demand, context: Context) -> bool:
    scope, identity = demand.holder, demand.target
    if not isinstance(scope, ElementDeclaration) or not isinstance(identity, Identity):
        return False
    if demand.constraint.kind == Kind.KEY_FIELD:
        return is_always_there(context.schema, scope, identity)
    return identity.kind is not IdentityKind.KEYREF and is_never_twice(context.schema, scope, identity)


def reason_of_none(attempt: Trial, context: Context) -> str:
    """Return why nothing was made that could break a constraint."""
    part = attempt.demands[0].target
    if isinstance(part, Particle) and max(part.least, part.most or 0) > MOST_REPEATS:
        return f"a document that breaks it would have more than {MOST_REPEATS} repetitions"
    return idle_reason(attempt, context) or "no value or content was found that breaks it"


def candidates_of(demands: tuple[Demand, ...], sites: Sites, context: Context) -> Iterator[Mutation]:
    """Yield mutations that break a constraint, in every place where it can be broken, the clearest first."""
    for demand in demands:
        family = family_of(demand)
        for site in sites.of(demand):
            for mutation in _made(family(demand, site, context)):
                yield replace(mutation, constraint=demand.constraint)


def _made(mutations: Iterator[Mutation]) -> Iterator[Mutation]:
    try:
        yield from mutations
    except UnmakableError:
        return


def new_lines_first(attempts: Sequence[Trial]) -> Iterator[Trial]:
    """Yield one attempt for each kind and line of the schema, then the others."""
    seen: set[tuple[object, ...]] = set()
    later: list[Trial] = []
    for attempt in attempts:
        key = (attempt.constraint.kind, attempt.constraint.place)
        if key in seen:
            later.append(attempt)
        else:
            seen.add(key)
            yield attempt
    yield from later
