"""Tiers guessed from the `model:` words of a fleet's agents.

The word alone decides: an exact id of the price list, another spelling of one, or a family's name. What none of these
explains stays unknown: it gets into no tier, and no price is made up for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from orchestra_compiler.frontends.loader import default_tiers
from orchestra_compiler.model import Agent, Tier
from orchestra_compiler.prices import catalogue
from orchestra_compiler.wording import counted

INHERITS = frozenset({"inherit", "default"})
"""Words that leave the model to whoever calls the agent."""

_BEFORE_NAME = re.compile(r"\A(?:.*/|(?:[a-z]+\.)?anthropic\.)")
_AFTER_NAME = re.compile(r"\s*[(\[].*\Z|-v\d+(?::\d+)?\Z|:[a-z0-9]+\Z")
_SPLIT = re.compile(r"[^a-z0-9]+")


class Meaning(NamedTuple):
    """What a word is taken for.

    Attributes:
        model: The id in the price list that the word means; None where it names a family only.
        why: The reason, in a few words.
    """

    tier: str
    model: str | None
    why: str


class Named(NamedTuple):
    """A word or a model in a tier, and why it stands there."""

    name: str
    why: str


class Unknown(NamedTuple):
    """A word that nothing explains, and the files of its agents."""

    word: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedTier:
    """One tier: the shipped one's name and description, with the words and models of these agents.

    Attributes:
        agents: How many agents are of this tier by their word.
    """

    name: str
    description: str
    aliases: tuple[Named, ...]
    models: tuple[Named, ...]
    agents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedTiers:
    """What was guessed.

    Attributes:
        tiers: Weakest first, from the weakest that any agent is of: nothing would ever climb to one below it.
        default: The tier of agents that name no model, and why.
        baseline: The tier that costs are held against.
        unknown: Words that are in no tier, sorted.
    """

    tiers: tuple[GuessedTier, ...]
    default: Named
    baseline: str
    unknown: tuple[Unknown, ...] = ()


def guess(agents: Iterable[Agent]) -> GuessedTiers:
    """Return tiers in which every word that can be explained has its place."""
    files: dict[str, list[str]] = {}
    silent = 0
    for agent in agents:
        if agent.tier is not None:
            continue
        if agent.model and agent.model not in INHERITS:
            files.setdefault(agent.model, []).append(agent.span.path)
        else:
            silent += 1
    shipped = default_tiers()
    meanings = {word: found for word in sorted(files) if (found := meaning(word, shipped.tiers)) is not None}
    numbers = {word: len(paths) for word, paths in files.items()}
    tiers = [_tier(tier, meanings, numbers) for tier in shipped.tiers]
    used = [n for n, tier in enumerate(tiers) if tier.agents or (silent and tier.name == shipped.baseline)]
    kept = tuple(tiers[used[0] :] if used else tiers)
    names = [tier.name for tier in kept]
    return GuessedTiers(
        tiers=kept,
        default=Named(shipped.baseline, _leave(silent)) if silent else Named(names[0], ""),
        baseline=shipped.baseline if shipped.baseline in names else names[0],
        unknown=tuple(Unknown(word, tuple(files[word])) for word in sorted(files.keys() - meanings.keys())),
    )


def meaning(word: str, tiers: Sequence[Tier]) -> Meaning | None:
    """Return what a `model:` word is taken for, or None where nothing explains it."""
    for tier in tiers:
        if word in tier.aliases:
            return Meaning(tier.name, tier.models[0].name, f"the {word} family")
    for spelled in _spellings(word):
        if spelled in catalogue():
            tier_name, why = _tier_of(spelled, tiers)
            return Meaning(tier_name, spelled, why if spelled == word else f"read as {spelled}; {why}")
    return _family(word, tiers)


def _tier(tier: Tier, meanings: Mapping[str, Meaning], numbers: Mapping[str, int]) -> GuessedTier:
    own = {word: found for word, found in meanings.items() if found.tier == tier.name}
    preferred = tier.models[0].name
    asked = Counter[str]()
    for word, found in own.items():
        asked[found.model or preferred] += numbers[word]
    reasons = {found.model: found.why for word, found in own.items() if found.model == word}
    models = [
        Named(model, f"{reasons.get(model, 'for the words above')}, {counted(number, 'agent')}")
        for model, number in sorted(asked.items(), key=lambda each: (-each[1], each[0]))
    ]
    shipped = [Named(alias, "") for alias in tier.aliases if alias not in own]
    words = [
        Named(word, f"{found.why}, {counted(numbers[word], 'agent')}")
        for word, found in own.items()
        if found.model != word
    ]
    return GuessedTier(
        name=tier.name,
        description=tier.description,
        aliases=tuple(shipped + words),
        models=tuple(models) or (Named(preferred, "no agent asks for this tier"),),
        agents=sum(numbers[word] for word in own),
    )


def _leave(silent: int) -> str:
    """Return why the middle tier is the default: who calls an agent seldom runs on the cheapest model."""
    return (
        f"{counted(silent, 'agent')} {'leaves the model to its' if silent == 1 else 'leave the model to their'} caller"
    )


def _spellings(word: str) -> Iterator[str]:
    """Yield what a word may be a spelling of: without vendor, route, context or version of an interface."""
    yield word
    plain = word.strip().lower()
    for _ in range(3):
        plain = _AFTER_NAME.sub("", _BEFORE_NAME.sub("", plain))
    for text in (plain, re.sub(r"[\s_@]+", "-", plain)):
        yield text
        yield text.replace(".", "-")


def _tier_of(model: str, tiers: Sequence[Tier]) -> tuple[str, str]:
    """Return the tier of a model of the price list, by its family's name or else by its price, and why."""
    segments = _SPLIT.split(model)
    for tier in tiers:
        for alias in tier.aliases:
            if alias in segments:
                return tier.name, f"its name says {alias}"
    return _priced(model, tiers), "by its price"


def _priced(model: str, tiers: Sequence[Tier]) -> str:
    """Return the tier whose preferred model is nearest in price, as a ratio."""
    own, known = _output_price(model), [(_output_price(tier.models[0].name), tier.name) for tier in tiers]
    for (lower, name), (upper, _) in pairwise(known):
        if own < sqrt(lower * upper):
            return name
    return known[-1][1]


def _output_price(model: str) -> float:
    price = catalogue()[model].price
    return float(price.output) if price is not None else 0.0


def _family(word: str, tiers: Sequence[Tier]) -> Meaning | None:
    """Return what a word means that names a tier's family, or the one family of the price list that has such a name."""
    segments = [each for each in _SPLIT.split(word.lower()) if each]
    named = {(tier.name, alias) for tier in tiers for alias in tier.aliases if alias in segments}
    if len(named) == 1:
        tier_name, alias = named.pop()
        return Meaning(tier_name, None, f"its name says {alias}")
    family = [model for model in catalogue() if word.lower() in _SPLIT.split(model) and word.isalpha()]
    if named or len({catalogue()[model].provider for model in family}) != 1:
        return None
    tier_names = {_tier_of(model, tiers)[0] for model in family}
    return Meaning(tier_names.pop(), max(family), f"the family of {max(family)}") if len(tier_names) == 1 else None
