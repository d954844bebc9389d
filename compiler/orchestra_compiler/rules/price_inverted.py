"""ORC304: a price that is most likely two figures in each other's place."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet, Price
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC304",
    "price-inverted",
    Family.PRICE,
    Severity.WARNING,
    "Output is priced below input, or a cache read above input",
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield models whose prices stand in an order that no provider uses."""
    for tier in fleet.tiers.tiers:
        for model in tier.models:
            for key, message in _inversions(model.price) if model.price else ():
                yield RULE.at(
                    place_of(model.span, model.places, f"price.{key}", "price", "model"),
                    f"{message} for `{model.name}`",
                    "compare with the provider's list; perhaps two figures changed places",
                )


def _inversions(price: Price) -> Iterator[tuple[str, str]]:
    if price.output < price.input:
        yield "output", f"output ({price.output} USD) is priced below input ({price.input} USD)"
    if price.cache_read is not None and price.cache_read > price.input:
        yield "cache_read", f"a cache read ({price.cache_read} USD) is priced above input ({price.input} USD)"
