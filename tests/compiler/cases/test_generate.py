from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from orchestra_compiler import project
from orchestra_compiler.cases import generate, routing
from orchestra_compiler.incremental.messages import Messages
from orchestra_compiler.incremental.units import Units
from orchestra_compiler.link import link
from orchestra_compiler.model import Fleet, RoutingPolicy
from orchestra_compiler.protocol.schema import MessageSchema, load_schema

EXAMPLE = Path(__file__).parents[3] / "examples" / "agent_orchestra"


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    loaded = project.load(EXAMPLE).fleet
    assert loaded is not None
    return replace(link(loaded, EXAMPLE).fleet, agents=loaded.agents[:3], missions=())


class Parts:
    """The parts of the message cases, each made once for all tests here: no test changes the schema."""

    def __init__(self, schema: MessageSchema) -> None:
        messages = Messages(Units({}, ""), schema, EXAMPLE)
        self.schema = schema
        self.documents = cache(messages.documents)
        self.writable_types = cache(messages.writable_types)


@pytest.fixture(scope="module")
def parts(fleet: Fleet) -> Parts:
    return Parts(load_schema(fleet.protocol, EXAMPLE))


def generated(fleet: Fleet, parts: Parts) -> generate.Generated:
    return generate.generate(fleet, parts.schema, parts, routing.plan(fleet))


@pytest.mark.parametrize(
    ("targets", "prompts"),
    [((), 3), (("cases", "prompts"), 3), (("cases",), 0), (("cases", "messages", "routing-table"), 0)],
)
def test_prompts_that_are_not_written_have_no_cases(fleet, parts, targets, prompts) -> None:
    asked = replace(fleet, project=replace(fleet.project, targets=targets))
    kinds = [case.kind for case in generated(asked, parts).cases]
    assert kinds.count("prompt") == prompts
    assert {"routing", "fault"} <= set(kinds)


def test_what_has_no_case_is_told_with_the_reason(fleet, parts) -> None:
    assert generated(fleet, parts).left_out == ()
    never = {**fleet.routing.thresholds, fleet.tiers.names()[-1]: Decimal(100_000)}
    asked = replace(fleet, routing=replace(fleet.routing, thresholds=never))
    assert generated(asked, parts).left_out == ("routing/threshold/strategic-at: no features reach such a score",)


def test_tiers_whose_names_look_alike_have_cases_of_their_own(fleet, parts) -> None:
    low, high = fleet.tiers.tiers[0], fleet.tiers.tiers[-1]
    tiers = (replace(low, name="low"), replace(low, name="low-"), replace(high, name="lo w"), replace(high, name="LOW"))
    names = tuple(tier.name for tier in tiers)
    alike = replace(fleet.tiers, tiers=tiers, escalation=names, baseline="low", default="low")
    asked = replace(fleet, tiers=alike, agents=(), routing=RoutingPolicy())
    ids = [case.id for case in generated(asked, parts).cases]
    assert {"fallback/low-0-gone", "fallback/low--0-gone"} <= set(ids)
