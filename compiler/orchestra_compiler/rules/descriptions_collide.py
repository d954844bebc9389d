"""ORC203: two agents whose descriptions say the same, so that nobody can choose between them.

Descriptions are compared as sets of words (Jaccard similarity). A pair above the bound must share one of its rarest
words, so only agents with such a word in common are compared (the prefix filter of Bayardo, Ma and Srikant, "Scaling up
all pairs similarity search", 2007); an agent that collides is not compared with later ones, its elder is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet
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
_MOST_COMPARED = 200
_WORD = re.compile(r"[^\W_]+")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield each agent whose description is nearly that of an earlier one."""
    described = [(agent, frozenset(_WORD.findall(agent.description.casefold()))) for agent in fleet.agents]
    frequency = Counter(word for _, words in described for word in words)
    elders: dict[str, list[tuple[Agent, frozenset[str]]]] = {}
    for agent, words in described:
        if len(words) < _LEAST_WORDS:
            continue
        rarest = sorted(words, key=lambda word: (frequency[word], word))
        prefix = rarest[: len(words) - math.ceil(_BOUND * len(words)) + 1]
        elder = _elder(agent, words, (pair for word in prefix for pair in elders.get(word, ())))
        if elder is None:
            for word in prefix:
                elders.setdefault(word, []).append((agent, words))
            continue
        same = elder.description.split() == agent.description.split()
        yield RULE.at(
            place_of(agent.span, agent.places, "description"),
            f"`{agent.name}` is described {'exactly' if same else 'nearly'} as `{elder.name}` in {elder.span.place}",
            "say in both what each does that the other does not",
        )


def _elder(agent: Agent, words: frozenset[str], candidates: Iterable[tuple[Agent, frozenset[str]]]) -> Agent | None:
    for other, others in islice(candidates, _MOST_COMPARED):
        shared = len(words & others)
        if other.name != agent.name and shared >= _BOUND * (len(words) + len(others) - shared):
            return other
    return None
