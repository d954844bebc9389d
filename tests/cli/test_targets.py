"""All targets at once, from the command line: what is written, what stays, what a check says."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_project
import target_project
from commands import Orchestra

OWN = "# Mine\n\nKeep this line.\n"


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    return target_project.write(tmp_path / "small", {"CLAUDE.md": OWN})


def test_a_project_compiles_to_every_target_and_a_check_agrees(everything: Path, orchestra: Orchestra) -> None:
    assert orchestra("compile", everything).code == 0
    emitted = target_project.emit(target_project.checked(everything))
    written = small_project.tree(everything / "compiled")
    for path in ("litellm/config.yaml", "claude-code-router/config.json", "a2a/lead.json", "map.svg", "map.mmd"):
        assert written[path].decode() == emitted[path]
    assert written.keys() == {path for path in emitted if path != "CLAUDE.md"} | {"manifest.json"}
    page = (everything / "CLAUDE.md").read_text()
    assert page.startswith(OWN)
    assert emitted["CLAUDE.md"] in page
    assert orchestra("compile", everything, "--check").code == 0


def test_a_change_of_one_agent_changes_its_own_files_and_those_about_the_fleet(
    everything: Path, orchestra: Orchestra
) -> None:
    assert orchestra("compile", everything).code == 0
    before = small_project.tree(everything / "compiled")
    spec = everything / "agents" / "writer.yaml"
    spec.write_text(spec.read_text().replace("capabilities: [writing]", "capabilities: [writing, rhyming]"))
    assert orchestra("compile", everything, "--check").code == 1
    assert orchestra("compile", everything).code == 0
    after = small_project.tree(everything / "compiled")
    assert {path for path in after if before.get(path) != after[path]} == {
        "a2a/writer.json",
        "catalogue.md",
        "claude-code/agents/writer.md",
        "manifest.json",
    }
    assert "rhyming" in (everything / "CLAUDE.md").read_text()


def test_an_agent_that_goes_takes_its_files_along(everything: Path, orchestra: Orchestra) -> None:
    assert orchestra("compile", everything).code == 0
    (everything / "agents" / "reader.md").unlink()
    settings = everything / "orchestra.yaml"
    settings.write_text(settings.read_text().replace(", agents/*.md", ""))
    lead = everything / "agents" / "lead.yaml"
    lead.write_text(lead.read_text().replace("[writer, reader]", "[writer]"))
    assert orchestra("compile", everything).code == 0
    assert not [path for path in small_project.tree(everything / "compiled") if "reader" in path]
    assert "reader" not in (everything / "CLAUDE.md").read_text()


def test_a_wrong_option_stops_the_compile(everything: Path, orchestra: Orchestra) -> None:
    settings = everything / "orchestra.yaml"
    settings.write_text(settings.read_text().replace("https://agents.example.org/", "nowhere"))
    answer = orchestra("compile", everything)
    assert answer.code == 1
    assert "ORC141" in answer.out + answer.err
    assert not (everything / "compiled").exists()
