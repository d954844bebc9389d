"""Agents as Markdown files with front matter, as Claude Code and its like keep them.

The body is the prompt, character by character. Keys this language does not know are kept in `extra`; those that the
sub-agents page of Claude Code's documentation lists pass in silence, others are told as information. Claude Code's
`hooks` is a mapping of events: their names are the agent's hooks, the mapping itself goes to `extra`. Its `memory`, when
one of three scopes, says where memory is kept, not which namespace it has, and goes to `extra` too.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.frontends.agent import shared_fields
from orchestra_compiler.frontends.common import Built, compact, faults, has_errors, words
from orchestra_compiler.model import Agent
from orchestra_compiler.source import markdown
from orchestra_compiler.source.codes import did_you_mean, fault, shown
from orchestra_compiler.source.places import LazyPlaces
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.tree import Document

OWN_KEYS = frozenset(
    {"name", "description", "tools", "model", "tier", "rationale", "capabilities", "sends", "accepts", "coordinator"}
    | {"handoffs", "knowledge", "memory", "hooks"}
)
"""The keys that have a field in the model."""
DOCUMENTED_KEYS = frozenset(
    {"background", "color", "disallowedTools", "effort", "initialPrompt", "isolation", "maxTurns", "mcpServers"}
    | {"omitClaudeMd", "permissionMode", "skills"}
)
"""Further keys of Claude Code's sub-agents."""
TEXT_KEYS = ("name", "description", "tier", "rationale", "coordinator", "model", "memory", "color")
"""The keys whose values are text, whatever YAML makes of them: `[a template]` is no list, `3.5` no number."""
MEMORY_SCOPES = frozenset({"user", "project", "local"})
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
_LONGEST_NAME = 100


def build(text: Text) -> Built[Agent]:
    """Build the agent of a Markdown text. Only a known key with a value of the wrong type, or twice, breaks it."""
    page = markdown.read(text)
    document = page.front
    data = document.value
    for key in [key for key, value in data.items() if value is None]:
        data.drop(key)  # `tools:` without a value means what its absence means
    found = page.diagnostics + _texts(document)
    found += faults(document, "agent-front-matter") + _unknown_keys(document)
    name, mended = _name(document)
    found += mended
    if "description" not in data:
        found.append(
            fault(
                "ORC012",
                document.head_span_at(()),
                "`description` is missing",
                "say when to call this agent",
                severity=Severity.WARNING,
            )
        )
    if has_errors(found):
        return Built(None, found, name)
    return Built(_agent(page, name), found, name)


def _agent(page: markdown.Page, name: str) -> Agent:
    data = page.front.value
    hooks, memory = data.get("hooks"), data.get("memory")
    extra = {key for key in data if key not in OWN_KEYS}
    if isinstance(hooks, dict):
        extra.add("hooks")
    if memory in MEMORY_SCOPES:
        extra.add("memory")
    return Agent(
        name=name,
        prompt=page.body,
        source_format="claude-code",
        model=data.get("model"),
        memory=None if memory in MEMORY_SCOPES else memory,
        hooks=tuple(hooks) if isinstance(hooks, dict) else words(hooks),
        extra={key: compact(data[key]) for key in sorted(extra)},
        span=page.front.span,
        places=LazyPlaces(page.front.text, data, {"prompt": (page.start, len(page.front.text.content))}),
        **shared_fields(data),
    )


def _texts(document: Document) -> list[Diagnostic]:
    """Take the values of text keys as they are written, and tell of those that YAML takes for something else."""
    found = []
    data, text = document.value, document.text
    for key in TEXT_KEYS:
        if key in data and not isinstance(data[key], str):
            start, end = data.spot(key)
            data[key] = " ".join(text.content[start:end].split())
            hint = shown(f"write {key}: {json.dumps(data[key], ensure_ascii=False)}", 160)
            message = f"the value of `{key}` is not text to YAML; it is read as it is written"
            found.append(fault("ORC007", text.span(start, end), message, hint))
    return found


def _name(document: Document) -> tuple[str, list[Diagnostic]]:
    """Return the agent's name: as written, mended to a plain word, or the file's."""
    written = document.value.get("name")
    if isinstance(written, str) and _NAME.match(written) and len(written) <= _LONGEST_NAME:
        return written, []
    stem = PurePosixPath(document.text.path).name.removesuffix(".md").removesuffix(".agent")
    name = _plain(written if isinstance(written, str) else "") or _plain(stem) or "agent"
    if isinstance(written, str):
        message = f"the name `{shown(written)}` is not a plain word; it is read as `{name}`"
        hint = f"write name: {name}"
        return name, [fault("ORC010", document.span_at(("name",)), message, hint, severity=Severity.WARNING)]
    if "name" in document.value:
        return name, []  # of the wrong type, which is told
    message = f"`name` is missing; the agent is called `{name}` after its file"
    return name, [fault("ORC012", document.head_span_at(()), message, f"write name: {name}", severity=Severity.WARNING)]


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-._")[:_LONGEST_NAME]


def _unknown_keys(document: Document) -> list[Diagnostic]:
    found = []
    for key in document.value:
        if key in OWN_KEYS or key in DOCUMENTED_KEYS:
            continue
        hint = did_you_mean(key, (OWN_KEYS | DOCUMENTED_KEYS) - set(document.value)) or "it is kept as it is"
        message = f"unknown key `{shown(key)}`"
        found.append(fault("ORC011", document.key_span_at((key,)), message, hint, severity=Severity.INFO))
    return found
