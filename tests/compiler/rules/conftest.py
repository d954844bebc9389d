"""A fleet to break in one place at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from orchestra_compiler import rules
from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.model import (
    Agent,
    Fleet,
    GatePolicy,
    Model,
    Price,
    Project,
    Protocol,
    RoutingPolicy,
    Tier,
    Tiers,
    Workload,
)

PROMPT = "Read the task, do the work and answer with a short report.\n"


def _price(inputs: str, output: str) -> Price:
    return Price(input=Decimal(inputs), output=Decimal(output), source="list", date="2025-11-01")


TIERS = Tiers(
    tiers=(
        Tier(name="routine", models=(Model(name="small", price=_price("1", "5")),), span=Span("tiers.yaml", 2)),
        Tier(name="strategic", models=(Model(name="large", price=_price("5", "25")),), span=Span("tiers.yaml", 5)),
    ),
    escalation=("routine", "strategic"),
    baseline="strategic",
    default="routine",
    span=Span("tiers.yaml"),
)


@pytest.fixture
def agent() -> Callable[..., Agent]:
    """Make an agent that no rule finds fault with, but for what is given."""

    def make(name: str = "database-optimizer", **fields: Any) -> Agent:
        given = {
            "description": "Tunes slow queries, designs indexes and plans schema migrations.",
            "prompt": PROMPT,
            "tier": "routine",
            "span": Span(f"agents/{name}.yaml", 1, 1, 9, 1),
        }
        return Agent(name=name, **{**given, **fields})

    return make


@pytest.fixture
def fleet(agent: Callable[..., Agent]) -> Callable[..., Fleet]:
    """Make a fleet that no rule finds fault with, but for what is given."""

    def make(**fields: Any) -> Fleet:
        given = {
            "project": Project(name="shop"),
            "agents": (agent(),),
            "tiers": TIERS,
            "routing": RoutingPolicy(),
            "gates": GatePolicy(),
            "protocol": Protocol(),
            "missions": (),
            "workload": Workload(),
        }
        return Fleet(**{**given, **fields})

    return make


@pytest.fixture
def found() -> Callable[..., list[Diagnostic]]:
    """Return what one rule finds."""

    def check(code: str, fleet: Fleet, sources: Mapping[str, bytes] | None = None) -> list[Diagnostic]:
        return [each for each in rules.check(fleet, sources or {}) if each.code == code]

    return check


@pytest.fixture
def repriced() -> Callable[..., Tiers]:
    """Return the tiers with another price for the small model."""

    def make(**fields: Any) -> Tiers:
        small, large = TIERS.tiers
        price = dataclasses.replace(small.models[0].price, **fields)  # type: ignore[type-var]
        model = dataclasses.replace(small.models[0], price=price, places={"price.output": Span("tiers.yaml", 4, 30)})
        return dataclasses.replace(TIERS, tiers=(dataclasses.replace(small, models=(model,)), large))

    return make
