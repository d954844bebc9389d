"""What each format's keys become; the samples are in `foreign_agents`."""

from __future__ import annotations

import json

import foreign_agents
import pytest

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.frontends import formats
from orchestra_compiler.model import Agent
from orchestra_compiler.source.codes import fault
from orchestra_compiler.source.text import Text


def read_file(path: str, span: Span) -> tuple[str | None, list[Diagnostic]]:
    return (None, [fault("ORC020", span, "gone")]) if "gone" in path else (f"text of {path}\n", [])


def read(path: str, content: str | None = None) -> tuple[dict[str, Agent], list[Diagnostic], set[str]]:
    """Return the agents of a file, its findings, and the names of what could not be built."""
    built = formats.read(Text(path, content or foreign_agents.FILES[path]), read_file)
    return (
        {each.value.name: each.value for each in built if each.value is not None},
        [found for each in built for found in each.diagnostics],
        {each.name for each in built if each.value is None and each.name},
    )


def written_at(path: str, span: Span) -> str:
    """Return what stands in a span of a sample."""
    content = foreign_agents.FILES[path]
    text = Text(path, content)
    return content[text.index(span.line, span.column) : text.index(span.end_line, span.end_column)]


def extra(agent: Agent) -> dict[str, object]:
    return {key: json.loads(value) for key, value in agent.extra.items()}


# Claude Code


def test_claude_code() -> None:
    path = ".claude/agents/head-baker.md"
    agents, found, _ = read(path)
    agent = agents["head-baker"]
    assert found == []
    assert agent.tools == (
        "Read",
        "Agent(oven-watcher, shop:till-clerk, Explore)",
        "mcp__stock__list",
        "Task(flour-buyer)",
    )
    assert agent.handoffs == ("oven-watcher", "till-clerk", "flour-buyer")
    assert [written_at(path, agent.places[f"handoffs.{number}"]) for number in range(3)] == list(agent.handoffs)
    assert written_at(path, agent.places["handoffs"]).startswith("Read, Agent(")
    assert (agent.hooks, agent.memory, agent.prompt) == (("PreToolUse",), None, "\nYou plan the day.\n")
    assert extra(agent)["disallowedTools"] == ["Write"]
    assert set(extra(agent)) == {
        *("background", "color", "disallowedTools", "effort", "hooks", "initialPrompt", "isolation", "maxTurns"),
        *("mcpServers", "memory", "permissionMode", "skills"),
    }


@pytest.mark.parametrize(
    ("tools", "handoffs"),
    [
        ("Read", ()),
        ("Agent", ()),
        ("Agent(*)", ()),
        ("Agent()", ()),
        ("Task(general-purpose, Plan)", ()),
        ("Bash(Agent(x))", ()),
        ("[Read, 'Agent(a,b)']", ("a", "b")),
        ("\n  - Agent(a)\n  - Agent(a, c)", ("a", "c")),
        ("Agent(Big Cook)", ("big", "cook")),
    ],
)
def test_the_agents_that_tools_name_are_hand_offs(tools, handoffs) -> None:
    agents, _, _ = read("a.md", f"---\nname: a\ndescription: b\ntools: {tools}\n---\n")
    assert agents["a"].handoffs == handoffs


def test_hand_offs_of_the_project_come_first() -> None:
    agents, _, _ = read("a.md", "---\nname: a\ndescription: b\ntools: Agent(x)\nhandoffs: [y]\n---\n")
    assert agents["a"].handoffs == ("y",)


# Copilot


def test_copilot() -> None:
    path = ".github/agents/menu.agent.md"
    agents, found, _ = read(path)
    agent = agents["menu-planner"]
    assert found == []
    assert (agent.model, agent.tools) == ("Claude Sonnet 4.5 (copilot)", ("read", "edit/editFiles", "stock/*"))
    assert agent.handoffs == ("menu-printer", "till-clerk")
    assert [written_at(path, agent.places[f"handoffs.{n}"]) for n in range(2)] == ["menu-printer", "'Till Clerk'"]
    assert written_at(path, agent.places["name"]) == "Menu Planner"
    kept = extra(agent)
    assert kept["name"] == "Menu Planner"
    assert kept["model"] == ["Claude Sonnet 4.5 (copilot)", "GPT-5"]
    assert kept["handoffs"] == [
        {"agent": "menu-printer", "label": "Print it", "prompt": "Print the menu.", "send": True}
    ]
    assert {"agents", "argument-hint", "infer", "mcp-servers", "target", "user-invocable"} < set(kept)


@pytest.mark.parametrize(
    ("front", "name", "tools", "handoffs"),
    [
        ("description: b", "the-menu", None, ()),
        ("description: b\ntools: ['*']\nagents: '*'", "the-menu", None, ()),
        ("description: b\ntools: []\nagents: []", "the-menu", (), ()),
        ("description: b\ntools: read, edit\nhandoffs: other", "the-menu", ("read", "edit"), ("other",)),
        ("name: M\ndescription: b\nhandoffs: [x, {agent: u}]\nagents: u, Z", "m", None, ("x", "u", "z")),
        ("description: b\nmodel: []\nhandoffs:\n  - label: l\n    agent: Agent", "the-menu", None, ()),
    ],
)
def test_forms_of_copilot(front, name, tools, handoffs) -> None:
    agents, found, _ = read("chat/The Menu.chatmode.md", f"---\n{front}\n---\nx")
    assert found == []
    assert (agents[name].tools, agents[name].handoffs) == (tools, handoffs)


def test_markdown_below_github_agents_is_copilots() -> None:
    agents, _, _ = read(".github/agents/team/x.md", "---\ndescription: Plans menus\n---\n")
    assert agents["x"].source_format == "copilot"


# Skills


def test_skill() -> None:
    path = "skills/bread-costs/SKILL.md"
    agents, found, _ = read(path)
    agent = agents["bread-costs"]
    assert found == []
    assert agent.tools == ("Read", "Bash(units convert:*)", "Bash(jq:*)")
    assert written_at(path, agent.places["tools"]).startswith("Read Bash(")
    assert extra(agent) == {"license": "MIT", "compatibility": "Needs a scale", "metadata": {"version": "1.0"}}


@pytest.mark.parametrize(
    ("written", "tools"),
    [
        ("Read, Grep", ("Read", "Grep")),
        ("[Read, 'Bash(a b)']", ("Read", "Bash(a b)")),
        ("''", None),
        ("Bash(a", ("Bash(a",)),
    ],
)
def test_tools_of_a_skill(written, tools) -> None:
    agents, _, _ = read("s/x/SKILL.md", f"---\nname: x\ndescription: b\nallowed-tools: {written}\n---\n")
    assert agents["x"].tools == tools


def test_a_skill_without_a_name_has_its_folders() -> None:
    agents, found, _ = read("skills/dough/SKILL.md", "---\ndescription: Kneads dough\n---\n")
    assert set(agents) == {"dough"}
    assert [each.code for each in found] == ["ORC012"]


# Docker Agent


def test_docker_agent() -> None:
    path = "docker/bakery.yaml"
    agents, found, _ = read(path)
    assert found == []
    assert list(agents) == ["root", "baker", "till"]
    root = agents["root"]
    assert (root.model, root.handoffs) == ("anthropic/claude-opus-4-5", ("baker", "till"))
    assert root.tools == ("filesystem", "mcp__stock__*", "mcp__scales__weigh", "mcp__scales__tare")
    assert root.prompt == "You lead the bakery.\n\nAsk the baker first.\n"
    assert [written_at(path, root.places[f"handoffs.{n}"]) for n in range(2)] == ["baker", "till"]
    assert written_at(path, root.places["tools.3"]).startswith("type: mcp\n        command: scales")
    assert written_at(path, root.places["prompt"]).startswith("|\n")
    assert written_at(path, root.span).startswith("root:\n")
    assert root.span.end_line < agents["baker"].span.line
    assert set(extra(root)) == {"toolsets"}
    assert (agents["baker"].tools, agents["baker"].model) == ((), "openai/gpt-5-mini")
    assert (agents["till"].prompt, agents["till"].model) == ("text of docker/prompts/till.md\n", None)


def test_one_broken_agent_of_docker_hides_no_other() -> None:
    content = (
        "agents:\n  root: {model: a/b, description: Leads all, instruction: x, sub_agents: worker}\n"
        "  lost: {model: a/b, description: Is lost, instruction_file: [a.md, gone.md]}\n"
        "  Two Files: {description: Has two files, instruction_file: [a.md, b.md], model: m}\n"
    )
    agents, found, broken = read("t.yaml", content)
    assert set(agents) == {"root", "two-files"}
    assert agents["root"].handoffs == ()  # one that is no list is passed over
    assert broken == {"lost"}
    assert sorted((each.code, each.span.line) for each in found) == [("ORC013", 2), ("ORC020", 3)]
    assert agents["two-files"].prompt == "text of a.md\n\n\ntext of b.md\n"
    assert extra(agents["two-files"])["name"] == "Two Files"


def test_toolsets_and_agents_that_are_named_in_other_ways() -> None:
    content = (
        "toolsets:\n  weights: {type: mcp, command: scales}\nagents:\n  root:\n    model: [a, b]\n    description: Leads all\n"
        "    instruction: x\n    use_toolsets: [weights, nothing]\n    sub_agents: ['r:cat/review', pirate:latest, 'Über']\n"
        "    force_handoff: till\n    hooks: {session_start: []}\n    toolsets:\n    - type: shell\n      tools: null\n"
    )
    agents, found, _ = read("t.yaml", content)
    assert [(each.code, each.severity) for each in found] == [("ORC009", Severity.WARNING)]
    assert agents["root"].tools == ("shell", "mcp__scales__*")
    assert agents["root"].handoffs == ("uber", "till")
    assert (agents["root"].model, agents["root"].hooks) == ("[a, b]", ("session_start",))


def test_what_a_tag_stands_for_is_not_known() -> None:
    content = (
        "models: !include models.yaml\nagents:\n  root:\n    model: !!str m\n    description: Leads all\n"
        "    instruction: You lead.\n    toolsets: !include tools.yaml\n"
    )
    agents, found, _ = read("t.yaml", content)
    assert [(each.code, each.severity, each.span.line) for each in found] == [
        ("ORC003", Severity.WARNING, line) for line in (1, 4, 7)
    ]
    assert (agents["root"].tools, agents["root"].model, agents["root"].prompt) == (None, "m", "You lead.")


# CrewAI


def test_crewai() -> None:
    path = "src/crew/config/agents.yaml"
    agents, found, _ = read(path)
    assert found == []
    assert list(agents) == ["flour_researcher", "price-writer"]
    agent = agents["flour_researcher"]
    assert agent.description == "Researcher of {grain}: Find the best {grain} of the year"
    assert agent.prompt == (
        "You are Researcher of {grain}. You have milled for forty years.\n"
        "Your personal goal is: Find the best {grain} of the year\n"
    )
    assert (agent.model, agent.tools) == ("openai/gpt-4o", ("mill_search",))
    assert extra(agent) == {"allow_delegation": False, "verbose": True}
    assert written_at(path, agent.places["model"]) == "openai/gpt-4o"
    assert written_at(path, agent.places["prompt"]).startswith(">\n    You have")
    assert agents["price-writer"].tools is None
    assert agents["price-writer"].prompt.startswith("You are Writer of price lists.\nYour")


def test_forms_of_crewai() -> None:
    content = (
        "agents:\n- id: one\n  role: Baker\n  goal: Bake bread\n  llm: {model: m, temperature: 0}\n"
        "- role: Till clerk\n  goal: Take money\n  backstory: Honest.\n- role: 3\n  backstory: Odd.\n"
        "- goal: x\n  backstory: y\n  tools: 5\ntasks: {t: {description: d}}\n"
    )
    agents, found, broken = read("crew.yaml", content)
    assert list(agents) == ["one", "till-clerk", "agent-3", "agent-4"]
    assert broken == set()
    assert agents["agent-4"].tools is None
    assert agents["one"].model == "m"
    assert extra(agents["one"])["llm"] == {"model": "m", "temperature": 0}
    assert sorted({each.code for each in found}) == ["ORC009", "ORC012", "ORC013"]


# Agent Spec


def test_agent_spec_team_in_json() -> None:
    path = "spec/team.json"
    agents, found, _ = read(path)
    assert found == []
    desk, refunds = agents["front-desk"], agents["refunds"]
    assert (desk.handoffs, desk.coordinator, refunds.handoffs, refunds.coordinator) == (
        ("refunds",),
        None,
        (),
        "front-desk",
    )
    assert desk.prompt == "You greet \U0001f600 people."
    assert (desk.model, desk.tools, refunds.tools) == ("gpt-4.1", (), ("pay back", "elsewhere", "mcp__till__*"))
    assert written_at(path, refunds.places["model"]) == '"gpt-4.1"'
    assert written_at(path, desk.places["handoffs.0"]) == '{"$component_ref": "refunds"}'
    assert written_at(path, refunds.places["prompt"]) == '"You pay back."'
    assert written_at(path, refunds.span).startswith('{"component_type": "Agent", "id": "refunds"')
    assert extra(desk)["name"] == "Front Desk"


def test_agent_spec_swarm_in_yaml() -> None:
    agents, found, _ = read("spec/swarm.yaml")
    assert [(each.code, each.severity) for each in found] == [("ORC012", Severity.WARNING)]
    assert list(agents) == ["asker", "baker-of-cakes", "baker"]
    assert agents["asker"].handoffs == ("baker-of-cakes",)
    assert (agents["asker"].model, agents["asker"].coordinator) == ("small-model", None)
    assert agents["baker-of-cakes"].prompt == "Bake.\n\nOnly cakes."


def test_agents_inside_of_flows_are_found_and_rings_of_teams_end() -> None:
    content = (
        "component_type: Flow\nname: f\nnodes:\n- component_type: AgentNode\n  agent:\n    component_type: Agent\n"
        "    name: Inner\n    description: Works inside\n    system_prompt: 7\n"
        "- {component_type: ManagerWorkers, id: m, group_manager: {$component_ref: m}, workers: [{$component_ref: m}]}\n"
        "agentspec_version: 26.1.0\n"
    )
    agents, found, _ = read("flow.yaml", content)
    assert set(agents) == {"inner"}
    assert agents["inner"].prompt == "7"
    assert [each.code for each in found] == ["ORC009"]


# Recovered


@pytest.mark.parametrize(
    ("path", "old", "new", "place"),
    [
        ("docker/bakery.yaml", "description: Bakes what", "description: Bakes: what", (27, 23)),
        ("docker/bakery.yaml", "description: Bakes what", "description: **Bakes** what", (27, 18)),
        ("docker/bakery.yaml", "    description: Bakes", "\tdescription: Bakes", (27, 1)),
        ("docker/bakery.yaml", "sub_agents: [baker, catalog/pirate]", "sub_agents: [baker, @pirate]", (15, 17)),
        ("src/crew/config/agents.yaml", "role: Writer of", "role: Writer: of", (15, 15)),
        ("src/crew/config/agents.yaml", "llm: openai/gpt-4o", "llm: `openai/gpt-4o`", (11, 8)),
        ("spec/swarm.yaml", "description: Asks what", "description: Asks: what", (13, 22)),
    ],
)
def test_what_is_no_yaml_is_mended_and_told(path, old, new, place) -> None:
    content = foreign_agents.FILES[path]
    assert content.count(old) == 1
    whole, before, _ = read(path)
    agents, found, broken = read(path, content.replace(old, new))
    assert set(agents) == set(whole)
    assert not broken
    more = [each for each in found if each.code not in {known.code for known in before}]
    assert {(each.code, each.severity) for each in more} == {("ORC009", Severity.WARNING)}
    assert place in {each.span[1:3] for each in more}
    assert [each.handoffs[:1] for each in agents.values()] == [each.handoffs[:1] for each in whole.values()]
    same = [name for name in whole if agents[name].prompt == whole[name].prompt]
    assert len(same) >= len(whole) - 1


def test_a_key_that_stands_twice_breaks_its_agent_alone() -> None:
    content = foreign_agents.DOCKER.replace(
        "instruction: You bake.", "instruction: You bake.\n    instruction: Or not."
    )
    agents, found, _ = read("docker/bakery.yaml", content)
    assert [(each.code, each.span.line) for each in found] == [("ORC002", 29)]
    assert set(agents) == {"root", "till", "baker"}
