"""ORC314: a saving or a cost that the project states and that its own prices and workload do not give.

Claims stand in the workload document (`claims`), or in prose: what the project's description says is held against the
month of the workload, what a tier's description or an agent's rationale says against the prices of the tiers. In
prose a claim that names no tier may be meant against any; it is doubted only where no reading of it is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.findings import Family, Option, Rule, place_of
from orchestra_compiler.model import Agent, Fleet, Tier
from orchestra_compiler.rules.claims_in_prose import Stated, stated
from orchestra_compiler.rules.context import Context, Text

if TYPE_CHECKING:
    from orchestra_compiler.projection import Projection

RULE = Rule(
    "ORC314",
    "cost-claim-unproven",
    Family.PRICE,
    Severity.WARNING,
    "The arithmetic does not bear out a stated cost or saving",
    options={"percent": Option(5, 0, 100, "how far a month's cost in prose may lie from the computed one, in percent")},
)

_HINT = "state what `orchestra cost` computes, or change the routing until it is true"


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield the claims that are wrong, and those of the project that nothing can be held against, as infos."""
    said = list(stated(fleet.project.description)) if fleet.project.description else []
    if said or fleet.workload.claims:
        yield from _of_the_month(fleet, said, context)
    yield from _of_tiers(fleet, context)


def _of_the_month(fleet: Fleet, said: list[Stated], context: Context) -> Iterator[Diagnostic]:
    where = partial(place_of, fleet.project.span, fleet.project.places, "description")
    text = Text("the project's description", fleet.project.description, where)
    if not fleet.workload.tasks:
        for claim in said:
            yield RULE.at(
                context.locate(text, claim.start, claim.end),
                f"nothing bears out {_words(claim)}: the project has no workload to compute it from",
                "write the month's tasks into a `workload` document",
                Severity.INFO,
            )
        return
    from orchestra_compiler.projection import project
    from orchestra_compiler.projection.claims import judge

    try:
        projection = project(fleet)
    except OrchestraError:
        return  # what is wrong with the workload is told at its own place
    for written in fleet.workload.claims:
        verdict = judge(written, projection, fleet.tiers.baseline)
        if verdict is not None:
            yield RULE.at(
                place_of(written.span, written.places, "saves_percent", "monthly_usd"),
                f"the claim is not borne out: {verdict.actual}",
                _HINT,
                Severity.INFO if verdict.unknown else None,
            )
    for claim in said:
        actual = _contradiction(claim, projection, fleet, Decimal(str(context.option(RULE, "percent"))))
        if actual is not None:
            yield RULE.at(
                context.locate(text, claim.start, claim.end), f"{_words(claim)} is not borne out: {actual}", _HINT
            )


def _contradiction(claim: Stated, projection: Projection, fleet: Fleet, tolerance: Decimal) -> str | None:
    """Return what the workload gives where no reading of a claim is right, or None."""
    from orchestra_compiler.projection.claims import rounded_like, saving

    if claim.monthly_usd is not None:
        months = [
            projection.total_usd,
            *(each.month_usd for each in projection.baselines if each.month_usd is not None),
        ]
        if any(abs(month - claim.monthly_usd) * 100 <= tolerance * month for month in months):
            return None
        return f"the workload costs {projection.total_usd:,.2f} USD a month"
    named = {tier.name for tier in _named(claim.sentence, fleet)}
    against = [
        each for each in projection.baselines if each.saving_percent is not None and (not named or each.tier in named)
    ]
    if claim.percent is None or not against:
        return None
    best = max(against, key=lambda each: each.saving_percent or Decimal(0))
    if rounded_like(best.saving_percent or Decimal(0), claim.percent) >= claim.percent:
        return None
    return saving(best)


def _of_tiers(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    for tier in fleet.tiers.tiers:
        if tier.description:
            where = partial(place_of, tier.span, tier.places, "description")
            yield from _dear(Text("", tier.description, where), tier, fleet, context)
    for agent in fleet.agents:
        own = fleet.tiers.get(agent.tier) if agent.tier and agent.rationale else None
        if own is not None:
            where = partial(place_of, agent.span, agent.places, "rationale")
            yield from _dear(Text("", agent.rationale, where), own, fleet, context)
        if "%" in agent.description and agent.tier:
            yield from _of_description(agent, fleet, context)


def _of_description(agent: Agent, fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield claims of a description that name a tier: any other may be about what the agent works on, such as a cloud's bill."""
    tier = fleet.tiers.get(agent.tier or "")
    if tier is not None and any(_named(claim.sentence, fleet) for claim in stated(agent.description)):
        where = partial(place_of, agent.span, agent.places, "description")
        yield from _dear(Text("", agent.description, where), tier, fleet, context, named=True)


def _dear(text: Text, tier: Tier, fleet: Fleet, context: Context, *, named: bool = False) -> Iterator[Diagnostic]:
    """Yield the claims of a text that say a tier is cheaper than its prices make it against any other.

    With `named` only the sentences count that name a tier.
    """
    claims = list(stated(text.value))
    if not claims:
        return
    from orchestra_compiler.projection.claims import cheaper_percent, rounded_like

    for claim in claims:
        said = _named(claim.sentence, fleet)
        if named and not said:
            continue
        others = tuple(each for each in said or fleet.tiers.tiers if each is not tier)
        best = cheaper_percent(tier, others)
        if claim.percent is None or best is None or rounded_like(best, claim.percent) >= claim.percent:
            continue
        figure = f"{rounded_like(best, Decimal('0.1')):f} % cheaper" if best > 0 else "not cheaper"
        yield RULE.at(
            context.locate(text, claim.start, claim.end),
            f"{_words(claim)} is not borne out: by its price the tier `{tier.name}` is {figure} than "
            + (" or ".join(f"`{each.name}`" for each in others) if len(others) == 1 else "the dearest other tier"),
            "state what the prices give, or leave the figure out",
        )


def _named(sentence: str, fleet: Fleet) -> list[Tier]:
    """Return the tiers that a sentence names, by their own name, an alias or a model."""
    plain = sentence.casefold()
    return [
        tier
        for tier in fleet.tiers.tiers
        if any(name.casefold() in plain for name in (tier.name, *tier.aliases, *(model.name for model in tier.models)))
    ]


def _words(claim: Stated) -> str:
    if claim.percent is not None:
        return f"the claim of {claim.percent:f} %"
    return f"the claim of {claim.monthly_usd:,} USD a month"
