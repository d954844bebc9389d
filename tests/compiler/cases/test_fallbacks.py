from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from orchestra_compiler.cases import fallbacks
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import (
    Fleet,
    GatePolicy,
    Model,
    Project,
    Protocol,
    RoutingPolicy,
    Tier,
    Tiers,
    Workload,
)
from orchestra_compiler.routing import Router
from pytest_orchestra.case_checks.routing import check
from pytest_orchestra.compiled import CompiledProject

MODELS = {"routine": ("r1",), "implementation": ("i1", "i2"), "strategic": ("s1", "s2", "i1")}


def fleet_of(
    models: dict[str, tuple[str, ...]] | None = None,
    chain: tuple[str, ...] = ("routine", "implementation", "strategic"),
) -> Fleet:
    made = tuple(
        Tier(name=name, models=tuple(Model(name=model) for model in listed))
        for name, listed in (models or MODELS).items()
    )
    return Fleet(
        project=Project(name="test"),
        agents=(),
        tiers=Tiers(tiers=made, escalation=chain, baseline="implementation", default="routine"),
        routing=RoutingPolicy(),
        gates=GatePolicy(),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )


def failing(fleet: Fleet, cases: tuple[Case, ...]) -> list[str]:
    project = SimpleNamespace(manifest=SimpleNamespace(fleet=fleet), router=Router(fleet))
    return [case.id for case in cases if check(case, cast("CompiledProject", project)) is not None]


def test_every_number_of_missing_models_has_its_answer() -> None:
    cases = fallbacks.generate(fleet_of())
    assert {case.id: case.expected for case in cases} == {
        "fallback/implementation-0-gone": "implementation/i1",
        "fallback/implementation-1-gone": "implementation/i2",
        "fallback/implementation-2-gone": "strategic/s1",
        "fallback/implementation-all-gone": "none",
        "fallback/routine-0-gone": "routine/r1",
        "fallback/routine-1-gone": "implementation/i1",
        "fallback/routine-all-gone": "none",
        "fallback/strategic-0-gone": "strategic/s1",
        "fallback/strategic-1-gone": "strategic/s2",
        "fallback/strategic-2-gone": "strategic/i1",
        "fallback/strategic-3-gone": "none",
    }
    assert all(case.kind == "fallback" for case in cases)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9./_-]*", case.id) for case in cases)
    assert [case.id for case in cases] == sorted(case.id for case in cases)


def test_a_model_that_is_gone_is_gone_in_every_tier() -> None:
    fleet = fleet_of({"routine": ("a",), "strategic": ("a", "b")}, ("routine", "strategic"))
    data = {case.id: json.loads(case.data) for case in fallbacks.generate(fleet)}
    assert data["fallback/routine-1-gone"]["answer"] == {"tier": "strategic", "model": "b"}
    assert data["fallback/routine-all-gone"]["answer"] is None


@pytest.mark.parametrize("chain", [("routine", "implementation", "strategic"), ("routine", "strategic"), ()])
def test_cases_hold_for_their_own_tiers(chain: tuple[str, ...]) -> None:
    fleet = fleet_of(chain=chain)
    assert failing(fleet, fallbacks.generate(fleet)) == []


@pytest.mark.parametrize(
    "other",
    [
        fleet_of({**MODELS, "implementation": ("i2", "i1")}),
        fleet_of({**MODELS, "routine": ("r2",)}),
        fleet_of({**MODELS, "strategic": ("s1", "s2")}),
        fleet_of(chain=("routine", "strategic")),
        fleet_of(chain=("routine", "strategic", "implementation")),
        fleet_of(chain=()),
    ],
)
def test_cases_fail_for_other_tiers(other: Fleet) -> None:
    assert failing(other, fallbacks.generate(fleet_of()))


def test_a_tier_without_models_falls_through() -> None:
    fleet = fleet_of({"routine": (), "strategic": ("s",)}, ("routine", "strategic"))
    cases = fallbacks.generate(fleet)
    assert cases[0].expected == "strategic/s"
    assert failing(fleet, cases) == []


def test_a_chain_that_names_a_tier_nobody_defined_is_walked_without_it() -> None:
    fleet = fleet_of()
    broken = replace(fleet, tiers=replace(fleet.tiers, escalation=("routine", "gone", "strategic")))
    expected = {case.id: case.expected for case in fallbacks.generate(broken)}
    assert expected["fallback/routine-1-gone"] == "strategic/s1"
