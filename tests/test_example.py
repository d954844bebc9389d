"""The example that ships with the project: complete, without a finding, and compiled the same everywhere."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from commands import Orchestra

import orchestra_spec
from orchestra_compiler import build
from orchestra_compiler.build import Compilation
from orchestra_compiler.manifest import Manifest
from orchestra_compiler.model import Category

EXAMPLE = Path(__file__).parent.parent / "examples" / "agent_orchestra"
LEAST = {Category.INDIVIDUAL: 15, Category.MULTI_AGENT: 12, Category.COORDINATION: 15, Category.EDGE: 8}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that what other runs have compiled into the example is not in the way."""
    folder = tmp_path_factory.mktemp("example") / "agent_orchestra"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("compiled", ".orchestra"))
    return folder


@pytest.fixture(scope="module")
def compilation(root: Path) -> Compilation:
    return build.compile_project(root)


@pytest.fixture(scope="module")
def manifest(compilation: Compilation) -> Manifest:
    assert compilation.manifest is not None, [str(each) for each in compilation.checked.diagnostics]
    return compilation.manifest


def test_there_is_no_finding(compilation: Compilation) -> None:
    assert [f"{each.span} {each.code} {each.message}" for each in compilation.checked.diagnostics] == []
    assert compilation.left_out == ()


def test_agents_stand_in_three_tiers(manifest: Manifest) -> None:
    assert Counter(agent.tier for agent in manifest.fleet.agents) == {
        "strategic": 13,
        "implementation": 21,
        "routine": 13,
    }
    assert [tier.name for tier in manifest.fleet.tiers.tiers] == ["routine", "implementation", "strategic"]


def test_agents_are_written_out(manifest: Manifest) -> None:
    for agent in manifest.fleet.agents:
        assert agent.rationale, agent.name
        assert agent.boundaries, agent.name
        assert agent.capabilities, agent.name
        assert agent.sends, agent.name
        assert agent.accepts, agent.name
        assert manifest.prompts[agent.name].tokens > 150, agent.name


def test_everybody_but_the_lead_answers_to_somebody(manifest: Manifest) -> None:
    tops = [agent.name for agent in manifest.fleet.agents if agent.coordinator is None]
    assert tops == ["tech-lead-orchestrator"]
    for agent in manifest.fleet.agents:
        chain, name = [], agent.coordinator
        while name is not None:
            chain.append(name)
            assert len(chain) <= 3, agent.name
            name = manifest.fleet.agent_by_name[name].coordinator
        assert not chain or chain[-1] == "tech-lead-orchestrator"


def test_there_are_missions_of_every_category(manifest: Manifest) -> None:
    missions = manifest.fleet.missions
    assert len(missions) >= 50
    counts = Counter(mission.category for mission in missions)
    assert {category: counts[category] for category in LEAST if counts[category] < LEAST[category]} == {}
    assert len({mission.risk for mission in missions}) == len(type(missions[0].risk))


def test_missions_expect_something_and_reach_many_agents(manifest: Manifest) -> None:
    fleet, called = manifest.fleet, set()
    for mission in fleet.missions:
        assert mission.description, mission.name
        assert mission.expectations, mission.name
        for step in mission.steps:
            offering = fleet.agents_by_capability.get(step.capability or "", ())
            called.add(step.agent or next(iter(offering)).name)
    assert len(called) >= 30


def test_cases_are_generated_of_every_kind(manifest: Manifest) -> None:
    assert len(manifest.cases) >= 200
    kinds = Counter(case.kind for case in manifest.cases)
    assert kinds.keys() == {"message", "pair", "routing", "boundary", "fallback", "fault", "prompt"}
    assert kinds["prompt"] == 47


def test_prompts_keep_their_budget(manifest: Manifest) -> None:
    budget = manifest.fleet.project.prompt_budget_tokens
    assert max(prompt.tokens for prompt in manifest.prompts.values()) <= budget


def test_lint_compile_and_check_agree(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    orchestra = Orchestra(monkeypatch, capsys)
    assert orchestra("lint", root) == (0, "no findings\n", "")
    assert orchestra("compile", "--check", root).code == 1
    answer = orchestra("compile", root)
    assert (answer.code, answer.err) == (0, "")
    answer = orchestra("compile", "--check", "--explain", root)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("compiled: ")
    assert answer.out.endswith(" up to date\n")


def test_cost_names_every_tier(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answer = Orchestra(monkeypatch, capsys)("cost", root, "--json")
    assert (answer.code, answer.err) == (0, "")
    data = json.loads(answer.out)
    assert all(float(tier["month_usd"]) > 0 for tier in data["tiers"])
    assert {baseline["tier"] for baseline in data["baselines"]} >= {"implementation", "strategic"}


def test_the_task_of_its_readme_is_routed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in readme.splitlines() if line.startswith("echo '")]
    task = line.split("'")[1]
    answer = Orchestra(monkeypatch, capsys)("route", root, "--json", stdin=task.encode())
    assert (answer.code, answer.err) == (0, "")
    decision = json.loads(answer.out)
    assert (decision["tier"], decision["rule"], decision["score"]) == ("implementation", "score", "42")


def test_each_file_names_the_schema_of_its_kind_for_editors() -> None:
    head = "# yaml-language-server: $schema="
    kinds = Counter[str]()
    for path in sorted(EXAMPLE.rglob("*.yaml")):
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert first.startswith(head), path
        schema = (path.parent / first.removeprefix(head)).resolve()
        assert schema.is_file(), f"{path}: {schema}"
        assert schema.parent == orchestra_spec.ROOT / "schemas"
        kinds[schema.name.removesuffix(".schema.json")] += 1
    assert kinds["agent"] == 47
    assert kinds["mission"] > 50
    assert {kind for kind, count in kinds.items() if count == 1} == {"project", "tiers", "routing", "gates", "workload"}
