from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from orchestra_compiler import rules
from orchestra_compiler.diagnostic import Severity, Span
from orchestra_compiler.model import Model, Price, Tier, Tiers
from orchestra_compiler.prices import catalogue, listed

HAIKU, SONNET, OPUS = (catalogue()[f"claude-{name}-4-5"] for name in ("haiku", "sonnet", "opus"))


def tiers_of(*tiers: Tier) -> Tiers:
    names = tuple(tier.name for tier in tiers)
    return Tiers(tiers=tiers, escalation=names, baseline=names[-1], default=names[0], span=Span("tiers.yaml"))


USUAL = tiers_of(
    Tier(name="routine", models=(HAIKU,), aliases=("haiku",)),
    Tier(name="strategic", models=(OPUS, SONNET), aliases=("opus",)),
)


BESIDE = {"tier": Span("agents/a.yaml", 3, 7, 3, 14)}


@pytest.mark.parametrize(
    ("model", "says", "hint"),
    [
        ("opus", "which is of the tier `strategic`", "write `tier: strategic`, or remove the `model`"),
        (
            "claude-opus-4-5-20251101",
            "which is of the tier `strategic`",
            "write `tier: strategic`, or remove the `model`",
        ),
        ("gpt-5", "which no tier lists", "remove the `model`, or add it to the tier"),
    ],
)
def test_a_model_of_another_tier(fleet, agent, found, model, says, hint) -> None:
    (finding,) = found("ORC310", fleet(agents=(agent("a", model=model, places=BESIDE),), tiers=USUAL))
    assert finding.message == f"`a` is on the tier `routine` and names the model `{model}`, {says}"
    assert finding.hint == hint


@pytest.mark.parametrize(
    ("tier", "model"),
    [
        ("routine", "haiku"),
        ("routine", "claude-haiku-4-5-20251001"),
        ("strategic", "claude-sonnet-4-5"),
        ("strategic", "Claude Sonnet 4.5 (copilot)"),
        ("strategic", "anthropic/claude-sonnet-4.5"),
        ("strategic", "claude-opus-4-0"),  # which is given up: another rule says so
        ("strategic", "inherit"),
        ("nowhere", "opus"),
        (None, "opus"),
        ("routine", None),
    ],
)
def test_a_model_of_its_own_tier(fleet, agent, found, tier, model) -> None:
    assert found("ORC310", fleet(agents=(agent("a", tier=tier, model=model, places=BESIDE),), tiers=USUAL)) == []


def test_a_tier_that_was_taken_from_the_model(fleet, agent, found) -> None:
    assert found("ORC310", fleet(agents=(agent("a", model="opus"),), tiers=USUAL)) == []


def test_what_stands_twice_in_the_tiers(fleet, found) -> None:
    tiers = tiers_of(
        Tier(name="routine", models=(HAIKU, HAIKU), aliases=("haiku", "small")),
        Tier(name="middle", models=(HAIKU, SONNET), aliases=("small",)),
        Tier(name="strategic", models=(OPUS, HAIKU)),
    )
    assert [each.message.split(":")[0] for each in found("ORC311", fleet(tiers=tiers))] == [
        "the alias `small` is of the tier `routine` already, which every agent with it gets",
        "the tier `routine` lists `claude-haiku-4-5` twice",
        "the tiers `routine` and `middle` prefer the same model `claude-haiku-4-5`",
    ]
    assert found("ORC311", fleet(tiers=USUAL)) == []


@pytest.mark.parametrize(
    ("model", "successor"),
    [
        ("claude-3-5-sonnet-20241022", "claude-sonnet-4-6"),
        ("claude-opus-4-0", "claude-opus-4-8"),
        ("anthropic/claude-3-haiku-20240307", "anthropic/claude-haiku-4-5"),
    ],
)
def test_models_that_their_vendor_gives_up(fleet, agent, found, model, successor) -> None:
    tiers = tiers_of(Tier(name="routine", models=(dataclasses.replace(HAIKU, name=model),)))
    project = fleet(agents=(agent("a", model=model),), tiers=tiers)
    findings = found("ORC312", project)
    assert [each.hint for each in findings] == [f"use `{successor}`"] * 2
    assert all("(list of 2026-07-06)" in each.message for each in findings)


def test_models_that_are_kept(fleet, agent, found) -> None:
    other = dataclasses.replace(HAIKU, name="claude-opus-4-0", provider="bedrock")
    agents = (agent("a", model="opus"), agent("b", model="claude-opus-4-5"))
    assert found("ORC312", fleet(agents=agents, tiers=tiers_of(Tier(name="routine", models=(other, SONNET))))) == []


def priced(model: Model = SONNET, **fields: object) -> Tiers:
    assert model.price is not None
    price = dataclasses.replace(model.price, **fields)  # type: ignore[arg-type]
    return tiers_of(Tier(name="routine", models=(dataclasses.replace(model, price=price),)))


def test_prices_that_differ_from_the_listed_ones(fleet, found) -> None:
    tiers = priced(input=Decimal("3.5"), output=Decimal("1.5"), cache_read=None, date="2026-01-01")
    findings = found("ORC313", fleet(tiers=tiers))
    assert [each.message.split(";")[0] for each in findings] == [
        "`claude-sonnet-4-5` costs 1.5 USD for output here (2026-01-01)",
        "`claude-sonnet-4-5` costs 3.5 USD for input here (2026-01-01)",
    ]
    assert [each.severity for each in findings] == [Severity.WARNING] * 2
    assert SONNET.price is not None
    assert f"{SONNET.price.date}, {SONNET.price.source}" in findings[0].message


def test_prices_of_a_later_day_may_be_right(fleet, found) -> None:
    (finding,) = found("ORC313", fleet(tiers=priced(input=Decimal(4), date="2999-01-01")))
    assert finding.severity is Severity.INFO


def test_how_far_a_price_may_lie_is_an_option(fleet) -> None:
    project = fleet(tiers=priced(input=Decimal("3.15")))
    assert [each.code for each in rules.check(project, {}, {"ORC313": {"percent": 4.9}})] == ["ORC313"]
    assert [each.code for each in rules.check(project, {}, {"ORC313": {"percent": 5}})] == []


@pytest.mark.parametrize(
    "tiers",
    [
        priced(date="2020-01-01", source="notes"),
        priced(dataclasses.replace(SONNET, name="our-own"), input=Decimal(9)),
        priced(dataclasses.replace(SONNET, provider="reseller"), input=Decimal(9)),
    ],
)
def test_prices_that_nobody_can_doubt(fleet, found, tiers) -> None:
    assert found("ORC313", fleet(tiers=tiers)) == []


def test_the_shipped_catalogue_has_no_price_that_differs_from_itself() -> None:
    assert all(isinstance(each.model.price, Price) for each in listed().values())
