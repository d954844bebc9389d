from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import small_project

import orchestra_spec
from orchestra_compiler.discovery import Criterion, Listing, index, misses, select
from orchestra_compiler.discovery.document import agents_document, listing_document
from orchestra_compiler.discovery.facets import may_use
from orchestra_compiler.discovery.table import agents_table, listing_table
from orchestra_compiler.link import link
from orchestra_compiler.model import Agent, Fleet, GatePolicy, Project, Protocol, RoutingPolicy, Tiers, Workload
from orchestra_compiler.project import load

SCHEMA = json.loads((orchestra_spec.ROOT / "schemas" / "agents.schema.json").read_bytes())


def agent(name: str, **more: Any) -> Agent:
    return Agent(name=name, description="Does things.", prompt="Do.", **more)


AGENTS = (
    agent("all", capabilities=("planning",), memory="notes", hooks=("Stop",), accepts=("answer",)),
    agent(
        "editor", tools=("Read", "Edit", "Bash(git:*)"), capabilities=("writing",), sends=("answer",), coordinator="all"
    ),
    agent(
        "lead", tools=("Task(editor)", "mcp__github__*"), handoffs=("all",), tier="strategic", capabilities=("writing",)
    ),
    agent("no-shell", extra={"disallowedTools": '["Bash","mcp__github"]'}),
    agent("nothing", tools=(), extra={"disallowedTools": '"Read, Edit"'}, sends=("order", "answer")),
)
FLEET = Fleet(
    project=Project(name="p"),
    agents=AGENTS,
    tiers=Tiers(tiers=(), escalation=(), baseline="", default=""),
    routing=RoutingPolicy(),
    gates=GatePolicy(),
    protocol=Protocol(),
    missions=(),
    workload=Workload(),
)


def found(**wanted: str) -> list[str]:
    return [each.name for each in select(FLEET, {Criterion(kind): value for kind, value in wanted.items()})]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, [each.name for each in AGENTS]),
        ({"capability": "writing"}, ["editor", "lead"]),
        ({"tool": "Read"}, ["all", "editor", "no-shell"]),
        ({"tool": "Bash"}, ["all", "editor"]),
        ({"tool": "Bash(git push)"}, ["all", "editor"]),
        ({"tool": "Bash(rm x)"}, ["all"]),
        ({"tool": "mcp__github__create_issue"}, ["all", "lead"]),
        ({"tool": "Agent(editor)"}, ["all", "lead", "no-shell"]),
        ({"sends": "answer"}, ["editor", "nothing"]),
        ({"accepts": "answer"}, ["all"]),
        ({"memory": "notes"}, ["all"]),
        ({"hook": "Stop"}, ["all"]),
        ({"tier": "strategic"}, ["lead"]),
        ({"coordinator": "all"}, ["editor"]),
        ({"handoff": "editor"}, ["lead"]),
        ({"handoff": "all"}, ["lead"]),
        ({"capability": "writing", "tool": "Read"}, ["editor"]),
        ({"capability": "writing", "memory": "notes"}, []),
    ],
)
def test_criteria_combine(wanted, names) -> None:
    assert found(**wanted) == names


def told(**wanted: str) -> list[tuple[str, tuple[str, ...], bool]]:
    query = {Criterion(kind): value for kind, value in wanted.items()}
    return [(each.value, each.near, each.told) for each in misses(FLEET, query)]


def test_a_value_nobody_has_is_told_with_what_may_be_meant() -> None:
    assert told(capability="writting") == [("writting", ("writing",), False)]
    assert told(sends="anwser", tier="stategic") == [
        ("anwser", ("answer",), False),
        ("stategic", ("strategic",), False),
    ]
    assert told(hook="Xyz") == [("Xyz", (), False)]
    assert told(capability="writing", memory="notes") == []


def test_a_tool_that_is_named_nowhere_is_told_even_where_some_may_use_all() -> None:
    assert told(tool="Raed") == [("Raed", ("Read",), True)]
    assert told(tool="Read") == []
    strict = select(FLEET, {Criterion.CAPABILITY: "writing"})
    assert all(not may_use(each, "Raed") for each in strict)


def test_indexes_name_each_value_with_its_agents() -> None:
    assert [(each.value, each.agents) for each in index(FLEET, Listing.CAPABILITIES)] == [
        ("planning", ("all",)),
        ("writing", ("editor", "lead")),
    ]
    messages = [(each.value, each.agents, each.receivers) for each in index(FLEET, Listing.MESSAGES)]
    assert messages == [("answer", ("editor", "nothing"), ("all",)), ("order", ("nothing",), ())]
    tools = {each.value: each.agents for each in index(FLEET, Listing.TOOLS)}
    assert tools["*"] == ("all", "no-shell")
    assert tools["Bash(git:*)"] == ("editor",)
    assert [each.value for each in index(FLEET, Listing.MEMORY)] == ["notes"]
    assert [each.value for each in index(FLEET, Listing.HOOKS)] == ["Stop"]


def test_documents_are_as_published() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    for example in SCHEMA["examples"]:
        validator.validate(example)
    validator.validate(agents_document(FLEET, AGENTS, complete=True))
    for listing in Listing:
        validator.validate(listing_document(FLEET, listing, index(FLEET, listing), complete=False))
    assert not validator.is_valid({"project": "p", "complete": True})
    assert agents_document(FLEET, AGENTS[2:3], complete=True)["agents"][0]["handoffs"] == ["all", "editor"]


def test_the_model_is_that_of_the_tier(tmp_path: Path) -> None:
    loaded = load(small_project.write(tmp_path))
    assert loaded.fleet is not None
    fleet = link(loaded.fleet, tmp_path).fleet
    data = {each["name"]: each for each in agents_document(fleet, fleet.agents, complete=True)["agents"]}
    assert data["reader"]["model"] == "claude-haiku-4-5"
    assert (data["reader"]["path"], data["reader"]["tools"]) == ("agents/reader.md", ["Read", "Grep"])
    assert data["writer"]["tools"] is None


def test_tables_fit_the_terminal_and_keep_what_says_most() -> None:
    long = agent("a-name-of-some-length", capabilities=("c" * 80,))
    text = agents_table(FLEET, [long], Path("a" * 50), 80)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "a-name-of-some-length" in text
    assert text.splitlines()[1].endswith(":1")
    wide = agents_table(FLEET, [long], Path("a" * 50), None)
    assert "c" * 80 in wide
    assert "capabilities" not in agents_table(FLEET, [agent("x")], Path(), 80)


def test_tables_show_no_character_that_steers_a_terminal() -> None:
    hostile = agent("x\x1b[31m\n", capabilities=("\x07",))
    assert all(each.isprintable() for line in agents_table(FLEET, [hostile], Path(), 80).splitlines() for each in line)


def test_a_table_of_messages_has_both_sides() -> None:
    lines = listing_table(Listing.MESSAGES, index(FLEET, Listing.MESSAGES), 100).splitlines()
    assert lines[0].split("  ")[0] == "message"
    assert lines[1].split() == ["answer", "editor,", "nothing", "all"]
    assert lines[2].split() == ["order", "nothing", "-"]


def test_what_stands_within_parentheses_is_no_tool_that_is_denied() -> None:
    assert may_use(agent("a", extra={"disallowedTools": '"Agent(scout, Edit, editor), Read"'}), "Edit")
