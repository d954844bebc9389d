"""All generated cases of a project, from every generator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from orchestra_compiler.cases import fallbacks, faults, messages, pairs, prompts, routing
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Fleet
from orchestra_compiler.protocol.schema import MessageSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """Everything that was generated.

    Attributes:
        cases: Sorted by id.
        files: The cases' documents, by path below the output folder.
        left_out: What has no case and why, a line each: what could not be constructed, could not be confirmed, or
            would be more than is of use.
    """

    cases: tuple[Case, ...]
    files: Mapping[str, bytes]
    left_out: tuple[str, ...]


class MessageParts(Protocol):
    """The parts of message cases that take long, by whoever makes them or remembers them."""

    def documents(self) -> messages.Documents:
        """Return the documents of the message schema."""
        ...

    def writable_types(self) -> tuple[str, ...]:
        """Return the message types of which a document can be made."""
        ...


def generate(
    fleet: Fleet,
    schema: MessageSchema,
    parts: MessageParts,
    routed: routing.Plan,
    shown: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Generated:
    """Return every case that the project's definitions ask for.

    Args:
        fleet: The project's fleet.
        schema: Its message schema.
        parts: Who has the parts of message cases.
        routed: Its routing cases.
        shown: Agent -> the message types that its prompt must show a valid example of.

    Raises:
        ValueError: Two generators gave the same id: a bug of ours.
    """
    spoken = messages.assembled(parts.documents(), fleet.protocol.span) if _exchanges_messages(fleet) else None
    cases = [
        *(spoken.cases if spoken else ()),
        *(pairs.generate(fleet, schema, parts.writable_types()) if spoken else ()),
        *(prompts.generate(fleet, shown) if _writes_prompts(fleet) else ()),
        *routed.cases,
        *fallbacks.generate(fleet),
        *faults.generate(fleet),
    ]
    twice = [name for name, count in Counter(case.id for case in cases).items() if count > 1]
    if twice:
        raise ValueError(f"generated twice: {twice}")
    return Generated(
        cases=tuple(sorted(cases, key=lambda case: case.id)),
        files=spoken.files if spoken else {},
        left_out=(*(spoken.left_out if spoken else ()), *map(str, routed.skipped)),
    )


def _exchanges_messages(fleet: Fleet) -> bool:
    """Return whether the project has anything to do with messages: a schema of its own, or agents that name types."""
    return bool(fleet.protocol.schema) or any(agent.sends or agent.accepts for agent in fleet.agents)


def _writes_prompts(fleet: Fleet) -> bool:
    """Return whether the project's targets write the prompts: what is not written cannot be looked at."""
    return not fleet.project.targets or "prompts" in fleet.project.targets
