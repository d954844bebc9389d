from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Severity, Span
from orchestra_compiler.model import Agent
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.grants import Covers, denied, grants, place_in_list

FILE = Span("agents/a.md", 1, 1, 9, 1)


@pytest.fixture
def guest(agent) -> Callable[..., Agent]:
    """Make a Claude Code agent with these tools."""

    def make(*tools: str, name: str = "guest", **fields: object) -> Agent:
        made: Agent = agent(name, tools=tools, source_format="claude-code", **{"span": FILE, **fields})
        return made

    return make


@pytest.mark.parametrize(
    ("tool", "severity", "hint"),
    [
        ("Reed", Severity.WARNING, "did you mean `Read`?"),
        ("bsh", Severity.WARNING, "did you mean `Bash`?"),
        ("grep", Severity.WARNING, "did you mean `Grep`?"),
        ("Gerp(src/**)", Severity.WARNING, "did you mean `Grep`?"),
        ("MultiEdit", Severity.INFO, "use `Edit`"),
        ("ls", Severity.INFO, "use `Glob`"),
        ("shell", Severity.WARNING, "use `Bash`"),
        ("Search", Severity.WARNING, "use `Glob` or `Grep`"),
        (
            "Oscilloscope",
            Severity.INFO,
            "name a server's tool as `mcp__SERVER__TOOL`, a program as `Bash(PROGRAM:*)`, or remove it",
        ),
    ],
)
def test_names_that_are_no_tools(fleet, guest, found, tool, severity, hint) -> None:
    (finding,) = found("ORC121", fleet(agents=(guest("Read", tool),)))
    assert (finding.severity, finding.hint) == (severity, hint)
    assert "(list of 2026-" in finding.message


def test_programs_are_told_together(fleet, guest, found) -> None:
    (finding,) = found("ORC121", fleet(agents=(guest("Read", "docker", "kubectl", "terraform"),)))
    assert finding.message.startswith("Claude Code has no tool `docker`, nor `kubectl`, `terraform` (list of ")


@pytest.mark.parametrize(
    ("tools", "title"),
    [
        (("Reed",), "replace `Reed` by `Read`"),
        (("MultiEdit",), "replace `MultiEdit` by `Edit`"),
        (("MultiEdit", "Edit"), None),
        (("Oscilloscope",), None),
    ],
)
def test_the_mend_of_a_tools_name(fleet, guest, found, tools, title) -> None:
    (finding,) = found("ORC121", fleet(agents=(guest(*tools),)))
    assert (finding.fix.title if finding.fix else None) == title


@pytest.mark.parametrize(
    "tool",
    ["Read", "Bash(git:*)", "Task", "Agent(a, b)", "mcp__wiki__search", "mcp__wiki__*", "*", "plugin:tool", "", "LSP"],
)
def test_names_of_tools_and_of_servers_tools(fleet, guest, found, tool) -> None:
    assert found("ORC121", fleet(agents=(guest(tool),))) == []


def test_tools_of_other_platforms_are_left_alone(fleet, agent, found) -> None:
    copilot = agent("a", tools=("reed",), source_format="copilot", span=Span("a.agent.md"))
    skill = agent("b", tools=("Reed",), source_format="agent-skills", span=Span("b/SKILL.md"))
    own = agent("c", tools=("reed", "send_mail"))
    assert found("ORC121", fleet(agents=(copilot, skill, own))) == []
    assert len(found("ORC121", fleet(agents=(agent("c", tools=("Reed", "Grep", "send_mail")),)))) == 1


@pytest.mark.parametrize(
    ("tools", "second", "severity"),
    [
        (("Bash", "Bash(git:*)"), "Bash(git:*)", Severity.WARNING),
        (("Bash(git:*)", "Bash"), "Bash(git:*)", Severity.WARNING),
        (("mcp__wiki__*", "mcp__wiki__search"), "mcp__wiki__search", Severity.WARNING),
        (("mcp__wiki", "mcp__wiki__search"), "mcp__wiki__search", Severity.WARNING),
        (("Read", "Read"), "Read", Severity.INFO),
        (("Task", "Agent"), "Agent", Severity.INFO),
        (("Bash(*)", "Bash"), "Bash", Severity.INFO),
        (("*", "Read"), "Read", Severity.WARNING),
    ],
)
def test_tools_granted_twice(fleet, guest, found, tools, second, severity) -> None:
    (finding,) = found("ORC122", fleet(agents=(guest(*tools),)))
    assert finding.severity is severity
    assert finding.message.startswith(f"`guest` is granted `{second}` ")


@pytest.mark.parametrize(
    "tools",
    [
        ("Bash(git:*)", "Bash(make:*)"),
        ("mcp__wiki__search", "mcp__wikis__search"),
        ("Read", "Reader"),
        ("Agent(a)", "Agent(b)"),
        ("mcp__a__b", "mcp__a__b__c"),
    ],
)
def test_tools_granted_once(fleet, guest, found, tools) -> None:
    assert found("ORC122", fleet(agents=(guest(*tools),))) == []


def test_many_tools_are_read_in_good_time(fleet, guest, found) -> None:
    many = guest(*(f"mcp__server__tool{number}*" for number in range(5000)), extra={"disallowedTools": '"Read"'})
    assert len(found("ORC122", fleet(agents=(many,)))) > 0
    assert found("ORC123", fleet(agents=(many,))) == []


def test_copilots_names_of_one_tool(fleet, agent, found) -> None:
    copilot = agent("a", tools=("read", "Read", "search"), source_format="copilot", span=Span("a.agent.md"))
    (finding,) = found("ORC122", fleet(agents=(copilot,)))
    assert finding.message == "`a` is granted `Read` by `read` already"


@pytest.mark.parametrize(
    ("tools", "denied", "lost"),
    [
        (("Read", "Bash"), "Bash", ["Bash"]),
        (("Read", "Bash(git:*)"), ["Bash"], ["Bash(git:*)"]),
        (("Task", "Read"), "Agent", ["Task"]),
        (("Read", "Bash"), "Bash(rm:*)", []),
        (("mcp__wiki__search",), ["mcp__wiki__*", "Write"], ["mcp__wiki__search"]),
        (("Read",), 7, []),
        (("Read",), {"Read": True}, []),
    ],
)
def test_tools_granted_and_denied(fleet, guest, found, tools, denied, lost) -> None:
    findings = found("ORC123", fleet(agents=(guest(*tools, extra={"disallowedTools": json.dumps(denied)}),)))
    assert [each.message.split("`")[3] for each in findings] == lost


def test_delegation_to_nobody(fleet, agent, found) -> None:
    tools = ("Read", "Agent(writer, writr, plugin:editor, general-purpose, test-*)", "Task(lead)", "Agent")
    agents = (agent("lead", tools=tools), agent("writer"))
    findings = found("ORC124", fleet(agents=agents))
    assert [each.message.split("`")[3] for each in findings] == ["editor", "writr"]
    assert findings[1].hint == "did you mean `writer`?"
    assert found("ORC124", fleet(agents=agents, broken=frozenset({"agent:writr", "agent:editor"}))) == []


def test_what_is_read_as_a_hand_off_is_told_once(fleet, agent, found) -> None:
    assert found("ORC124", fleet(agents=(agent("lead", tools=("Agent(nobody)",), handoffs=("nobody",)),))) == []


def test_several_lists_of_agents(fleet, agent, guest, found) -> None:
    (finding,) = found("ORC125", fleet(agents=(guest("Agent(a)", "Read", "Task(b, c)", "Agent(d)"),)))
    assert "has 3 lists" in finding.message
    assert finding.message.endswith("only `Agent(d)` counts")
    assert finding.hint == "write one: `Agent(a, b, c, d)`"
    assert found("ORC125", fleet(agents=(guest("Agent(a, b)", "Agent"),))) == []
    assert found("ORC125", fleet(agents=(agent("own", tools=("Agent(a)", "Agent(b)")),))) == []


@pytest.mark.parametrize(
    ("line", "place", "number", "word", "columns"),
    [
        ("tools: Read, Reed, Read2\n", None, 1, "Reed", (14, 18)),
        ("tools: ReadAll, Read\n", None, 1, "Read", (17, 21)),
        ("tools: [Read, 'Bash(git:*)']\n", (15, 28), 1, "Bash(git:*)", (15, 28)),
        ("tools: [Read, 'Agent(a, b)']\n", (15, 28), 1, "b", (25, 26)),
        ("tools: Read, Grep, Read\n", None, 2, "Read", (20, 24)),
        ("tools: 'Bash(a, Read), , Read'\n", None, 1, "Read", (26, 30)),
        ("tools: nowhere\n", None, 0, "Read", (8, 15)),
    ],
)
def test_the_place_of_an_item(agent, line, place, number, word, columns) -> None:
    whole = Span("a.md", 1, 8, 1, len(line))
    item = Span("a.md", 1, place[0], 1, place[1]) if place else whole
    owner = agent("a", places={"tools": whole, f"tools.{number}": item})
    span = place_in_list(owner, "tools", number, word, Context({"a.md": line.encode()}))
    assert (span.column, span.end_column) == columns


ITEMS = st.lists(
    st.text(alphabet="ab_*(),: \u00e9\"'\n", max_size=12) | st.sampled_from(["Task", "Agent", "mcp__a"]), max_size=8
)


@given(ITEMS, ITEMS)
def test_any_list_of_tools_is_read(tools, refused) -> None:
    owner = Agent(
        name="a",
        description="",
        prompt="",
        tools=tuple(tools),
        extra={"disallowedTools": json.dumps(refused)},
        span=FILE,
    )
    given_tools = grants(owner)
    assert [each.written for each in given_tools] == tools
    assert all(any(Covers(given_tools).of(each)) for each in given_tools)
    assert len(denied(owner)) == len(refused)
    source = ("tools: " + ", ".join(tools)).encode()
    for each in given_tools:
        assert place_in_list(owner, "tools", each.number, each.written, Context({FILE.path: source})).path == FILE.path


def test_delegation_to_nobody_in_a_file_of_another_tool_is_a_warning(fleet, agent, found) -> None:
    lead = agent("lead-agent", tools=("Read", "Agent(nobody-here)"), source_format="claude-code")
    assert [each.severity.value for each in found("ORC124", fleet(agents=(lead,)))] == ["warning"]
