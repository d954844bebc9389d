from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orchestra_compiler.cases import faults
from orchestra_compiler.checks import CHECKS
from orchestra_compiler.manifest import MANIFEST_VERSION, Case, Manifest
from orchestra_compiler.model import (
    Action,
    Agent,
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
from pytest_orchestra.case_checks import fault
from pytest_orchestra.compiled import CompiledProject
from pytest_orchestra.gates.escalation import Event, State, after
from pytest_orchestra.values import Level, Outcome

AGENTS = (
    Agent(name="lead", description="d", prompt="p", sends=("status",)),
    Agent(name="worker", description="d", prompt="p", coordinator="lead", tools=("Read",)),
)
POLICIES = [
    EscalationPolicy(),
    EscalationPolicy(self_attempts=1, coordinator_attempts=0, lead_attempts=0),
    EscalationPolicy(self_attempts=3, coordinator_attempts=0, lead_attempts=2),
    EscalationPolicy(self_attempts=1, coordinator_attempts=3, lead_attempts=0),
]


def checks(action: Action, required: str = "false") -> tuple[GateCheck, ...]:
    return tuple(
        GateCheck(
            layer=layer, name=name, action=action, options={"required": required} if name == "message-schema" else {}
        )
        for layer, names in CHECKS.items()
        for name in names
    )


def sample(
    root: Path,
    policy: EscalationPolicy,
    configured: tuple[GateCheck, ...],
    agents: tuple[Agent, ...] = AGENTS,
) -> tuple[CompiledProject, tuple[Case, ...]]:
    fleet = Fleet(
        project=Project(name="sample"),
        agents=agents,
        tiers=Tiers(tiers=(), escalation=(), baseline="", default=""),
        routing=RoutingPolicy(),
        gates=GatePolicy(checks=configured, escalation=policy),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )
    cases = faults.generate(fleet)
    manifest = Manifest(
        version=MANIFEST_VERSION, tool="t", tokenizer="t", sources={}, fleet=fleet, prompts={}, cases=cases
    )
    return CompiledProject(root, root / "compiled", manifest), cases


def failures(project: CompiledProject, cases: tuple[Case, ...]) -> dict[str, str]:
    return {case.id: reason for case in cases if (reason := fault.check(case, project)) is not None}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("action", [Action.WARN, Action.BLOCK, Action.ESCALATE])
def test_the_runtime_does_what_the_policy_says(tmp_path: Path, policy: EscalationPolicy, action: Action) -> None:
    project, cases = sample(tmp_path, policy, checks(action))
    assert len(cases) > 30
    assert failures(project, cases) == {}


@pytest.mark.parametrize("agents", [AGENTS, ()])
def test_required_messages_and_empty_fleets(tmp_path: Path, agents: tuple[Agent, ...]) -> None:
    project, cases = sample(tmp_path, POLICIES[0], checks(Action.BLOCK, "true"), agents)
    assert failures(project, cases) == {}


def test_another_policy_than_the_one_compiled_is_noticed(tmp_path: Path) -> None:
    _, cases = sample(tmp_path, EscalationPolicy(self_attempts=3), checks(Action.BLOCK))
    project, _ = sample(tmp_path, EscalationPolicy(self_attempts=2), checks(Action.WARN))
    found = failures(project, cases)
    assert found["fault/level-1-self"] == (
        "expected 'passed at self, calls: 3', but it was 'passed at coordinator, calls: 3'"
    )
    assert found["fault/gate/secrets"] == "expected 'block', but it was 'warn'"


def test_a_machine_that_lets_errors_pass_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(state: State, event: Event, policy: EscalationPolicy, present: frozenset[Level]) -> State | Outcome:
        return Outcome.PASSED if event is Event.ERROR else after(state, event, policy, present)

    monkeypatch.setattr(fault, "after", lenient)
    project, cases = sample(tmp_path, POLICIES[0], ())
    assert set(failures(project, cases)) == {
        f"fault/{kind}{end}"
        for kind in ("timeout", "unavailable", "rate-limit", "server-error", "context-overflow")
        for end in ("", "/always")
    }


def test_a_check_that_did_not_run_has_not_passed(tmp_path: Path) -> None:
    _, cases = sample(tmp_path, POLICIES[0], checks(Action.BLOCK))
    project, _ = sample(tmp_path, POLICIES[0], ())
    assert set(failures(project, cases)) == {case.id for case in cases if "/gate/" in case.id}


def test_the_reason_names_what_was_expected_and_what_came(tmp_path: Path) -> None:
    project, cases = sample(tmp_path, POLICIES[0], ())
    wrong = replace(cases[0], expected="passed at user, calls: 9")
    reason = fault.check(wrong, project)
    assert reason is not None
    assert "passed at user, calls: 9" in reason
    assert cases[0].expected in reason
