"""What the same tokens would have cost elsewhere, apart for each source of the tokens.

What an author declared says nothing of what was counted: a saving over both may be a loss in one of them.
"""

from __future__ import annotations

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Tier, Tiers
from orchestra_compiler.prices import cost
from pytest_orchestra.report.values import Baseline, Line, Sums
from pytest_orchestra.values import UsageSource


def build(tiers: Tiers, headline: str, total: Line) -> tuple[Baseline, ...]:
    """Return a baseline per tier, the headline's first, over all calls; then the same for each source of the tokens."""
    ordered = sorted(tiers.tiers, key=lambda tier: tier.name != headline)  # stable: the others keep their order
    parts = [(None, total.sums), *((each.source, each.sums) for each in total.sources)]
    return tuple(_baseline(tier, source, sums) for source, sums in parts for tier in ordered)


def _baseline(tier: Tier, source: UsageSource | None, sums: Sums) -> Baseline:
    if not tier.models:
        return Baseline(tier=tier.name, source=source, model="", missing=f"tier {tier.name} has no model")
    model = tier.models[0]
    if model.price is None:
        return Baseline(tier=tier.name, source=source, model=model.name, missing=f"{model.name} has no price")
    try:
        priced = cost(model.price, sums.usage)
    except OrchestraError as error:
        return Baseline(tier=tier.name, source=source, model=model.name, missing=error.message)
    saving = priced - sums.priced_usd
    return Baseline(
        tier=tier.name,
        source=source,
        model=model.name,
        priced_usd=priced,
        saving_usd=saving,
        saving_share=saving / priced if priced else None,
    )
