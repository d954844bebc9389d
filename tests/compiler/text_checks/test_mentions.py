from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.text_checks import mentions
from orchestra_compiler.text_checks.prose import without_code


def names(text: str) -> list[str]:
    return [found.what for found in mentions.scan(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ask @code-reviewer.", ["code-reviewer"]),
        ("**@code-reviewer** or (@debugger), @a-b's work", ["code-reviewer", "debugger", "a-b"]),
        ("-> @react-expert\n@python-pro: go on", ["react-expert", "python-pro"]),
        ("@security-auditor", ["security-auditor"]),
        ("| @x-1 | @y-2 |", ["x-1", "y-2"]),
    ],
)
def test_mentions_in_prose_are_found(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "write to jane@example.org or a.b@c-d.io",
        "npm i @scope/pkg and tool@latest",
        "see https://medium.com/@some-writer and https://host/x?u=@some-one",
        "```python\n@some-decorator\n```",
        "~~~\n@some-one\n~~~",
        "in `@code-reviewer` and ``x @code-reviewer y``",
        "use @media, @font-face, @keyframes and @apply",
        "@param x, @returns, @deprecated",
        "@app.route, @given(x), @code_warntype, @State and @ObservedObject",
        "  @dataset\nclass A: ...",
        "@here @channel @everyone",
        r"\@escaped-name",
        "```\nnever closed @some-one",
        "@",
        "user@",
    ],
)
def test_what_is_no_mention_is_left_alone(text: str) -> None:
    assert names(text) == []


def test_offsets_point_at_the_mention() -> None:
    text = "`x` and ```\nno\n``` then @code-reviewer!"
    (found,) = mentions.scan(text)
    assert text[found.start : found.end] == "@code-reviewer"


@given(st.text(alphabet="`~ab@-\n >", max_size=60))
def test_blanking_code_keeps_every_offset(text: str) -> None:
    blanked = without_code(text)
    assert len(blanked) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, blanked, strict=True))


def test_hand_offs_of_real_agents_are_found(shared_data: Path) -> None:
    files = sorted(shared_data.glob("agents/orchestra/**/*.md"))
    found = [name for file in files for name in names(file.read_text(encoding="utf-8"))]
    assert len(files) == 58
    assert found.count("tech-lead-orchestrator") >= 40
    assert all("-" in name or name == "debugger" for name in found)
