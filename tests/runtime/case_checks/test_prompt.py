from __future__ import annotations

import dataclasses
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from orchestra_compiler.errors import OrchestraError
from pytest_orchestra.case_checks.prompt import check
from pytest_orchestra.compiled import CompiledProject, open_project

WINDOWS = "---\r\nname: win\r\ndescription: Has the line ends of Windows\r\n---\r\n\r\nDo it.\r\nThen say so.\r\n"
MIXED = "---\nname: mixed\ndescription: Has all the line ends there are\n---\n\nDo it.\r\nThen\rsay\u2028so.\n"


@pytest.fixture
def project(tmp_path: Path) -> CompiledProject:
    (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nname: ends\nagents: agents/*.md\n")
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents/win.md").write_bytes(WINDOWS.encode())
    (tmp_path / "agents/mixed.md").write_bytes(MIXED.encode())
    return open_project(tmp_path)


def prompt_cases(project: CompiledProject) -> dict[str, str | None]:
    return {case.component: check(case, project) for case in project.manifest.cases if case.kind == "prompt"}


def test_a_checkouts_line_ends_are_not_the_prompts(project: CompiledProject) -> None:
    assert prompt_cases(project) == {"mixed": None, "win": None}
    assert "Do it.\nThen say so." in project.prompt("win")
    assert "Do it.\nThen\rsay\u2028so." in project.prompt("mixed")


def test_a_changed_prompt_is_told(project: CompiledProject) -> None:
    path = project.out / project.manifest.prompts["win"].path
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert "was changed after it was compiled" in str(prompt_cases(project)["win"])


def test_a_prompt_that_is_no_text_is_told(project: CompiledProject) -> None:
    path = project.out / project.manifest.prompts["win"].path
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(OrchestraError, match="is not UTF-8"):
        project.prompt("win")


SPEAKER = (
    "agent: clerk\ndescription: Takes orders at the counter and passes them on.\ntier: routine\nrationale: Small.\n"
    "sends: [task-completion, status, escalation]\nprompt: Take orders.\n"
)


@pytest.fixture
def speaking(tmp_path: Path) -> CompiledProject:
    (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nname: shop\nagents: clerk.yaml\n")
    (tmp_path / "clerk.yaml").write_text(SPEAKER)
    return open_project(tmp_path)


def test_a_prompt_shows_every_type_that_its_agent_sends(speaking: CompiledProject) -> None:
    (case,) = (case for case in speaking.manifest.cases if case.kind == "prompt")
    assert json.loads(case.data)["examples"] == ["task-completion", "status", "escalation"]
    assert check(case, speaking) is None
    text = speaking.prompt("clerk")
    assert text.count("```xml") == 3
    assert text.count("<agent-message") == 1  # the others are told by what is not as in the first


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("`status`", "`state`", None),
        ("<type>status</type>", "<type>question</type>", "shows no example of a status"),
        ("<action>in-progress</action>", "<action>dozing</action>", "shows no valid status: .*enumeration"),
        ("<agent-message ", "<message ", "shows no example of a task-completion"),
    ],
)
def test_a_prompt_whose_example_is_no_message_is_told(
    speaking: CompiledProject, monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str | None
) -> None:
    (case,) = (case for case in speaking.manifest.cases if case.kind == "prompt")
    text = speaking.prompt("clerk")
    assert old in text
    changed = text.replace(old, new)
    known = dataclasses.replace(speaking.manifest.prompts["clerk"], sha256=sha256(changed.encode()).hexdigest())
    monkeypatch.setitem(speaking.manifest.prompts, "clerk", known)
    monkeypatch.setattr(CompiledProject, "prompt", lambda *_: changed)
    found = check(case, speaking)
    assert (found is None) == (says is None)
    assert says is None or re.search(says, str(found))
