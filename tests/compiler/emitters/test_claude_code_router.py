"""claude-code-router's configuration: routes by tier, a threshold that the window can hold, keys that are names."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
import target_project

from orchestra_compiler.model import Fleet, Model, Tier, Tiers


def config(fleet: Fleet, **options: object) -> dict[str, Any]:
    if options:
        project = dataclasses.replace(fleet.project, target_options={"claude-code-router": json.dumps(options)})
        fleet = dataclasses.replace(fleet, project=project)
    (text,) = target_project.emit(fleet, "claude-code-router").values()
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def tiers_of(fleet: Fleet, *models: Model) -> Fleet:
    tiers = tuple(Tier(name=f"t{number}", models=(model,)) for number, model in enumerate(models))
    chain = tuple(tier.name for tier in tiers)
    return dataclasses.replace(fleet, tiers=Tiers(tiers=tiers, escalation=chain, baseline="t0", default="t0"))


def test_each_route_leads_to_a_model_of_a_provider(fleet: Fleet) -> None:
    found = config(fleet)
    known = {f"{provider['name']},{model}" for provider in found["Providers"] for model in provider["models"]}
    routes = [route for name, route in found["Router"].items() if name != "longContextThreshold"]
    assert set(routes) | {route for names in found["fallback"].values() for route in names} <= known


def test_routes_follow_the_tiers(fleet: Fleet) -> None:
    assert config(fleet)["Router"] == {
        "default": "acme,small-1",
        "background": "acme,small-1",
        "think": "acme,large-1",
        "longContext": "other,wide-1",
        "longContextThreshold": 90_000,
        "webSearch": "acme,large-1",
    }
    assert config(fleet)["fallback"]["default"] == ["other,wide-1", "acme,middle-1", "acme,large-1"]
    other = config(fleet, default="implementation", long_context_threshold=1234)["Router"]
    assert (other["default"], other["longContextThreshold"]) == ("acme,middle-1", 1234)
    assert "webSearch" not in other


def test_the_threshold_leaves_room_for_another_vocabulary(fleet: Fleet) -> None:
    models = (
        Model(name="claude-haiku-4-5", provider="anthropic", context_window=200_000, max_output_tokens=50_000),
        Model(name="big", provider="openai", context_window=1_000_000, max_output_tokens=10),
    )
    assert config(tiers_of(fleet, *models))["Router"]["longContextThreshold"] == 100_000  # 150,000 / 1.5


@pytest.mark.parametrize(("window", "most", "threshold"), [(100, 100, 50), (100, 200, 50), (100, 40, 60)])
def test_a_reply_as_long_as_the_window_leaves_half(fleet: Fleet, window: int, most: int, threshold: int) -> None:
    small = Model(name="s", provider="openai", context_window=window, max_output_tokens=most)
    big = Model(name="b", provider="openai", context_window=1000)
    assert config(tiers_of(fleet, small, big))["Router"]["longContextThreshold"] == threshold


def test_no_wider_window_no_long_context(fleet: Fleet) -> None:
    for window in (0, 100):
        models = [Model(name=name, provider="openai", context_window=window) for name in "ab"]
        assert config(tiers_of(fleet, *models))["Router"].keys() == {"default", "background", "think"}


def test_keys_are_names_of_variables(fleet: Fleet) -> None:
    keys = {provider["name"]: provider["api_key"] for provider in config(fleet)["Providers"]}
    assert keys == {"acme": "$ACME_API_KEY", "other": "$OTHER_API_KEY"}


def test_known_providers_need_no_address(fleet: Fleet) -> None:
    known = tiers_of(fleet, *(Model(name="m", provider=name) for name in ("anthropic", "openai", "google", "deepseek")))
    known = dataclasses.replace(known, project=dataclasses.replace(fleet.project, target_options={}))
    providers = config(known)["Providers"]
    assert all(provider["api_base_url"].startswith("https://") for provider in providers)
    assert [provider["transformer"]["use"] for provider in providers] == [
        ["Anthropic"], ["deepseek"], ["gemini"], ["maxcompletiontokens"],
    ]  # fmt: skip


def test_a_provider_with_a_comma_makes_no_second_word_of_a_route(fleet: Fleet) -> None:
    found = config(tiers_of(fleet, Model(name="m", provider="My,Host")))
    assert found["Router"]["default"] == "my-host,m"
    assert found["Providers"][0]["name"] == "my-host"
