"""ORC704: an agent that asks nobody before it runs a command or writes a file."""

from __future__ import annotations

import json
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC704", "permissions-bypassed", Family.SECURITY, Severity.WARNING, "An agent runs without any permission checks"
)

_KEY = "permissionMode"


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield agents whose file says `permissionMode: bypassPermissions`."""
    for agent in fleet.agents:
        if _KEY in agent.extra and json.loads(agent.extra[_KEY]) == "bypassPermissions":
            yield RULE.at(
                place_of(agent.span, agent.places, _KEY),
                f"`{agent.name}` skips every permission check, for whoever uses this file",
                "write `acceptEdits`, or grant the tools it needs by name under `tools`",
            )
