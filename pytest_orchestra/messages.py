"""The messages of the protocol in texts: found, read as far as they can be read, and judged by the schema once.

Gates, the audit trail and expectations look at the same replies; a small memory keeps them from reading one twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json
from orchestra_compiler.text_checks import prose

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema
    from orchestra_compiler.xsd.engines.violation import Violation

# The first element's local name, behind a declaration, comments and a document type. The groups are atomic: a long
# row of comments must not be tried in every combination.
_ROOT = re.compile(
    r"\ufeff?\s*(?>(?><\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)\s*)*"
    r"<(?:[\w.-]+:)?(?P<name>[\w.-]+)",
    re.DOTALL,
)
_SEPARATORS = str.maketrans("", "", "-_")
_TASK = ("taskid", "correlationid", "conversationid", "threadid")
_PARENT = ("parenttask", "parenttaskid", "parentid", "inreplyto", "causationid")
_REMEMBERED = 256  # texts
_LONGEST_REMEMBERED = 20_000  # characters


class Message(NamedTuple):
    """A text read as a message: the document, its type and fields as far as they can be told."""

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

    @property
    def task_id(self) -> str:
        """The task that it says it is about, or an empty string.

        Protocols call it a task, a correlation, a conversation or a thread; each has an id.
        """
        return _word(_find_alike(self.fields, _TASK))

    @property
    def parent_task(self) -> str:
        """The task that it says its own is a part of, or an empty string."""
        return _word(_find_alike(self.fields, _PARENT))


class MessageReader:
    """Reads messages of one project's schema; safe to use from several threads.

    Args:
        load: Returns the project's message schema; not asked before a text looks like a message.
    """

    def __init__(self, load: Callable[[], MessageSchema]) -> None:
        self._load = load
        self._remembered = lru_cache(_REMEMBERED)(self._read_all)
        self._judged = lru_cache(_REMEMBERED)(self._judge)

    def messages(self, text: str) -> tuple[Message, ...]:
        """Return the messages in a text: the whole text, or fenced blocks of it, well-formed or not."""
        return self._remembered(text) if len(text) <= _LONGEST_REMEMBERED else self._read_all(text)

    def violations(self, document: str) -> tuple[Violation, ...]:
        """Return why the schema refuses a document; empty where it accepts it."""
        known = len(document) <= _LONGEST_REMEMBERED
        return self._judged(document) if known else self._judge(document)

    @cached_property
    def _schema(self) -> MessageSchema:
        return self._load()

    @cached_property
    def _roots(self) -> frozenset[str]:
        schema = self._schema
        return frozenset([schema.root_name] if schema.root_name else schema.types)

    def _judge(self, document: str) -> tuple[Violation, ...]:
        return self._schema.validate(document)

    def _read_all(self, text: str) -> tuple[Message, ...]:
        return tuple(map(self._read, self._documents(text)))

    def _documents(self, text: str) -> Iterator[str]:
        candidates = [text] if text.lstrip("\ufeff \t\r\n").startswith("<") else []
        candidates += [content for language, content in prose.fenced(text) if language in ("", "xml")]
        for candidate in candidates:
            root = _ROOT.match(candidate)
            if root and root["name"] in self._roots:
                yield candidate.strip()

    def _read(self, document: str) -> Message:
        try:
            fields = self._schema.decode(document)
            kind = str(fields["type"]) if self._schema.ours else self._schema.type_of(document)
        except MessageError:
            return self._read_in_part(document)
        return Message(document, kind, fields)

    def _read_in_part(self, document: str) -> Message:
        """Read as much as can be read: what is wrong with the document is for the schema to say."""
        from orchestra_compiler.xsd import tree, xml

        kind = ""
        fields: Mapping[str, Json] = {}
        try:
            content = tree.to_mapping(xml.read(document))
            fields = content if isinstance(content, dict) else {}
            kind = self._schema.type_of(document)
        except MessageError:
            pass
        return Message(document, kind, fields)


def _find(fields: Mapping[str, Json], names: tuple[str, ...]) -> Json:
    """Return the first value under one of the names, on the top level or one below it (a header)."""
    for level in _levels(fields):
        for name in names:
            found = level.get(name, level.get(f"@{name}"))
            if found is not None:
                return found
    return None


def _find_alike(fields: Mapping[str, Json], shapes: tuple[str, ...]) -> Json:
    """Return the first value as `_find` does, by names in lower case without hyphens, underscores and `@`."""
    for level in _levels(fields):
        shaped = {name.lstrip("@").translate(_SEPARATORS).lower(): value for name, value in level.items()}
        for shape in shapes:
            if shaped.get(shape) is not None:
                return shaped[shape]
    return None


def _levels(fields: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    yield fields
    yield from (value for value in fields.values() if isinstance(value, dict))


def _agent_name(value: Json) -> str:
    if isinstance(value, dict):
        known = ("agent-name", "agent", "name", "id", "$")
        value = next((value[key] for name in known for key in (name, f"@{name}") if key in value), None)
    return _word(value)


def _word(value: Json) -> str:
    if isinstance(value, dict):
        value = value.get("$")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""
