"""The same tools by other names: what Claude Code's are to Copilot, and Copilot's to Claude Code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from orchestra_compiler.patterns import pattern
from orchestra_compiler.platforms import platforms
from orchestra_compiler.tool_patterns import tool_name
from orchestra_compiler.tools import DELEGATION_TOOLS

_MCP = pattern(r"mcp__(?P<server>.+?)(?:__(?P<tool>.+))?\Z")
_PARTIAL = pattern(r"(?P<tool>[^()]+)\((?P<what>.*)\)\Z", re.DOTALL)


def for_copilot(tool: str) -> str | None:
    """Return Copilot's name of a tool, or None for a part of a tool that Copilot can only give whole."""
    server = _MCP.match(tool)
    if server:
        return f"{server['server']}/{server['tool'] or '*'}"
    if tool_name(tool) in DELEGATION_TOOLS:
        return "agent"
    partial = _PARTIAL.match(tool)
    if partial and partial["what"].strip() not in ("", "*", "**"):
        return None
    plain = partial["tool"].strip() if partial else tool
    return _names().get(plain.casefold(), plain)


def for_claude_code(tools: Iterable[str]) -> tuple[str, ...]:
    """Return Copilot's tools by Claude Code's names, each that means the same or a part of it."""
    copilot, claude = platforms()["copilot"], platforms()["claude-code"]
    same: dict[str, list[str]] = {}
    for name in sorted(claude.tools):
        same.setdefault(copilot.tool(name) or name, []).append(name)
    same.setdefault("agent", []).append("Agent")
    named = (same.get(tool.lower(), [_mcp(tool)]) for tool in tools)
    return tuple(dict.fromkeys(name for names in named for name in names))


def _mcp(tool: str) -> str:
    """Return Claude Code's name of a tool of an MCP server: `github/get_issue` is `mcp__github__get_issue`."""
    server, slash, name = tool.rpartition("/")
    return f"mcp__{server}" + (f"__{name}" if name != "*" else "") if slash and server else tool


@cache
def _names() -> dict[str, str]:
    """Return Copilot's tool by every name for it, in lower case, those of Claude Code's former tools included."""
    copilot, claude = platforms()["copilot"], platforms()["claude-code"]
    names = {name.casefold(): copilot.aliases[name] for name in copilot.aliases}
    names |= {name.casefold(): name for name in copilot.tools}
    former = {old.casefold(): names[new.casefold()] for old, new in claude.removed.items() if new.casefold() in names}
    return {**former, **names}
