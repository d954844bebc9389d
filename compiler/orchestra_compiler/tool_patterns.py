"""Patterns of tools, as agents' files write them: which calls a pattern allows.

- `Read`: that tool, whatever its input. `*` stands for any characters, as in `mcp__github__*`.
- `mcp__github`: every tool of that server.
- `Bash(git:*)`, `Bash(npm run *)`, `Bash(git status)`: the command begins with these words, fits the pattern, or is
  exactly this. Of commands joined by `&&`, `||`, `;`, `|`, `&` or a line break each must fit one pattern; a command with
  a substitution (`$(...)`, backticks, `<(...)`), a redirection into a file or an open quote fits none.
- `Agent(reviewer)`, `Task(scout, reviewer)`: delegation to these agents; the two names mean the same tool.
- `Read(src/**)`, and so for every tool with a path in its input: gitignore-style globs of the path.
- `WebFetch(domain:example.org)`: the URL's host.

A pattern with any other kind of parentheses allows nothing: better an honest refusal than a guess.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from orchestra_compiler.model import Json
from orchestra_compiler.patterns import pattern
from orchestra_compiler.tools import DELEGATION_TOOLS

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_PATTERN = pattern(r"\s*(?P<tool>[^()\s]+)\s*(?:\((?P<detail>.*)\))?\s*", re.DOTALL)
_SHELLS = frozenset({"Bash"})
_ANY = (None, "", "*")
"""What stands in parentheses where every call of the tool is meant."""

PATH_KEYS = ("file_path", "path", "notebook_path")
"""Where tools keep the path they work on."""

_AGENT_KEYS = ("subagent_type", "agent", "agent_name")
_HARMLESS_REDIRECTION = pattern(r"\s*\d?>{1,2}\s*(?:&\d|/dev/null)(?=\s|$|[;&|])|\s*&>\s*/dev/null(?=\s|$|[;&|])")
_SHELL_TOKEN = pattern(
    r"""(?P<joint>&&|\|\||[;|&\n])|(?P<danger>\$\(|`|[<>])|(?P<single>'[^']*')|(?P<double>"(?:\\.|[^"\\])*")"""
    r"""|(?P<open>["'])|(?P<plain>\\.|[^;|&\n$`<>"'\\]+|[$\\])""",
    re.DOTALL,
)


def allows(patterns: Iterable[str], name: str, data: Mapping[str, Json]) -> bool:
    """Return whether a call of tool `name` with this input fits the patterns."""
    fitting = [match for match in map(_PATTERN.fullmatch, patterns) if match and _is_tool(match["tool"], name)]
    details = [match["detail"] for match in fitting]
    if any(detail in _ANY for detail in details):
        return True
    return bool(details) and _fits(name, details, data)


def overlaps(patterns: Iterable[str], wanted: str) -> bool:
    """Return whether the patterns allow at least one of the calls that another pattern, `wanted`, stands for."""
    asked = _PATTERN.fullmatch(wanted)
    return asked is not None and any(_meet(own, asked) for own in map(_PATTERN.fullmatch, patterns) if own)


def delegates(pattern: str) -> tuple[str, ...]:
    """Return the agents that a pattern of a delegating tool names, `Agent(scout, kit:editor)`; nothing for any other.

    They come without their plugin's name; patterns of names are none.
    """
    match = _PATTERN.fullmatch(pattern)
    if match is None or match["tool"] not in DELEGATION_TOOLS:
        return ()
    names = (name.strip().strip("\"'").rpartition(":")[2] for name in (match["detail"] or "").split(","))
    return tuple(name for name in names if name and "*" not in name)


def tool_name(pattern: str) -> str:
    """Return the tool that a pattern speaks of, without its parentheses."""
    match = _PATTERN.fullmatch(pattern)
    return match["tool"] if match else pattern.strip()


def delegated_to(name: str, data: Mapping[str, Json]) -> str:
    """Return the agent a tool call hands work to, or an empty string where it hands over none."""
    return _text(data, _AGENT_KEYS) if name in DELEGATION_TOOLS else ""


def path_of(data: Mapping[str, Json]) -> str:
    """Return the path in a tool's input, or an empty string."""
    return _text(data, PATH_KEYS)


def shell_parts(name: str, data: Mapping[str, Json]) -> list[str]:
    """Return the single commands of a shell call's line, split at every joint, quoted or not."""
    return re.split(r"&&|\|\||[;|&\n`()]", _text(data, ("command",))) if name in _SHELLS else []


def matches(lines: Sequence[str], path: str) -> bool:
    """Return whether a path fits one of the globs; the last one that speaks of it decides, as in a gitignore file."""
    return _compiled(tuple(lines)).match_file(path)


@lru_cache(maxsize=256)
def _compiled(lines: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _meet(own: re.Match[str], asked: re.Match[str]) -> bool:
    if not (_is_tool(own["tool"], asked["tool"]) or _is_tool(asked["tool"], own["tool"])):
        return False
    mine, theirs = own["detail"], asked["detail"]
    if mine in _ANY or theirs in _ANY or mine == theirs:
        return True
    name = asked["tool"]
    return allows([own[0]], name, _example(name, theirs)) or allows([asked[0]], own["tool"], _example(name, mine))


def _example(name: str, detail: str) -> Mapping[str, Json]:
    """Return the input of a call that a pattern's parentheses stand for."""
    if name in _SHELLS:
        return {"command": detail.removesuffix(":*").strip()}
    if name in DELEGATION_TOOLS:
        return {_AGENT_KEYS[0]: detail.split(",", maxsplit=1)[0].strip()}
    host = detail.removeprefix("domain:")
    return {"url": host if "://" in host else f"https://{host}"} if _is_web(name, detail) else {PATH_KEYS[0]: detail}


def _is_web(name: str, detail: str) -> bool:
    return name == "WebFetch" or detail.startswith("domain:")


def _is_tool(pattern: str, name: str) -> bool:
    if pattern in DELEGATION_TOOLS and name in DELEGATION_TOOLS:
        return True
    server = pattern.startswith("mcp__") and pattern.count("__") == 1
    return name.startswith(f"{pattern}__") if server and "*" not in pattern else _glob(pattern, name)


def _glob(pattern: str, text: str) -> bool:
    """Match with `*` alone special; brackets and question marks are plain characters in commands."""
    return fnmatchcase(text, re.sub(r"([\[?])", r"[\1]", pattern))


def _fits(name: str, details: Sequence[str], data: Mapping[str, Json]) -> bool:
    if name in _SHELLS:
        commands = _commands(_text(data, ("command",)))
        return bool(commands) and all(any(_command_fits(each, command) for each in details) for command in commands)
    if name in DELEGATION_TOOLS:
        return delegated_to(name, data) in {each.strip() for detail in details for each in detail.split(",")}
    domains = [detail.removeprefix("domain:") for detail in details if detail.startswith("domain:")]
    if domains:
        host = urlsplit(_text(data, ("url",))).hostname or ""
        return any(_glob(domain, host) for domain in domains)
    path = path_of(data).replace("\\", "/")
    plain = posixpath.normpath(path)
    return bool(path) and not plain.startswith("../") and matches(details, plain)


def _command_fits(pattern: str, command: str) -> bool:
    if pattern.endswith(":*"):
        prefix = pattern[:-2].strip()
        return command == prefix or command.startswith(f"{prefix} ")
    return _glob(pattern.strip(), command) or (pattern.endswith(" *") and command == pattern[:-2].strip())


def _commands(line: str) -> list[str]:
    """Return the commands of a shell line, one by one; nothing where they cannot be told for certain."""
    parts = [""]
    for token in _SHELL_TOKEN.finditer(_HARMLESS_REDIRECTION.sub("", line)):
        text, kind = token[0], token.lastgroup
        if kind in ("danger", "open") or (kind == "double" and re.search(r"(?<!\\)(?:\$\(|`)", text)):
            return []
        if kind == "joint":
            parts.append("")
        else:
            parts[-1] += text
    return [part.strip() for part in parts if part.strip()]


def _text(data: Mapping[str, Json], keys: Iterable[str]) -> str:
    return next((value for key in keys if isinstance(value := data.get(key), str)), "")
