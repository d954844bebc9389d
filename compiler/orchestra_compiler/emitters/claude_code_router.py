"""The configuration of claude-code-router: `claude-code-router/config.json`.

The router looks at a request of Claude Code and picks a model: `background` is the weakest tier of the escalation chain,
`think` the strongest, `default` the tier of an agent that names none. `longContext` is the model with the largest window,
where that is larger than the default's. The router counts with a vocabulary of its own, so the threshold leaves room for
the reply and for the most tokens that the model's own vocabulary may make of the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from orchestra_compiler.built import Built, Output
from orchestra_compiler.consumers import Provider, key_name, router_providers
from orchestra_compiler.emitters.agents import inputs
from orchestra_compiler.emitters.settings import Settings, settings
from orchestra_compiler.model import Fleet, Model, Tier
from orchestra_compiler.prices import listed, token_ranges

_TIMEOUT_MS = 600_000


def emit(built: Built) -> Iterator[Output]:
    """Yield the one file."""
    fleet = built.fleet
    options = settings(fleet, "claude-code-router")
    default, weakest, strongest = _tier(fleet, options.text("default") or fleet.tiers.default), *_ends(fleet)
    tiers = {"default": default, "background": weakest, "think": strongest}
    config: dict[str, Any] = {
        "API_TIMEOUT_MS": _TIMEOUT_MS,
        "LOG": False,
        "NON_INTERACTIVE_MODE": False,
        "Providers": [*_providers(fleet, options)],
        "Router": _routes(fleet, tiers, options),
    }
    fallback = {name: routes for name, tier in tiers.items() if (routes := [*_fallback(fleet, tier)])}
    if fallback:
        config["fallback"] = fallback
    text = json.dumps(config, ensure_ascii=False, indent=2)
    yield Output("claude-code-router/config.json", text.encode() + b"\n", inputs(fleet))


def _models(fleet: Fleet) -> list[Model]:
    return [model for tier in fleet.tiers.tiers for model in tier.models]


def _providers(fleet: Fleet, options: Settings) -> Iterator[dict[str, Any]]:
    known, urls = router_providers(), options.texts("base_urls")
    models: dict[str, list[str]] = {}
    for model in _models(fleet):
        models.setdefault(model.provider, []).append(model.name)
    for name in sorted(models):
        provider = known.get(name, Provider(name=name, key=key_name(name)))
        yield {
            "name": _word(name),
            "api_base_url": urls.get(name, provider.url),
            "api_key": f"${provider.key}",
            "models": [*dict.fromkeys(models[name])],
            **({"transformer": {"use": list(provider.transformers)}} if provider.transformers else {}),
        }


def _route(model: Model) -> str:
    return f"{_word(model.provider)},{model.name}"


def _word(provider: str) -> str:
    """Return a provider's name as routes can hold it: the router splits them at the comma, and compares in lower case."""
    return provider.replace(",", "-").lower()


def _routes(fleet: Fleet, tiers: dict[str, Tier | None], options: Settings) -> dict[str, str | int]:
    routes: dict[str, str | int] = {name: _route(tier.models[0]) for name, tier in tiers.items() if tier}
    default = tiers["default"]
    widest = max(_models(fleet), key=lambda model: model.context_window, default=None)
    if default and widest and widest.context_window > default.models[0].context_window > 0:
        written = options.whole("long_context_threshold")
        routes["longContext"] = _route(widest)
        routes["longContextThreshold"] = _threshold(default.models[0]) if written is None else written
    searcher = _tier(fleet, options.text("web_search"))
    if searcher:
        routes["webSearch"] = _route(searcher.models[0])
    return routes


def _threshold(model: Model) -> int:
    """Return the count of the router's vocabulary from which a request may no longer fit beside the longest reply."""
    known = listed().get(model.name)
    spread = token_ranges().get(known.tokenizer) if known else None
    room = model.context_window - model.max_output_tokens
    room = room if room > 0 else model.context_window // 2
    return int(room / (spread.high if spread else Decimal(1)))


def _ends(fleet: Fleet) -> tuple[Tier | None, Tier | None]:
    """Return the weakest and the strongest tier of the escalation chain, or of all tiers where there is no chain."""
    names = fleet.tiers.escalation or fleet.tiers.names()
    return (_tier(fleet, names[0]), _tier(fleet, names[-1])) if names else (None, None)


def _tier(fleet: Fleet, name: str) -> Tier | None:
    tier = fleet.tiers.get(name)
    return tier if tier and tier.preferred else None


def _fallback(fleet: Fleet, tier: Tier | None) -> Iterator[str]:
    """Yield who answers when a tier's first model fails: its other models, then the tiers above it."""
    if tier is None:
        return
    chain = fleet.tiers.escalation
    above = chain[chain.index(tier.name) + 1 :] if tier.name in chain else ()
    tiers = [each for name in above if (each := _tier(fleet, name))]
    models = [*tier.models[1:], *(each.models[0] for each in tiers)]
    first = _route(tier.models[0])
    yield from dict.fromkeys(route for model in models if (route := _route(model)) != first)
