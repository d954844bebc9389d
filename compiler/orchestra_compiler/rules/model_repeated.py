"""ORC311: a model or an alias that stands twice in the tiers, so that one of the two places has no effect."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet, Tier
from orchestra_compiler.rules.context import Context

RULE = Rule("ORC311", "model-repeated", Family.TIER, Severity.WARNING, "A model or an alias stands twice in the tiers")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield what is repeated within a tier, aliases of two tiers, and tiers that prefer the same model.

    A model that one tier prefers and another falls back to is no repetition.
    """
    preferred: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for tier in fleet.tiers.tiers:
        yield from _within(tier)
        for number, alias in enumerate(tier.aliases):
            owner = aliases.setdefault(alias, tier.name)
            if owner != tier.name:
                yield RULE.at(
                    place_of(tier.span, tier.places, f"aliases.{number}", "aliases"),
                    f"the alias `{alias}` is of the tier `{owner}` already, which every agent with it gets",
                    f"keep it in `{owner}` or in `{tier.name}`",
                )
        if not tier.models:
            continue
        first = tier.models[0]
        owner = preferred.setdefault(first.name, tier.name)
        if owner != tier.name:
            yield RULE.at(
                place_of(first.span, first.places, "model"),
                f"the tiers `{owner}` and `{tier.name}` prefer the same model `{first.name}`:"
                " choosing between them changes nothing",
                "give one of them another model, or merge the two",
            )


def _within(tier: Tier) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for model in tier.models:
        if model.name in seen:
            yield RULE.at(
                place_of(model.span, model.places, "model"),
                f"the tier `{tier.name}` lists `{model.name}` twice: the second is asked when the first has just failed",
                "remove it, or name another model",
            )
        seen.add(model.name)
