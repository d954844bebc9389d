from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orchestra_spec
from orchestra_compiler import prices
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Price, Usage

FIGURES = st.integers(0, 10**9).map(lambda figure: Decimal(figure).scaleb(-6))
PRICES = st.builds(Price, input=FIGURES, output=FIGURES, cache_read=FIGURES, cache_write=FIGURES)
TOKENS = st.integers(0, 10**9)
USAGES = st.builds(
    Usage, input_tokens=TOKENS, output_tokens=TOKENS, cache_read_tokens=TOKENS, cache_write_tokens=TOKENS
)
LISTED = sorted(prices.listed().items())


def test_catalogue_document_says_what_it_is() -> None:
    document = json.loads((orchestra_spec.ROOT / "models.json").read_text(encoding="utf-8"))
    assert sorted(document) == ["about", "models", "tokenizers"]
    names = [name for model in document["models"] for name in (model["id"], *model.get("aliases", ()))]
    assert len(names) == len(set(names)), "a name is listed twice"
    assert len(document["models"]) >= 30


@pytest.mark.parametrize(("name", "listed"), LISTED, ids=[name for name, _ in LISTED])
def test_listed_price_is_consistent(name: str, listed: prices.Listed) -> None:
    model = listed.model
    price = model.price
    assert model.name == name
    assert price is not None
    assert prices.covers_precision(price)
    assert 0 < price.input <= price.output
    assert price.cache_read is None or 0 < price.cache_read <= price.input
    assert price.cache_write is None or price.cache_write >= price.input
    assert price.source.startswith("https://")
    assert dt.date.fromisoformat(price.date).isoformat() == price.date
    assert 0 < model.max_output_tokens <= model.context_window
    assert model.provider
    assert listed.tokenizer == "" or listed.tokenizer in prices.token_ranges()


@pytest.mark.parametrize(
    ("name", "given_input", "given_output"),
    [
        ("claude-opus-4-5", "5", "25"),
        ("claude-opus-4-5-20251101", "5", "25"),
        ("claude-opus-4-6", "5", "25"),
        ("claude-opus-4-1", "15", "75"),
        ("claude-sonnet-4-5", "3", "15"),
        ("claude-sonnet-4-5-20250929", "3", "15"),
        ("claude-haiku-4-5", "1", "5"),
        ("claude-haiku-4-5-20251001", "1", "5"),
        ("gpt-4o-mini", "0.15", "0.60"),
        ("gpt-5", "1.25", "10"),
        ("gemini-2.5-pro", "1.25", "10"),
    ],
)
def test_known_prices(name: str, given_input: str, given_output: str) -> None:
    price = prices.catalogue()[name].price
    assert price is not None
    assert (price.input, price.output) == (Decimal(given_input), Decimal(given_output))


@pytest.mark.parametrize(
    "name", ["claude-opus-4-55", "CLAUDE-OPUS-4-5", "opus", "gpt-5-20250807", "", "claude-sonnet-4"]
)
def test_a_look_alike_is_not_in_the_catalogue(name: str) -> None:
    assert name not in prices.catalogue()


def test_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        prices.catalogue()["free"] = prices.catalogue()["gpt-5"]  # type: ignore[index]


def test_cost_of_a_call() -> None:
    price = Price(input=Decimal(3), output=Decimal(15), cache_read=Decimal("0.30"), cache_write=Decimal("3.75"))
    usage = Usage(input_tokens=1, output_tokens=2, cache_read_tokens=3, cache_write_tokens=4)
    assert prices.cost(price, usage) == Decimal("0.0000489")
    assert str(prices.cost(price, Usage(input_tokens=1_000_000))) == "3"
    assert str(prices.cost(price, Usage())) == "0"


@pytest.mark.parametrize("kind", ["cache_read", "cache_write"])
def test_cache_tokens_without_a_price_are_an_error(kind: str) -> None:
    price = Price(input=Decimal(1), output=Decimal(2))
    usage = Usage(**{f"{kind}_tokens": 1})
    with pytest.raises(OrchestraError, match=f"names no {kind}"):
        prices.cost(price, usage)


def test_a_price_with_seven_decimals_is_refused() -> None:
    price = Price(input=Decimal("0.0000001"), output=Decimal(1))
    assert not prices.covers_precision(price)
    with pytest.raises(OrchestraError, match="more than 6 decimals"):
        prices.cost(price, Usage(input_tokens=1))


@settings(max_examples=50)
@given(PRICES, USAGES, USAGES)
def test_costs_add_up(price: Price, one: Usage, other: Usage) -> None:
    both = Usage(
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cache_read_tokens=one.cache_read_tokens + other.cache_read_tokens,
        cache_write_tokens=one.cache_write_tokens + other.cache_write_tokens,
    )
    assert prices.cost(price, both) == prices.cost(price, one) + prices.cost(price, other)
    assert prices.cost(price, both) >= prices.cost(price, one) >= 0


@given(PRICES, USAGES)
def test_cost_is_exact_whatever_the_decimal_context(price: Price, usage: Usage) -> None:
    with localcontext() as context:
        context.prec = 3
        actual = prices.cost(price, usage)
    with localcontext() as context:
        context.prec = 80
        pairs = [
            (usage.input_tokens, price.input),
            (usage.output_tokens, price.output),
            (usage.cache_read_tokens, price.cache_read or Decimal(0)),
            (usage.cache_write_tokens, price.cache_write or Decimal(0)),
        ]
        assert actual * 1_000_000 == sum(tokens * figure for tokens, figure in pairs)


@given(st.integers(-(10**30), 10**30))
def test_picodollars_round_trip(amount: int) -> None:
    money = prices.from_picodollars(amount)
    assert prices.to_picodollars(money) == amount
    assert "E" not in format(money, "f")
    assert not format(money, "f").endswith("0") or money == int(money)


@pytest.mark.parametrize("amount", ["0.0000000000001", "NaN", "Infinity"])
def test_what_is_no_whole_picodollar_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=r"picodollar|no amount"):
        prices.to_picodollars(Decimal(amount))


@given(st.lists(st.integers(0, 10**18).map(prices.from_picodollars), max_size=30), st.integers(0, 6))
def test_distributed_rows_add_up_to_the_rounded_total(amounts: list[Decimal], digits: int) -> None:
    unit = Decimal(1).scaleb(-digits)
    rows = prices.distribute(amounts, digits)
    total = sum(amounts, Decimal(0))
    assert len(rows) == len(amounts)
    assert abs(sum(rows, Decimal(0)) - total) <= unit / 2
    assert all(row >= 0 and abs(row - amount) < unit for row, amount in zip(rows, amounts, strict=True))
    assert all(row == amount for row, amount in zip(rows, amounts, strict=True) if amount % unit == 0)


def test_distribute_by_the_largest_remainder() -> None:
    assert prices.distribute([Decimal("0.333")] * 3, 2) == (Decimal("0.34"), Decimal("0.33"), Decimal("0.33"))
    assert prices.distribute([Decimal("0.001"), Decimal("0.004")], 2) == (Decimal("0.00"), Decimal("0.01"))
    assert prices.distribute([], 2) == ()
    with pytest.raises(ValueError, match="zero and more"):
        prices.distribute([Decimal(-1)], 2)
