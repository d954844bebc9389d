"""LiteLLM's configuration: groups, fallbacks that climb, prices to the last decimal, keys that are names."""

from __future__ import annotations

import dataclasses
import json
import re
from decimal import Decimal
from typing import Any

import pytest
import target_project
import yaml

from orchestra_compiler.emitters.front_matter import decimal_text
from orchestra_compiler.model import Fleet, Model, Price, SuiteThresholds, Tier, Tiers


def text(fleet: Fleet) -> str:
    (found,) = target_project.emit(fleet, "litellm").values()
    return found


def config(fleet: Fleet, **options: object) -> dict[str, Any]:
    if options:
        project = dataclasses.replace(fleet.project, target_options={"litellm": json.dumps(options)})
        fleet = dataclasses.replace(fleet, project=project)
    found = yaml.safe_load(text(fleet))
    assert isinstance(found, dict)
    return found


def tiers_of(fleet: Fleet, *tiers: tuple[str, list[tuple[str, int]]], escalation: tuple[str, ...] = ()) -> Fleet:
    """The fleet with other tiers: a name, and models with their windows."""
    made = tuple(
        Tier(
            name=name,
            models=tuple(Model(name=model, provider="acme", context_window=window) for model, window in models),
        )
        for name, models in tiers
    )
    chain = escalation or tuple(tier.name for tier in made)
    return dataclasses.replace(fleet, tiers=Tiers(tiers=made, escalation=chain, baseline="", default=""))


def test_a_group_per_tier_and_one_per_model(fleet: Fleet) -> None:
    groups = {each["model_name"]: each["litellm_params"]["model"] for each in config(fleet)["model_list"]}
    assert groups == {
        "routine": "acme/small-1",
        "implementation": "acme/middle-1",
        "strategic": "acme/large-1",
        "small-1": "acme/small-1",
        "wide-1": "other/wide-1",
        "middle-1": "acme/middle-1",
        "large-1": "acme/large-1",
    }


def test_a_failing_tier_falls_to_its_other_models_and_then_upwards(fleet: Fleet) -> None:
    router = config(fleet)["router_settings"]
    assert router["fallbacks"] == [
        {"routine": ["wide-1", "implementation", "strategic"]},
        {"implementation": ["strategic"]},
    ]
    assert router["max_fallbacks"] == 3


def test_too_much_text_goes_to_larger_windows_only(fleet: Fleet) -> None:
    found = {
        group: names
        for each in config(fleet)["router_settings"]["context_window_fallbacks"]
        for group, names in each.items()
    }
    windows = {each["model_name"]: each["model_info"]["max_input_tokens"] for each in config(fleet)["model_list"]}
    assert found["routine"] == ["implementation", "strategic", "wide-1"]
    assert found["middle-1"] == ["wide-1"]
    assert "wide-1" not in found
    assert all(windows[name] > windows[group] for group, names in found.items() for name in names)


def test_a_tier_outside_the_chain_climbs_nowhere(fleet: Fleet) -> None:
    other = tiers_of(fleet, ("a", [("m", 10), ("n", 0)]), ("b", [("o", 5)]), escalation=("b",))
    router = config(other)["router_settings"]
    assert router["fallbacks"] == [{"a": ["n"]}]
    assert router["context_window_fallbacks"] == [{"b": ["a"]}, {"o": ["m"]}]


def test_a_model_called_like_a_tier_is_one_group(fleet: Fleet) -> None:
    other = tiers_of(fleet, ("a", [("a", 10), ("b", 20)]), ("b", [("c", 30)]))
    assert [each["model_name"] for each in config(other)["model_list"]] == ["a", "b", "c"]
    assert config(other)["router_settings"]["fallbacks"] == [{"a": ["b"]}]


@pytest.mark.parametrize(
    ("amount", "written"),
    [("3", "3.0"), ("0.000003", "0.000003"), ("1E-7", "0.0000001"), ("0", "0.0"), ("2.50", "2.5"), ("1E+3", "1000.0")],
)
def test_amounts_are_plain_decimals(amount: str, written: str) -> None:
    assert decimal_text(Decimal(amount)) == written
    assert yaml.safe_load(written) == float(amount)


def test_prices_are_exact(fleet: Fleet) -> None:
    price = Price(input=Decimal("0.123457"), output=Decimal("1234.5"), cache_read=Decimal(0))
    model = Model(name="m", provider="acme", price=price)
    tiers = Tiers(tiers=(Tier(name="a", models=(model,)),), escalation=("a",), baseline="a", default="a")
    found = re.findall(r"(\w+_cost\w*): (\S+)", text(dataclasses.replace(fleet, tiers=tiers)))
    assert dict(found) == {
        "input_cost_per_token": "0.000000123457",
        "output_cost_per_token": "0.0012345",
        "cache_read_input_token_cost": "0.0",
    }


def test_budgets_come_from_the_gates_or_the_options(fleet: Fleet) -> None:
    assert config(fleet)["litellm_settings"] == {"max_budget": 2.5, "budget_duration": "1d"}
    assert config(fleet)["router_settings"]["provider_budget_config"] == {
        "acme": {"budget_limit": 20.0, "time_period": "1d"},
        "other": {"budget_limit": 5.5, "time_period": "1d"},
    }
    other = config(fleet, max_budget=0, budget_duration="30d")
    assert other["litellm_settings"] == {"max_budget": 0.0, "budget_duration": "30d"}
    assert "provider_budget_config" not in other["router_settings"]
    free = dataclasses.replace(fleet, gates=dataclasses.replace(fleet.gates, suite=SuiteThresholds()))
    assert "litellm_settings" not in config(free)


def test_retries_come_from_the_gates_or_the_options(fleet: Fleet) -> None:
    router = config(fleet)["router_settings"]
    assert (router["num_retries"], router["allowed_fails"], router["cooldown_time"]) == (2, 3, 30)
    other = config(fleet, num_retries=0, allowed_fails=9, cooldown_time=5)["router_settings"]
    assert (other["num_retries"], other["allowed_fails"], other["cooldown_time"]) == (0, 9, 5)


def test_keys_are_names_of_variables(fleet: Fleet) -> None:
    keys = re.findall(r"(?:api_key|master_key): (.*)", text(fleet))
    assert set(keys) == {"os.environ/ACME_API_KEY", "os.environ/OTHER_API_KEY", "os.environ/LITELLM_MASTER_KEY"}


@pytest.mark.parametrize(
    ("provider", "model", "key"),
    [
        ("google", "gemini/m", "GEMINI_API_KEY"),
        ("anthropic", "anthropic/m", "ANTHROPIC_API_KEY"),
        ("my host: x", "my host: x/m", "MY_HOST_X_API_KEY"),
        ("", "m", "API_KEY"),
        ("日本", "日本/m", "API_KEY"),
    ],
)
def test_providers_have_litellms_names(fleet: Fleet, provider: str, model: str, key: str) -> None:
    tier = Tier(name="a", models=(Model(name="m", provider=provider),))
    other = dataclasses.replace(fleet, tiers=Tiers(tiers=(tier,), escalation=("a",), baseline="a", default="a"))
    assert config(other)["model_list"][0]["litellm_params"] == {"model": model, "api_key": f"os.environ/{key}"}
