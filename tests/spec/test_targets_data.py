"""What other tools call things: dated, sourced, and about models that we know."""

from __future__ import annotations

import json
import re

from orchestra_compiler import consumers
from orchestra_compiler.platforms import platforms
from orchestra_compiler.prices import catalogue
from orchestra_spec import ROOT

DATA = json.loads((ROOT / "targets.json").read_bytes())


def test_every_list_has_a_source_and_a_date() -> None:
    for name, part in DATA.items():
        if name != "about":
            assert part["source"].startswith("https://"), name
            assert re.fullmatch(r"20\d\d-\d\d-\d\d", part["date"]), name


def test_models_that_copilot_offers_are_models_that_we_know() -> None:
    assert set(consumers.copilot_models()) <= set(catalogue())


def test_every_provider_of_a_known_model_is_known_to_the_gateways() -> None:
    providers = {model.provider for model in catalogue().values()}
    assert providers <= set(DATA["litellm"]["providers"])
    assert providers <= set(consumers.router_providers())


def test_keys_are_names_of_variables_and_no_keys() -> None:
    for part in ("litellm", "claude-code-router"):
        for provider in DATA[part]["providers"].values():
            assert re.fullmatch(r"[A-Z][A-Z0-9_]*_API_KEY", provider["key"])


def test_the_platforms_that_targets_lean_on_are_there() -> None:
    assert platforms()["copilot"].limits["prompt"] > 1000
    assert platforms()["copilot"].aliases["Bash"] == "execute"
    assert {"Read", "Bash", "Agent"} <= platforms()["claude-code"].tools
