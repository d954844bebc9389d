from __future__ import annotations

import pytest

from orchestra_compiler.diff.words import Kind

GATES = "layers:\n  output: {{empty-reply: {0}}}\n"
SETTINGS = (
    "orchestra: 1\nname: small\nagents: [agents/*.yaml, agents/*.md]\nmissions: missions/*.yaml\nrouting: routing.yaml\n"
    "gates: gates.yaml\nworkload: workload.yaml\n"
)


def gated(action: str) -> dict[str, str]:
    return {"orchestra.yaml": SETTINGS, "gates.yaml": GATES.format(action)}


@pytest.mark.parametrize(
    ("before", "after", "milder"),
    [("block", "warn", True), ("warn", "block", False), ("block", '"off"', True), ("block", "escalate", False)],
)
def test_a_milder_check_is_noticed(compared, before: str, after: str, milder: bool) -> None:
    changes = compared(gated(after), gated(before))
    assert [(each.name, each.fields[0].name) for each in changes.policy] == [("gate output/empty-reply", "action")]
    assert [each.rule for each in changes.findings] == (["GATE_NO_LOOSEN"] if milder else [])


def test_parts_of_the_policy_by_name(compared, edited) -> None:
    changes = compared(
        edited(
            "routing.yaml",
            ("tiers: {routine: 0, implementation: 30", "agent_tier: pin\ntiers: {routine: 0, implementation: 20"),
            ("signals:\n", "signals:\n  words: {feature: text, words: [urgent], points: 10}\n"),
        )
    )
    found = {each.name: (each.kind, [(field.before, field.after) for field in each.fields]) for each in changes.policy}
    assert found == {
        "agents' own tier": (Kind.CHANGED, [("floor", "pin")]),
        "signal words": (Kind.ADDED, []),
        "threshold implementation": (Kind.CHANGED, [("30", "20")]),
    }


def test_missions_step_by_step(compared) -> None:
    steps = (
        "mission: hello\nsteps:\n  one: {agent: writer, task: Greet.}\n  two: {agent: lead, task: Say it again., needs: one}\n"
        "replies: {one: Hello., two: Hello again.}\nexpect: [{one: {contains: Hello}}]\n"
    )
    old = {"missions/hello.yaml": steps}
    new = {
        "missions/hello.yaml": steps.replace("task: Greet.", "task: Greet politely.").replace(
            "needs: one", "needs: [one], optional: true"
        )
    }
    changes = compared(new, old)
    assert [(each.name, each.kind) for each in changes.missions] == [("hello", Kind.CHANGED)]
    fields = {field.name: (field.before, field.after) for field in changes.missions[0].fields}
    assert fields == {"step one: task": ("Greet.", "Greet politely."), "step two: optional": ("false", "true")}
    assert compared({"missions/hello.yaml": steps.replace("mission: hello\n", "# Moved.\nmission: hello\n")}, old).empty
    other = compared({"missions/other.yaml": steps.replace("hello", "other")}, {})
    assert [(each.name, each.kind) for each in other.missions] == [("other", Kind.ADDED)]


def test_cases_by_kind(compared, edited) -> None:
    changes = compared(edited("routing.yaml", ("1000: 30", "2000: 30")))
    routing = next(each for each in changes.cases if each.kind == "routing")
    assert "routing/signal/size-2000-at" in routing.added
    assert "routing/signal/size-1000-at" in routing.removed
    back = compared({}, edited("routing.yaml", ("1000: 30", "2000: 30")))
    mirrored = next(each for each in back.cases if each.kind == "routing")
    assert (mirrored.added, mirrored.removed, mirrored.changed) == (routing.removed, routing.added, routing.changed)


def test_the_workload(compared, edited) -> None:
    changes = compared(edited("workload.yaml", ("per_month: 12", "per_month: 13"), ("task: texts", "task: letters")))
    assert [(each.name, each.kind.value) for each in changes.workload] == [
        ("letters", "added"),
        ("plans", "changed"),
        ("texts", "removed"),
    ]
    assert changes.workload[1].fields[0].after == "13"
