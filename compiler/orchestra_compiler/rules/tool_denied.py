"""ORC123: a tool that an agent is given and denied."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.grants import Covers, denied, grants, place_in_list

RULE = Rule("ORC123", "tool-denied", Family.TOOL, Severity.WARNING, "A tool is granted and denied")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield the items of `tools` that `disallowedTools` takes away again, whole."""
    for agent in fleet.agents:
        if not agent.tools or "disallowedTools" not in agent.extra:
            continue
        refused = Covers(denied(agent))
        for grant in grants(agent):
            against = next(refused.of(grant), None)
            if against is not None:
                yield RULE.at(
                    place_in_list(agent, "tools", grant.number, grant.written, context),
                    f"`{agent.name}` is given `{grant.written}`, and `disallowedTools` denies it `{against.written}`",
                    "keep one of the two; what is denied is denied",
                )
