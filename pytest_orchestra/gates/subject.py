"""What a check looks at, and the closed world it is held against."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Agent, Json, Step, ToolUse
from pytest_orchestra.messages import Message

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject


class Finding(NamedTuple):
    """A piece of evidence: what was found, and where in the text it stands; 0, 0 where it stands in no text."""

    message: str
    start: int = 0
    end: int = 0


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
        return self.world.messages_in(self.text) if "<" in self.text else ()


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
