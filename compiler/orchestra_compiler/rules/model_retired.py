"""ORC312: a model that its vendor gives up: calls to it fail from the day on."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Safety, Severity, Span
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.platforms import retirements
from orchestra_compiler.rules.context import Context
from orchestra_compiler.source.mends import rename

RULE = Rule("ORC312", "model-retired", Family.TIER, Severity.WARNING, "The vendor gives a model up", fix=Safety.UNSAFE)

_PREFIXES = ("anthropic/", "claude/")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the models of tiers and agents that the dated list of retirements names."""
    for tier in fleet.tiers.tiers:
        for model in tier.models:
            if model.provider in ("", "anthropic"):
                yield from _retired(model.name, f"the tier `{tier.name}`", place_of(model.span, model.places, "model"))
    for agent in fleet.agents:
        if agent.model and "-" in agent.model:
            yield from _retired(agent.model, f"`{agent.name}`", place_of(agent.span, agent.places, "model"))


def _retired(model: str, who: str, place: Span) -> Iterator[Diagnostic]:
    plain = model
    for prefix in _PREFIXES:
        plain = plain.removeprefix(prefix)
    known = retirements().get(plain)
    if known is not None:
        successor = model[: len(model) - len(plain)] + known.successor
        yield RULE.at(
            place,
            f"{who} runs on `{model}`, which its vendor gives up on {known.day} (list of {known.listed})",
            f"use `{successor}`",
            fix=rename(model, successor, place),
        )
