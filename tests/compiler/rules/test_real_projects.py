"""The rules behind the real loader: places in real files, and no noise on agents as people keep them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestra_compiler import project, rules
from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.link import link
from orchestra_compiler.model import Fleet


def checked(root: Path) -> tuple[Fleet, list[Diagnostic]]:
    loaded = project.load(root)
    assert loaded.fleet is not None
    linked = link(loaded.fleet, root)
    return linked.fleet, [*linked.diagnostics, *rules.check(linked.fleet, loaded.sources)]


SPEC = """\
agent: lead
description: Plans the work and looks at what came of it.
prompt: |
  # Lead

  Plan the work. Ask @docker-expert about containers.
---
agent: other
description: "Reviews what\u200b the others have written so far."
prompt_file: prompts/other.md
"""
GUEST = "---\r\nname: guest\r\ndescription: Reviews pull requests for hidden costs.\r\n---\r\nRead it.\r\n\u202eReview it carefully.\r\n"


def test_places_in_real_files(tmp_path) -> None:
    for name in ("agents", "prompts"):
        (tmp_path / name).mkdir()
    (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nname: shop\nagents: [agents/*]\n")
    (tmp_path / "agents" / "team.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "agents" / "guest.md").write_bytes(GUEST.encode())
    (tmp_path / "prompts" / "other.md").write_text("Review what you are given.\n\nHand it to @gost-writer.\n")
    _, found = checked(tmp_path)
    places = {(each.code, each.span) for each in found if each.code in ("ORC205", "ORC701")}
    assert places == {
        ("ORC205", Span("agents/team.yaml", 6, 22, 6, 36)),
        ("ORC205", Span("prompts/other.md", 3, 12, 3, 24)),
        ("ORC701", Span("agents/guest.md", 6, 1, 6, 2)),
        ("ORC701", Span("agents/team.yaml", 9, 27, 9, 28)),
    }


@pytest.fixture
def collection(shared_data, tmp_path) -> Callable[[str], tuple[Fleet, list[Diagnostic]]]:
    """Return what is found in a collection of real agents."""

    def check(name: str) -> tuple[Fleet, list[Diagnostic]]:
        shutil.copytree(shared_data / "agents" / name, tmp_path / "agents")
        (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nname: wild\nagents: ['agents/**/*.md']\n")
        return checked(tmp_path)

    return check


@pytest.mark.parametrize(("name", "agents"), [("orchestra/agents", 58), ("wshobson", 202)])
def test_real_agents_do_not_drown_in_findings(collection, name, agents) -> None:
    fleet, found = collection(name)
    assert len(fleet.agents) == agents
    assert [each for each in found if each.severity is Severity.ERROR] == []
    counts = Counter(each.code for each in found)
    assert set(counts) <= {"ORC202", "ORC203", "ORC205", "ORC206", "ORC230", "ORC303", "ORC307"}
    # Hand-offs to nobody and agents described alike are many there, and true.
    assert sum(counts.values()) - sum(counts[code] for code in ("ORC203", "ORC205", "ORC230")) < agents / 10


def test_every_hand_off_to_nobody_in_real_agents_is_one(collection) -> None:
    fleet, found = collection("orchestra/agents")
    names = [each.message.split("`")[3] for each in found if each.code == "ORC205"]
    assert len(names) == 38
    assert not set(names) & set(fleet.agent_by_name)
    assert {name.rsplit("-", 1)[1] for name in names} == {"architect", "expert", "profiler", "reviewer", "specialist"}
