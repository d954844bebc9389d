"""Copilot's agents: documented keys, its own names of tools and models, nothing wider than the agent was given."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import target_project
import yaml
from hostile_fleet import hostile

from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.tool_names import for_copilot

KEYS = {"name", "description", "tools", "agents", "model", "handoffs"}


def front(fleet: Fleet, *agents: Agent) -> list[dict[str, Any]]:
    texts = target_project.emit(dataclasses.replace(fleet, agents=agents or fleet.agents), "copilot").values()
    return [yaml.safe_load(text[4:].partition("\n---\n")[0]) for text in texts]


def agent(**values: Any) -> Agent:
    return Agent(**{"name": "one", "description": "One of a kind.", "prompt": "x", **values})


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        (("Read", "Grep", "Glob"), ["read", "search"]),
        (("Edit", "Write", "MultiEdit", "NotebookEdit"), ["edit"]),
        (("Bash", "bash"), ["execute"]),
        (("Bash(*)",), ["execute"]),
        (("Bash(git:*)",), []),
        (("WebFetch", "WebSearch", "TodoWrite"), ["web", "todo"]),
        (("LS",), ["search"]),
        (("mcp__github__get_issue", "mcp__jira", "mcp__db__*"), ["github/get_issue", "jira/*", "db/*"]),
        (("Agent", "Task"), ["agent"]),
        (("read", "azure.x/y", "Unheard"), ["read", "azure.x/y", "Unheard"]),
        ((), []),
    ],
)
def test_tools_have_copilots_names(fleet: Fleet, tools: tuple[str, ...], expected: list[str]) -> None:
    assert front(fleet, agent(tools=tools))[0]["tools"] == expected


def test_all_tools_are_said_by_saying_nothing(fleet: Fleet) -> None:
    assert "tools" not in front(fleet, agent())[0]


def test_a_part_of_a_tool_is_never_the_whole_tool() -> None:
    tools = ("Bash(git:*)", "Read", "Edit(src/**)", "Agent(x)", "Bash()")
    assert [tool for tool in tools if for_copilot(tool) is None] == ["Bash(git:*)", "Edit(src/**)"]


def test_agents_that_a_tool_is_limited_to(fleet: Fleet) -> None:
    found = front(fleet, agent(tools=("Agent(lead, writer)", "Task(*)")))[0]
    assert (found["tools"], found["agents"]) == (["agent"], ["lead", "writer"])


@pytest.mark.parametrize(
    ("model", "name"), [("claude-sonnet-4-5", "Claude Sonnet 4.5"), ("nobody-knows", None), (None, None)]
)
def test_models_have_copilots_names_where_it_offers_them(fleet: Fleet, model: str | None, name: str | None) -> None:
    assert front(fleet, agent(model=model))[0].get("model") == name


def test_handoffs_are_buttons_and_the_coordinator_is_last(fleet: Fleet) -> None:
    lead, _, writer = front(fleet)
    assert [(each["label"], each["agent"], each["send"]) for each in lead["handoffs"]] == [
        ("Hand off to writer", "writer", False),
        ("Hand off to reader", "reader", False),
    ]
    assert [each["label"] for each in writer["handoffs"]] == ["Escalate to lead"]


def test_only_documented_keys(fleet: Fleet) -> None:
    for found in [*front(hostile(fleet), *hostile(fleet).agents), *front(fleet)]:
        assert found.keys() <= KEYS
        assert found["description"]


def test_an_agent_of_copilot_keeps_its_documented_keys(fleet: Fleet) -> None:
    button = '[{"agent":"lead","label":"Go","prompt":"Go on."}]'
    found = front(
        fleet,
        agent(
            source_format="copilot",
            model="Some Model (copilot)",
            tools=("read", "azure.x/y"),
            handoffs=("lead",),
            extra={"handoffs": button, "argument-hint": '"say"', "target": '"vscode"', "color": '"red"', "name": '"X"'},
        ),
    )[0]
    assert found == {
        "name": "one",
        "description": "One of a kind.",
        "tools": ["read", "azure.x/y"],
        "model": "Some Model (copilot)",
        "handoffs": [{"agent": "lead", "label": "Go", "prompt": "Go on."}],
        "argument-hint": "say",
        "target": "vscode",
    }
