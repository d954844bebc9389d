"""ORC402: a message that an agent waits for and that no agent sends."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context
from orchestra_compiler.suggestions import Names

RULE = Rule("ORC402", "message-never-sent", Family.MESSAGE, Severity.INFO, "A message is accepted that no agent sends")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the accepted types that nobody sends, at the first agent that accepts each."""
    sent = {kind for agent in fleet.agents for kind in agent.sends}
    if not sent or any(name.startswith("agent:") for name in fleet.broken):
        return
    known = frozenset(fleet.protocol.types)
    slips = Names(sorted(sent - known) if known else ())  # each is told, and may mean a type that nobody seems to send
    reported = set()
    for agent in fleet.agents:
        for number, kind in enumerate(agent.accepts):
            if kind in sent or kind in reported or (known and kind not in known) or slips.near(kind):
                continue
            reported.add(kind)
            yield RULE.at(
                place_of(agent.span, agent.places, f"accepts.{number}", "accepts"),
                f"`{agent.name}` accepts `{kind}`, and no agent sends it",
                "list it under `sends` of the agent that writes it; a message from outside the fleet needs nothing",
            )
