"""What a project claims of its costs, held against what the prices and the workload give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from orchestra_compiler.model import Claim, Model, Tier
from orchestra_compiler.projection.month import BaselineCost, Projection

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a claim: what the arithmetic gives instead, as a clause, and whether nothing could be computed."""

    actual: str
    unknown: bool = False


def judge(claim: Claim, projection: Projection, baseline: str) -> Verdict | None:
    """Return what a month really costs or saves where a claim says otherwise; None where it is borne out.

    A claim is held at its own precision: 60 % is borne out by 59.5 %, 60.0 % is not.
    """
    if claim.saves_percent is None:
        return _cost(claim, projection.total_usd)
    tier = claim.against or baseline
    against = next((each for each in projection.baselines if each.tier == tier), None)
    if against is None:
        return None  # no such tier, which the link step tells
    if against.saving_percent is None:
        return Verdict(actual=f"nothing can be said of all-`{tier}`: {against.why or 'it costs nothing'}", unknown=True)
    if rounded_like(against.saving_percent, claim.saves_percent) >= claim.saves_percent:
        return None
    return Verdict(actual=saving(against))


def saving(baseline: BaselineCost) -> str:
    """Return what routing saves against a tier, as a clause."""
    percent = baseline.saving_percent or Decimal(0)
    word = "costs {} % more than" if percent < 0 else "saves {} % against"
    return f"the workload {word.format(abs(percent))} all-`{baseline.tier}`"


def cheaper_percent(tier: Tier, others: Iterator[Tier] | tuple[Tier, ...]) -> Decimal | None:
    """Return by how many percent a tier's first model is cheaper than the dearest of others, at input or at output.

    The larger of the two figures counts, so that a claim is never doubted for the mix of tokens it has in mind. None
    where a price is not known.
    """
    own = _price(tier)
    best: Decimal | None = None
    for other in others:
        against = _price(other)
        if own is None or against is None:
            continue
        for here, there in zip(own, against, strict=True):
            if there:
                percent = (there - here) * 100 / there
                best = percent if best is None else max(best, percent)
    return best


def rounded_like(figure: Decimal, claimed: Decimal) -> Decimal:
    """Return a figure with as many decimals as the claimed one was written with."""
    exponent = claimed.as_tuple().exponent
    digits = exponent if isinstance(exponent, int) else 0
    return figure.quantize(Decimal(1).scaleb(min(0, digits)), ROUND_HALF_UP)


def _cost(claim: Claim, total: Decimal) -> Verdict | None:
    least, most = claim.least_usd, claim.most_usd
    low = least is not None and rounded_like(total, least) < least
    high = most is not None and rounded_like(total, most) > most
    return (
        Verdict(actual=f"the workload costs {total.quantize(_CENT, ROUND_HALF_UP):,} USD a month")
        if low or high
        else None
    )


def _price(tier: Tier) -> tuple[Decimal, Decimal] | None:
    models: tuple[Model, ...] = tier.models
    price = models[0].price if models else None
    return None if price is None else (price.input, price.output)
