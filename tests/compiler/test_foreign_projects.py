"""A project of agents in all formats, from the files to what is compiled."""

from __future__ import annotations

import json
from pathlib import Path

import foreign_agents
import pytest

from orchestra_compiler.build import compile_project
from orchestra_compiler.check import check_project
from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.frontends.common import has_errors
from orchestra_compiler.project import load

PROJECT = "orchestra: 1\nname: bakery\nagents: {agents}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write one file of each format, and an `orchestra.yaml` that names them all."""
    files = foreign_agents.FILES | {
        "docker/prompts/till.md": "You take the money.\n",
        "orchestra.yaml": PROJECT.format(agents=json.dumps(list(foreign_agents.FILES))),
    }
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    return tmp_path


def by_code(found: list[Diagnostic] | tuple[Diagnostic, ...]) -> dict[str, list[tuple[str, int]]]:
    told: dict[str, list[tuple[str, int]]] = {}
    for each in found:
        told.setdefault(each.code, []).append((each.span.path, each.span.line))
    return told


def test_every_format_is_part_of_one_fleet(project) -> None:
    loaded = load(project)
    assert loaded.fleet is not None
    assert loaded.fleet.broken == frozenset()
    assert {each.name for each in loaded.fleet.agents} == {
        *("asker", "baker-of-cakes", "bakery.baker", "bread-costs", "flour_researcher", "front-desk", "head-baker"),
        *("menu-planner", "own", "price-writer", "refunds", "root", "swarm.baker", "till"),
    }
    assert set(by_code(loaded.diagnostics)) == {"ORC012", "ORC015"}
    assert loaded.fleet.agent_by_name["root"].handoffs == ("bakery.baker", "till")
    assert set(loaded.sources) == {*foreign_agents.FILES, "docker/prompts/till.md", "orchestra.yaml"}


def test_hand_offs_of_every_format_are_resolved(project) -> None:
    told = by_code(check_project(project).diagnostics)
    assert told["ORC101"] == [
        (".claude/agents/head-baker.md", 4),
        (".claude/agents/head-baker.md", 4),
        (".claude/agents/head-baker.md", 4),
        (".github/agents/menu.agent.md", 7),
        (".github/agents/menu.agent.md", 10),
    ]


def test_what_other_tools_pass_over_stops_no_compilation(project) -> None:
    lead = "---\nname: lead\ndescription: Leads\nhandoffs: [nobody-here]\n---\nLead.\n"
    (project / ".claude/agents/lead.md").write_text(lead)
    paths = [*foreign_agents.FILES, ".claude/agents/lead.md"]
    (project / "orchestra.yaml").write_text(PROJECT.format(agents=json.dumps(paths)))
    found = check_project(project).diagnostics
    unknown = [each for each in found if each.code == "ORC101"]
    assert {each.span.path for each in unknown if each.severity is Severity.ERROR} == {".claude/agents/lead.md"}
    assert sum(each.severity is Severity.WARNING for each in unknown) == 5


def test_models_of_other_tools_find_their_tier(project) -> None:
    fleet = check_project(project).fleet
    assert fleet is not None
    tiers = {name: agent.tier for name, agent in fleet.agent_by_name.items()}
    assert tiers["head-baker"] == "implementation"  # sonnet
    assert tiers["menu-planner"] == "implementation"  # Claude Sonnet 4.5 (copilot)
    assert tiers["root"] == "strategic"  # anthropic/claude-opus-4-5
    assert tiers["refunds"] is None  # gpt-4.1, which no tier lists


def test_agents_of_all_formats_compile(project) -> None:
    paths = [path for path in foreign_agents.FILES if not path.endswith("agent.md") and "claude" not in path]
    (project / "orchestra.yaml").write_text(PROJECT.format(agents=json.dumps(paths)))
    compiled = compile_project(project)
    assert not has_errors(compiled.checked.diagnostics)
    assert compiled.manifest is not None
    agents = {each.name: each for each in compiled.manifest.fleet.agents}
    assert json.loads(agents["root"].extra["toolsets"])[0] == {"type": "filesystem"}
    prompts = {
        output.path: output.content.decode() for output in compiled.outputs if output.path.startswith("prompts/")
    }
    assert prompts["prompts/till.md"].startswith("You take the money.")
    assert "{grain}" in prompts["prompts/flour_researcher.md"]


def test_agents_without_tools_may_talk_in_a_ring(tmp_path) -> None:
    entry = "description: Talks about bread and cake all day, instruction: Talk., model: m"
    agents = f"agents:\n  root: {{{entry}, handoffs: [other]}}\n  other: {{{entry}, handoffs: [root]}}\n"
    (tmp_path / "talk.yaml").write_text(agents)
    (tmp_path / "orchestra.yaml").write_text(PROJECT.format(agents="talk.yaml"))
    rings = [each for each in check_project(tmp_path).diagnostics if each.code == "ORC106"]
    assert [each.severity for each in rings] == [Severity.WARNING]


def test_the_only_agent_of_a_file_need_not_be_called_as_the_file_where_names_are_its_own(tmp_path) -> None:
    entry = "description: Talks about bread and cake all day, instruction: Talk., model: m"
    (tmp_path / "talk.yaml").write_text(f"agents:\n  root: {{{entry}}}\n")
    (tmp_path / "orchestra.yaml").write_text(PROJECT.format(agents="talk.yaml"))
    assert "ORC202" not in by_code(check_project(tmp_path).diagnostics)
