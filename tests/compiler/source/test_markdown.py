from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.source import markdown
from orchestra_compiler.source.text import Text, decode


def read(content: str) -> markdown.Page:
    return markdown.read(Text("a.md", content))


def test_strict_front_matter_is_silent_and_the_body_exact() -> None:
    page = read("---\nname: a\ntools: [Read, Grep]\n---\n\n  Body \r\n\tend")
    assert page.front.value == {"name": "a", "tools": ["Read", "Grep"]}
    assert page.body == "\n  Body \r\n\tend"
    assert page.diagnostics == []


@pytest.mark.parametrize(
    ("content", "front", "body", "found"),
    [
        ("---\ndescription: Use when: x\n---\nB", {"description": "Use when: x"}, "B", [(2, 22)]),
        ("---\ndescription: **bold** x\n---\n", {"description": "**bold** x"}, "", [(2, 14)]),
        ("---\nmodel: @x\n---\n", {"model": "@x"}, "", [(2, 8)]),
        ("---\nmodel: `x`\n---\n", {"model": "`x`"}, "", [(2, 8)]),
        ("---\nmodel: %x\n---\n", {"model": "%x"}, "", [(2, 8)]),
        ("---\nmodel: !x y\n---\n", {"model": "!x y"}, "", [(2, 8)]),
        ("---\nmodel: 'it's'\n---\n", {"model": "it's"}, "", [(2, 8)]),
        ("---\nname: a\ndescription: one: b\n  two\n---\n", {"name": "a", "description": "one: b two"}, "", [(3, 17)]),
        ("---\nname: a\ndescription: one\ntwo: \nthree: x: y\n---\n", {"name": "a", "description": "one", "two": None, "three": "x: y"}, "", [(5, 9)]),
        ("---\ntools:\n\t- a\n\t- b\n---\n", {"tools": ["a", "b"]}, "", [(3, 1)]),
        ("---\ntools: [a, `b`]\n---\n", {"tools": ["a", "`b`"]}, "", [(2, 8)]),
        ("---\nname: a\nno key\n\n---\nB", {"name": "a no key"}, "B", [(2, 7)]),
        ("---\n- a\n---\nB", {}, "B", [(2, 1)]),
        ("---\nname: a\n----\nB", {"name": "a"}, "B", [(3, 1)]),
        ("---\nname: a\n—\nB", {"name": "a"}, "B", [(3, 1)]),
        ("---\nname: a\n...\nB", {"name": "a"}, "B", [(3, 1)]),
        ("---\nname: a", {"name": "a"}, "", [(2, 1)]),
        ("---\nname: a\n\n# Title\n\ntext", {"name": "a"}, "\n# Title\n\ntext", [(2, 1)]),
        ("---\nname: a\n\n# Title\n\ntext\n\n---\n\nmore", {"name": "a"}, "\n# Title\n\ntext\n\n---\n\nmore", [(2, 1)]),
        ("name: a\n---\nB", {"name": "a"}, "B", [(1, 1)]),
        ("\n\n---\nname: a\n---\nB", {"name": "a"}, "B", [(3, 1)]),
        ("<!-- a\nb -->\n---\nname: a\n---\nB", {"name": "a"}, "B", [(3, 1)]),
        ("```yaml\n---\nname: a\n---\n```\nB", {"name": "a"}, "B", [(2, 1)]),
        ("# Title\n\ntext", {}, "# Title\n\ntext", [(1, 1)]),
        ("", {}, "", [(1, 1)]),
    ],
)  # fmt: skip
def test_recovery(content, front, body, found) -> None:
    page = read(content)
    assert page.front.value == front
    assert page.body == body
    assert [(each.span.line, each.span.column) for each in page.diagnostics] == found
    assert {each.code for each in page.diagnostics} <= {"ORC007"}
    assert all(each.hint for each in page.diagnostics)


def test_line_ends_and_byte_order_mark() -> None:
    text, found = decode("a.md", b"\xef\xbb\xbf---\r\nname: a\r\ndescription: b: c\r\n---\r\nBody\r\n")
    page = markdown.read(text)
    assert found == []
    assert page.front.value == {"name": "a", "description": "b: c"}
    assert page.body == "Body\r\n"
    assert [(each.span.line, each.span.column) for each in page.diagnostics] == [(3, 15)]


def test_the_hint_is_the_mend() -> None:
    page = read("---\nname: a\ndescription: Use when: x\n---\n")
    assert page.diagnostics[0].hint == 'write description: "Use when: x"'
    mended = read('---\nname: a\ndescription: "Use when: x"\n---\n')
    assert mended.diagnostics == []
    assert mended.front.value == page.front.value


def test_places_of_mended_values() -> None:
    page = read("---\nname: a\ndescription: b: c\ntools:\n  - '*': x\n  - `y`\n---\n")
    content = page.front.text.content
    start, end = page.front.value.spot("description")
    assert content[start:end] == "b: c"
    start, end = page.front.value.spot("name")
    assert content[start:end] == "a"
    start, end = page.front.value["tools"].spot(1)
    assert content[start:end] == "`y`"


def test_a_key_twice_is_no_matter_of_mending() -> None:
    assert [each.code for each in read("---\nname: a\nname: b\n---\n").diagnostics] == ["ORC002"]
    page = read("---\nname: a\nname: b\nmodel: @x\n---\n")
    assert sorted(each.code for each in page.diagnostics) == ["ORC002", "ORC007"]
    assert page.front.value["name"] == "a"


def test_long_front_matter_is_found() -> None:
    lines = "".join(f"k{number}: v\n" for number in range(500))
    page = read(f"---\n{lines}---\nB")
    assert len(page.front.value) == 500
    assert page.body == "B"


LINES = st.sampled_from(
    [
        "---\n",
        "name: a\n",
        "a: b: c\n",
        "- x\n",
        "\t- y\n",
        "\n",
        "# T\n",
        "```\n",
        "<!--\n",
        "k: **\n",
        "k: [\n",
        "...\n",
        "…: ü\r\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(LINES, max_size=12).map("".join))
def test_never_raises_and_never_loses_the_end(content) -> None:
    page = read(content)
    assert content.endswith(page.body)
    assert isinstance(page.front.value, dict)
    for found in page.diagnostics:
        assert found.span.line >= 1
