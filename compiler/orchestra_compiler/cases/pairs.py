"""Cases for agents that work together: what they say to each other must come through whole.

Three kinds of agents may talk, each only where the sender may send a type and the recipient accepts it:

- An agent and its coordinator, a case per message: an assignment down; a completion, a question, a status and an
  escalation up. Of a schema of the project's own, every type that one of the two sends and the other accepts.
- An agent and another that it hands work to, one case for the conversation: assignment, question, status, completion.
- An agent and all above it, one case for the chain of command: an escalation goes up to the top by way of each in turn
  and is about the same task all the way.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from orchestra_compiler.cases import pair_fields
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Agent, Fleet, Json
from orchestra_compiler.naming import file_name
from orchestra_compiler.protocol.schema import MessageSchema

CHAIN = "chain-of-command"
"""The end of the ids of cases that go up the whole chain."""

_UP = ("task-completion", "question", "status", "escalation")
_DOWN = ("task-assignment",)
_BACK = ("question", "status", "task-completion")  # in the order of a conversation
_RAISED = ("escalation",)
_LEAST_CHAIN = 3  # an agent and its coordinator alone are a pair


class _Said(NamedTuple):
    """One message from one agent to another."""

    kind: str
    sender: Agent
    recipient: Agent


def writable_types(schema: MessageSchema) -> tuple[str, ...]:
    """Return the message types of which a document can be made."""
    return tuple(kind for kind in schema.types if schema.ours or schema.instance(kind).document is not None)


def generate(fleet: Fleet, schema: MessageSchema, writable: Collection[str] | None = None) -> tuple[Case, ...]:
    """Return the cases of all agents that may talk to each other, in order of their ids.

    Args:
        fleet: The project's fleet.
        schema: Its message schema.
        writable: The types of which a document can be made, where that is known.
    """
    writable = writable_types(schema) if writable is None else writable
    types = tuple(kind for kind in schema.types if kind in writable)
    talk = _Talk(fleet, types, ours=schema.ours)
    cases = (case for agent in fleet.agent_by_name.values() for case in talk.cases(agent))
    return tuple(sorted(cases, key=lambda case: case.id))


class _Talk:
    """Who may say what to whom.

    Args:
        fleet: The project's fleet.
        types: The types of which a document can be made.
        ours: Whether they are those of the protocol that ships with us.
    """

    def __init__(self, fleet: Fleet, types: tuple[str, ...], *, ours: bool) -> None:
        self._known = fleet.agent_by_name
        self._types = types
        self._ours = ours

    def cases(self, agent: Agent) -> Iterator[Case]:
        """Yield the cases of an agent: with its coordinator, up the chain, and with those it hands work to."""
        chain = self._chain(agent)
        if len(chain) > 1:
            yield from self._with_coordinator(agent, chain[1])
        if len(chain) >= _LEAST_CHAIN:
            yield from self._up(chain)
        for name in dict.fromkeys(agent.handoffs):
            other = self._known.get(name)
            if other is not None and agent.name not in (other.name, other.coordinator) and agent.coordinator != name:
                yield from self._with_helper(agent, other)

    def _chain(self, agent: Agent) -> list[Agent]:
        chain = [agent]
        while (above := self._known.get(chain[-1].coordinator or "")) is not None and above not in chain:
            chain.append(above)
        return chain

    def _with_coordinator(self, agent: Agent, above: Agent) -> Iterator[Case]:
        wanted = self._between(above, agent, _DOWN, _UP)
        for said in self._possible(wanted):
            # In our protocol each type goes one way; in another, one type may go both.
            way = "" if self._ours or said.sender is agent else f"from-{file_name(above.name)}/"
            yield self._case(
                f"{way}{file_name(said.kind)}",
                f"{said.kind} from {said.sender.name} to {said.recipient.name}",
                agent,
                [said.sender, said.recipient],
                self._message(said, None),
            )

    def _with_helper(self, agent: Agent, other: Agent) -> Iterator[Case]:
        said = list(self._possible(self._between(agent, other, _DOWN, _BACK), declared=True))
        if said:
            data: dict[str, Json] = {"messages": [self._message(each, agent.name) for each in said]}
            scenario = f"{agent.name} hands work to {other.name}"
            yield self._case(f"to-{file_name(other.name)}", scenario, agent, [agent, other], data)

    def _up(self, chain: Sequence[Agent]) -> Iterator[Case]:
        """Yield the case of the whole chain, of the types that everybody on the way passes on."""
        messages: list[Json] = []
        for kind in _RAISED if self._ours else self._types:
            wanted = [_Said(kind, below, above) for below, above in pairwise(chain)]
            if len(list(self._possible(wanted))) == len(wanted):
                messages += [self._message(said, chain[0].name, hop) for hop, said in enumerate(wanted)]
        if messages:
            data: dict[str, Json] = {"messages": messages, "chain": [agent.name for agent in chain]}
            between = ", ".join(agent.name for agent in chain[1:-1])
            scenario = f"from {chain[0].name} up to {chain[-1].name} by way of {between}"
            yield self._case(CHAIN, scenario, chain[0], chain, data)

    def _between(self, giver: Agent, taker: Agent, down: Iterable[str], back: Iterable[str]) -> list[_Said]:
        """Return what two agents may say: in our protocol what fits who they are, in another every type both ways."""
        down, back = (down, back) if self._ours else (self._types, self._types)
        return [*(_Said(kind, giver, taker) for kind in down), *(_Said(kind, taker, giver) for kind in back)]

    def _possible(self, wanted: Iterable[_Said], *, declared: bool = False) -> Iterator[_Said]:
        """Yield the messages that their sender may send and their recipient accepts.

        An agent that declares no types may send and accept any. But which types of a project's own schema it has a use
        for nobody knows then, nor with whom else it talks: there only what is declared counts.
        """
        for said in wanted:
            sends = said.kind in said.sender.sends or not (said.sender.sends or declared or not self._ours)
            accepts = said.kind in said.recipient.accepts or not said.recipient.accepts
            if said.kind in self._types and sends and accepts:
                yield said

    def _message(self, said: _Said, task: str | None, hop: int = 0) -> dict[str, Json]:
        """Return a message as the case carries it; `task` is whose work a conversation is about."""
        data: dict[str, Json] = {"type": said.kind, "sender": said.sender.name, "recipient": said.recipient.name}
        data["fields"] = {}
        if self._ours and task is None:
            data["fields"] = pair_fields.every_field(said.kind, said.sender.name, said.recipient.name)
        elif self._ours:
            names = (said.sender.name, said.recipient.name)
            data["fields"] = pair_fields.of_conversation(said.kind, *names, f"{task}-1", hop)
        return data

    def _case(self, name: str, scenario: str, agent: Agent, people: Iterable[Agent], data: dict[str, Json]) -> Case:
        return Case(
            id=f"pair/{file_name(agent.name)}/{name}",
            kind="pair",
            scenario=scenario,
            component=agent.name,
            expected="valid",
            agents=tuple(each.name for each in people),
            tier=agent.tier or "",
            data=json.dumps(data, sort_keys=True, separators=(",", ":")),
            span=agent.span,
        )
