"""ORC313: a project's own price that is not the one of the dated catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Option, Rule, place_of
from orchestra_compiler.model import Fleet, Model, Price
from orchestra_compiler.prices import catalogue
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC313",
    "price-differs",
    Family.PRICE,
    Severity.WARNING,
    "A price differs from the one that the vendor lists",
    options={"percent": Option(0, 0, 1000, "how far a figure may lie from the listed one, in percent of that")},
)

_FIGURES = ("input", "output", "cache_read", "cache_write")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield the figures of models that the catalogue knows under the same vendor.

    Where the project's figures are of a later day than the catalogue's, the catalogue may be behind: that is an info.
    """
    most = Decimal(str(context.option(RULE, "percent")))
    for tier in fleet.tiers.tiers:
        for model in tier.models:
            known = catalogue().get(model.name)
            if model.price is None or known is None or known.price is None or known.price == model.price:
                continue
            if model.provider in ("", known.provider):
                yield from _differences(model, model.price, known.price, most)


def _differences(model: Model, own: Price, listed: Price, most: Decimal) -> Iterator[Diagnostic]:
    for key in _FIGURES:
        here, there = getattr(own, key), getattr(listed, key)
        if here is None or there is None or abs(here - there) * 100 <= most * there:
            continue
        yield RULE.at(
            place_of(model.span, model.places, f"price.{key}", "price", "model"),
            f"`{model.name}` costs {here} USD for {key.replace('_', ' ')} here ({own.date or 'no date'});"
            f" its vendor lists {there} USD ({listed.date}, {listed.source})",
            "remove the `price` to use the listed one, or name the `provider` that you pay this price to",
            Severity.INFO if own.date > listed.date else None,
        )
