from __future__ import annotations

import pytest

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.frontends import agent, claude_code
from orchestra_compiler.frontends.common import Built, words
from orchestra_compiler.model import Agent
from orchestra_compiler.source import yaml
from orchestra_compiler.source.codes import fault
from orchestra_compiler.source.text import Text


def no_file(path: str, span: Span) -> tuple[str | None, list[Diagnostic]]:
    return None, [fault("ORC020", span, f"{path} is not there")]


def spec(content: str) -> Built[Agent]:
    return agent.build(yaml.read(Text("a.yaml", content)).documents[0], no_file)


def markdown(content: str, path: str = "agents/File Name.md") -> Built[Agent]:
    return claude_code.build(Text(path, content))


def test_yaml_agent() -> None:
    result = spec(
        "agent: a\ndescription: b\ntier: t\nrationale: r\ncapabilities: [c]\ntools: Read, Bash(git add, git rm)\nsends: [m]\naccepts: n\n"
        "coordinator: z\nhandoffs: [h]\nknowledge: {documents: [d], boundaries: ['x, y']}\nmemory: ns\nhooks: [k]\ntemplate: t.j2\n"
        "model: opus\nprompt: |\n  P\n"
    )
    value = result.value
    assert result.diagnostics == []
    assert value is not None
    assert (value.name, value.prompt, value.source_format) == ("a", "P\n", "orchestra")
    assert value.tools == ("Read", "Bash(git add, git rm)")
    assert (value.documents, value.boundaries, value.accepts) == (("d",), ("x, y",), ("n",))
    assert (value.memory, value.hooks, value.template, value.model) == ("ns", ("k",), "t.j2", "opus")
    assert value.places["capabilities.0"] == Span("a.yaml", 5, 16, 5, 17)
    assert value.places["knowledge.boundaries.0"].line == 11


def test_tools_that_are_absent_are_all_tools_and_none_are_none() -> None:
    assert spec("agent: a\ndescription: b\nprompt: c").value.tools is None  # type: ignore[union-attr]
    assert spec("agent: a\ndescription: b\nprompt: c\ntools: []").value.tools == ()  # type: ignore[union-attr]


def test_a_prompt_file_that_is_missing_breaks_the_agent() -> None:
    result = spec("agent: a\ndescription: b\nprompt_file: p.md")
    assert (result.value, result.name) == (None, "a")
    assert [(each.code, each.span) for each in result.diagnostics] == [("ORC020", Span("a.yaml", 3, 14, 3, 18))]


def test_markdown_agent() -> None:
    result = markdown(
        "---\nname: a\ndescription: b\ntools: Read, Grep\nmodel: sonnet\ncolor: red\nmaxTurns: 3\ntier: routine\nmemory: project\n"
        "hooks:\n  PreToolUse:\n    - matcher: Bash\n  Stop: []\ncapabilities: x, y\n---\n\nBody\n"
    )
    value = result.value
    assert result.diagnostics == []
    assert value is not None
    assert (value.name, value.prompt, value.source_format) == ("a", "\nBody\n", "claude-code")
    assert (value.tools, value.model, value.tier, value.capabilities) == (
        ("Read", "Grep"),
        "sonnet",
        "routine",
        ("x", "y"),
    )
    assert value.hooks == ("PreToolUse", "Stop")
    assert value.memory is None
    assert value.extra == {
        "color": '"red"',
        "hooks": '{"PreToolUse":[{"matcher":"Bash"}],"Stop":[]}',
        "maxTurns": "3",
        "memory": '"project"',
    }
    assert value.places["tier"].line == 8
    assert value.places["prompt"] == Span("agents/File Name.md", 16, 1, 18, 1)


def test_every_documented_key_is_silent() -> None:
    keys = "".join(f"{key}: x\n" for key in sorted(claude_code.DOCUMENTED_KEYS))
    assert markdown(f"---\nname: a\ndescription: b\n{keys}---\n").diagnostics == []


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("descripton2", ""),
        ("teir", "did you mean `tier`?"),
        ("modle", "did you mean `model`?"),
        ("allowed-tools", "did you mean `tools`?"),  # not its contrary, `disallowedTools`
        ("mode", "it is kept as it is"),  # no slip for `model`
    ],
)
def test_other_keys_are_told_and_kept(key, hint) -> None:
    result = markdown(f"---\nname: a\ndescription: b\n{key}: x\n---\n")
    assert [(each.code, each.severity) for each in result.diagnostics] == [("ORC011", Severity.INFO)]
    assert hint in result.diagnostics[0].hint
    assert result.value is not None
    assert result.value.extra == {key: '"x"'}


@pytest.mark.parametrize(
    ("content", "name", "codes"),
    [
        ("Just a body", "file-name", ["ORC007", "ORC012", "ORC012"]),
        ("---\ndescription: b\n---\n", "file-name", ["ORC012"]),
        ("---\nname: My Agent!\ndescription: b\n---\n", "my-agent", ["ORC010"]),
        ("---\nname: ../../x\ndescription: b\n---\n", "x", ["ORC010"]),
        ("---\nname: [my-agent]\ndescription: 5\n---\n", "my-agent", ["ORC007", "ORC007", "ORC010"]),
        ("---\nname:\ndescription: b\ntools:\n---\n", "file-name", ["ORC012"]),
        ("---\nname: a\ndescription: Use when: b\n---\n", "a", ["ORC007"]),
    ],
)
def test_nothing_in_front_matter_is_fatal(content, name, codes) -> None:
    result = markdown(content)
    assert result.value is not None
    assert result.value.name == name
    assert sorted(each.code for each in result.diagnostics) == codes
    assert {each.severity for each in result.diagnostics} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Développeur Éloïse", "developpeur-eloise"),
        ("Ⅳ ﬁnder", "iv-finder"),
        ("исследователь", "file-name"),
        ("A_b.C", "a_b.c"),
    ],
)
def test_names_are_mended_to_plain_words(written, name) -> None:
    result = markdown(f"---\nname: {written}\ndescription: b\n---\nDo.\n")
    assert result.value is not None
    assert result.value.name == name


def test_switches_for_tools_are_passed_over() -> None:
    result = markdown("---\nname: a\ndescription: b\ntools:\n  write: false\n  bash: true\n---\nDo.\n")
    assert [(each.code, each.severity) for each in result.diagnostics] == [("ORC013", Severity.WARNING)]
    assert result.diagnostics[0].hint == "list the tools that the agent may use: tools: bash"
    assert result.value is not None
    assert result.value.tools is None


@pytest.mark.parametrize(
    "key", ["knowledge: 3", "tools: {a: [b]}", "capabilities: [1, 2]", "hooks: [{a: b}]", "handoffs: true"]
)
def test_a_known_key_of_the_wrong_type_costs_the_key_alone(key) -> None:
    result = markdown(f"---\nname: a\ndescription: b\nmodel: opus\n{key}\n---\nDo.\n")
    assert {(each.code, each.severity, each.span.line) for each in result.diagnostics} == {
        ("ORC013", Severity.WARNING, 5)
    }
    assert all("is passed over" in each.message for each in result.diagnostics)
    assert result.value is not None
    assert (result.value.model, result.value.tools, result.value.prompt) == ("opus", None, "Do.\n")


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (None, ()),
        ("a", ("a",)),
        ("a, b,", ("a", "b")),
        (["a, b"], ("a, b",)),
        ("x(a, (b, c)), d", ("x(a, (b, c))", "d")),
        ("x), y", ("x)", "y")),
    ],
)
def test_words(value, result) -> None:
    assert words(value) == result
