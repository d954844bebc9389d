"""ORC403: an agent and its coordinator that exchange messages with others, and none with each other."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC403",
    "chain-without-message",
    Family.MESSAGE,
    Severity.WARNING,
    "No message passes between an agent and its coordinator",
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield agents none of whose messages their coordinator accepts, or that accept none of its messages.

    Each side must say what it does: an empty list says nothing. Types that nobody sends or accepts at all, or that the
    schema does not have, are told as such.
    """
    sent = {kind for agent in fleet.agents for kind in agent.sends}
    accepted = {kind for agent in fleet.agents for kind in agent.accepts}
    known = frozenset(fleet.protocol.types or sent | accepted) & sent & accepted
    for agent in fleet.agents:
        above = fleet.agent_by_name.get(agent.coordinator or "")
        if above is None or above is agent:
            continue
        if _pass_by(agent.sends, above.accepts, known):
            yield _finding(
                agent,
                f"`{agent.name}` sends nothing that its coordinator `{above.name}` accepts"
                f" ({_listed(agent.sends)} against {_listed(above.accepts)}), so it cannot escalate by message",
                f"send one of {_listed(above.accepts)}, or let `{above.name}` accept what is sent",
                "sends",
            )
        if _pass_by(above.sends, agent.accepts, known):
            yield _finding(
                agent,
                f"`{agent.name}` accepts nothing that its coordinator `{above.name}` sends"
                f" ({_listed(agent.accepts)} against {_listed(above.sends)}), so it cannot be given work by message",
                f"accept one of {_listed(above.sends)}, or let `{above.name}` send what is accepted",
                "accepts",
            )


def _pass_by(sends: tuple[str, ...], accepts: tuple[str, ...], known: frozenset[str]) -> bool:
    """Return whether what one sends and what another accepts have nothing in common, and all of it goes elsewhere."""
    return bool(sends and accepts) and not set(sends) & set(accepts) and known.issuperset((*sends, *accepts))


def _finding(agent: Agent, message: str, hint: str, key: str) -> Diagnostic:
    return RULE.at(place_of(agent.span, agent.places, key, "coordinator"), message, hint)


def _listed(types: tuple[str, ...]) -> str:
    return ", ".join(f"`{each}`" for each in types)
