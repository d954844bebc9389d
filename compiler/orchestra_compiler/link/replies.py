"""Scripted messages: whether the protocol lets them be written as the scripted provider will write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.errors import MessageError
from orchestra_compiler.findings import REPLY_UNWRITABLE, UNKNOWN_MESSAGE_TYPE, place_of
from orchestra_compiler.link.scope import Scope
from orchestra_compiler.model import Json, ScriptedReply
from orchestra_compiler.protocol.envelope import envelope

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield scripted messages of unknown types, and those that cannot be written."""
    if scope.schema is None:
        return
    writer = _Writer(scope.schema)
    for mission in scope.fleet.missions:
        for step in mission.steps:
            script, agent = mission.replies.get(step.name), scope.fleet.assigned(step)
            if script is None or agent is None:
                continue
            for number, reply in enumerate(script.replies):
                if reply.message and not writer.knows(reply.message):
                    # The step's own agent makes the first call; a later one may be that of anybody above it.
                    senders = scope.fleet.chain_of_command(agent) if number else (agent,)
                    envelopes = [envelope(sender, step, mission.name) for sender in senders]
                    yield from _faults(reply, envelopes, scope, writer)


def _faults(
    reply: ScriptedReply, envelopes: Sequence[Mapping[str, str]], scope: Scope, writer: _Writer
) -> Iterator[Diagnostic]:
    fields: dict[str, Json] = json.loads(reply.message)
    kind = str(fields.pop("type", ""))
    at = partial(place_of, reply.span, reply.places)
    unknown = list(scope.message(kind, at("message.type", "message"), UNKNOWN_MESSAGE_TYPE))
    if unknown:
        yield from unknown
        return
    error = writer.error(reply.message, kind, fields, envelopes)
    if error is not None:
        yield REPLY_UNWRITABLE.at(at("message"), f"this message cannot be written: {error.message}", error.hint)


class _Writer:
    """Writes messages, and remembers those that could be written: the same text is written once."""

    def __init__(self, schema: Callable[[], MessageSchema]) -> None:
        self._schema = schema
        self._written: set[str] = set()

    def knows(self, message: str) -> bool:
        """Return whether this message could be written before."""
        return message in self._written

    def error(
        self, message: str, kind: str, fields: Mapping[str, Json], envelopes: Sequence[Mapping[str, str]]
    ) -> MessageError | None:
        """Return why a message cannot be written; None where it can be in one of the envelopes."""
        written = {name.replace("-", "_") for name in fields}
        first: MessageError | None = None
        for each in envelopes:
            added = {name: value for name, value in each.items() if name not in written}
            try:
                self._schema().encode(kind, {**fields, **added})
            except MessageError as error:
                first = first or error
            else:
                self._written.add(message)
                return None
        return first
