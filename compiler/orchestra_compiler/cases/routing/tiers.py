"""Cases for what the thresholds and agents' tiers still leave open: which tier a score means, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from orchestra_compiler.cases.routing import naive
from orchestra_compiler.cases.routing.changes.tiers import first_agents, tier_changes
from orchestra_compiler.cases.routing.draft import Draft
from orchestra_compiler.cases.routing.search import Reach, reach
from orchestra_compiler.cases.routing.values import Space
from orchestra_compiler.model import Agent, Fleet


def tier_drafts(fleet: Fleet, space: Space, reached: Reach, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Yield a case for each change to thresholds, tiers and agents' tiers on which none of the drafts would fail.

    A tier changes only at a threshold, so of all scores between two thresholds one will do.

    Args:
        fleet: The fleet.
        space: The features' values.
        reached: The scores that its policy can reach.
        drafts: The cases about thresholds and agents.
    """
    seen = list(drafts)
    by_name = any(reader.feature == "agent" for reader, _ in space)
    owned = reach(fleet.routing, space, frozenset({"agent"})) if by_name else reached
    owners = [(None, reached), *((agent, owned) for agent in first_agents(fleet).values())]
    for change in tier_changes(fleet):
        if any(_differs(fleet, change.fleet, draft) for draft in seen):
            continue
        bounds = sorted({*fleet.routing.thresholds.values(), *change.fleet.routing.thresholds.values()})
        tried = (
            Draft(
                id=f"tier/{change.name.replace('/', '-')}",
                kind="boundary",
                scenario=f"what must show when {change.change}",
                component=change.component,
                features=scores.by_score[score],
                agent=agent,
                span=fleet.routing.span if agent is None else agent.span,
            )
            for agent, scores in owners
            for score in _one_of_each_kind(scores, bounds)
        )
        telling = next((draft for draft in tried if _differs(fleet, change.fleet, draft)), None)
        if telling is not None:
            seen.append(telling)
            yield telling


def _one_of_each_kind(reached: Reach, bounds: Sequence[Decimal]) -> list[Decimal]:
    """Return the scores next to each bound on both sides, and both ends."""
    scores = [
        found for bound in bounds for found in (reached.at_least(bound), reached.below(bound)) if found is not None
    ]
    ends = [min(reached.by_score), max(reached.by_score)] if reached.by_score else []
    return sorted({*scores, *ends})


def _differs(old: Fleet, new: Fleet, draft: Draft) -> bool:
    return naive.expected(old, draft.features, draft.agent) != naive.expected(
        new, draft.features, _same(new, draft.agent)
    )


def _same(fleet: Fleet, agent: Agent | None) -> Agent | None:
    return fleet.agent_by_name.get(agent.name) if agent is not None else None
