"""ORC121: a name among an agent's tools that is no tool of its platform, and so grants nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from orchestra_compiler.diagnostic import Diagnostic, Safety, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.platforms import Platform, platform_name, platforms
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.grants import place_in_list
from orchestra_compiler.source.mends import rename
from orchestra_compiler.suggestions import Names

RULE = Rule(
    "ORC121",
    "unknown-tool",
    Family.TOOL,
    Severity.WARNING,
    "A name among the tools is no tool of the platform",
    fix=Safety.UNSAFE,
)

_ELSEWHERE = ("mcp__", "mcp:", "*", "/", ".", ":", "{", "$")
"""What stands in names of tools that servers, plugins and templates bring."""


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield slips for tools of Claude Code, tools that are no more, and names that it never had.

    Copilot ignores what it does not know on purpose, and what a skill's host offers nobody can say: both are left alone.
    In our own YAML tools may be anybody's; there a slip counts only beside tools of Claude Code.
    """
    if not any(agent.tools for agent in fleet.agents):
        return
    claude = platforms()["claude-code"]
    names = Names(sorted({*claude.tools, *claude.aliases}))
    for agent in fleet.agents:
        where = platform_name(agent)
        if where == claude.name:
            yield from _check_agent(agent, claude, names, context, foreign=False)
        elif where == "orchestra" and any(tool.split("(")[0] in claude.tools for tool in agent.tools or ()):
            yield from _check_agent(agent, claude, names, context, foreign=True)


def _check_agent(
    agent: Agent, platform: Platform, names: Names, context: Context, *, foreign: bool
) -> Iterator[Diagnostic]:
    never = []
    for number, written in enumerate(agent.tools or ()):
        tool = written.split("(")[0].strip()
        if not tool or platform.tool(tool) or any(mark in tool for mark in _ELSEWHERE):
            continue
        gone, elsewhere = _replaced(tool, platform), _called_elsewhere(tool)
        if foreign and (gone or elsewhere):
            continue
        if not (gone or elsewhere or names.near(tool)):
            never.append((number, tool))
            continue
        place = place_in_list(agent, "tools", number, tool, context)
        likely = (gone,) if gone else elsewhere
        meant = (likely[0] if len(likely) == 1 else "") if likely else names.nearest(tool)
        yield RULE.at(
            place,
            f"{platform.title} has no tool `{tool}`" + (" any more" if gone else "") + f" (list of {platform.date})",
            f"use {' or '.join(f'`{each}`' for each in likely)}" if likely else names.hint(tool),
            Severity.INFO if gone else None,
            None if meant in (agent.tools or ()) else rename(tool, meant, place),
        )
    if never and not foreign:
        yield _unheard_of(agent, never, platform, context)


def _replaced(tool: str, platform: Platform) -> str:
    """Return the tool that does the work of one that is no more; an empty text for any other name."""
    return next((now for before, now in platform.removed.items() if before.casefold() == tool.casefold()), "")


@cache
def _called_elsewhere(tool: str) -> tuple[str, ...]:
    """Return the tools of Claude Code that Copilot calls by this name: `execute` is `Bash`, `search` `Glob` and `Grep`."""
    claude, copilot = platforms()["claude-code"], platforms()["copilot"]
    meant = copilot.tool(tool.lower())
    return tuple(sorted(name for name in claude.tools if meant is not None and copilot.aliases.get(name) == meant))


def _unheard_of(agent: Agent, never: list[tuple[int, str]], platform: Platform, context: Context) -> Diagnostic:
    """Return one finding for all names of an agent that are like no tool's: most often it lists programs, not tools."""
    number, first = never[0]
    others = f", nor {', '.join(f'`{tool}`' for _, tool in never[1:])}" if never[1:] else ""
    return RULE.at(
        place_in_list(agent, "tools", number, first, context),
        f"{platform.title} has no tool `{first}`{others} (list of {platform.date})",
        "name a server's tool as `mcp__SERVER__TOOL`, a program as `Bash(PROGRAM:*)`, or remove it",
        Severity.INFO,
    )
