"""ORC122: a tool that is granted twice, most often because a narrow grant stands beside a wide one."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.grants import Covers, Grant, grants, place_in_list

RULE = Rule("ORC122", "tool-repeated", Family.TOOL, Severity.WARNING, "A tool is granted twice")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield the items that another item of the same list covers; the same item again is an info."""
    for agent in fleet.agents:
        if not agent.tools or len(agent.tools) < 2:  # noqa: PLR2004 - one item has no second
            continue
        given = grants(agent)
        covers = Covers(given)
        for grant in given:
            wide = next((each for each in covers.of(grant) if each.number != grant.number), None)
            if wide is None:
                continue
            same = (wide.tool, wide.scope) == (grant.tool, grant.scope)
            if not same or wide.number < grant.number:
                yield _finding(agent, grant, wide, context, same=same)


def _finding(agent: Agent, grant: Grant, wide: Grant, context: Context, *, same: bool) -> Diagnostic:
    twice = grant.written == wide.written
    return RULE.at(
        place_in_list(agent, "tools", grant.number, grant.written, context),
        f"`{agent.name}` is granted `{grant.written}` " + ("twice" if twice else f"by `{wide.written}` already"),
        "remove one of the two" if same else f"remove `{wide.written}` if only `{grant.written}` is meant",
        Severity.INFO if same else None,
    )
