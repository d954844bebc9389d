"""Cases of kind `fallback`: who answers when models are unavailable.

With the first models of a tier gone the next one in order of preference answers; with all of them gone the next tier
of the escalation chain does; at the end of the chain nobody is left and the task is escalated. The expected answers are
read from the tiers document, not from the router.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Fleet, Tier, Tiers
from orchestra_compiler.naming import file_name

NOBODY = "none"


def generate(fleet: Fleet) -> tuple[Case, ...]:
    """Return the fallback cases of a fleet, sorted by id."""
    cases = (case for tier in fleet.tiers.tiers for case in _cases(fleet.tiers, tier))
    return tuple(sorted(cases, key=lambda case: case.id))


def _cases(tiers: Tiers, tier: Tier) -> Iterator[Case]:
    names = [model.name for model in tier.models]
    for gone in range(len(names) + 1):
        scenario = f"{gone} of {len(names)} models unavailable"
        yield _case(tiers, tier, f"{gone}-gone", scenario, tuple(names[:gone]))
    above = [model.name for each in _climbed(tiers, tier) for model in each.models]
    if above:
        yield _case(tiers, tier, "all-gone", "no model of the chain is available", (*names, *above))


def _case(tiers: Tiers, tier: Tier, end: str, scenario: str, unavailable: tuple[str, ...]) -> Case:
    answer = _answer(tiers, tier, frozenset(unavailable))
    data = {
        "tier": tier.name,
        "unavailable": list(unavailable),
        "answer": {"tier": answer[0], "model": answer[1]} if answer else None,
    }
    return Case(
        id=f"fallback/{file_name(tier.name)}-{end}",
        kind="fallback",
        scenario=scenario,
        component=tier.name,
        expected="/".join(answer) if answer else NOBODY,
        rule="escalation-chain",
        tier=tier.name,
        data=json.dumps(data, ensure_ascii=False, sort_keys=True),
        span=tier.span,
    )


def _answer(tiers: Tiers, tier: Tier, unavailable: frozenset[str]) -> tuple[str, str] | None:
    for each in (tier, *_climbed(tiers, tier)):
        for model in each.models:
            if model.name not in unavailable:
                return each.name, model.name
    return None


def _climbed(tiers: Tiers, tier: Tier) -> tuple[Tier, ...]:
    """Return the tiers above one in the escalation chain; none for a tier that stands outside of the chain."""
    chain = tiers.escalation
    above = chain[chain.index(tier.name) + 1 :] if tier.name in chain else ()
    return tuple(each for name in above if (each := tiers.get(name)) is not None)
