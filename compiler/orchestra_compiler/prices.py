"""What models cost, exactly.

The catalogue is dated data (`models.json`), not code. A price has at most six decimals per million tokens, so every
cost is a whole number of picodollars (1e-12 USD): costs are added up as integers, in any order and on any machine,
without a rounding anywhere. A model that is not listed has no price; it is never free and never priced like a
look-alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Model, Price, Usage
from orchestra_spec import ROOT

PRICE_DECIMALS = 6
PICO_DECIMALS = 12
_EXACT = Context(prec=100)


class Listed(NamedTuple):
    """One model as the catalogue lists it.

    Attributes:
        aliases: Other ids that the vendor documents for the very same model.
        tokenizer: A key of the catalogue's tokenizers; empty where nobody measured the model's.
        note: What the price leaves out, such as a dearer tier for long prompts.
    """

    model: Model
    aliases: tuple[str, ...] = ()
    tokenizer: str = ""
    note: str = ""


class TokenRange(NamedTuple):
    """How many tokens a model's tokenizer makes of one token of `o200k_base`, at least and at most."""

    low: Decimal
    high: Decimal


@cache
def listed() -> Mapping[str, Listed]:
    """Return the catalogue's models by id and by alias, each alias under its own name."""
    found: dict[str, Listed] = {}
    for data in _document()["models"]:
        aliases = tuple(data.get("aliases", ()))
        for name in (data["id"], *aliases):
            found[name] = Listed(
                model=_model(name, data),
                aliases=aliases,
                tokenizer=data.get("tokenizer", ""),
                note=data.get("note", ""),
            )
    return MappingProxyType(found)


@cache
def catalogue() -> Mapping[str, Model]:
    """Return every known model by its exact id or alias, with provider, limits and dated price."""
    return MappingProxyType({name: each.model for name, each in listed().items()})


@cache
def token_ranges() -> Mapping[str, TokenRange]:
    """Return what is known of tokenizers other than `o200k_base`, by the catalogue's names for them."""
    return MappingProxyType(
        {
            name: TokenRange(low=Decimal(data["low"]), high=Decimal(data["high"]))
            for name, data in _document()["tokenizers"].items()
        }
    )


def cost(price: Price, usage: Usage) -> Decimal:
    """Return what a usage costs in US dollars, exactly.

    Raises:
        OrchestraError: The usage has cache tokens for which the price names no figure, or the price has more than
            six decimals.
    """
    return from_picodollars(cost_picodollars(price, usage))


def cost_picodollars(price: Price, usage: Usage) -> int:
    """Return what a usage costs in picodollars (1e-12 USD); see `cost`."""
    return (
        usage.input_tokens * _per_token(price.input)
        + usage.output_tokens * _per_token(price.output)
        + (usage.cache_read_tokens and usage.cache_read_tokens * _cached(price.cache_read, "cache_read"))
        + (usage.cache_write_tokens and usage.cache_write_tokens * _cached(price.cache_write, "cache_write"))
    )


def to_picodollars(amount: Decimal) -> int:
    """Return an amount of US dollars as a whole number of picodollars.

    Raises:
        ValueError: The amount is no number, or is finer than a picodollar.
    """
    if not amount.is_finite():
        raise ValueError(f"{amount} is no amount of money")
    with localcontext(_EXACT):
        scaled = amount.scaleb(PICO_DECIMALS)
        whole = int(scaled)
        if scaled != whole:
            raise ValueError(f"{amount} USD is finer than a picodollar")
    return whole


def from_picodollars(amount: int) -> Decimal:
    """Return picodollars as US dollars, without trailing zeros."""
    exponent = -PICO_DECIMALS
    while exponent < 0 and amount % 10 == 0:
        amount //= 10
        exponent += 1
    return Decimal((int(amount < 0), tuple(map(int, str(abs(amount)))), exponent))


def covers_precision(price: Price) -> bool:
    """Return whether no figure of a price has more than six decimals, so that every cost is exact."""
    return not too_fine(price)


def too_fine(price: Price) -> tuple[str, ...]:
    """Return the names of a price's figures that have more than six decimals."""
    figures = {key: getattr(price, key) for key in ("input", "output", "cache_read", "cache_write")}
    return tuple(key for key, figure in figures.items() if figure is not None and _whole(figure) is None)


def distribute(amounts: Sequence[Decimal], digits: int) -> tuple[Decimal, ...]:
    """Round a column so that the rounded rows add up to the rounded total, by the largest remainder.

    Each row is rounded to one of its two neighbours with `digits` decimals, and a row that needs no rounding keeps its
    value. The total is rounded half up; of equal remainders the earlier row is rounded up.

    Raises:
        ValueError: An amount is negative or no number.
    """
    if not all(amount.is_finite() and amount >= 0 for amount in amounts):
        raise ValueError("only amounts of zero and more can be distributed")
    with localcontext(_EXACT):
        scaled = [amount.scaleb(digits) for amount in amounts]
        floors = [each.to_integral_value(ROUND_FLOOR) for each in scaled]
        total = sum(scaled, Decimal(0)).to_integral_value(ROUND_HALF_UP)
        missing = int(total - sum(floors, Decimal(0)))
        by_remainder = sorted(range(len(scaled)), key=lambda row: (floors[row] - scaled[row], row))
        raised = frozenset(by_remainder[:missing])
        unit = Decimal(1).scaleb(-digits)
        return tuple(((floor + (row in raised)) * unit).quantize(unit) for row, floor in enumerate(floors))


@cache
def _document() -> Any:
    return json.loads((ROOT / "models.json").read_bytes())


def _model(name: str, data: Mapping[str, Any]) -> Model:
    price = data["price"]
    return Model(
        name=name,
        provider=data["provider"],
        context_window=data["context_window"],
        max_output_tokens=data["max_output_tokens"],
        price=Price(
            input=Decimal(price["input"]),
            output=Decimal(price["output"]),
            cache_read=_optional(price.get("cache_read")),
            cache_write=_optional(price.get("cache_write")),
            source=price["source"],
            date=price["date"],
        ),
    )


def _optional(figure: str | None) -> Decimal | None:
    return None if figure is None else Decimal(figure)


def _cached(figure: Decimal | None, name: str) -> int:
    if figure is None:
        raise OrchestraError(
            f"the usage has {name} tokens, but the price names no {name}", f"add `{name}` to the price"
        )
    return _per_token(figure)


@cache
def _per_token(figure: Decimal) -> int:
    """Return picodollars per token: the same digits as US dollars per million tokens, a million times over."""
    whole = _whole(figure)
    if whole is None:
        raise OrchestraError(f"the price {figure} has more than {PRICE_DECIMALS} decimals", "round it to six decimals")
    return whole


def _whole(figure: Decimal) -> int | None:
    with localcontext(_EXACT):
        scaled = figure.scaleb(PRICE_DECIMALS)
        whole = int(scaled)
        return whole if scaled == whole else None
