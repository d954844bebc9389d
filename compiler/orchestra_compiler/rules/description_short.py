"""ORC201: a description too short to choose an agent by.

Whoever gives out work sees the descriptions alone. Words that only repeat the agent's name say nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.patterns import pattern
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC201",
    "description-short",
    Family.DESCRIPTION,
    Severity.WARNING,
    "A description says too little to choose the agent by",
)

_LEAST_WORDS = 4
_LEAST_LETTERS = 3
# A character of a script without spaces carries about as much as a short word.
_WORD = pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]{3,}|[A-Z]{2}")
_SAYS_NOTHING = frozenset(
    [
        "agent",
        "agents",
        "and",
        "any",
        "are",
        "assistant",
        "can",
        "does",
        "expert",
        "for",
        "from",
        "has",
        "helps",
        "its",
        "specialist",
        "sub",
        "subagent",
        "task",
        "tasks",
        "that",
        "the",
        "this",
        "use",
        "used",
        "useful",
        "with",
        "work",
        "you",
        "your",
    ]
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the agents whose description has fewer than four words that the name does not have."""
    for agent in fleet.agents:
        if not agent.description and agent.places and "description" not in agent.places:
            continue  # that it is missing is told
        new = _new_words(agent)
        if len(new) < _LEAST_WORDS:
            what = "nothing" if not new else "too little"
            yield RULE.at(
                place_of(agent.span, agent.places, "description"),
                f"the description of `{agent.name}` says {what} beyond its name",
                "say what the agent does and when to give it work, in a sentence or two",
            )


def _new_words(agent: Agent) -> frozenset[str]:
    """Return the words that say something beyond the name: all of them, or some where these are enough."""
    own = agent.name.rpartition(".")[2]  # what stands before it tells files apart
    known = _SAYS_NOTHING.union(word.casefold() for word in re.split(r"[^A-Za-z0-9]+", own))
    plain = (word for word in agent.description.split() if word.isascii() and word.isalpha())
    new = frozenset(word.casefold() for word in plain if len(word) >= _LEAST_LETTERS) - known
    if len(new) >= _LEAST_WORDS:
        return new
    return frozenset(word.casefold() for word in _WORD.findall(agent.description)) - known
