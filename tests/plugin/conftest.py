"""A small project that every plugin test starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

FILES = {
    "orchestra.yaml": "orchestra: 1\nname: small\nagents: agents/*.yaml\nmissions: missions/*.yaml\n",
    "agents/lead.yaml": (
        "agent: lead\ndescription: Leads the small team and takes what the others escalate.\ntier: strategic\n"
        "rationale: Decides for all.\ncapabilities: [planning]\nsends: [task-assignment, status]\n"
        "accepts: [task-completion, escalation]\nprompt: Lead the team and decide what others cannot.\n"
    ),
    "agents/writer.yaml": (
        "agent: writer\ndescription: Writes short texts about anything on request.\ntier: routine\n"
        "rationale: Small, frequent tasks.\ncapabilities: [writing]\ncoordinator: lead\n"
        "sends: [task-completion, escalation]\naccepts: [task-assignment]\n"
        "prompt: Write what you are asked for, briefly and clearly.\n"
    ),
    "missions/hello.yaml": (
        "mission: hello\nagent: writer\ntask: Greet the reader.\nreply: Hello, reader.\n"
        "expect: [{contains: Hello}, {tier: routine}]\n"
    ),
    "missions/plan.yaml": (
        "mission: plan\ncategory: multi-agent\nrisk: high\nsteps:\n"
        "  scout: {agent: writer, task: Look around., phase: scout}\n"
        "  build: {capability: planning, needs: scout, task: Build it., phase: build}\n"
        "replies: {scout: Nothing there., build: Built.}\n"
        "expect:\n  - build: {agent: lead, equals: Built.}\n  - order: [scout, build]\n"
    ),
}


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """Write the small project into the test's folder."""
    for name, text in FILES.items():
        path = pytester.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return pytester.path
