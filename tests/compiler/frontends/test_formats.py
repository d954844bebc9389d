from __future__ import annotations

import json
from collections.abc import Sequence

import foreign_agents
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler import codec
from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.frontends import formats
from orchestra_compiler.frontends.common import Built
from orchestra_compiler.model import Agent
from orchestra_compiler.source.codes import fault
from orchestra_compiler.source.text import Text, decode

EXTENSIONS = ("a.md", "x.agent.md", "SKILL.md", ".github/agents/b.md", "a.yaml", "a.json")


def read_file(path: str, span: Span) -> tuple[str | None, list[Diagnostic]]:
    return (None, [fault("ORC020", span, "gone")]) if "gone" in path else (f"text of {path}\n", [])


def built(path: str, content: str) -> Sequence[Built[Agent]]:
    return formats.read(Text(path, content), read_file)


def told(path: str, content: str) -> list[tuple[str, Severity, int, int]]:
    found = [diagnostic for each in built(path, content) for diagnostic in each.diagnostics]
    return [(each.code, each.severity, each.span.line, each.span.column) for each in found]


def agents(path: str, content: str) -> dict[str, Agent]:
    return {each.value.name: each.value for each in built(path, content) if each.value is not None}


@pytest.mark.parametrize("path", foreign_agents.FILES)
def test_each_format_is_recognised_and_says_so_of_its_agents(path) -> None:
    content = foreign_agents.FILES[path]
    found = formats.recognise(path, content.encode())
    assert found is not None
    assert found.name == foreign_agents.FORMATS[path]
    assert {each.source_format for each in agents(path, content).values()} == {found.name}


@pytest.mark.parametrize("path", foreign_agents.FILES)
def test_line_ends_and_a_byte_order_mark_change_nothing(path) -> None:
    content = foreign_agents.FILES[path]
    text, found = decode(path, b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode())
    assert not found
    assert formats.recognise(path, b"\xef\xbb\xbf" + content.encode()) is not None
    same = {each.value.name for each in formats.read(text, read_file) if each.value}
    assert same == set(agents(path, content))


def test_names_titles_and_patterns_tell_the_formats_apart() -> None:
    assert len({each.name for each in formats.FORMATS}) == len({each.title for each in formats.FORMATS}) == 7
    assert all(each.patterns for each in formats.FORMATS)
    assert list(formats.BY_NAME) == [each.name for each in formats.FORMATS]


@pytest.mark.parametrize(
    ("path", "content", "severity"),
    [
        ("agents/notes-on-bread.md", "# Bread\n\nWe like it.\n", Severity.WARNING),
        ("agents/README.md", "# Agents\n", Severity.INFO),
        ("agents/page.md", "---\ntitle: Bread\nlayout: page\n---\nBread.\n", Severity.WARNING),
        ("commands/bake.md", "---\ndescription: Bakes\n---\nBake.\n", Severity.WARNING),
        ("agents/bake.md", "---\ndescription: Bakes\nargument-hint: what\n---\nBake.\n", Severity.WARNING),
        ("agents/how-to.md", "# How to\n\n```markdown\n---\nname: a\ndescription: b\n---\n```\n", Severity.WARNING),
        ("compose.yaml", "services:\n  web: {image: bread}\n", Severity.WARNING),
        ("tasks.yaml", "bake:\n  description: Bake\n  expected_output: Bread\n  agent: baker\n", Severity.WARNING),
        ("flow.yaml", "component_type: Flow\nname: f\nnodes: []\nagentspec_version: 26.1.0\n", Severity.WARNING),
        ("empty.yaml", "", Severity.WARNING),
        ("list.yaml", "- a\n- b\n", Severity.WARNING),
        ("text.json", '"text"', Severity.WARNING),
        ("empty.md", "", Severity.WARNING),
    ],
)
def test_a_file_that_defines_no_agent_is_told_and_is_none(path, content, severity) -> None:
    assert [(code, how) for code, how, *_ in told(path, content)] == [("ORC008", severity)]
    assert agents(path, content) == {}


def test_files_of_other_tools_without_agents_are_still_theirs() -> None:
    (only,) = built("flow.yaml", "component_type: Flow\nname: f\nagentspec_version: 26.1.0\n")
    assert "Open Agent Specification" in only.diagnostics[0].message


def test_no_format_is_recognised_where_none_is() -> None:
    assert formats.recognise("a.md", b"# Page\n") is None
    assert formats.recognise("a.md", b"\xff\xfe\x00") is None
    assert formats.recognise("a.yaml", b"a: [") is None


@pytest.mark.parametrize("content", ["agent: a\nprompt: x: y\n", "\t\n{", "a: [", "agent: a\ndescription: *b\n"])
def test_our_own_specs_stay_strict(content) -> None:
    assert Severity.ERROR in {severity for _, severity, *_ in told("a.yaml", content)}
    assert agents("a.yaml", content) == {}


def test_a_misspelt_agent_is_still_a_spec_of_ours() -> None:
    found = told("a.yaml", "agnet: a\ndescription: b\nprompt: c\n")
    assert [code for code, *_ in found] == ["ORC011"]


def test_a_markdown_agent_below_a_heading_is_recovered() -> None:
    content = "# A baker\n\n---\nname: baker\ndescription: Bakes\n---\nBake.\n"
    assert told("a.md", content) == [("ORC007", Severity.WARNING, 3, 1)]
    assert agents("a.md", content)["baker"].prompt == "Bake.\n"


@pytest.mark.parametrize("path", ["x.agent.md", "SKILL.md"])
def test_a_file_that_is_an_agent_by_its_name_needs_no_front_matter(path) -> None:
    (agent,) = agents(f"bread/{path}", "You bake.\n").values()
    assert agent.prompt == "You bake.\n"
    assert {how for _, how, *_ in told(f"bread/{path}", "You bake.\n")} == {Severity.WARNING}


def stands_in(text: Text, span: Span) -> bool:
    """Return whether a span starts at a place of a text and does not end before it; it may end one past the text."""
    start = text.index(span.line, span.column)
    return start <= len(text.content) and text.place(start) == span[1:3] and span[1:3] <= span[3:5]


def places_exist(path: str, content: str) -> None:
    text = Text(path, content)
    for each in formats.read(text, read_file):
        for found in each.diagnostics:
            assert found.span.path == path
            assert stands_in(text, found.span), found
        if each.value is not None:
            assert stands_in(text, each.value.span)
            assert all(stands_in(text, span) for span in each.value.places.values())
            written = codec.to_json(each.value)
            assert codec.from_json(Agent, json.loads(codec.canonical(written))) == each.value


@pytest.mark.parametrize("path", foreign_agents.FILES)
def test_the_places_of_samples_exist(path) -> None:
    places_exist(path, foreign_agents.FILES[path])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(EXTENSIONS), st.binary(max_size=200))
def test_any_bytes_are_read_or_told(path, data) -> None:
    text, found = decode(path, data)
    formats.recognise(path, data)
    if not found:
        places_exist(path, text.content)
        assert any(each.value or each.diagnostics for each in formats.read(text, read_file))


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, str]:
    """Return a sample with a few of its characters replaced, removed or doubled."""
    path = draw(st.sampled_from(list(foreign_agents.FILES)))
    content = foreign_agents.FILES[path]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 0, 1, 1, 3, 20])))
        new = draw(
            st.sampled_from(
                ["", "\t", ": ", "- ", "*", "\n", "\r\n", "'", '"', "{", "]", "#", "<<: *x\n", "é", "\0", "---\n"]
            )
        )
        content = content[:start] + new + content[end:]
    return path, content


@settings(max_examples=400, deadline=None)
@given(broken())
def test_broken_samples_are_read_or_told(drawn) -> None:
    path, content = drawn
    text, found = decode(path, content.encode())
    if not found:
        places_exist(path, text.content)
        read = formats.read(text, read_file)
        assert any(each.value or each.diagnostics for each in read)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(EXTENSIONS[:4]), st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.booleans())
def test_the_body_of_a_markdown_agent_is_its_prompt_byte_by_byte(path, body, marked) -> None:
    front = b"---\r\nname: a\r\ndescription: Bakes: bread\r\n---\r\n"
    data = b"\xef\xbb\xbf" * marked + front + body.encode()
    text, found = decode(path, data)
    if not found:
        (only,) = formats.read(text, read_file)
        assert only.value is not None
        assert only.value.prompt.encode() == body.encode()
