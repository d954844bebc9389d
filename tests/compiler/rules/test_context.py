from __future__ import annotations

import pytest

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.rules.context import Context, Text

WORD = "@nobody"


def found_at(source: str, value: str, place: Span) -> Span:
    context = Context({"a.yaml": source.encode()})
    start = value.index(WORD)
    return context.locate(Text("", value, lambda: place), start, start + len(WORD))


@pytest.mark.parametrize(
    ("source", "value", "place", "line", "column"),
    [
        ("prompt: |\n  One.\n  Ask @nobody.\n", "One.\nAsk @nobody.\n", Span("a.yaml", 1, 9, 3, 14), 3, 7),
        ("prompt: |\r\n  One.\r\n  Ask @nobody.\r\n", "One.\nAsk @nobody.\n", Span("a.yaml", 1, 9, 3, 14), 3, 7),
        ("prompt: Ask @nobody.\n", "Ask @nobody.", Span("a.yaml", 1, 9, 1, 21), 1, 13),
        ("prompt: 'Ask @nobody.'\n", "Ask @nobody.", Span("a.yaml", 1, 9, 1, 23), 1, 14),
        ("\ufeffprompt: Ask @nobody.\n", "Ask @nobody.", Span("a.yaml", 1, 9, 1, 21), 1, 13),
        ("a: Ask @nobody.\nb: Ask @nobody.\n", "Ask @nobody.", Span("a.yaml", 2, 4, 2, 16), 2, 8),
    ],
)
def test_exact_places(source, value, place, line, column) -> None:
    assert found_at(source, value, place) == Span("a.yaml", line, column, line, column + len(WORD))


@pytest.mark.parametrize(
    "source", ['prompt: "One\\nAsk @no\\x62ody."\n', "prompt: >\n  Ask @nobody.\n  Ask @nobody.\n", ""]
)
def test_the_whole_place_where_the_file_spells_it_otherwise_or_twice(source) -> None:
    place = Span("a.yaml", 1, 9, 3, 1)
    assert found_at(source, "One Ask\tand @nobody.", place) == place


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("prompt: >\n  One\n  Ask @nobody.\n", 3, 7),
        ('prompt: "One\\tAsk @nobody."\n', 1, 19),
        ("prompt: >\n  Say @nobody,\n  then ask @nobody.\n", 3, 12),
    ],
)
def test_the_place_by_what_is_around_it(source, line, column) -> None:
    place = Span("a.yaml", 1, 9, 4, 1)
    value = "One Ask @nobody." if "One" in source else "Say me, then ask @nobody."
    assert found_at(source, value, place) == Span("a.yaml", line, column, line, column + len(WORD))


def test_a_prompt_in_a_file_of_its_own(agent) -> None:
    spec = b"agent: a\nprompt_file: prompts/a.md\n"
    sources = {"a.yaml": spec, "prompts/a.md": b"# A\n\nAsk @nobody.\n"}
    owner = agent("a", prompt="# A\n\nAsk @nobody.\n", places={"prompt_file": Span("a.yaml", 2, 14, 2, 26)})
    context = Context(sources)
    text = context.prompt(owner)
    assert context.locate(text, 9, 16) == Span("prompts/a.md", 3, 5, 3, 12)


def test_a_stretch_ends_with_its_line() -> None:
    context = Context({"a.md": b"one two\nthree\n"})
    text = Text("", "one two\nthree\n", lambda: Span("a.md", 1, 1, 2, 6), to_end=True)
    assert context.locate(text, 4, 12) == Span("a.md", 1, 5, 1, 8)
