from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.source import fences
from orchestra_compiler.source.text import Text

LINES = st.lists(
    st.sampled_from(
        ["---", "--- ", "----", "—", "...", "+++", "a: b", "name: x", "", "# H", " - i", "text", "```", "-"]
    )
)


@settings(max_examples=400, deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r", ""]), st.sampled_from(["\n", "\r\n"]))
def test_the_usual_way_finds_what_a_look_at_each_line_finds(lines, last, end) -> None:
    content = "---\n" + end.join(lines) + last
    quick = fences._usual(content)
    if quick is not None:
        usual, fences._usual = fences._usual, lambda _: None  # type: ignore[assignment]
        try:
            assert fences.find(Text("a.md", content)) == (quick, [])
        finally:
            fences._usual = usual


def found(content: str) -> tuple[str | None, list[tuple[int, int]]]:
    """Return the front matter of a text, and where its fences are odd."""
    block, told = fences.find(Text("a.md", content))
    front = None if block is None else content[block.start : block.stop]
    return front, [each.span[1:3] for each in told]


def test_front_matter_below_a_heading_is_found() -> None:
    assert found("# A\n\n---\nname: a\n---\nB") == ("name: a\n", [(3, 1)])
    assert found("Some words.\n---\ndescription: a\n---\n") == ("description: a\n", [(2, 1)])


def test_a_rule_or_an_example_in_a_text_is_no_front_matter() -> None:
    assert found("# A\n\n---\n\nname: a\n") == (None, [(1, 1)])
    assert found("# A\n```\n---\nname: a\n---\n```\n") == (None, [(1, 1)])
    assert found("# A\n" + "text\n" * 30 + "---\nname: a\n---\n") == (None, [(1, 1)])
