"""Cases of thresholds: of all scores the policy can reach, the two on either side of each, and both ends."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from orchestra_compiler.cases.routing.draft import Draft, Skipped, case_id
from orchestra_compiler.cases.routing.search import Reach
from orchestra_compiler.model import Fleet


def threshold_drafts(fleet: Fleet, reach: Reach) -> Iterator[Draft | Skipped]:
    """Yield the cases of all thresholds."""
    if not fleet.routing.thresholds:
        return
    for tier, bound in fleet.routing.thresholds.items():
        yield _draft(fleet, reach, tier, "at", reach.at_least(bound))
        if not reach.by_score or min(reach.by_score) < bound:  # nothing lies below the lowest score
            yield _draft(fleet, reach, tier, "below", reach.below(bound))
    for end, score in (("lowest", min(reach.by_score, default=None)), ("highest", max(reach.by_score, default=None))):
        yield _draft(fleet, reach, "score", end, score)
    if not reach.complete:
        why = "the policy has too many sums to try them all; the scores beside a threshold may not be the nearest"
        yield Skipped(id="routing/threshold", why=why)


def _draft(fleet: Fleet, reach: Reach, tier: str, end: str, score: Decimal | None) -> Draft | Skipped:
    name = f"threshold/{tier}-{end}"
    if score is None:
        return Skipped(id=case_id(name), why="no features reach such a score")
    policy = fleet.routing
    scenario = f"the {end} score there is" if tier == "score" else f"the nearest score {end} the threshold of {tier}"
    return Draft(
        id=name,
        kind="boundary",
        scenario=f"{scenario}: {score:f}",
        component=tier,
        features=reach.by_score[score],
        span=policy.places.get(f"tiers.{tier}", policy.span),
    )
