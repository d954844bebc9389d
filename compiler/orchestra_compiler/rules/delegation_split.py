"""ORC125: several `Agent(...)` among the tools, of which Claude Code takes the last one alone."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.platforms import platform_name
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.grants import delegations, place_in_list
from orchestra_compiler.tool_patterns import delegates

RULE = Rule(
    "ORC125", "delegation-split", Family.TOOL, Severity.WARNING, "Only the last of several lists of agents counts"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield, once for each Claude Code agent, the first of several lists of agents that it may give work to."""
    for agent in fleet.agents:
        if not agent.tools or platform_name(agent) != "claude-code":
            continue
        given = list(delegations(agent))
        if len(given) > 1:
            names = list(dict.fromkeys(name for grant in given for name in delegates(grant.written)))
            tool = given[0].tool
            yield RULE.at(
                place_in_list(agent, "tools", given[0].number, given[0].written, context),
                f"`{agent.name}` has {len(given)} lists of agents to give work to; only `{given[-1].written}` counts",
                f"write one: `{tool}({', '.join(names)})`",
            )
