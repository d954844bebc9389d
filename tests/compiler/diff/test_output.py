"""Text, Markdown and JSON: what they say, that they add up, and that nothing of a project is taken for markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import orchestra_spec
from orchestra_compiler.diff.changes import Changes, ItemChange
from orchestra_compiler.diff.output import FORMATS, render
from orchestra_compiler.diff.output.markdown import code, plain
from orchestra_compiler.diff.rules import AGENT_NO_DELETE
from orchestra_compiler.diff.words import Kind

SCHEMA = json.loads((orchestra_spec.ROOT / "schemas" / "diff.schema.json").read_bytes())


@pytest.fixture(scope="module")
def changes(compared, edited) -> Changes:
    return compared(
        {
            **edited("agents/writer.yaml", ("tier: routine", "tier: strategic"), ("[writing]", "[texts]")),
            **edited("agents/reader.md", ("tools: Read, Grep", "tools: Read, Bash")),
            **edited("routing.yaml", ("10000: 60", "30000: 60")),
            **edited("workload.yaml", ("per_month: 12", "per_month: 20")),
        }
    )


def properties(part: Any, where: str = "") -> list[tuple[str, Any]]:
    if isinstance(part, list):
        return [found for item in part for found in properties(item, where)]
    if not isinstance(part, dict):
        return []
    own = [(f"{where}/{name}", inner) for name, inner in part.get("properties", {}).items()]
    return own + [found for key, value in part.items() for found in properties(value, f"{where}/{key}")]


def test_the_schema_is_sound_and_describes_every_field() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:pytest-orchestra:schema:diff"
    assert [where for where, part in properties(SCHEMA) if not part.get("description", "").strip()] == []
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])


def test_json_keeps_its_schema_and_loses_nothing(changes: Changes) -> None:
    text = render(changes, "json", 80)
    assert text.isascii()
    data = json.loads(text, parse_float=Decimal)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert data["breaking"] == 1
    assert len(data["routes"]["changed"]) == len(changes.routes.changed)
    assert sum(Decimal(lever["usd"]) for lever in data["cost"]["levers"]) == Decimal(data["cost"]["change_usd"])


def test_the_headline_says_what_matters_most(changes: Changes) -> None:
    headline = json.loads(render(changes, "json", 80))["headline"]
    assert headline == (
        "1 breaking change. 1 agent re-tiered. 1 of 2 workload tasks changes tier. $3.60 → $10.00 a month (+177.8 %), "
        "mostly because of agents and their tiers."
    )
    assert headline in " ".join(render(changes, "text", 80).split())
    assert "\n**1 breaking change. " in render(changes, "markdown", 80)


def test_the_headline_of_smaller_changes(compared, edited) -> None:
    def said(files: dict[str, str]) -> str:
        return str(json.loads(render(compared(files), "json", 80))["headline"])

    assert said(edited("routing.yaml", ("10000: 60", "30000: 60"))).startswith("3 of ")
    prompt = said(edited("agents/lead.yaml", ("what others cannot", "what others cannot, and say why")))
    assert prompt == "The prompts are 4 tokens longer. A month costs $3.60, as before."
    dearer = said(edited("workload.yaml", ("per_month: 400", "per_month: 401")))
    assert dearer == "$3.6000 → $3.6030 a month (+0.1 %), because of the workload."


@pytest.mark.parametrize("shape", FORMATS)
def test_no_changes(compared, shape: str) -> None:
    changes = compared({})
    assert changes.empty
    text = render(changes, shape, 80)
    assert "No changes." in text
    assert text.endswith("\n")
    if shape == "json":
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    else:
        assert len(text.splitlines()) <= 3


def test_the_cost_table_adds_up_as_shown(changes: Changes) -> None:
    table = render(changes, "markdown", 80).partition("#### Cost of a month")[2].partition("####")[0]
    shown = [Decimal(sign + figure) for sign, figure in re.findall(r"\| ([+-]?)\$([0-9.]+) \|", table)]
    assert len(shown) == 4
    assert sum(shown[:-1], Decimal(0)) == shown[-1]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_text_fits_the_terminal(changes: Changes, width: int) -> None:
    lines = render(changes, "text", width).splitlines()[1:]
    assert "Breaking changes (1)" in lines
    if width >= 80:
        assert max(map(len, lines)) <= max(width, 100)


def test_long_tables_are_cut_and_say_so(changes: Changes) -> None:
    many = replace(changes, missions=tuple(ItemChange(name=f"m{number:03}", kind=Kind.ADDED) for number in range(120)))
    for shape in ("text", "markdown"):
        text = render(many, shape, 80)
        assert "m000" in text
        assert "m119" not in text
        assert re.search(r"and \d+ more: .*--format json", text)
    assert "m119" in render(many, "json", 80)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the base class's signature
        self.tags.append(tag)


HOSTILE = [
    "<script>alert(1)</script>", "@everyone", "![x](https://example.org/x.png)", "[x](javascript:x)", "a | b", "`` ` ``",
    "</details>", "# head", "**bold**", "\u202etxet\u202c", "\x1b[31mred", "line\nbreak\r\n| x |", "", " ", "`", "#12",
    "https://example.org", "www.example.org", "\\", "\ud800", "&lt;", "a" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_never_markup(changes: Changes, name: str) -> None:
    odd = replace(
        changes,
        old=replace(changes.old, label=name, project=name),
        new=replace(changes.new, label=name, project=name),
        agents=(ItemChange(name=name, kind=Kind.RENAMED, was=name),),
        findings=(AGENT_NO_DELETE.at(name, f"the agent {name} is gone"),),
        notes=(name,),
    )
    text = render(odd, "markdown", 80)
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", text)
    parser = _Tags()
    parser.feed(outside)
    assert set(parser.tags) <= {"details", "summary"}
    assert "@everyone" not in outside
    assert "](http" not in outside.replace("\\]", "")
    assert "https://" not in outside
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.encode()
    for line in text.splitlines():
        if line.startswith("| `AGENT_NO_DELETE`"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4
    terminal = render(odd, "text", 80)
    assert "\x1b" not in terminal
    assert "\u202e" not in terminal
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(render(odd, "json", 80)))


@given(st.text(max_size=40))
def test_code_spans_hold_any_text(text: str) -> None:
    span = code(text)
    assert "\n" not in span
    if span:
        ticks = re.match("`+", span)
        assert ticks is not None
        assert span.endswith(ticks[0])
        assert ticks[0] not in re.sub("^`+ ?| ?`+$", "", span) or set(text.strip()) <= {"`", " "}


@given(st.text(max_size=40))
def test_plain_text_opens_no_tag(text: str) -> None:
    shown = plain(text)
    assert not set("<>@#\n") & set(shown.replace("&#", "")) - {"#"}
    assert "<" not in shown
