from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.cases.pairs import generate
from orchestra_compiler.manifest import Case
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
ALL = OURS.types


def _agent(
    name: str,
    coordinator: str | None = None,
    sends: tuple[str, ...] = (),
    accepts: tuple[str, ...] = (),
    handoffs: tuple[str, ...] = (),
) -> Agent:
    return Agent(
        name=name,
        description="d",
        prompt="p",
        coordinator=coordinator,
        sends=sends,
        accepts=accepts,
        handoffs=handoffs,
    )


def _cases(*agents: Agent, schema: MessageSchema = OURS) -> tuple[Case, ...]:
    return generate(_fleet(*agents), schema)


def _ids(*agents: Agent, schema: MessageSchema = OURS) -> list[str]:
    return [case.id for case in _cases(*agents, schema=schema)]


def _data(cases: tuple[Case, ...], identity: str) -> dict[str, Any]:
    return dict(json.loads(next(case.data for case in cases if case.id == identity)))


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


@pytest.fixture
def theirs(tmp_path: Path) -> MessageSchema:
    elements = "".join(f'<xs:element name="{name}"/>' for name in ("ping", "pong", "wink"))
    (tmp_path / "m.xsd").write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{elements}</xs:schema>')
    return load_schema(Protocol(schema="m.xsd"), tmp_path)


def test_agents_that_declare_nothing_exchange_every_type_that_fits_who_they_are() -> None:
    assert _ids(_agent("lead"), _agent("react", "lead")) == [
        "pair/react/escalation",
        "pair/react/question",
        "pair/react/status",
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


@pytest.mark.parametrize("kind", ALL)
def test_the_data_name_both_and_hold_every_field(kind: str) -> None:
    data = _data(_cases(_agent("lead"), _agent("react", "lead")), f"pair/react/{kind}")
    down = kind == "task-assignment"
    assert (data["sender"], data["recipient"]) == (("lead", "react") if down else ("react", "lead"))
    sent = data["fields"]
    back = dict(OURS.decode(OURS.encode(data["type"], sent)))
    assert back.pop("type") == kind
    assert back == sent
    assert {"artifacts", "parent_task", "quality_gates"} <= sent.keys()
    assert ("error" in sent) == (kind in ("task-completion", "status", "escalation"))
    assert ("success" in sent) == (kind == "task-completion")


def test_an_escalation_goes_up_the_whole_chain_about_one_task() -> None:
    agents = (_agent("top"), _agent("lead", "top"), _agent("head", "lead"), _agent("react", "head"))
    cases = _cases(*agents)
    assert [case.id for case in cases if "chain" in case.id] == [
        "pair/head/chain-of-command",
        "pair/react/chain-of-command",
    ]
    data = _data(cases, "pair/react/chain-of-command")
    assert data["chain"] == ["react", "head", "lead", "top"]
    hops = [(each["sender"], each["recipient"]) for each in data["messages"]]
    assert hops == [("react", "head"), ("head", "lead"), ("lead", "top")]
    said = [each["fields"] for each in data["messages"]]
    assert [each["error"]["level"] for each in said] == [2, 3, 3]
    assert {(each["task_id"], each["parent_task"]) for each in said} == {("react-1", "react-1-whole")}
    assert {each["type"] for each in data["messages"]} == {"escalation"}


def test_a_chain_with_a_link_that_passes_nothing_on_is_no_case() -> None:
    deaf = (_agent("top"), _agent("lead", "top", accepts=("status",)), _agent("react", "lead"))
    dumb = (_agent("top"), _agent("lead", "top", sends=("status",)), _agent("react", "lead"))
    assert "pair/react/chain-of-command" not in _ids(*deaf)
    assert "pair/react/chain-of-command" not in _ids(*dumb)


def test_a_ring_of_coordinators_ends() -> None:
    agents = (_agent("a", "b"), _agent("b", "c"), _agent("c", "a"), _agent("self", "self"))
    chains = {case.component: case.agents for case in _cases(*agents) if "chain" in case.id}
    assert chains == {"a": ("a", "b", "c"), "b": ("b", "c", "a"), "c": ("c", "a", "b")}
    assert not [case for case in _cases(*agents) if case.component == "self"]


def test_work_handed_over_is_one_conversation() -> None:
    giver = _agent("giver", sends=("task-assignment",), handoffs=("helper", "helper", "nobody", "giver"))
    helper = _agent("helper", sends=("task-completion", "question", "status", "escalation"))
    cases = _cases(giver, helper)
    assert [case.id for case in cases] == ["pair/giver/to-helper"]
    messages = _data(cases, "pair/giver/to-helper")["messages"]
    assert [(each["type"], each["sender"]) for each in messages] == [
        ("task-assignment", "giver"),
        ("question", "helper"),
        ("status", "helper"),
        ("task-completion", "helper"),
    ]
    assert len({each["fields"]["task_id"] for each in messages}) == 1


def test_work_handed_to_a_member_or_a_coordinator_has_its_cases_already() -> None:
    agents = (
        _agent("lead", sends=ALL, handoffs=("react",)),
        _agent("react", "lead", sends=ALL, handoffs=("lead",)),
    )
    assert not [name for name in _ids(*agents) if "/to-" in name]


def test_agents_that_declare_nothing_hand_over_without_a_case() -> None:
    """A collection of Markdown agents may hand over to anybody, and speaks no protocol."""
    assert _ids(_agent("giver", handoffs=("helper",)), _agent("helper")) == []


def test_a_schema_of_ones_own_pairs_what_one_sends_and_the_other_accepts(theirs: MessageSchema) -> None:
    lead = _agent("lead", sends=("pong", "wink"), accepts=("ping",))
    react = _agent("react", "lead", sends=("ping", "wink"), accepts=("pong",))
    assert _ids(lead, react, schema=theirs) == ["pair/react/from-lead/pong", "pair/react/ping"]


def test_a_type_may_go_both_ways_in_a_schema_of_ones_own(theirs: MessageSchema) -> None:
    agents = (_agent("lead", sends=("ping",)), _agent("react", "lead", sends=("ping",)))
    assert _ids(*agents, schema=theirs) == ["pair/react/from-lead/ping", "pair/react/ping"]


def test_who_declares_nothing_sends_nothing_of_a_schema_of_ones_own(theirs: MessageSchema) -> None:
    assert _ids(_agent("lead"), _agent("react", "lead"), schema=theirs) == []


def test_what_everybody_passes_on_goes_up_the_chain_in_a_schema_of_ones_own(theirs: MessageSchema) -> None:
    agents = (
        _agent("top"),
        _agent("lead", "top", sends=("ping", "pong")),
        _agent("react", "lead", sends=("ping", "wink")),
    )
    data = _data(_cases(*agents, schema=theirs), "pair/react/chain-of-command")
    hops = [(each["type"], each["sender"], each["recipient"]) for each in data["messages"]]
    assert hops == [("ping", "react", "lead"), ("ping", "lead", "top")]


def test_only_types_that_can_be_written_are_said(theirs: MessageSchema) -> None:
    fleet = _fleet(_agent("lead"), _agent("react", "lead", sends=("ping", "pong")))
    assert [case.id for case in generate(fleet, theirs, ("pong",))] == ["pair/react/pong"]


_NAMES = st.sampled_from("abcdefg")
_FLEETS = st.lists(
    st.builds(
        _agent,
        _NAMES,
        st.none() | _NAMES,
        st.sets(st.sampled_from(ALL)).map(lambda kinds: tuple(sorted(kinds))),
        st.sets(st.sampled_from(ALL)).map(lambda kinds: tuple(sorted(kinds))),
        st.lists(_NAMES, max_size=3).map(tuple),
    ),
    unique_by=lambda agent: agent.name,
    max_size=7,
)


@given(_FLEETS)
def test_whatever_the_fleet_nobody_says_what_it_may_not(agents: list[Agent]) -> None:
    known = {agent.name: agent for agent in agents}
    cases = _cases(*agents)
    assert len({case.id for case in cases}) == len(cases)
    for case in cases:
        data = json.loads(case.data)
        for message in data.get("messages", [data]):
            sender, recipient = known[message["sender"]], known[message["recipient"]]
            assert not sender.sends or message["type"] in sender.sends
            assert not recipient.accepts or message["type"] in recipient.accepts
            assert sender is not recipient
        chain = data.get("chain", [])
        assert len(set(chain)) == len(chain)
        assert all(known[below].coordinator == above for below, above in pairwise(chain))
