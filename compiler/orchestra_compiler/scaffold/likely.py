"""Whether a file that could be read as an agent is meant as one, where nobody has said so yet.

The formats judge files that a project names, and are generous. Here a whole repository is looked through, where pages of
web sites, issue templates and missions have keys of the same names: what decides is the place, or keys that only agents have.
"""

from __future__ import annotations

import re

from orchestra_compiler.naming import MARKDOWN

HOMES = frozenset({"agents", "agent", "subagents", "sub-agents", "sub_agents", "chatmodes", "droids"})
"""Folders made for agents: there a pattern is better than a file's name, for more agents will come."""

_HINTS = re.compile(
    rb"^agent[ \t]*:|^agents[ \t]*:[ \t]*(?:[#{\r\n]|\Z)|\"agents?\"[ \t]*:[ \t\r\n]*[\"{\[]"
    rb"|component_type|\$referenced_components|backstory|^[ \t]+[\"']?goal[\"']?[ \t]*:",
    re.MULTILINE,
)
_KEY = re.compile(rb"^([A-Za-z_][A-Za-z0-9_-]*)[ \t]*:", re.MULTILINE)
_FENCE = re.compile(rb"^(?:---|\+\+\+)[^\n]*$", re.MULTILINE)
_HEAD = 8192
_OURS = "orchestra"
_BY_NAME = (".agent.md", ".chatmode.md", "skill.md")
"""Names that say what a Markdown file is."""
_JSON_SCHEMA = b"json-schema.org/"
_OTHER_NAMES = (".prompt.md", ".instructions.md")
"""Names that say that a Markdown file is something else."""
_NO_AGENTS = frozenset(
    {"agents", "changelog", "claude", "code_of_conduct", "contributing", "gemini", "license", "readme"}
)
_OTHER_HOMES = frozenset({"commands", "output-styles", "prompts", "rules"})
"""Folders made for Markdown of other kinds, with keys of the same names."""
_TEMPLATES = ("issue_template", "pull_request_template", "discussion_template")
_OF_AGENTS = frozenset({b"tools", b"model", b"disallowedTools", b"permissionMode", b"tier", b"capabilities"})
_OF_PAGES = frozenset(
    {b"title", b"layout", b"date", b"permalink", b"slug", b"weight", b"sidebar_position", b"sidebar_label", b"about"}
    | {b"labels", b"assignees", b"categories", b"author", b"globs", b"alwaysApply", b"applyTo", b"allowed-tools"}
    | {b"argument-hint", b"draft", b"image"}
)


_OF_WORKFLOWS = frozenset({b"on", b"safe-outputs", b"engine"})
"""Keys of GitHub's agentic workflows, which have a name, a description and tools as well."""


def worth_reading(path: str, content: bytes) -> bool:
    """Return whether a file could be an agent by a look at its bytes; spares parsing thousands of others."""
    parts = path.lower().split("/")
    if any(part.startswith(_TEMPLATES) for part in parts) or _JSON_SCHEMA in content[:_HEAD]:
        return False
    if not parts[-1].endswith(MARKDOWN):
        return _HINTS.search(content) is not None
    return parts[-1].endswith(_BY_NAME) or _page(parts, _keys(content))


def likely(path: str, content: bytes, format_: str) -> bool:
    """Return whether a file that is worth reading and fits a format, by the format's name, is meant as an agent.

    A Markdown file was judged by its keys already. A YAML file of ours may be a mission, which names an agent too.
    """
    keys = _keys(content) if format_ == _OURS and not path.lower().endswith(MARKDOWN) else frozenset({b"agent"})
    return b"agent" in keys and keys.isdisjoint({b"mission", b"orchestra"})


def _keys(content: bytes) -> frozenset[bytes]:
    """Return the keys of the front matter, or of the top of a YAML file, as far as they stand in its beginning."""
    head = content[:_HEAD]
    fences = [match.start() for match in _FENCE.finditer(head)]
    return frozenset(_KEY.findall(head[: fences[1]] if len(fences) > 1 else head))


def _page(parts: list[str], keys: frozenset[bytes]) -> bool:
    """A Markdown file with front matter: in a folder for agents it is one; elsewhere by keys that pages do not have."""
    at_home = not HOMES.isdisjoint(parts[:-1])
    if parts[-1].endswith(_OTHER_NAMES) and b"name" not in keys:
        return False
    if not _OF_WORKFLOWS.isdisjoint(keys) or (
        parts[-1].split(".")[0] in _NO_AGENTS and not (at_home and b"name" in keys)
    ):
        return False
    if at_home:
        return b"name" in keys or b"description" in keys or not _OF_AGENTS.isdisjoint(keys)
    if not _OTHER_HOMES.isdisjoint(parts[:-1]):
        return False
    return {b"name", b"description"} <= keys and (_OF_PAGES.isdisjoint(keys) or not _OF_AGENTS.isdisjoint(keys))
