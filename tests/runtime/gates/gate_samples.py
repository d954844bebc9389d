"""A closed world in memory for the tests of the gates, and shorthand for what is judged in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestra_compiler.checks import CHECKS
from orchestra_compiler.manifest import MANIFEST_VERSION, Manifest
from orchestra_compiler.model import (
    Action,
    Agent,
    Fleet,
    GateCheck,
    GatePolicy,
    Json,
    Mission,
    Model,
    Project,
    Protocol,
    RoutingPolicy,
    Step,
    Tiers,
    ToolUse,
    Workload,
)
from pytest_orchestra.compiled import CompiledProject
from pytest_orchestra.gates import Gates
from pytest_orchestra.values import Reply, Request

LAYER_OF = {name: layer for layer, checks in CHECKS.items() for name in checks}


def agent(name: str = "python-expert", **fields: object) -> Agent:
    return Agent(name=name, description="d", prompt="p", **fields)  # type: ignore[arg-type]


FLEET = (agent(), agent("tech-lead"), agent("code-reviewer"))


def policy(action: Action = Action.BLOCK, **checks: Mapping[str, Json]) -> GatePolicy:
    """Name checks with underscores; the value holds the options."""
    return GatePolicy(
        checks=tuple(
            GateCheck(
                layer=LAYER_OF[name.replace("_", "-")],
                name=name.replace("_", "-"),
                action=action,
                options={option: json.dumps(value) for option, value in options.items()},
            )
            for name, options in checks.items()
        )
    )


def project(root: Path, gates: GatePolicy, agents: Sequence[Agent] = FLEET) -> CompiledProject:
    fleet = Fleet(
        project=Project(name="sample"),
        agents=tuple(agents),
        tiers=Tiers(tiers=(), escalation=(), baseline="", default=""),
        routing=RoutingPolicy(),
        gates=gates,
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )
    manifest = Manifest(version=MANIFEST_VERSION, tool="t", tokenizer="t", sources={}, fleet=fleet, prompts={})
    return CompiledProject(root, root / "compiled", manifest)


def tool(name: str, **data: Json) -> ToolUse:
    return ToolUse(name=name, input=json.dumps(data))


def evidence(
    gates: Gates,
    text: str = "ok",
    *,
    tools: Sequence[ToolUse] = (),
    answers: Agent | None = None,
    task: str = "t",
    files: tuple[str, ...] = (),
    context: Mapping[str, str] | None = None,
    chain: Sequence[str] = (),
) -> list[str]:
    """Return all the evidence against a reply."""
    step = Step(name="main", task=task, features={"files": files} if files else {})
    request = Request(
        mission=Mission(name="m", steps=(step,)),
        step=step,
        number=0,
        agent=answers or FLEET[0],
        tier="t",
        model=Model(name="m"),
        prompt_path="p",
        prompt_tokens=0,
        context=context or {},
    )
    verdicts = gates.judge_reply(request, Reply(text=text, tools=tuple(tools)), chain)
    return [each for verdict in verdicts for each in verdict.evidence]
