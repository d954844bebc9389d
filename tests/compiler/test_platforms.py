from __future__ import annotations

import re

import pytest

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.model import Agent
from orchestra_compiler.platforms import platform_name, platforms, retirements
from orchestra_compiler.prices import listed


def test_every_list_has_a_source_and_a_day() -> None:
    assert set(platforms()) == {"claude-code", "copilot", "agent-skills"}
    for platform in platforms().values():
        assert platform.source.startswith("https://")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", platform.date)
        assert platform.title


def test_other_names_lead_to_tools() -> None:
    for platform in platforms().values():
        assert set(platform.aliases.values()) <= platform.tools
        assert set(platform.removed.values()) <= platform.tools
        assert not platform.tools & (set(platform.aliases) | set(platform.removed))
    claude = platforms()["claude-code"]
    assert (claude.tool("Read"), claude.tool("Task"), claude.tool("MultiEdit")) == ("Read", "Agent", None)


def test_successors_are_listed_and_stay() -> None:
    for retirement in retirements().values():
        assert retirement.successor in listed()
        assert retirement.successor not in retirements()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", retirement.day)


def test_every_id_of_a_retired_model_is_there() -> None:
    for name in retirements():
        if name in listed():
            assert set(listed()[name].aliases) <= set(retirements())


@pytest.mark.parametrize(
    ("path", "source_format", "name"),
    [
        ("skills/pdf/SKILL.md", "claude-code", "agent-skills"),
        (".github/agents/a.agent.md", "claude-code", "copilot"),
        (".github/agents/a.md", "copilot", "copilot"),
        ("agents/a.md", "claude-code", "claude-code"),
        ("agents/a.yaml", "orchestra", "orchestra"),
    ],
)
def test_the_platform_of_an_agent(path, source_format, name) -> None:
    agent = Agent(name="a", description="", prompt="", source_format=source_format, span=Span(path))
    assert platform_name(agent) == name
