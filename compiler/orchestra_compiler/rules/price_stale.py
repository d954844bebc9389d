"""ORC305: a price read long before the project's other prices.

Ages are counted from the newest date among the project's prices, never from today: the same project gives the same
findings on every day.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.patterns import pattern
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC305", "price-stale", Family.PRICE, Severity.WARNING, "A price is a year older than the newest of the project"
)

_DATE = pattern(r"\d{4}-\d\d-\d\d")  # such dates sort as texts


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield models whose price was read more than a year before the newest price."""
    dated = [
        (model, model.price.date)
        for tier in fleet.tiers.tiers
        for model in tier.models
        if model.price is not None and _DATE.fullmatch(model.price.date)
    ]
    newest = max((date for _, date in dated), default="")
    for model, date in dated:
        if date < _a_year_before(newest):
            yield RULE.at(
                place_of(model.span, model.places, "price.date", "price", "model"),
                f"the price of `{model.name}` is of {date}, over a year older than the project's newest ({newest})",
                "read it again at its source and write the new date beside it",
            )


def _a_year_before(date: str) -> str:
    return f"{int(date[:4]) - 1:04}{date[4:]}"
