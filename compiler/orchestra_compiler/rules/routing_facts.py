"""What the rules about routing ask of a policy, worked out once for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from orchestra_compiler.model import BUILT_IN_FEATURES, FeatureType, Fleet
from orchestra_compiler.rules.scores import Scores, countable, groups, sums


class RoutingFacts(NamedTuple):
    """The scores of a policy.

    Attributes:
        types: The type of each feature.
        thresholds: (least score, tier), rising.
        lowest: The tier of a score below every threshold.
        scores: The scores that tasks can reach; the least and the greatest alone where `exact` is false.
    """

    types: dict[str, FeatureType]
    thresholds: Sequence[tuple[Decimal, str]]
    lowest: str
    scores: Scores
    exact: bool


def facts_of(fleet: Fleet) -> RoutingFacts:
    """Return the facts about a fleet's routing policy."""
    policy = fleet.routing
    types = {**BUILT_IN_FEATURES, **policy.features}
    parts = groups(policy, types)
    order = {name: place for place, name in enumerate(fleet.tiers.names())}
    thresholds = sorted(
        ((least, tier) for tier, least in policy.thresholds.items()), key=lambda pair: (pair[0], order.get(pair[1], -1))
    )
    return RoutingFacts(
        types=types,
        thresholds=thresholds,
        lowest=min((fleet.tiers.default, *(tier for _, tier in thresholds)), key=lambda tier: order.get(tier, -1)),
        scores=sums(parts),
        exact=countable(parts),
    )
