"""What a check looks at, and the closed world it is held against."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from orchestra_compiler.errors import MessageError, OrchestraError
from orchestra_compiler.model import Agent, Json, Step, ToolUse
from orchestra_compiler.text_checks import prose

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject

# The first element's local name, behind a declaration, comments and a document type. The groups are atomic: a long
# row of comments must not be tried in every combination.
_ROOT = re.compile(
    r"\ufeff?\s*(?>(?><\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)\s*)*"
    r"<(?:[\w.-]+:)?(?P<name>[\w.-]+)",
    re.DOTALL,
)


class Finding(NamedTuple):
    """A piece of evidence: what was found, and where in the text it stands; 0, 0 where it stands in no text."""

    message: str
    start: int = 0
    end: int = 0


class Message(NamedTuple):
    """A reply's text read as a message: the document, its type and fields as far as they can be told."""

    document: str
    type: str
    fields: Mapping[str, Json]

    @property
    def sender(self) -> str:
        """The agent it says it comes from, or an empty string."""
        return _agent_name(_find(self.fields, ("sender", "from")))

    @property
    def recipient(self) -> str:
        """The agent it is for, or an empty string."""
        return _agent_name(_find(self.fields, ("recipient", "to")))


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A task or a reply to judge.

    Attributes:
        text: The task's text, one piece of its context, or the reply's text.
        tools: The tool calls of a reply.
        context: For a reply, what the agent had been given besides the task.
        agent: Who answers; None for a text from nowhere.
        chain: The agents that the work has passed through so far.
        project: The closed world; None for a text that is judged by itself.
    """

    text: str
    tools: tuple[ToolUse, ...] = ()
    agent: Agent | None = None
    step: Step | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    chain: tuple[str, ...] = ()
    project: CompiledProject | None = None

    @property
    def world(self) -> CompiledProject:
        """The project that the subject belongs to.

        Raises:
            OrchestraError: It belongs to none.
        """
        if self.project is None:
            raise OrchestraError("this check needs a compiled project", "name the project's folder")
        return self.project

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """The messages of the protocol in the text: the whole text, or fenced blocks of it, well-formed or not."""
        if "<" not in self.text:
            return ()
        return tuple(_read(document, self.world) for document in self._documents())

    def _documents(self) -> Iterator[str]:
        candidates = [self.text] if self.text.lstrip("\ufeff \t\r\n").startswith("<") else []
        candidates += [content for language, content in prose.fenced(self.text) if language in ("", "xml")]
        for candidate in candidates:
            root = _ROOT.match(candidate)
            if root and root["name"] in _roots(self.world):
                yield candidate.strip()


Check: TypeAlias = Callable[[Subject], Iterator[Finding]]
"""A check: yields the evidence against a subject; nothing when it passes."""

Options: TypeAlias = Mapping[str, Json]
Maker: TypeAlias = Callable[[Options], Check]
"""Makes a check from its options, once per run."""


def texts(options: Options, name: str) -> tuple[str, ...] | None:
    """Return an option that is a list of texts, or one text; None where it is not given.

    Raises:
        OrchestraError: It is something else.
    """
    given = options.get(name)
    if given is None:
        return None
    listed = given if isinstance(given, list) else [given]
    if not all(isinstance(each, str) for each in listed):
        raise OrchestraError(f"the gate option {name!r} must be a list of texts", "mend it in the gates document")
    return tuple(str(each) for each in listed)


def tool_input(tool: ToolUse) -> Mapping[str, Json] | None:
    """Return a tool call's input, or None where it is no JSON object."""
    try:
        data = json.loads(tool.input)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _roots(project: CompiledProject) -> frozenset[str]:
    schema = project.messages
    return frozenset([schema.root_name] if schema.root_name else schema.types)


def _read(document: str, project: CompiledProject) -> Message:
    """Read as much as can be read: what is wrong with the document is the schema check's to say."""
    from orchestra_compiler.xsd import tree, xml

    kind = ""
    fields: Mapping[str, Json] = {}
    try:
        content = tree.to_mapping(xml.read(document))
        fields = content if isinstance(content, dict) else {}
        kind = project.messages.type_of(document)
        fields = project.messages.decode(document)
    except MessageError:
        pass
    return Message(document, kind, fields)


def _find(fields: Mapping[str, Json], names: tuple[str, ...]) -> Json:
    """Return the first value under one of the names, on the top level or one below it (a header)."""
    nested = [value for value in fields.values() if isinstance(value, dict)]
    for level in (fields, *nested):
        for name in names:
            found = level.get(name, level.get(f"@{name}"))
            if found is not None:
                return found
    return None


def _agent_name(value: Json) -> str:
    if isinstance(value, dict):
        known = ("agent-name", "agent", "name", "id", "$")
        value = next((value[key] for name in known for key in (name, f"@{name}") if key in value), None)
    return value.strip() if isinstance(value, str) else ""
