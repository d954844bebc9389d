from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import (
    Agent,
    Condition,
    Fleet,
    GatePolicy,
    HardRule,
    Model,
    Project,
    Protocol,
    RoutingPolicy,
    Signal,
    SignalKind,
    Tier,
    Tiers,
    Workload,
)
from orchestra_compiler.routing import Router
from pytest_orchestra.case_checks.routing import check
from pytest_orchestra.compiled import CompiledProject


def project_of() -> CompiledProject:
    tiers = tuple(Tier(name=name, models=(Model(name=f"{name}-model"),)) for name in ("routine", "strategic"))
    fleet = Fleet(
        project=Project(name="test"),
        agents=(Agent(name="lead", description="leads", prompt="Lead.", tier="strategic"),),
        tiers=Tiers(tiers=tiers, escalation=("routine", "strategic"), baseline="strategic", default="routine"),
        routing=RoutingPolicy(
            hard=(HardRule(name="risky", when=(Condition(feature="risk", values=("high",)),), tier="strategic"),),
            signals=(
                Signal(name="paths", feature="files", kind=SignalKind.GLOBS, globs=("*.sql",), points=Decimal("2.5")),
            ),
            thresholds={"routine": Decimal(0), "strategic": Decimal(5)},
        ),
        gates=GatePolicy(),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )
    project = SimpleNamespace(manifest=SimpleNamespace(fleet=fleet), router=Router(fleet))
    return cast("CompiledProject", project)


def case_of(kind: str, data: Mapping[str, object]) -> Case:
    return Case(
        id="case",
        kind=kind,
        scenario="tried",
        component="part",
        expected="x",
        data=json.dumps(data),
        span=Span("a.yaml"),
    )


def routed(**changes: object) -> dict[str, object]:
    right = {"features": {"files": ["a.sql"]}, "agent": None, "tier": "routine", "score": "2.5", "hard": ""}
    return {**right, **changes}


@pytest.mark.parametrize("kind", ["routing", "boundary"])
def test_a_right_answer_passes(kind: str) -> None:
    assert check(case_of(kind, routed()), project_of()) is None


def test_a_score_is_the_same_however_it_is_written() -> None:
    assert check(case_of("routing", routed(score="2.500")), project_of()) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tier": "strategic"}, "tier routine, expected strategic"),
        ({"score": "3"}, "score 2.5, expected 3"),
        ({"hard": "risky"}, "hard rule none, expected risky"),
        ({"features": {"risk": "high"}, "tier": "strategic", "score": "0"}, "hard rule risky, expected none"),
        ({"agent": "lead"}, "tier strategic, expected routine"),
        ({"agent": "nobody"}, "the fleet has no agent 'nobody'"),
    ],
)
def test_a_wrong_answer_says_expected_and_actual(changes: Mapping[str, object], message: str) -> None:
    failure = check(case_of("routing", routed(**changes)), project_of())
    assert failure is not None
    assert failure.startswith(message)


def test_a_wrong_answer_gives_the_routers_reasons() -> None:
    failure = check(case_of("routing", routed(tier="strategic")), project_of())
    assert failure is not None
    assert failure.splitlines()[1:] == [
        "  +2.5  paths: files 'a.sql' matches '*.sql'",
        "  +0  score 2.5 reaches routine at 0",
    ]


@pytest.mark.parametrize(
    ("unavailable", "answer", "failure"),
    [
        ([], {"tier": "routine", "model": "routine-model"}, None),
        (["routine-model"], {"tier": "strategic", "model": "strategic-model"}, None),
        (["routine-model", "strategic-model"], None, None),
        (["routine-model"], None, "strategic/strategic-model answers for the tier routine, expected none"),
        (
            ["routine-model", "strategic-model"],
            {"tier": "routine", "model": "x"},
            "none answers for the tier routine, expected routine/x",
        ),
    ],
)
def test_fallbacks(unavailable: list[str], answer: Mapping[str, str] | None, failure: str | None) -> None:
    case = case_of("fallback", {"tier": "routine", "unavailable": unavailable, "answer": answer})
    assert check(case, project_of()) == failure
