"""Claude Code's agents: read again they are the same, and `model:` says the tier."""

from __future__ import annotations

import dataclasses
import json

import pytest
import target_project
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.frontends import claude_code
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.source.text import Text

_WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs", "M")), min_size=1, max_size=30
).filter(lambda word: word == word.strip() and "," not in word)
_NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
_LISTS = st.lists(_WORDS, max_size=3).map(tuple)
AGENTS = st.builds(
    Agent,
    name=_NAMES,
    description=st.text(max_size=80),
    prompt=st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from("\n -#:\t"), max_size=200
    ),
    rationale=_WORDS,
    tier=st.sampled_from(["routine", "implementation", "strategic"]),
    capabilities=_LISTS,
    tools=st.none()
    | st.lists(st.sampled_from(["Read", "Bash(git add:*, x)", "mcp__a__b", "Bash(ls:*)"]), max_size=3).map(tuple),
    sends=_LISTS,
    accepts=_LISTS,
    coordinator=st.none() | _NAMES,
    handoffs=st.lists(_NAMES, max_size=3).map(tuple),
    documents=_LISTS,
    boundaries=_LISTS,
    extra=st.just({"color": '"red"', "mcpServers": '[{"a":{"command":"x"}}]'}) | st.just({}),
    source_format=st.just("claude-code"),
)


def fleet_of(fleet: Fleet, *agents: Agent, **options: object) -> Fleet:
    project = dataclasses.replace(fleet.project, target_options={"claude-code": json.dumps(options)})
    return dataclasses.replace(fleet, agents=agents, project=project)


def read(text: str) -> Agent:
    built = claude_code.build(Text(path="agents/a.md", content=text))
    assert built.value is not None, built.diagnostics
    return built.value


def front(text: str) -> dict[str, object]:
    found = yaml.safe_load(text[4:].partition("\n---\n")[0])
    assert isinstance(found, dict)
    return found


def files(fleet: Fleet) -> dict[str, str]:
    return target_project.emit(fleet, "claude-code")


_SAME = ("name", "description", "prompt", "rationale", "capabilities", "tools", "sends", "accepts", "coordinator",
         "handoffs", "documents", "boundaries", "extra")  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(agent=AGENTS)
def test_reading_the_file_again_gives_the_same_agent(fleet: Fleet, agent: Agent) -> None:
    (path,) = [each for each in files(fleet_of(fleet, agent)) if each.startswith("claude-code/agents/")]
    again = read(files(fleet_of(fleet, agent))[path])
    for name in _SAME:
        assert getattr(again, name) == getattr(agent, name), name
    assert again.tier == agent.tier
    assert again.source_format == "claude-code"


@pytest.mark.parametrize(
    "word",
    [
        "0E0",
        "1e5",
        "0o17",
        "0x1F",
        "017",
        "1_000",
        "1:30",
        ".5",
        "+.inf",
        ".NaN",
        "no",
        "on",
        "Null",
        "~",
        "2026-01-01",
        "=",
        "<<",
        "y",
        "- x",
        "# x",
        "a: b",
        "a #b",
        "'",
        "[x",
        "%x",
        "@x",
        "`x",
        "---",
        "...",
    ],
)
def test_words_that_yaml_takes_for_something_else_stay_words(fleet: Fleet, word: str) -> None:
    agent = Agent(
        name="one", description=word, prompt="x", rationale=word, capabilities=(word,), source_format="claude-code"
    )
    text = files(fleet_of(fleet, agent))["claude-code/agents/one.md"]
    again = read(text)
    assert (again.description, again.rationale, again.capabilities) == (word, word, (word,))
    assert front(text)["description"] == word


def test_the_whole_example_reads_back(fleet: Fleet) -> None:
    emitted = files(fleet)
    for agent in fleet.agents:
        again = read(emitted[f"claude-code/agents/{agent.name}.md"])
        assert [getattr(again, name) for name in _SAME] == [getattr(agent, name) for name in _SAME]


@pytest.mark.parametrize(
    ("values", "options", "model"),
    [
        ({"tier": "routine"}, {}, "haiku"),
        ({"tier": "implementation"}, {}, "sonnet"),
        ({"tier": "routine", "model": "inherit"}, {}, "haiku"),
        ({"tier": "routine"}, {"model": "id"}, "small-1"),
        ({"tier": "implementation", "model": "middle"}, {}, "sonnet"),
        ({"model": "inherit"}, {}, "inherit"),
        ({"model": "whatever"}, {"model": "id"}, "whatever"),
        ({}, {}, None),
    ],
)
def test_the_model_says_the_tier(
    fleet: Fleet, values: dict[str, str], options: dict[str, str], model: str | None
) -> None:
    agent = Agent(name="one", description="One of a kind.", prompt="x", **values)
    found = files(fleet_of(fleet, agent, **options))
    assert front(found["claude-code/agents/one.md"]).get("model") == model


def test_a_tier_whose_alias_claude_code_does_not_know_is_named_by_its_model(fleet: Fleet) -> None:
    tiers = tuple(dataclasses.replace(tier, aliases=("fast",)) for tier in fleet.tiers.tiers)
    other = dataclasses.replace(fleet, tiers=dataclasses.replace(fleet.tiers, tiers=tiers))
    found = files(other)
    assert front(found["claude-code/agents/reader.md"])["model"] == "small-1"
    assert "claude-code/settings.json" not in found


def test_the_settings_pin_the_words_that_are_used(fleet: Fleet) -> None:
    assert json.loads(files(fleet)["claude-code/settings.json"]) == {
        "env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "large-1", "ANTHROPIC_DEFAULT_HAIKU_MODEL": "small-1"}
    }
    assert "claude-code/settings.json" not in files(fleet_of(fleet, *fleet.agents, model="id"))


def test_the_body_is_the_agents_own_or_the_compiled_prompt(fleet: Fleet) -> None:
    built = target_project.built(fleet)
    prompts = {name: dataclasses.replace(text, text=f"compiled {name}\n") for name, text in built.prompts.items()}
    for body, expected in (("source", fleet.agent_by_name["writer"].prompt), ("prompt", "compiled writer\n")):
        project = dataclasses.replace(fleet.project, target_options={"claude-code": json.dumps({"body": body})})
        changed = dataclasses.replace(built, fleet=dataclasses.replace(fleet, project=project), prompts=prompts)
        from orchestra_compiler.emitters import claude_code as emitter

        found = {output.path: output.content.decode() for output in emitter.emit(changed)}
        assert found["claude-code/agents/writer.md"].endswith(f"\n---\n{expected}")


def test_no_tools_is_not_all_tools(fleet: Fleet) -> None:
    agent = Agent(name="one", description="d", prompt="x", tools=())
    text = files(fleet_of(fleet, agent))["claude-code/agents/one.md"]
    assert front(text)["tools"] == []
    assert read(text).tools == ()


def test_hooks_and_memory_of_our_own_specs_stay_behind(fleet: Fleet) -> None:
    agent = Agent(name="one", description="d", prompt="x", hooks=("Stop",), memory="lead/notes")
    assert front(files(fleet_of(fleet, agent))["claude-code/agents/one.md"]).keys() == {"name", "description"}
    scoped = dataclasses.replace(
        agent, source_format="claude-code", hooks=("Stop",), memory=None,
        extra={"hooks": '{"Stop":[{"hooks":[]}]}', "memory": '"project"'},
    )  # fmt: skip
    found = front(files(fleet_of(fleet, scoped))["claude-code/agents/one.md"])
    assert found["hooks"] == {"Stop": [{"hooks": []}]}
    assert found["memory"] == "project"


def test_an_agent_of_another_tool_keeps_what_claude_code_documents(fleet: Fleet) -> None:
    agent = Agent(
        name="one",
        description="d",
        prompt="x",
        tools=("read", "search", "execute", "agent", "github/get_issue", "jira/*", "unheard"),
        extra={"name": '"One!"', "argument-hint": '"say"', "color": '"red"', "handoffs": "[]", "model": "[]"},
        source_format="copilot",
    )
    found = front(files(fleet_of(fleet, agent))["claude-code/agents/one.md"])
    assert found.keys() == {"name", "description", "tools", "color"}
    assert found["name"] == "one"
    tools = found["tools"].split(", ")
    assert {"Read", "Glob", "Grep", "Bash", "Agent", "mcp__github__get_issue", "mcp__jira", "unheard"} <= set(tools)
    assert not {"read", "search", "execute", "Write", "WebFetch"} & set(tools)
