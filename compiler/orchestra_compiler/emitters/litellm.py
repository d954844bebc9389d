"""The configuration of a LiteLLM proxy: `litellm/config.yaml`.

A tier is a model group of its name with its first model behind it; each model is a group of its own name too. When a
tier's model fails, the tier's other models answer in their order, then the tiers above it along the escalation chain; a
request that does not fit goes to larger windows only. Prices are ours, exact to the last decimal, so that what the proxy
adds up is what the reports say. Keys are names of environment variables, never keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from orchestra_compiler.built import Built, Output
from orchestra_compiler.consumers import litellm_provider
from orchestra_compiler.emitters import front_matter
from orchestra_compiler.emitters.agents import inputs
from orchestra_compiler.emitters.settings import Settings, settings
from orchestra_compiler.model import Fleet, Model, Price, Tier, Tiers

_HEAD = "# Written by orchestra-compile; a change belongs into the project's tiers and gates, or into the target's options.\n"
_MILLION = Decimal(1_000_000)


def emit(built: Built) -> Iterator[Output]:
    """Yield the one file."""
    fleet = built.fleet
    options = settings(fleet, "litellm")
    config: dict[str, Any] = {
        "model_list": [*_deployments(fleet.tiers)],
        "router_settings": _router(fleet, options),
        "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY"},
    }
    budget = options.amount("max_budget")
    budget = fleet.gates.suite.budget_usd if budget is None else budget
    if budget is not None:
        config["litellm_settings"] = {"max_budget": budget, "budget_duration": options.text("budget_duration")}
    sources = sorted({*inputs(fleet), fleet.gates.span.path} - {""})
    yield Output("litellm/config.yaml", (_HEAD + front_matter.dump(config)).encode(), tuple(sources))


def _groups(tiers: Tiers) -> dict[str, Model]:
    """Return the model behind every group: the tiers', then the models' own where no tier has the name."""
    groups = {tier.name: tier.models[0] for tier in tiers.tiers if tier.models}
    for tier in tiers.tiers:
        for model in tier.models:
            groups.setdefault(model.name, model)
    return groups


def _deployments(tiers: Tiers) -> Iterator[dict[str, Any]]:
    for group, model in _groups(tiers).items():
        provider = litellm_provider(model.provider)
        name = f"{provider.name}/{model.name}" if provider.name else model.name
        yield {
            "model_name": group,
            "litellm_params": {"model": name, "api_key": f"os.environ/{provider.key}"},
            "model_info": _info(model),
        }


def _info(model: Model) -> dict[str, Any]:
    limits = {"max_input_tokens": model.context_window, "max_output_tokens": model.max_output_tokens}
    return {**{key: limit for key, limit in limits.items() if limit}, **(_costs(model.price) if model.price else {})}


def _costs(price: Price) -> dict[str, Decimal]:
    """Return the prices per token, in US dollars."""
    figures = {
        "input_cost_per_token": price.input,
        "output_cost_per_token": price.output,
        "cache_read_input_token_cost": price.cache_read,
        "cache_creation_input_token_cost": price.cache_write,
    }
    return {key: figure / _MILLION for key, figure in figures.items() if figure is not None}


def _router(fleet: Fleet, options: Settings) -> dict[str, Any]:
    retries = options.whole("num_retries")
    attempts = max(fleet.gates.escalation.self_attempts - 1, 0)
    router: dict[str, Any] = {
        "num_retries": attempts if retries is None else retries,
        "allowed_fails": options.whole("allowed_fails"),
        "cooldown_time": options.whole("cooldown_time"),
        "enable_pre_call_checks": True,
    }
    fallbacks = [{tier.name: names} for tier in fleet.tiers.tiers if (names := [*_fallbacks(tier, fleet.tiers)])]
    wider = [{group: names} for group in _groups(fleet.tiers) if (names := [*_wider(group, fleet.tiers)])]
    if fallbacks:
        router["fallbacks"] = fallbacks
        router["max_fallbacks"] = max(len(names) for each in fallbacks for names in each.values())
    if wider:
        router["context_window_fallbacks"] = wider
    budgets = options.amounts("provider_budgets")
    if budgets:
        duration = options.text("budget_duration")
        router["provider_budget_config"] = {
            litellm_provider(name).name: {"budget_limit": budgets[name], "time_period": duration}
            for name in sorted(budgets)
        }
    return router


def _fallbacks(tier: Tier, tiers: Tiers) -> Iterator[str]:
    """Yield who answers when a tier's first model fails: its other models, then the tiers above along the chain."""
    groups = _groups(tiers)
    seen = {tier.name, tier.models[0].name if tier.models else ""}
    for name in [*(model.name for model in tier.models[1:]), *_above(tier.name, tiers)]:
        if name in groups and name not in seen:
            seen.add(name)
            yield name


def _above(name: str, tiers: Tiers) -> tuple[str, ...]:
    chain = tiers.escalation
    return chain[chain.index(name) + 1 :] if name in chain else ()


def _wider(group: str, tiers: Tiers) -> Iterator[str]:
    """Yield the groups with a larger window, smallest first; a model that no tier has by itself falls back to models."""
    groups = _groups(tiers)
    window = groups[group].context_window
    if not window:
        return
    named = {tier.name for tier in tiers.tiers}
    kind = [name for name in groups if (name in named) == (group in named)]
    own = tiers.get(group)
    others = [model.name for model in own.models[1:]] if own else []
    candidates = dict.fromkeys([*(name for name in others if name in groups), *kind])
    yield from sorted(
        (name for name in candidates if groups[name].context_window > window),
        key=lambda name: groups[name].context_window,
    )
