"""ORC310: an agent that names a tier and a model of another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet, Tier
from orchestra_compiler.patterns import pattern
from orchestra_compiler.platforms import retirements
from orchestra_compiler.prices import listed
from orchestra_compiler.rules.context import Context

RULE = Rule("ORC310", "model-outside-tier", Family.TIER, Severity.WARNING, "An agent's model is none of its tier's")

_NO_MODEL = frozenset({"inherit", "default"})
_VENDOR = pattern(r"\s*\([^()]*\)\s*\Z")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield agents whose `model` is neither a model nor an alias of the `tier` that stands beside it."""
    words: dict[str, frozenset[str]] = {}
    for agent in fleet.agents:
        if not agent.model or agent.model in _NO_MODEL or "tier" not in agent.places:
            continue
        words = words or {tier.name: _words(tier) for tier in fleet.tiers.tiers}
        if agent.tier not in words or _shape(agent.model) in words[agent.tier]:
            continue
        owner = _owner(agent.model, words)
        if owner is None and agent.model in retirements():
            continue  # that it is given up is told, and is why no tier lists it
        yield RULE.at(
            place_of(agent.span, agent.places, "model"),
            f"`{agent.name}` is on the tier `{agent.tier}` and names the model `{agent.model}`, "
            + (f"which is of the tier `{owner}`" if owner else "which no tier lists"),
            f"write `tier: {owner}`, or remove the `model`" if owner else "remove the `model`, or add it to the tier",
        )


def _words(tier: Tier) -> frozenset[str]:
    """Return what a `model:` may say to mean a tier: its aliases, its models and their other ids."""
    models = {model.name for model in tier.models}
    others = {alias for name in models if name in listed() for alias in listed()[name].aliases}
    dated = {name for name, each in listed().items() if models.intersection(each.aliases)}
    return frozenset(map(_shape, (*tier.aliases, *models, *others, *dated)))


def _shape(word: str) -> str:
    """Return a model's name without what other tools put around it: `anthropic/claude-x-4.5`, `Claude X 4.5 (copilot)`."""
    bare = _VENDOR.sub("", word).rpartition("/")[2]
    return re.sub(r"[^a-z0-9]+", "-", bare.casefold()).strip("-")


def _owner(word: str, words: Mapping[str, frozenset[str]]) -> str | None:
    return next((tier for tier, known in words.items() if _shape(word) in known), None)
