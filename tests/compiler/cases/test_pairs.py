from __future__ import annotations

import json
from pathlib import Path

from orchestra_compiler.cases.pairs import generate
from orchestra_compiler.model import (
    Agent,
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
from orchestra_compiler.protocol.schema import MessageSchema, load_schema

OURS = load_schema(Protocol(), Path())


def _agent(
    name: str, coordinator: str | None = None, sends: tuple[str, ...] = (), accepts: tuple[str, ...] = ()
) -> Agent:
    return Agent(name=name, description="d", prompt="p", coordinator=coordinator, sends=sends, accepts=accepts)


def _ids(*agents: Agent, schema: MessageSchema = OURS) -> list[str]:
    return [case.id for case in generate(_fleet(*agents), schema)]


def _fleet(*agents: Agent) -> Fleet:
    tiers = Tiers(
        tiers=(Tier(name="base", models=(Model(name="m"),)),), escalation=("base",), baseline="base", default="base"
    )
    return Fleet(
        project=Project(name="p"),
        agents=agents,
        tiers=tiers,
        routing=RoutingPolicy(),
        gates=GatePolicy(),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )


def test_agents_that_declare_nothing_exchange_three_types() -> None:
    assert _ids(_agent("lead"), _agent("react", "lead")) == [
        "pair/react/escalation",
        "pair/react/task-assignment",
        "pair/react/task-completion",
    ]


def test_what_is_not_sent_or_not_accepted_is_no_case() -> None:
    assert _ids(_agent("lead", sends=("status",)), _agent("react", "lead", sends=("task-completion",))) == [
        "pair/react/task-completion"
    ]
    assert _ids(_agent("lead", accepts=("escalation",)), _agent("react", "lead", accepts=("question",))) == [
        "pair/react/escalation"
    ]


def test_an_unknown_coordinator_and_a_top_agent_have_no_cases() -> None:
    assert _ids(_agent("top"), _agent("react", "nobody")) == []


def test_the_data_name_both_and_hold_every_field() -> None:
    case = next(
        case for case in generate(_fleet(_agent("lead"), _agent("react", "lead")), OURS) if "completion" in case.id
    )
    data = json.loads(case.data)
    assert (data["sender"], data["recipient"], case.agents) == ("react", "lead", ("react", "lead"))
    sent = data["fields"]
    back = dict(OURS.decode(OURS.encode(data["type"], sent)))
    assert back.pop("type") == "task-completion"
    assert back == sent
    assert {"success", "error", "artifacts", "parent_task", "quality_gates"} <= sent.keys()


def test_a_schema_of_ones_own_pairs_what_is_sent(tmp_path: Path) -> None:
    (tmp_path / "m.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="ping"/><xs:element name="pong"/></xs:schema>'
    )
    schema = load_schema(Protocol(schema="m.xsd"), tmp_path)
    assert _ids(_agent("lead"), _agent("react", "lead", sends=("ping",)), schema=schema) == ["pair/react/ping"]
