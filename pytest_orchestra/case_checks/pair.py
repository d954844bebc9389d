"""Running the cases of kind `pair`: messages between agents, there and back, alone or in a conversation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from orchestra_compiler.errors import MessageError, OrchestraError
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Json, Step
from orchestra_compiler.protocol.envelope import envelope
from pytest_orchestra.case_checks.message import refused
from pytest_orchestra.gates.escalation import State
from pytest_orchestra.ladder import Ladder
from pytest_orchestra.values import Level

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject

_CORRELATION = ("task_id", "parent_task")


def check(case: Case, project: CompiledProject) -> str | None:
    """Return None when the case holds, else the reason with what was expected and what came."""
    data: dict[str, Any] = json.loads(case.data)
    messages: list[dict[str, Any]] = data.get("messages", [data])
    try:
        for message in messages:
            wrong = _there_and_back(message, project) or _template(message["type"], message["sender"], project)
            if wrong is not None:
                return wrong
        return next(_of_conversation(messages, data.get("chain", []), project), None)
    except OrchestraError as error:
        return f"{case.scenario}: {error}"


def _there_and_back(message: Mapping[str, Any], project: CompiledProject) -> str | None:
    """Return what is lost when a message is encoded, judged and decoded."""
    kind: str = message["type"]
    named = f"the {kind} from {message['sender']} to {message['recipient']}"
    text = project.messages.encode(kind, message["fields"])
    found = project.messages.validate(text)
    if found:
        return refused(f"{named} must be valid", found)
    back = project.messages.decode(text)
    wrong = list(_differences(message["fields"] or _said_again(kind, back, project), back))
    if (says := project.messages.type_of(text)) != kind:
        wrong.append(f"type: expected {kind!r}, got {says!r}")
    return f"{named} came back changed: {'; '.join(wrong)}" if wrong else None


def _said_again(kind: str, example: Mapping[str, Json], project: CompiledProject) -> Mapping[str, Json]:
    """Return what comes back of an example of a project's own schema when its values are said again.

    A document that the fields cannot express, such as one with a wildcard's content, says nothing new.
    """
    try:
        text = project.messages.encode(kind, {name: value for name, value in example.items() if name != "type"})
    except MessageError:
        return {}
    return project.messages.decode(text)


def _differences(sent: Mapping[str, Json], back: Mapping[str, Json]) -> Iterator[str]:
    for name, value in sent.items():
        came = back.get(name)
        if came != value:
            yield f"{name}: expected {value!r}, got {came!r}"


def _of_conversation(
    messages: Sequence[Mapping[str, Any]], chain: Sequence[str], project: CompiledProject
) -> Iterator[str]:
    """Yield what is wrong with several messages together: their task, and the way up the chain of command."""
    for name in _CORRELATION:
        named = {message["fields"].get(name) for message in messages}
        if len(named) > 1:
            yield f"the messages name more than one {name}: {', '.join(sorted(map(str, named)))}"
    if not chain:
        return
    if len(set(chain)) < len(chain):
        yield f"the chain of command goes in circles: {' -> '.join(chain)}"
    for kind in dict.fromkeys(message["type"] for message in messages):
        hops = [(message["sender"], message["recipient"]) for message in messages if message["type"] == kind]
        if hops != list(pairwise(chain)):
            yield f"the {kind} goes {hops}, not up the chain {' -> '.join(chain)}"
    asked = _asked_in_turn(chain[0], project)
    if asked != list(chain):
        yield f"an escalation must go {' -> '.join(chain)}, but the agents asked are {' -> '.join(asked)}"
    yield from _misaddressed(chain, project)


def _asked_in_turn(name: str, project: CompiledProject) -> list[str]:
    """Return whom a run asks when one after the other cannot go on, as its error levels say."""
    fleet = project.manifest.fleet
    agent = fleet.agent_by_name.get(name)
    if agent is None:
        return []
    ladder = Ladder(fleet, agent)
    states = [State(level=level, attempt=0) for level in (Level.SELF, Level.COORDINATOR) if level in ladder.levels]
    if Level.LEAD in ladder.levels:
        states += [State(level=Level.LEAD, attempt=attempt) for attempt in range(len(fleet.chain_of_command(agent)))]
    return list(dict.fromkeys(ladder.agent(state).name for state in states))


def _misaddressed(chain: Sequence[str], project: CompiledProject) -> Iterator[str]:
    """Yield who would send an escalation to somebody else, left to itself, than to the next in the chain."""
    agents = project.manifest.fleet.agent_by_name
    for sender, recipient in pairwise(chain):
        agent = agents.get(sender)
        if agent is None:
            yield f"the fleet has no agent {sender!r}"
            continue
        addressed = envelope(agent, Step(name="main", task="", agent=chain[0]), "chain")["recipient"]
        if addressed != recipient:
            yield f"{sender} would send it to {addressed}, not to {recipient}"


def _template(kind: str, sender: str, project: CompiledProject) -> str | None:
    """Return what is wrong with the sender's template of this type; an agent need not have one."""
    path = project.manifest.templates.get(f"{kind}/{sender}")
    if path is None:
        return None
    text = project.text(path)
    found = project.messages.validate(text)
    if found:
        return refused(f"the template {path} must be valid", found)
    named = project.messages.type_of(text)
    return None if named == kind else f"the template {path} must be a {kind}, but says {named!r}"
