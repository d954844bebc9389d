"""ORC201: a description too short to choose an agent by.

Whoever gives out work sees the descriptions alone. Words that only repeat the agent's name say nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC201",
    "description-short",
    Family.DESCRIPTION,
    Severity.WARNING,
    "A description says too little to choose the agent by",
)

_LEAST_WORDS = 4
# A character of a script without spaces carries about as much as a short word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]{3,}|[A-Z]{2}")
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
        new = _new_words(agent)
        if len(new) < _LEAST_WORDS:
            what = "nothing" if not new else "too little"
            yield RULE.at(
                place_of(agent.span, agent.places, "description"),
                f"the description of `{agent.name}` says {what} beyond its name",
                "say what the agent does and when to give it work, in a sentence or two",
            )


def _new_words(agent: Agent) -> frozenset[str]:
    name = {word.casefold() for word in re.split(r"[^A-Za-z0-9]+", agent.name)}
    words = {word.casefold() for word in _WORD.findall(agent.description)}
    return frozenset(words - name - _SAYS_NOTHING)
