"""Agents that an agent may call, as its tools name them: `Agent(worker, researcher)`, `Task(reviewer)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orchestra_compiler.frontends import names
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.tree import Document
from orchestra_compiler.tools import DELEGATION_TOOLS

BUILT_IN = frozenset({"bash", "claude", "claude-code-guide", "explore", "general-purpose", "plan", "statusline-setup"})
"""Sub-agents that Claude Code brings itself."""
_CALL = pattern(rf"\b(?:{'|'.join(sorted(DELEGATION_TOOLS))})\(([^)]*)\)")
_NAME = pattern(r"[^\s,\"'\[\]]+")


def in_tools(tools: Sequence[str] | None, document: Document) -> Mapping[str, tuple[int, int]]:
    """Return the agents that delegation tools are restricted to, each with the place where it is first named.

    Patterns (`*`) and the sub-agents that Claude Code brings itself are left out. Of `plugin:name` the name counts.
    """
    if not tools or not any("(" in tool and tool.partition("(")[0].strip() in DELEGATION_TOOLS for tool in tools):
        return {}
    start, end = document.value.spot("tools")
    found: dict[str, tuple[int, int]] = {}
    for call in _CALL.finditer(document.text.content, start, end):
        for word in _NAME.finditer(document.text.content, *call.span(1)):
            name = names.plain(word[0].rpartition(":")[2])
            if name and "*" not in word[0] and name not in BUILT_IN:
                found.setdefault(name, (word.end() - len(word[0].rpartition(":")[2]), word.end()))
    return found
