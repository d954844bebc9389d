from __future__ import annotations

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
