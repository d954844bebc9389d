"""All targets on agents as people really write them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import target_project
import yaml

from orchestra_compiler.emitters import layout
from orchestra_compiler.frontends import claude_code
from orchestra_compiler.model import Fleet
from orchestra_compiler.naming import file_name
from orchestra_compiler.source.text import Text

SETTINGS = 'orchestra: 1\nagents: ["**/agents/**/*.md"]\ntargets: [{a2a: {url: "https://agents.example.org"}}, map]\n'
SAME = ("name", "description", "prompt", "tools", "capabilities", "handoffs", "hooks", "memory", "extra", "tier")


@pytest.fixture(scope="module", params=["orchestra", "wshobson"])
def collection(request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    root = tmp_path_factory.mktemp("real") / request.param
    for path in sorted((shared_data / "agents" / request.param).rglob("agents/**/*.md")):
        copy = root / path.relative_to(shared_data / "agents" / request.param)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    (root / "orchestra.yaml").write_text(SETTINGS)
    return target_project.checked(root)


def test_every_agent_comes_back_from_its_claude_code_file(collection: Fleet) -> None:
    emitted = target_project.emit(collection, "claude-code")
    assert len(collection.agents) > 50
    for agent in collection.agent_by_name.values():
        text = emitted[f"claude-code/agents/{file_name(agent.name)}.md"]
        again = claude_code.build(Text("agents/a.md", text)).value
        assert again is not None
        words = {alias: tier.name for tier in reversed(collection.tiers.tiers) for alias in tier.aliases}
        for name in SAME[:-1]:
            assert getattr(again, name) == getattr(agent, name), (agent.name, name)
        assert (again.tier or words.get(again.model or "")) == agent.tier


def test_every_other_file_is_what_its_ending_says(collection: Fleet) -> None:
    emitted = target_project.emit(
        collection, "a2a", "copilot", "litellm", "claude-code-router", "catalogue", "claude-md"
    )
    assert len(emitted) == 2 * len(collection.agent_by_name) + 4
    for path, text in emitted.items():
        if path.endswith(".json"):
            assert json.loads(text)
        elif path.endswith(".yaml"):
            assert yaml.safe_load(text)
        elif path.endswith(".agent.md"):
            assert yaml.safe_load(text[4:].partition("\n---\n")[0])["description"]
    assert len(emitted["CLAUDE.md"]) < 150 * len(collection.agents) + 2000


def test_the_picture_has_room_for_all(collection: Fleet) -> None:
    drawn = layout.arrange(collection)
    boxes = [box for band in drawn.bands for box in band.boxes]
    assert len(boxes) == len(collection.agent_by_name)
    assert len({(box.x, box.y) for box in boxes}) == len(boxes)
    assert drawn.width < 3000
    assert all(layout.columns(box.shown) * layout.LETTER < box.width for box in boxes)
