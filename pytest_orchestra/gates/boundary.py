"""The boundary layer: did the agent stay within its tools, its paths and its hand-offs?

Exact, and about what the reply shows: a tool call that the provider does not report cannot be judged.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from orchestra_compiler import tool_patterns as tools
from orchestra_compiler.model import Json, ToolUse
from pytest_orchestra.gates.files import normal
from pytest_orchestra.gates.subject import Check, Finding, Options, Subject, texts, tool_input

ASSIGNMENTS = frozenset(
    {"task-assignment", "task-delegation", "task-handoff", "assignment", "delegation", "handoff", "hand-off"}
)
"""Message types that hand work to their recipient."""

_DRIVE = re.compile(r"[A-Za-z]:(?=/|$)")
_SCHEME = re.compile(r"file://(?:localhost)?", re.IGNORECASE)


def tool_policy(options: Options) -> Check:
    """Refuse tools that the agent's own list does not name, that `deny` names, or that `allow`, if given, does not.

    See `tools` for the patterns.
    """
    allow, deny = texts(options, "allow"), texts(options, "deny") or ()

    def check(subject: Subject) -> Iterator[Finding]:
        own = subject.agent.tools if subject.agent is not None else None
        for tool in subject.tools:
            data = tool_input(tool)
            shown = _shown(tool, data or {})
            if data is None:
                yield Finding(f"the input of {tool.name} is no JSON object")
            elif deny and _is_denied(deny, tool.name, data):
                yield Finding(f"{shown} is denied to every agent")
            elif own is not None and not tools.allows(own, tool.name, data):
                yield Finding(f"{shown} is not among the agent's tools: {', '.join(own) or 'none'}")
            elif allow is not None and not tools.allows(allow, tool.name, data):
                yield Finding(f"{shown} is not among the tools the gate allows: {', '.join(allow)}")

    return check


def path_policy(options: Options) -> Check:
    """Refuse paths in tool inputs that leave the project, that `deny` fits, or that `allow`, if given, does not.

    Globs are gitignore-style. In `allow`, one that begins with `/` or `~` speaks of absolute paths and lets them out of
    the project; the others speak of paths below its root. `..` may not lead out in any case. Links are not followed.
    """
    allow, deny = texts(options, "allow") or (), texts(options, "deny") or ()
    outside = tuple(glob for glob in allow if glob.startswith(("/", "~")))
    inside = tuple(glob for glob in allow if glob not in outside)

    def check(subject: Subject) -> Iterator[Finding]:
        for tool, value in _paths(subject.tools):
            fault = _path_fault(value, subject, inside, outside, deny)
            if fault:
                yield Finding(f"{tool} works on {value!r}, {fault}")

    return check


def handoff_loop(options: Options) -> Check:  # noqa: ARG001 - it has none
    """Refuse work handed to an agent that had it already, or that the agent may not hand work to."""
    return _loops


def _is_denied(deny: Sequence[str], name: str, data: Mapping[str, Json]) -> bool:
    """A denied command is denied in any company: one fitting part of a joined command is enough."""
    if tools.allows(deny, name, data):
        return True
    return any(tools.allows(deny, name, {**data, "command": part}) for part in tools.shell_parts(name, data))


def _shown(tool: ToolUse, data: Mapping[str, Json]) -> str:
    detail = tools.delegated_to(tool.name, data) or data.get("command", "")
    return f"{tool.name}({detail})" if detail else tool.name


def _paths(used: Sequence[ToolUse]) -> Iterator[tuple[str, Json]]:
    for tool in used:
        data = tool_input(tool)
        if data is None:
            yield tool.name, tool.input
            continue
        for key in tools.PATH_KEYS:
            value = data.get(key)
            if value is not None:
                for each in value if isinstance(value, list) else [value]:
                    yield tool.name, each


def _path_fault(
    value: Json, subject: Subject, inside: tuple[str, ...], outside: tuple[str, ...], deny: tuple[str, ...]
) -> str:
    if not isinstance(value, str) or value.startswith("{"):
        return "which is no path"
    path = normal(_SCHEME.sub("", value), subject.world.root)
    absolute = path.startswith(("/", "~")) or _DRIVE.match(path) is not None
    bare = path.lstrip("/")
    if deny and tools.matches(deny, bare):
        return "which is denied"
    if path == ".." or path.startswith("../"):
        return "which leads out of the project"
    if absolute:
        return "" if outside and tools.matches(outside, bare) else "which is outside the project"
    return (
        "which is not among the allowed paths" if inside and not tools.matches(inside, posixpath.normpath(path)) else ""
    )


def _loops(subject: Subject) -> Iterator[Finding]:
    if subject.agent is None:
        return
    for recipient in dict.fromkeys(_recipients(subject)):
        if recipient in (*subject.chain, subject.agent.name):
            passed = " -> ".join(subject.chain or (subject.agent.name,))
            yield Finding(f"{subject.agent.name} hands the work to {recipient}, who had it already: {passed}")
        elif subject.agent.handoffs and recipient not in subject.agent.handoffs:
            declared = ", ".join(subject.agent.handoffs)
            yield Finding(f"{subject.agent.name} hands the work to {recipient}, but may hand it to {declared} only")


def _recipients(subject: Subject) -> Iterator[str]:
    for message in subject.messages:
        if message.type.lower().replace("_", "-") in ASSIGNMENTS and message.recipient:
            yield message.recipient.removeprefix("@")
    for tool in subject.tools:
        recipient = tools.delegated_to(tool.name, tool_input(tool) or {})
        if recipient:
            yield recipient
