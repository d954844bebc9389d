"""Cases of an agent's own tier: one agent per tier, given the lowest score, the highest, and a hard rule's task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestra_compiler.cases.routing.draft import Draft, Skipped, case_id
from orchestra_compiler.cases.routing.search import Reach, meeting
from orchestra_compiler.cases.routing.values import Space
from orchestra_compiler.model import Agent, FeatureValue, Fleet


def agent_drafts(fleet: Fleet, space: Space, reach: Reach) -> Iterator[Draft | Skipped]:
    """Yield the cases of one agent per tier that has agents."""
    for tier in fleet.tiers.names():
        agent = next((agent for agent in fleet.agent_by_name.values() if agent.tier == tier), None)
        if agent is not None:
            yield from _drafts(fleet, space, reach, agent)


def _drafts(fleet: Fleet, space: Space, reach: Reach, agent: Agent) -> Iterator[Draft | Skipped]:
    if reach.by_score:
        lowest, highest = min(reach.by_score), max(reach.by_score)
        yield _draft(agent, "lowest-score", "a task of the lowest score", reach.by_score[lowest])
        if highest != lowest:
            yield _draft(agent, "highest-score", "a task of the highest score", reach.by_score[highest])
    else:
        yield Skipped(id=case_id(f"agent/{agent.tier}"), why="a hard rule decides on every task")
    for place, rule in enumerate(fleet.routing.hard):
        features = meeting(space, (rule,), fleet.routing.hard[:place]) if rule.tier != agent.tier else None
        if features is not None:
            yield _draft(agent, f"hard-{rule.name}", "a hard rule decides, whatever the agent's tier", features)
            return


def _draft(agent: Agent, end: str, scenario: str, features: Mapping[str, FeatureValue]) -> Draft:
    return Draft(
        id=f"agent/{agent.tier}-{end}",
        scenario=f"{scenario}, for an agent of tier {agent.tier}",
        component=agent.name,
        features=features,
        agent=agent,
        span=agent.span,
    )
