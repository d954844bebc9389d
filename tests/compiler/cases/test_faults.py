from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.cases import faults
from orchestra_compiler.checks import CHECKS
from orchestra_compiler.model import (
    Action,
    Agent,
    CallError,
    EscalationPolicy,
    Fleet,
    GateCheck,
    GatePolicy,
    Project,
    Protocol,
    RoutingPolicy,
    Tiers,
    Workload,
)
from orchestra_compiler.text_checks import secrets

EVERY_CHECK = tuple(
    GateCheck(layer=layer, name=name, action=Action.BLOCK) for layer, checks in CHECKS.items() for name in checks
)
AGENTS = (
    Agent(name="lead", description="d", prompt="p"),
    Agent(name="worker", description="d", prompt="p", tools=("Read",)),
)


def fleet(
    policy: EscalationPolicy | None = None,
    checks: tuple[GateCheck, ...] = (),
    agents: tuple[Agent, ...] = AGENTS,
) -> Fleet:
    return Fleet(
        project=Project(name="sample"),
        agents=agents,
        tiers=Tiers(tiers=(), escalation=(), baseline="", default=""),
        routing=RoutingPolicy(),
        gates=GatePolicy(checks=checks, escalation=policy or EscalationPolicy()),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )


def expected(policy: EscalationPolicy) -> dict[str, str]:
    return {case.id.removeprefix("fault/"): case.expected for case in faults.generate(fleet(policy))}


def test_the_default_policy_written_out() -> None:
    ends = expected(EscalationPolicy(self_attempts=2, coordinator_attempts=1, lead_attempts=1))
    assert ends["level-1-self"] == "passed at self, calls: 2"
    assert ends["level-2-coordinator"] == "passed at coordinator, calls: 3"
    assert ends["level-3-lead"] == "passed at lead, calls: 4"
    assert ends["level-4-user"] == "escalated to user, calls: 4"
    assert ends["nobody-above"] == "escalated to user, calls: 2"
    assert ends["no-coordinator"] == "passed at lead, calls: 3"
    assert ends["timeout"] == "passed at self, calls: 2"
    assert ends["timeout/always"] == "escalated to user, calls: 4"
    assert ends["refusal"] == "passed at coordinator, calls: 2"
    assert ends["refusal/always"] == "escalated to user, calls: 3"
    assert {error.value for error in CallError} <= set(ends)


def test_a_policy_without_levels_above() -> None:
    ends = expected(EscalationPolicy(self_attempts=1, coordinator_attempts=0, lead_attempts=0))
    assert ends["timeout"] == "escalated to user, calls: 1"
    assert ends["level-4-user"] == "escalated to user, calls: 1"
    assert not {"level-2-coordinator", "level-3-lead", "no-coordinator"} & set(ends)


@given(
    st.builds(
        EscalationPolicy,
        self_attempts=st.integers(1, 5),
        coordinator_attempts=st.integers(0, 3),
        lead_attempts=st.integers(0, 3),
    )
)
def test_ids_are_unique_stable_and_well_formed(policy: EscalationPolicy) -> None:
    cases = faults.generate(fleet(policy, EVERY_CHECK))
    ids = [case.id for case in cases]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9./_-]*", each) for each in ids)
    assert cases == faults.generate(fleet(policy, EVERY_CHECK))
    calls = {case.id: len(json.loads(case.data).get("calls", [])) for case in cases}
    most = policy.self_attempts + policy.coordinator_attempts + policy.lead_attempts
    assert all(count <= most for count in calls.values())


def test_every_configured_check_is_tried_from_both_sides() -> None:
    cases = {case.id: case for case in faults.generate(fleet(checks=EVERY_CHECK))}
    for check in EVERY_CHECK:
        assert cases[f"fault/gate/{check.name}"].expected.startswith("block")
        assert cases[f"fault/gate/{check.name}/clean"].expected.startswith("pass")
    assert cases["fault/gate/hidden-unicode"].expected == "block"
    assert cases["fault/gate/empty-reply"].expected == "block, passed at self, calls: 2"


@pytest.mark.parametrize(
    ("action", "end"),
    [
        (Action.WARN, "warn, passed at self, calls: 1"),
        (Action.BLOCK, "block, passed at self, calls: 2"),
        (Action.ESCALATE, "escalate, passed at coordinator, calls: 2"),
    ],
)
def test_the_action_decides_the_end(action: Action, end: str) -> None:
    check = GateCheck(layer=EVERY_CHECK[-1].layer, name="empty-reply", action=action)
    cases = {case.id: case.expected for case in faults.generate(fleet(checks=(check,)))}
    assert cases["fault/gate/empty-reply"] == end


def test_what_is_off_or_cannot_fail_here_is_not_tried() -> None:
    off = tuple(GateCheck(layer=check.layer, name=check.name, action=Action.OFF) for check in EVERY_CHECK)
    assert not [case for case in faults.generate(fleet(checks=off)) if "/gate/" in case.id]
    free = (Agent(name="free", description="d", prompt="p"),)
    ids = {case.id for case in faults.generate(fleet(checks=EVERY_CHECK, agents=free))}
    assert "fault/gate/tool-policy" not in ids
    assert "fault/gate/tool-policy/clean" in ids


def test_no_case_holds_a_whole_credential() -> None:
    for case in faults.generate(fleet(checks=EVERY_CHECK)):
        assert list(secrets.scan(case.data)) == []
        assert case.data.isascii()
