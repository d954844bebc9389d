"""A small project in memory for the engine's tests, and doubles of what stands around a step."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.manifest import MANIFEST_VERSION, Manifest, Prompt
from orchestra_compiler.model import (
    Agent,
    EscalationPolicy,
    Expectation,
    Fleet,
    GatePolicy,
    Mission,
    Model,
    Price,
    Project,
    Protocol,
    RoutingPolicy,
    Script,
    ScriptedReply,
    Step,
    Tier,
    Tiers,
    Workload,
)
from pytest_orchestra.budget import Budget
from pytest_orchestra.compiled import CompiledProject
from pytest_orchestra.mission import MissionRun
from pytest_orchestra.providers.base import Provider
from pytest_orchestra.providers.scripted import ScriptedProvider
from pytest_orchestra.stage import Stage
from pytest_orchestra.text_tokens import text_tokens
from pytest_orchestra.values import Layer, Level, MissionResult, Reply, Request, SeenMessage, Verdict, VerdictKind

PROMPT_TOKENS = 100
TASK_TOKENS = 10
TOKENIZER = "letters"  # no counter of that name exists: whoever loads one has met a text without a count
FILE = "missions/trial.yaml"


def model(name: str, dollars: int) -> Model:
    """A model whose input costs so many dollars per million tokens and whose output costs five times as much."""
    price = Price(input=Decimal(dollars), output=Decimal(5 * dollars), source="here", date="2026-01-01")
    return Model(name=name, provider="somebody", context_window=10_000, max_output_tokens=1_000, price=price)


TIERS = Tiers(
    tiers=(
        Tier(name="routine", models=(model("r1", 1), model("r2", 1))),
        Tier(name="implementation", models=(model("i1", 3),)),
        Tier(name="strategic", models=(model("s1", 5),)),
    ),
    escalation=("routine", "implementation", "strategic"),
    baseline="implementation",
    default="routine",
)
AGENTS = (
    Agent(name="boss", description="", prompt="", tier="implementation", coordinator="chief"),
    Agent(name="chief", description="", prompt="", tier="strategic"),
    Agent(name="lone", description="", prompt="", tier="routine", capabilities=("solitude",)),
    Agent(name="worker", description="", prompt="", tier="routine", capabilities=("work",), coordinator="boss"),
)


@dataclass
class Notes:
    """A ledger that remembers what it was told."""

    started: list[tuple[Request, Level]] = field(default_factory=list)
    finished: list[tuple[int, Reply, Decimal]] = field(default_factory=list)
    missions: list[MissionResult] = field(default_factory=list)
    messages: list[SeenMessage] = field(default_factory=list)

    def call_started(self, run: str, request: Request, level: Level, provider: str, *, paid: bool) -> int:
        assert run
        assert provider
        assert isinstance(paid, bool)
        self.started.append((request, level))
        return len(self.started) - 1

    def call_finished(self, call: int, reply: Reply, *, latency_s: float, priced_usd: Decimal, paid: bool) -> None:
        assert latency_s >= 0
        assert isinstance(paid, bool)
        self.finished.append((call, reply, priced_usd))

    def messages_seen(self, run: str, seen: Sequence[SeenMessage], *, paid: bool) -> None:
        assert run
        assert isinstance(paid, bool)
        self.messages.extend(seen)

    def mission_finished(self, run: str, mission: Mission, result: MissionResult) -> None:
        assert run
        assert mission.name == result.mission
        self.missions.append(result)


@dataclass
class Opinion:
    """Gates that refuse texts by a word in them: `bad` blocks, `hopeless` escalates; a task with `evil` is blocked."""

    chains: list[tuple[str, ...]] = field(default_factory=list)

    def judge_task(self, agent: Agent, step: Step, context: Mapping[str, str]) -> tuple[Verdict, ...]:
        assert agent.name
        return (self._verdict(Layer.INPUT, "evil" in step.task or "evil" in "".join(context.values()), False),)

    def judge_reply(self, request: Request, reply: Reply, chain: Sequence[str]) -> tuple[Verdict, ...]:
        self.chains.append((request.step.name, *chain))
        return (self._verdict(Layer.OUTPUT, "bad" in reply.text, "hopeless" in reply.text),)

    def _verdict(self, layer: Layer, bad: bool, hopeless: bool) -> Verdict:
        kind = VerdictKind.ESCALATE if hopeless else VerdictKind.BLOCK if bad else VerdictKind.PASS
        return Verdict(layer=layer, check="taste", kind=kind, evidence=() if kind is VerdictKind.PASS else ("ugly",))


class Studio:
    """Builds projects, missions and stages."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.notes = Notes()
        self.opinion = Opinion()

    def reply(self, text: str = "fine", **fields: Any) -> ScriptedReply:
        return ScriptedReply(text=text, **{"output_tokens": len(text), **fields})

    def step(self, name: str = "main", **fields: Any) -> Step:
        if "capability" not in fields:
            fields.setdefault("agent", "worker")
        return Step(**{"name": name, "task": "Do it.", "task_tokens": TASK_TOKENS, "span": Span(FILE, 7), **fields})

    def mission(
        self, *steps: Step, name: str = "trial", expect: Sequence[tuple[Any, ...]] = (), **fields: Any
    ) -> Mission:
        """A mission; `replies` maps a step to its scripted replies in order, and any other step answers `fine`."""
        steps = steps or (self.step(),)
        replies = {step.name: Script(replies=(self.reply(),), repeats=True) for step in steps}
        for step, script in fields.pop("replies", {}).items():
            texts = [self.reply(each) if isinstance(each, str) else each for each in script]
            replies[step] = Script(replies=tuple(texts))
        expectations = tuple(
            Expectation(step=step, kind=kind, value=json.dumps(value), span=Span(FILE, 20 + number))
            for number, (step, kind, value) in enumerate(expect)
        )
        return Mission(name=name, steps=steps, replies=replies, expectations=expectations, span=Span(FILE), **fields)

    def project(self, *missions: Mission, **fleet: Any) -> CompiledProject:
        agents: tuple[Agent, ...] = fleet.pop("agents", AGENTS)
        parts: dict[str, Any] = {
            "project": Project(name="trial"),
            "agents": agents,
            "tiers": TIERS,
            "routing": RoutingPolicy(),
            "gates": GatePolicy(escalation=fleet.pop("escalation", EscalationPolicy())),
            "protocol": Protocol(),
            "missions": missions,
            "workload": Workload(),
        }
        manifest = Manifest(
            version=MANIFEST_VERSION,
            tool="0",
            tokenizer=TOKENIZER,
            sources={},
            fleet=Fleet(**{**parts, **fleet}),
            prompts={
                each.name: Prompt(path=f"prompts/{each.name}.md", sha256="", tokens=PROMPT_TOKENS) for each in agents
            },
        )
        return CompiledProject(self.root, self.root / "compiled", manifest)

    def stage(self, project: CompiledProject, **fields: Any) -> Stage:
        parts: dict[str, Any] = {
            "provider": ScriptedProvider(project),
            "recorder": self.notes,
            "judge": self.opinion,
            "budget": Budget(),
            "slots": asyncio.Semaphore(8),
            "tokens": text_tokens(TOKENIZER),
            "run": "run",
        }
        return Stage(project=project, **{**parts, **fields})

    def run(
        self, mission: Mission, *, provider: Callable[[CompiledProject], Provider] | None = None, **fields: Any
    ) -> MissionResult:
        """Run one mission without an engine."""
        fleet = {key: fields.pop(key) for key in ("agents", "tiers", "routing", "escalation") if key in fields}
        project = self.project(mission, **fleet)
        if provider is not None:
            fields["provider"] = provider(project)
        return asyncio.run(MissionRun(self.stage(project, **fields), mission).run())


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)
