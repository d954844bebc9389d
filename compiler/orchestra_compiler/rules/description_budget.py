"""ORC206: descriptions that together fill more of the context than there is room for.

Whoever gives out work reads the name and the description of every agent before every task. Claude Code warns its users
from 15,000 tokens on, counting a token for four characters of `name: description`; so does this rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Option, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC206",
    "description-budget",
    Family.DESCRIPTION,
    Severity.WARNING,
    "The descriptions of all agents together are too long",
    options={
        "tokens": Option(15_000, 1, 10_000_000, "the most tokens of all descriptions together, four characters each")
    },
)

_CHARACTERS = 4  # to a token, in Claude Code's own count
_SHOWN = 3


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield one finding where the fleet's descriptions are over the budget, with the longest of them."""
    lengths = {agent.name: _tokens(agent.name, agent.description) for agent in fleet.agents}
    total, most = sum(lengths.values()), context.option(RULE, "tokens")
    if total <= most:
        return
    longest = sorted(lengths, key=lambda name: (-lengths[name], name))[:_SHOWN]
    first = fleet.agent_by_name[longest[0]]
    yield RULE.at(
        place_of(first.span, first.places, "description"),
        f"the descriptions of {len(lengths)} agents hold about {total:,} tokens together, more than {most:,.0f};"
        f" the longest: {', '.join(f'`{name}` ({lengths[name]:,})' for name in longest)}",
        "say in a sentence or two when to call each agent, move the rest into its prompt, or load fewer agents",
    )


def _tokens(name: str, description: str) -> int:
    return (len(name) + len(": ") + len(description) + _CHARACTERS // 2) // _CHARACTERS  # to the nearest, as there
