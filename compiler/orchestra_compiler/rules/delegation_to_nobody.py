"""ORC124: `Agent(name)` among the tools, where no agent has that name."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Safety, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.platforms import platforms
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.grants import delegates, place_in_list
from orchestra_compiler.source.mends import rename
from orchestra_compiler.suggestions import Names

RULE = Rule(
    "ORC124",
    "delegation-to-nobody",
    Family.TOOL,
    Severity.ERROR,
    "A tool gives work to an agent that does not exist",
    fix=Safety.UNSAFE,
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield the names in `Agent(...)` and `Task(...)` that are no agent's.

    Names that a front end takes for hand-offs are looked up with these. In a file of another tool it is a warning: there
    an agent may also come from the user's own folder or from a plugin.
    """
    found = [
        (agent, name, grant)
        for agent in fleet.agents
        for name, grant in delegates(agent).items()
        if name not in agent.handoffs
    ]
    if not found:
        return
    broken = [name.removeprefix("agent:") for name in fleet.broken if name.startswith("agent:")]
    built_in = platforms()["claude-code"].agents
    names = Names(sorted(fleet.agent_by_name), [*broken, *built_in])
    for agent, name, grant in found:
        if name not in names:
            place = place_in_list(agent, "tools", grant.number, name, context)
            yield RULE.at(
                place,
                f"`{agent.name}` may give work to `{name}`, which is no agent of the fleet",
                names.hint(name, "define it, or name another"),
                severity=None if agent.source_format == "orchestra" else Severity.WARNING,
                fix=rename(name, names.nearest(name), place),
            )
