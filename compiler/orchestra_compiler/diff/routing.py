"""Who gets which task, on both sides: the workload, the missions' steps and the policy's boundary cases tried on both.

A task of the workload and a step are tried as each side has them. A case's features are tried as they stand on both
sides, so that a moved threshold shows in every task on which the two policies disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orchestra_compiler.cases import routing as routing_cases
from orchestra_compiler.diff.changes import Answer, ItemChange, Route, Routes, Tried
from orchestra_compiler.diff.items import meaning, numbered
from orchestra_compiler.diff.words import Probe
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.manifest import Case, Manifest
from orchestra_compiler.model import Agent, FeatureValue, Fleet, Mission, Step, WorkloadTask
from orchestra_compiler.routing import Decision, Reason, Router
from orchestra_compiler.routing.decision import plain
from orchestra_compiler.routing.features import features_from_json


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """Features to be routed, and for whom.

    Attributes:
        agent: None where nobody in particular gets the task.
        named: The agent that the task itself names; empty where it names a capability, or nobody.
        counted: Features that are counted and not written: they never make it another task.
    """

    features: Mapping[str, FeatureValue]
    agent: Agent | None
    named: str
    per_month: int | None = None
    counted: frozenset[str] = frozenset()

    def written(self, renamed: Mapping[str, str]) -> object:
        """Return what somebody wrote: whom it is for, by the newer name, and its features but for the counted ones."""
        features = {name: value for name, value in self.features.items() if name not in self.counted | {"agent"}}
        return renamed.get(self.named, self.named), meaning(features)


def routes(old: Manifest, new: Manifest, agents: Sequence[ItemChange]) -> Routes:
    """Try tasks on both routers and return what is answered otherwise.

    Args:
        old: The one side.
        new: The other side.
        agents: What became of the agents: a task of a renamed one is still the same task.
    """
    renamed = {each.was: each.name for each in agents if each.was}
    sides = (_Side(old), _Side(new))
    counts, changed = [], []
    for probe in Probe:
        tasks = dict(_PAIRS[probe](*sides))
        tried = (_route(probe, name, pair, sides, renamed) for name, pair in sorted(tasks.items()))
        found = [route for route in tried if route is not None]
        moved, remodelled = sum(route.moved for route in found), sum(route.remodelled for route in found)
        counts.append(
            Tried(
                probe=probe,
                tasks=len(tasks),
                tier_changed=moved,
                model_changed=remodelled,
                agent_changed=len(found) - moved - remodelled,
            )
        )
        changed += found
    return Routes(tried=tuple(counts), changed=tuple(changed))


class _Side:
    """One side's fleet and router."""

    def __init__(self, read: Manifest) -> None:
        self.fleet = read.fleet
        self.router = Router(read.fleet)
        self.prompts = {name: prompt.tokens for name, prompt in read.prompts.items()}
        self._written = [case for case in read.cases if case.kind in ("routing", "boundary")]

    def cases(self) -> list[Case]:
        """Return the routing cases; where the project's targets leave them out they are made here."""
        return self._written or list(routing_cases.generate(self.fleet))

    def answer(self, task: _Task) -> Decision | None:
        """Return the router's answer; None where this side's policy reads one of the features as another type."""
        try:
            return self.router.decide(task.features, task.agent)
        except OrchestraError:
            return None


_Pair = tuple[_Task, _Task]


def _route(
    probe: Probe, name: str, pair: _Pair, sides: tuple[_Side, _Side], renamed: Mapping[str, str]
) -> Route | None:
    before, after = (side.answer(task) for side, task in zip(sides, pair, strict=True))
    agents = [task.agent.name if task.agent is not None else None for task in pair]
    same_agent = renamed.get(agents[0] or "", agents[0]) == agents[1]
    if before is None or after is None:
        return None
    if same_agent and (before.tier, before.model) == (after.tier, after.model):
        return None
    signals = frozenset(signal.name for side in sides for signal in side.fleet.routing.signals)
    return Route(
        probe=probe,
        name=name,
        per_month=pair[1].per_month,
        rewritten=pair[0].written(renamed) != pair[1].written({}),
        before=_answer(before, after, agents[0], signals),
        after=_answer(after, before, agents[1], signals),
    )


def _answer(decision: Decision, other: Decision, agent: str | None, signals: frozenset[str]) -> Answer:
    known = {_gist(reason, signals) for reason in other.reasons}
    reasons = (reason for reason in decision.reasons if _gist(reason, signals) not in known)
    return Answer(
        agent=agent,
        tier=decision.tier,
        model=decision.model,
        score=decision.score,
        rule=decision.rule,
        reasons=tuple(f"{_signed(reason.points)}{reason.text}" for reason in reasons),
    )


def _signed(points: Decimal) -> str:
    return f"{'+' if points > 0 else ''}{plain(points)} " if points else ""


def _gist(reason: Reason, signals: frozenset[str]) -> tuple[Decimal, str]:
    """Return a signal's reason without the value that it saw: one that gives the same points explains no change."""
    name = reason.text.partition(": ")[0]
    return reason.points, name if name in signals else reason.text


def _workload(old: _Side, new: _Side) -> Iterator[tuple[str, _Pair]]:
    before, after = (
        numbered(side.fleet.workload.tasks, lambda task: task.name) for side in (old, new)
    )  # fmt: skip
    for name in before.keys() & after.keys():
        yield name, (_task(old.fleet, before[name]), _task(new.fleet, after[name]))


def _task(fleet: Fleet, task: WorkloadTask) -> _Task:
    given = {"agent": task.agent, "capability": task.capability}
    features = {name: value for name, value in given.items() if value is not None} | dict(task.features)
    agent = fleet.agent_by_name.get(task.agent or "") or next(
        iter(fleet.agents_by_capability.get(task.capability or "", ())), None
    )
    return _Task(features=features, agent=agent, named=task.agent or "", per_month=task.per_month)


def _missions(old: _Side, new: _Side) -> Iterator[tuple[str, _Pair]]:
    before, after = (dict(_steps(side)) for side in (old, new))
    for name in before.keys() & after.keys():
        yield name, (before[name], after[name])


def _steps(side: _Side) -> Iterator[tuple[str, _Task]]:
    for name, mission in numbered(side.fleet.missions, lambda mission: mission.name).items():
        for step in mission.steps:
            label = f"{name}/{step.name}" if len(mission.steps) > 1 else name
            yield label, _step(side, mission, step)


def _step(side: _Side, mission: Mission, step: Step) -> _Task:
    """Return a step as a run routes it, but for the context that earlier replies add."""
    agent = side.fleet.assigned(step)
    features: dict[str, FeatureValue] = {
        "category": mission.category.value,
        "context_tokens": step.task_tokens + (side.prompts.get(agent.name, 0) if agent is not None else 0),
        "risk": mission.risk.value,
        "text": step.task,
    }
    named = {
        "agent": agent.name if agent is not None else None,
        "capability": step.capability,
        "phase": step.phase.value if step.phase is not None else None,
    }
    features |= {name: value for name, value in named.items() if value is not None}
    counted = frozenset({"context_tokens"} - step.features.keys())
    return _Task(features=features | dict(step.features), agent=agent, named=step.agent or "", counted=counted)


def _cases(old: _Side, new: _Side) -> Iterator[tuple[str, _Pair]]:
    """Yield the cases of both sides, each set of features once, under the new side's id where it has one."""
    seen: set[str] = set()
    for side in (new, old):
        for case in side.cases():
            data = json.loads(case.data)
            key = json.dumps([data["features"], data["agent"]], sort_keys=True)
            agents = [each.fleet.agent_by_name.get(data["agent"] or "") for each in (old, new)]
            if key in seen or (data["agent"] and None in agents):
                continue
            seen.add(key)
            try:
                features = features_from_json(side.fleet.routing, data["features"])
            except OrchestraError:  # a manifest from elsewhere
                continue
            name = case.id if side is new else f"{case.id} (before)"
            before, after = (_Task(features=features, agent=agent, named=data["agent"] or "") for agent in agents)
            yield name, (before, after)


_PAIRS = {Probe.WORKLOAD: _workload, Probe.MISSION: _missions, Probe.CASE: _cases}
