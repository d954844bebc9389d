"""What a model costs and holds, and which tier an agent's `model:` word means.

A price is the project's own or that of the dated catalogue, under the model's exact name. There is no third way: an
unknown model is an error, because a bill that counts it as free or as its look-alike is worse than none.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.findings import LIMITS_UNKNOWN, MODEL_WITHOUT_TIER, PRICE_TOO_FINE, UNKNOWN_PRICE, place_of
from orchestra_compiler.model import Agent, Fleet, Model, Tiers
from orchestra_compiler.patterns import pattern
from orchestra_compiler.prices import PRICE_DECIMALS, catalogue, too_fine
from orchestra_compiler.suggestions import Names

_NO_MODEL = frozenset({"inherit", "default"})
"""Words that leave the choice of the model to whoever calls the agent."""
_VENDOR = pattern(r"\s*\([^()]*\)\s*\Z")


def resolve(fleet: Fleet, found: list[Diagnostic]) -> Fleet:
    """Return the fleet with its models' limits and prices and its agents' tiers; findings go to `found`."""
    listed = catalogue()
    names = Names(sorted(listed))
    tiers = tuple(
        dataclasses.replace(tier, models=tuple(_model(model, listed, names, found) for model in tier.models))
        for tier in fleet.tiers.tiers
    )
    words = _tier_by_word(fleet.tiers)
    shapes = {_shape(word): tier for word, tier in reversed([*words.items()])}
    known_words = Names(sorted(words))
    return dataclasses.replace(
        fleet,
        tiers=dataclasses.replace(fleet.tiers, tiers=tiers),
        agents=tuple(_agent(agent, words, shapes, known_words, found) for agent in fleet.agents),
    )


def _model(model: Model, priced: Mapping[str, Model], names: Names, found: list[Diagnostic]) -> Model:
    listed = priced.get(model.name)
    filled = model
    if listed is not None:
        filled = dataclasses.replace(
            model,
            provider=model.provider or listed.provider,
            context_window=model.context_window or listed.context_window,
            max_output_tokens=model.max_output_tokens or listed.max_output_tokens,
            price=model.price or listed.price,
        )
    found.extend(_faults(filled, names))
    return filled


def _faults(model: Model, names: Names) -> Iterator[Diagnostic]:
    place = place_of(model.span, model.places, "model")
    if model.price is None:
        hint = names.hint(model.name, "give the model a `price` with its `source` and `date` in the tiers document")
        yield UNKNOWN_PRICE.at(place, f"no price is known for the model `{model.name}`", hint)
        return
    fine = too_fine(model.price)
    if fine:
        price = place_of(model.span, model.places, f"price.{fine[0]}", "price", "model")
        yield PRICE_TOO_FINE.at(
            price, f"the price of `{model.name}` has more than {PRICE_DECIMALS} decimals", "round it to six decimals"
        )
    if not (model.context_window and model.max_output_tokens):
        message = f"no limits are known for the model `{model.name}`, so no budget can be kept for its replies"
        yield LIMITS_UNKNOWN.at(place, message, "give it `context_window` and `max_output_tokens`")


def _tier_by_word(tiers: Tiers) -> Mapping[str, str]:
    """Return what each `model:` word means: aliases first, then exact ids; the weakest tier wins."""
    words: dict[str, str] = {}
    for tier in tiers.tiers:
        for alias in tier.aliases:
            words.setdefault(alias, tier.name)
    for tier in tiers.tiers:
        for model in tier.models:
            words.setdefault(model.name, tier.name)
    return words


def _shape(word: str) -> str:
    """Return a model's name without what other tools put around it: `anthropic/claude-x-4.5`, `Claude X 4.5 (copilot)`."""
    bare = _VENDOR.sub("", word).rpartition("/")[2]
    return re.sub(r"[^a-z0-9]+", "-", bare.casefold()).strip("-")


def _agent(
    agent: Agent, words: Mapping[str, str], shapes: Mapping[str, str], known: Names, found: list[Diagnostic]
) -> Agent:
    word = agent.model
    if agent.tier is not None or not word or word in _NO_MODEL:
        return agent
    tier = words.get(word) or shapes.get(_shape(word))
    if tier is not None:
        return dataclasses.replace(agent, tier=tier)
    hint = known.hint(word, "list the model in a tier, add the word to a tier's `aliases`, or give the agent a `tier`")
    found.append(
        MODEL_WITHOUT_TIER.at(
            place_of(agent.span, agent.places, "model"),
            f"`{agent.name}` asks for the model `{word}`, which no tier lists",
            hint,
        )
    )
    return agent
