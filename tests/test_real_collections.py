"""Collections of agents as people keep them become projects: read, linted, compiled, and tested by what was generated."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Orchestra, run_pytest

from orchestra_compiler.check import check_project
from orchestra_compiler.diagnostic import Diagnostic, Severity

COLLECTIONS = {"orchestra": ("agents", 58), "wshobson": ("plugins", 202)}
PROTOCOL = "messages: {schema: protocols/agent-message-v1.0.xsd, root: agent-message, discriminator: body/@type}\n"


@pytest.fixture
def orchestra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Orchestra:
    return Orchestra(monkeypatch, capsys)


@pytest.fixture
def collection(shared_data: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Make a project of a collection by adding nothing but an `orchestra.yaml`."""

    def make(name: str) -> Path:
        shutil.copytree(shared_data / "agents" / name, tmp_path, dirs_exist_ok=True)
        folder = COLLECTIONS[name][0]
        text = f"orchestra: 1\nname: {name}\nagents: '{folder}/**/*.md'\n"
        (tmp_path / "orchestra.yaml").write_text(text)
        return tmp_path

    return make


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_compiles_and_its_cases_pass(
    name: str, collection: Callable[[str], Path], orchestra: Orchestra
) -> None:
    root, count = collection(name), COLLECTIONS[name][1]
    answer = orchestra("compile", root)
    assert answer.code == 0
    assert "Traceback" not in answer.err
    table = json.loads((root / "compiled" / "routing.json").read_bytes())
    assert len(table["agents"]) == count
    prompts = list((root / "compiled" / "prompts").iterdir())
    assert len(prompts) == count
    assert all(path.read_text(encoding="utf-8").strip() for path in prompts)
    assert orchestra("compile", "--check", root).code == 0

    code, outcomes, text = run_pytest(root, "--orchestra")
    assert code == pytest.ExitCode.OK, text
    assert outcomes.keys() == {"passed"}
    assert outcomes["passed"] > count


@pytest.mark.parametrize("name", COLLECTIONS)
def test_each_finding_has_a_place_that_is_there(name: str, collection: Callable[[str], Path]) -> None:
    root = collection(name)
    checked = check_project(root)
    assert checked.diagnostics
    assert not checked.failed
    for found in checked.diagnostics:
        assert found.severity is not Severity.ERROR
        assert_is_there(root, found)


def assert_is_there(root: Path, found: Diagnostic) -> None:
    text = (root / found.span.path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    _, line, column, end_line, end_column = found.span
    assert 1 <= line <= end_line <= len(lines), found
    assert 1 <= column <= len(lines[line - 1]) + 1, found
    assert 1 <= end_column <= len(lines[end_line - 1]) + 1, found
    assert (line, column) < (end_line, end_column) or not lines[line - 1] or (line, column) == (1, 1), found


def test_the_lint_of_a_collection_is_the_same_in_every_format(
    collection: Callable[[str], Path], orchestra: Orchestra, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(collection("orchestra"))
    data = json.loads(orchestra("lint", "--format", "json").out)
    text, github = orchestra("lint").out, orchestra("lint", "--format", "github").out
    assert len(github.splitlines()) == len(data["diagnostics"]) > 30
    for each in data["diagnostics"]:
        assert f"{each['path']}:{each['line']}:{each['column']}: {each['severity']} {each['code']}" in text


SPEAKERS = """\
agent: lead
description: Hands tasks to the worker and answers its questions about them.
tier: strategic
rationale: It decides.
sends: [{down}]
accepts: [{up}]
prompt: Hand out the work in small pieces, answer questions about it, and look at what comes back.
---
agent: worker
description: Does what the lead asks for and says what came of it.
tier: routine
rationale: Small tasks.
coordinator: lead
sends: [{up}]
accepts: [{down}]
prompt: Do the work you are given, ask where it is not clear, and say what came of it.
"""


def test_a_collections_own_protocol_is_spoken(shared_data: Path, tmp_path: Path, orchestra: Orchestra) -> None:
    root = tmp_path
    shutil.copytree(shared_data / "agents" / "orchestra" / "protocols", root / "protocols")
    written = (root / "protocols" / "templates").glob("*.xml")
    kinds = sorted(path.stem for path in written)
    down = [kind for kind in kinds if kind == "task-delegation"]
    up = [kind for kind in kinds if kind not in down]
    assert len(down) == 1
    assert len(up) == 4
    (root / "team.yaml").write_text(SPEAKERS.format(down=", ".join(down), up=", ".join(up)))
    (root / "orchestra.yaml").write_text(f"orchestra: 1\nname: spoken\nagents: team.yaml\n{PROTOCOL}")
    answer = orchestra("compile", root)
    assert (answer.code, answer.err) == (0, "")
    templates = sorted(
        path.relative_to(root / "compiled").as_posix() for path in (root / "compiled").glob("messages/*/*")
    )
    assert templates == sorted([*(f"messages/{kind}/worker.xml" for kind in up), f"messages/{down[0]}/lead.xml"])
    lines = (root / "compiled" / "cases" / "message.jsonl").read_text().splitlines()
    assert {json.loads(line)["expected"] for line in lines} == {"valid", "invalid"}

    code, outcomes, text = run_pytest(root, "--orchestra")
    assert code == pytest.ExitCode.OK, text
    assert outcomes.keys() == {"passed"}
    assert outcomes["passed"] > len(lines)

    gate = orchestra(
        *("gate", "output", "--project", root, "--json"),
        stdin="\n".join(
            json.dumps(path.read_text(encoding="utf-8"))
            for path in sorted((root / "protocols" / "templates").iterdir())
        ).encode(),
    )
    verdicts = [json.loads(line)["verdict"] for line in gate.out.splitlines()]
    assert verdicts == ["block"] * 5  # its own examples are not what its own schema asks for: a body lacks one element
    assert gate.out.count("This element is not expected") == 5
    made = orchestra(
        *("gate", "output", "--project", root, "--json"),
        stdin="\n".join(
            json.dumps((root / "compiled" / path).read_text(encoding="utf-8")) for path in templates
        ).encode(),
    )
    assert made.code == 0
    assert [json.loads(line)["verdict"] for line in made.out.splitlines()] == ["pass"] * 5
