"""What other tools call things, as dated data: their models, providers and keys; what their tools are called stands in `platforms`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from orchestra_spec import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How a tool reaches a provider of models.

    Attributes:
        name: What the tool calls it.
        key: The environment variable that holds its API key.
        url: Where its API is; empty where the tool knows that itself, or nobody told.
        transformers: What claude-code-router puts between Claude Code's requests and this API.
    """

    name: str
    key: str
    url: str = ""
    transformers: tuple[str, ...] = ()


def claude_code_pins() -> Mapping[str, str]:
    """Return Claude Code's own model words, each with the environment variable that says which model it means."""
    pins: dict[str, str] = _document()["claude-code"]["pins"]
    return pins


def copilot_models() -> Mapping[str, str]:
    """Return Copilot's name of each model that it offers, by our id."""
    models: dict[str, str] = _document()["copilot"]["models"]
    return models


def litellm_provider(provider: str) -> Provider:
    """Return how LiteLLM reaches a provider; one we do not know keeps its name, and its key's name follows from it."""
    known = _document()["litellm"]["providers"].get(provider)
    if known:
        return Provider(name=known["prefix"], key=known["key"])
    return Provider(name=provider, key=key_name(provider))


def router_providers() -> Mapping[str, Provider]:
    """Return the providers whose addresses are known for claude-code-router, by our name."""
    return {
        name: Provider(name=name, key=data["key"], url=data["url"], transformers=tuple(data["transformers"]))
        for name, data in _document()["claude-code-router"]["providers"].items()
    }


def key_name(provider: str) -> str:
    """Return the usual name of the environment variable with a provider's API key: `my-host` gives `MY_HOST_API_KEY`."""
    word = re.sub(r"[^A-Z0-9]+", "_", provider.upper()).strip("_")
    return f"{word}_API_KEY" if word else "API_KEY"


@cache
def _document() -> Any:
    return json.loads((ROOT / "targets.json").read_bytes())
