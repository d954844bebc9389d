"""ORC203: two agents whose descriptions say the same, so that nobody can choose between them.

Descriptions are compared as sets of words (Jaccard similarity). A pair above the bound must share one of its rarest
words, so only agents with such a word in common are compared (the prefix filter of Bayardo, Ma and Srikant, "Scaling up
all pairs similarity search", 2007); an agent that collides is not compared with later ones, its elder is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.patterns import pattern
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC203",
    "descriptions-collide",
    Family.DESCRIPTION,
    Severity.WARNING,
    "Two agents' descriptions say nearly the same",
)

_BOUND = 0.8
_LEAST_WORDS = 4
_SHARED = 3  # of the rarest words; see `_in_three`
_MOST_COMPARED = 200  # agents that are looked up by one word; what more of them share is boilerplate
_WORD = pattern(r"[^\W_]+")


class _Described(NamedTuple):
    agent: Agent
    words: frozenset[str]


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield each agent whose description is nearly that of an earlier one.

    Two sets that share four fifths of their words share some of their rarest ones, so only sets that do are compared
    (Wang et al., "Can we beat the prefix filtering?", 2012).
    """
    described = [_Described(agent, frozenset(_WORD.findall(agent.description.casefold()))) for agent in fleet.agents]
    frequency = Counter(chain.from_iterable(each.words for each in described))
    by_rarity = sorted(frequency, key=lambda word: (frequency[word], word))
    rank = {word: number for number, word in enumerate(by_rarity)}
    holders: dict[str, int] = {}  # word -> the agents that are looked up by it, a bit each
    for number, (agent, words) in enumerate(described):
        if len(words) < _LEAST_WORDS:
            continue
        prefix = sorted(words, key=rank.__getitem__)[: len(words) - math.ceil(_BOUND * len(words)) + _SHARED]
        likely = (described[other] for other in _numbers(_in_three(holders.get(word, 0) for word in prefix)))
        elder = next((other.agent for other in likely if _collide(described[number], other)), None)
        if elder is None:
            for word in prefix:
                if holders.setdefault(word, 0).bit_count() < _MOST_COMPARED:
                    holders[word] |= 1 << number
            continue
        same = elder.description.split() == agent.description.split()
        yield RULE.at(
            place_of(agent.span, agent.places, "description"),
            f"`{agent.name}` is described {'exactly' if same else 'nearly'} as `{elder.name}` in {elder.span.place}",
            "say in both what each does that the other does not",
        )


def _in_three(sets: Iterable[int]) -> int:
    """Return the bits that are set in three numbers or more: all columns are counted at once, each as far as three."""
    once = twice = thrice = 0
    for bits in sets:
        thrice |= twice & bits
        twice |= once & bits
        once |= bits
    return thrice


def _numbers(bits: int) -> Iterator[int]:
    """Yield which bits are set, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _collide(one: _Described, other: _Described) -> bool:
    shared = len(one.words & other.words)
    return one.agent.name != other.agent.name and shared >= _BOUND * (len(one.words) + len(other.words) - shared)
