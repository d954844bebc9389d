"""ORC401: a message that is sent and that no agent accepts."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context
from orchestra_compiler.suggestions import Names

RULE = Rule("ORC401", "message-unheard", Family.MESSAGE, Severity.WARNING, "A message is sent that no agent accepts")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the sent types that nobody accepts, once some agent says what it accepts."""
    accepted = {kind for agent in fleet.agents for kind in agent.accepts}
    if not accepted or any(name.startswith("agent:") for name in fleet.broken):
        return
    known = frozenset(fleet.protocol.types)
    slips = Names(sorted(accepted - known) if known else ())  # each is told, and may mean a type that seems unheard
    for agent in fleet.agents:
        for number, kind in enumerate(agent.sends):
            if kind not in accepted and (kind in known or not known) and not slips.near(kind):
                yield RULE.at(
                    place_of(agent.span, agent.places, f"sends.{number}", "sends"),
                    f"`{agent.name}` sends `{kind}`, and no agent accepts it",
                    "list it under `accepts` of the agent that reads it, or send nothing",
                )
