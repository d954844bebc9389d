"""Every example of the documentation is what it claims to be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml

from orchestra_compiler.frontends import agent, claude_code, gates, mission, project, routing, tiers, workload
from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import MessageSchema, load_schema
from orchestra_compiler.source import yaml
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.validation import KINDS, validate

_BUILD = {
    "gates": gates.build,
    "mission": mission.build,
    "project": lambda document: project.build(document, "example"),
    "routing": routing.build,
    "tiers": tiers.build,
    "workload": workload.build,
    "agent": lambda document: agent.build(document, lambda _path, _span: ("Prompt.", [])),
}


@pytest.fixture(scope="module")
def shipped() -> MessageSchema:
    return load_schema(Protocol(), Path())


def test_an_example_of_yaml_is_valid(yaml_fence: Any) -> None:
    fence = yaml_fence
    kind = fence.words[1] if len(fence.words) > 1 else "unmarked"
    assert kind in (*KINDS, "expect", "other"), f"{fence.place}: mark the block with its kind"
    if kind == "other":
        assert pyyaml.safe_load(fence.text), fence.place
        return
    text = fence.text
    if kind == "expect":
        kind, text = "mission", f"mission: m\nagent: a\ntask: t\nreply: r\nexpect:\n{text}"
        if "several" in fence.words:
            text = text.replace("agent: a\ntask: t\nreply: r\n", "steps:\n  plan: {agent: a, task: t}\n", 1)
    reading = yaml.read(Text(fence.place, text))
    assert not reading.diagnostics, reading.diagnostics
    assert reading.documents, fence.place
    for document in reading.documents:
        assert not validate(document, kind), f"{fence.place}: {validate(document, kind)}"
        if kind in _BUILD and "several" not in fence.words:
            assert not _BUILD[kind](document).diagnostics


def test_an_example_of_a_markdown_agent_is_clean(markdown_fence: Any) -> None:
    built = claude_code.build(Text(markdown_fence.option("file") or "agents/example.md", markdown_fence.text))
    assert built.value is not None
    assert not built.diagnostics


def test_an_example_of_a_message_is_valid(message_fence: Any, shipped: MessageSchema) -> None:
    assert not shipped.validate(message_fence.text), message_fence.place


def test_an_example_of_json_is_json(json_fence: Any) -> None:
    for part in json_fence.text.splitlines() if json_fence.language == "jsonl" else [json_fence.text]:
        json.loads(part)


def test_the_missions_are_green(runnable: list[Any], bakery: Path) -> None:
    names = [line.split()[1] for fence in runnable for line in fence.text.splitlines() if line.startswith("mission:")]
    assert len(names) == len(set(names)), "two examples share a name"
    for number, fence in enumerate(runnable):
        (bakery / "missions" / f"{number:03}.yaml").write_text(f"# {fence.place}\n{fence.text}", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "--orchestra", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"],
        cwd=bakery,
        capture_output=True,
        text=True,
        timeout=120,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")},
        check=False,
    )
    written = bakery / ".orchestra/report/orchestra-report.json"
    assert written.is_file(), result.stdout
    report = json.loads(written.read_text(encoding="utf-8"))
    failed = [line["name"] for line in report["missions"] if not line["passed"]]
    assert not failed, result.stdout
    assert {line["name"] for line in report["missions"]} == set(names)
