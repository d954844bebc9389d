"""The grounding layer: does everything the reply names exist? Exact, for the world is closed: fleet and files are known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from orchestra_compiler.model import Json
from orchestra_compiler.text_checks import mentions
from orchestra_compiler.tool_patterns import PATH_KEYS
from pytest_orchestra.gates import files
from pytest_orchestra.gates.subject import Check, Finding, Options, Subject, tool_input

NOT_IN_FLEET = frozenset({"user"})
"""Whom a message may be for beside the fleet's agents: the last level of escalation."""

_WRITERS = re.compile(r"write|edit|create|save|touch", re.IGNORECASE)
_CLAUDE_PREFIX = "agent-"  # Claude Code writes @agent-NAME for a mention of NAME


def known_agents(options: Options) -> Check:  # noqa: ARG001 - it has none
    """Refuse a reply that mentions an agent (`@name`, a message's sender or recipient) the fleet does not have."""
    return _strangers


def known_files(options: Options) -> Check:  # noqa: ARG001 - it has none
    """Refuse a reply that names a file nobody knows.

    Known are: the step's feature `files`, what the reply's own tool calls write, what task, context or the agent's
    documents name, and what stands below the project's root. See `files` for what counts as a path.
    """
    trees: dict[Path, files.Tree] = {}

    def check(subject: Subject) -> Iterator[Finding]:
        words = [*files.named(subject.text), *(Finding(path) for path in _artifacts(subject))]
        if words:
            root = subject.world.root
            yield from _unknown_files(subject, words, trees.setdefault(root, files.Tree(root)))

    return check


def _strangers(subject: Subject) -> Iterator[Finding]:
    fleet = subject.world.manifest.fleet.agent_by_name
    for found in mentions.scan(subject.text):
        if found.what not in fleet and found.what.removeprefix(_CLAUDE_PREFIX) not in fleet:
            yield Finding(f"the fleet has no agent {found.what!r}", found.start, found.end)
    for message in subject.messages:
        for role, name in (("sender", message.sender), ("recipient", message.recipient)):
            if name and name.removeprefix("@") not in fleet and name not in NOT_IN_FLEET:
                yield Finding(f"the message's {role} {name!r} is no agent of the fleet")


def _unknown_files(subject: Subject, words: list[Finding], tree: files.Tree) -> Iterator[Finding]:
    known = _known(subject)
    folders = tree.folders | {path.partition("/")[0] for path in known if path.find("/") > 0}
    for word, start, end in words:
        path = files.normal(word, subject.world.root)
        in_message = not end
        if not in_message and not files.is_path(word, folders):
            continue
        if path not in known and path not in tree.paths and not _is_named(path, subject):
            yield Finding(f"nothing is known of the file {word!r}", start, end)


def _known(subject: Subject) -> frozenset[str]:
    given: list[str] = []
    listed = subject.step.features.get("files", ()) if subject.step is not None else ()
    given += listed if isinstance(listed, tuple) else [str(listed)]
    given += subject.agent.documents if subject.agent is not None else ()
    for tool in subject.tools:
        if _WRITERS.search(tool.name):
            data = tool_input(tool) or {}
            given += [str(data[key]) for key in PATH_KEYS if key in data]
    return frozenset(tail for path in given for tail in files.tails(files.normal(path, subject.world.root)))


def _is_named(path: str, subject: Subject) -> bool:
    """Return whether task or context name the path, whole or as the end or the beginning of a longer one."""
    pattern = re.compile(rf"(?<![\w.-]){re.escape(path)}(?![\w-])")
    given = [subject.step.task] if subject.step is not None else []
    return any(pattern.search(text) for text in (*given, *subject.context.values()))


def _artifacts(subject: Subject) -> Iterator[str]:
    """Yield the paths of the messages' artifacts: our own protocol maps path to summary, others have `path` elements."""
    for message in subject.messages:
        listed = message.fields.get("artifacts")
        if subject.world.messages.ours and isinstance(listed, dict) and "file" not in listed:
            yield from listed
        else:
            yield from _paths(dict(message.fields), inside=False)


def _paths(value: Json, *, inside: bool) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _paths(each, inside=inside)
    elif isinstance(value, dict):
        for key, each in value.items():
            name = key.removeprefix("@")
            if inside and isinstance(each, str) and name in ("path", *PATH_KEYS, "file-path"):
                yield each
            else:
                yield from _paths(each, inside=inside or name in ("artifact", "artifacts"))
