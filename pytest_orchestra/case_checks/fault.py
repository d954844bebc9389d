"""Runs a fault case: the real gates on a made-up offence, the real escalation machine on a made-up run of bad luck."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Agent, CallError, Layer, Mission, Model, Step, ToolUse
from pytest_orchestra.gates import Gates
from pytest_orchestra.gates.escalation import FIRST, Event, after, event_of
from pytest_orchestra.values import Level, Outcome, Reply, Request, Verdict, VerdictKind

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject

_STAND_IN = Agent(name="orchestra-stand-in", description="Answers in fault cases.", prompt="")
_EVERYBODY = frozenset({Level.COORDINATOR, Level.LEAD})


def check(case: Case, project: CompiledProject) -> str | None:
    """Return None when the step ends as the policy says, else the expected and the actual end."""
    data = json.loads(case.data)
    actual = _gate(data, project) if "check" in data else _climb(data, project)
    return None if actual == case.expected else f"expected {case.expected!r}, but it was {actual!r}"


def _climb(data: Mapping[str, Any], project: CompiledProject) -> str:
    events = [_event(word) for word in data["calls"]]
    return _end(events, project, frozenset(Level[name.upper()] for name in data["present"]))


def _event(word: str) -> Event:
    """Return the event of a call: `ok`, `error:KIND` or `verdict:KIND`."""
    sort, _, kind = word.partition(":")
    if sort == "error":
        return event_of(Reply(error=CallError(kind)), ())
    made_up = Verdict(layer=Layer.OUTPUT, check="made-up", kind=VerdictKind(kind or "pass"))
    return event_of(Reply(text="made up"), (made_up,))


def _end(events: Iterable[Event], project: CompiledProject, present: frozenset[Level]) -> str:
    state = FIRST
    calls = 0
    for event in events:
        calls += 1
        level = state.level.name.lower()
        following = after(state, event, project.manifest.fleet.gates.escalation, present)
        if isinstance(following, Outcome):
            where = f"passed at {level}" if following is Outcome.PASSED else f"{following.value} to user"
            return f"{where}, calls: {calls}"
        state = following
    return f"still at {state.level.name.lower()}, calls: {calls}"


def _gate(data: Mapping[str, Any], project: CompiledProject) -> str:
    agent = project.manifest.fleet.agent_by_name.get(data["agent"], _STAND_IN)
    text = "".join(data["text"])
    step = Step(name="main", task=text, features={"files": tuple(data["files"])} if data["files"] else {})
    if data["layer"] == Layer.INPUT.value:
        return _verdict_of(data["check"], Gates(project).judge_task(agent, step, {}))
    reply = Reply(text=_text(data, agent, project), tools=_tools(data))
    step = Step(name="main", task="Try the gates.", features=step.features)
    verdicts = Gates(project).judge_reply(_request(agent, step), reply, data["chain"])
    kind = _verdict_of(data["check"], verdicts)
    alone = [verdict for verdict in verdicts if verdict.check == data["check"]]
    events = [event_of(reply, alone), *(_event(word) for word in data["further"])]
    return f"{kind}, {_end(events, project, _EVERYBODY)}"


def _verdict_of(name: str, verdicts: Iterable[Verdict]) -> str:
    """Return the named check's verdict; a check that did not run has not passed."""
    return next((verdict.kind.value for verdict in verdicts if verdict.check == name), "not run")


def _text(data: Mapping[str, Any], agent: Agent, project: CompiledProject) -> str:
    if not data["message"]:
        return "".join(data["text"])
    return project.messages.encode(
        data["message"], {"sender": agent.name, "recipient": agent.coordinator or agent.name}
    )


def _tools(data: Mapping[str, Any]) -> tuple[ToolUse, ...]:
    return tuple(ToolUse(name=tool["name"], input=json.dumps(tool["input"])) for tool in data["tools"])


def _request(agent: Agent, step: Step) -> Request:
    return Request(
        mission=Mission(name="fault", steps=(step,)),
        step=step,
        number=0,
        agent=agent,
        tier="",
        model=Model(name="none"),
        prompt_path="",
        prompt_tokens=0,
    )
