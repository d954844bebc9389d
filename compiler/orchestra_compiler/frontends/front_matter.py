"""What all Markdown agents share: a front matter whose keys are judged, kept or told, and a body that is the prompt."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Safety, Severity, Span
from orchestra_compiler.frontends.common import compact, faults, words
from orchestra_compiler.source import markdown
from orchestra_compiler.source.codes import did_you_mean, fault, shown
from orchestra_compiler.source.mends import quoted, rename, replace
from orchestra_compiler.source.tree import Document, Map
from orchestra_compiler.suggestions import Names, opposed

OUR_KEYS = frozenset(
    {"name", "description", "tools", "model", "tier", "rationale", "capabilities", "sends", "accepts", "coordinator"}
    | {"handoffs", "knowledge", "memory", "hooks"}
)
"""The keys that this language reads, whichever tool the front matter was written for."""
_MOST_SUGGESTIONS = 100  # a search takes longer than all the rest of a key
_CALLED_OTHERWISE = {
    "allowed-tools": "tools",
    "allowed_tools": "tools",
    "allowedTools": "tools",
    "mode": "",
    "title": "",
}
"""Keys as files of other kinds have them, and what they are called in an agent's; nothing, where there is no such."""
_OPEN = {"tools": ", and the agent may use every tool"}
_MEMORY_SCOPES = frozenset({"user", "project", "local"})


class Dialect(NamedTuple):
    """What tells one tool's front matter from another's.

    Attributes:
        schema: The kind of document that it is held against.
        own: The keys that have a field in the model.
        documented: Further keys that the tool's documentation lists; they are kept in silence.
        texts: The keys whose values are text, whatever YAML makes of them: `[a template]` is no list, `3.5` no number.
    """

    schema: str
    own: frozenset[str]
    documented: frozenset[str]
    texts: tuple[str, ...]


def judged(page: markdown.Page, dialect: Dialect) -> list[Diagnostic]:
    """Return what is wrong with a front matter; empty values are dropped, and texts are taken as they are written."""
    document = page.front
    drop_empty(document.value)
    taken = take_texts(document, dialect.texts)
    within = [each for each in page.diagnostics if any(_holds(other.span, each.span) for other in taken)]
    found = [_mild(each) for each in page.diagnostics if each not in within] + taken
    found += _without_switches(document)
    found += passed_over(faults(document, dialect.schema), document, document.value)
    found += _unknown_keys(document, dialect)
    return found + without_description(document)


def _mild(found: Diagnostic) -> Diagnostic:
    """Return a finding about a key that stands twice as a warning: the first of the two counts."""
    if found.code != "ORC002":
        return found
    message = f"{found.message}; the first counts"
    return dataclasses.replace(found, message=message, severity=Severity.WARNING)


def drop_empty(value: Map) -> None:
    """Drop the keys without a value: `tools:` with nothing behind it, or `""`, means what its absence means."""
    for key in [key for key, item in value.items() if item is None or item == ""]:
        value.drop(key)


def passed_over(found: Iterable[Diagnostic], document: Document, data: Map) -> list[Diagnostic]:
    """Drop the keys whose values are of no shape that is known, and tell so with warnings.

    A file of another tool was written for that tool: what it says in a way of its own costs it a key, not its agent.
    """
    told, dropped = [], set()
    for each in found:
        index = document.text.index(each.span.line, each.span.column)
        key = next((key for key in data if index in range(*data.spot(key))), None)
        if key is None or each.severity is not Severity.ERROR:
            told.append(each)
            continue
        dropped.add(key)
        message = f"{each.message}; `{shown(key)}` is passed over" + _OPEN.get(key, "")
        told.append(dataclasses.replace(each, message=message, severity=Severity.WARNING))
    for key in dropped:
        data.drop(key)
    return told


def _without_switches(document: Document) -> list[Diagnostic]:
    """Drop a mapping of tools to true and false, as OpenCode has it, and tell: what it does not name stays open there."""
    tools = document.value.get("tools")
    if not isinstance(tools, Map) or not tools or not all(isinstance(each, bool) for each in tools.values()):
        return []
    span = document.span_at(("tools",))
    document.value.drop("tools")
    on = ", ".join(name for name, is_on in tools.items() if is_on)
    message = (
        "`tools` is a mapping of switches, as OpenCode has it; it is passed over, and the agent may use every tool"
    )
    hint = f"list the tools that the agent may use{shown(f': tools: {on}') if on else ''}"
    return [fault("ORC013", span, message, hint, severity=Severity.WARNING)]


def take_texts(document: Document, keys: Iterable[str], code: str = "ORC007") -> list[Diagnostic]:
    """Take the values of text keys as they are written, and tell of those that YAML takes for something else."""
    found = []
    data, text = document.value, document.text
    for key in keys:
        if key in data and not isinstance(data[key], str):
            start, end = data.spot(key)
            data[key] = " ".join(text.content[start:end].split())
            hint = shown(f"write {key}: {json.dumps(data[key], ensure_ascii=False)}", 160)
            message = f"the value of `{key}` is not text to YAML; it is read as it is written"
            fix = replace("quote the value", Safety.SAFE, text.span(start, end), quoted(data[key]))
            found.append(fault(code, text.span(start, end), message, hint, fix=fix))
    return found


def _holds(outer: Span, inner: Span) -> bool:
    """Return whether one span lies in another: what is read as text has one fault, whatever else YAML has against it."""
    return outer[1:3] <= inner[1:3] and inner[3:5] <= outer[3:5]


def without_description(document: Document, key: str = "description") -> list[Diagnostic]:
    """Return the finding that nothing says when to call an agent, where nothing does."""
    if document.value.get(key):
        return []
    message, hint = f"`{key}` is missing", "say when to call this agent"
    return [fault("ORC012", document.head_span_at(()), message, hint, severity=Severity.WARNING)]


def kept(value: Map, known: Collection[str], *more: str) -> dict[str, str]:
    """Return the values that have no field in the model, as JSON text: those of unknown keys, and of `more`."""
    keys = {key for key in value if key not in known} | {key for key in more if key in value}
    return {key: compact(value[key]) for key in sorted(keys)}


def memory_and_hooks(data: Map) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the fields that `memory` and `hooks` of a front matter fill, and which of the two keys are kept as well.

    A scope of Claude Code's memory says where memory is kept, not which namespace it has; its `hooks` is a mapping of
    events: their names are the agent's hooks, the mapping itself is kept.
    """
    hooks, memory = data.get("hooks"), data.get("memory")
    mapped, scoped = isinstance(hooks, dict), memory in _MEMORY_SCOPES
    fields = {"memory": None if scoped else memory, "hooks": tuple(hooks) if isinstance(hooks, dict) else words(hooks)}
    return fields, (*(["hooks"] if mapped else []), *(["memory"] if scoped else []))


def _unknown_keys(document: Document, dialect: Dialect) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    known = dialect.own | dialect.documented
    unknown = [key for key in document.value if key not in known]
    free = sorted(known - set(document.value)) if unknown else []
    names = Names(free)
    for key in unknown:
        message, span = f"unknown key `{shown(key)}`", document.key_span_at((key,))
        meant, hint = _CALLED_OTHERWISE.get(key, ""), ""
        if meant in free:
            hint = f"did you mean `{meant}`?"
        elif key not in _CALLED_OTHERWISE and len(found) < _MOST_SUGGESTIONS:
            hint = did_you_mean(key, [each for each in free if not opposed(key, each)])
            meant = names.nearest(key)
        fix = rename(key, meant, span) if hint else None
        found.append(fault("ORC011", span, message, hint or "it is kept as it is", severity=Severity.INFO, fix=fix))
    return found
