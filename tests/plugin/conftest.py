"""A small project that every plugin test starts from."""

from __future__ import annotations

import shutil
import subprocess
import sys
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


COMPILE = "from orchestra_compiler.cli import compile_main; raise SystemExit(compile_main())"


def write(root: Path) -> None:
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one compile of the small project remembers: the dear parts, so that no other compile has to make them."""
    root = tmp_path_factory.mktemp("remembered")
    write(root)
    subprocess.run([sys.executable, "-c", COMPILE, str(root)], stdout=subprocess.DEVNULL, timeout=120, check=True)
    return root / ".orchestra" / "cache"


@pytest.fixture
def project(pytester: pytest.Pytester, remembered: Path) -> Path:
    """Write the small project into the test's folder; it is not compiled, but a compile is quick."""
    write(pytester.path)
    shutil.copytree(remembered, pytester.path / ".orchestra" / "cache")
    return pytester.path


@pytest.fixture
def untouched(pytester: pytest.Pytester) -> Path:
    """Write the small project into the test's folder as somebody has it who never compiled it."""
    write(pytester.path)
    return pytester.path
