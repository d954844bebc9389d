"""The catalogue: links that lead somewhere, tables that stay tables."""

from __future__ import annotations

import dataclasses
import re
from urllib.parse import unquote

import target_project
from hostile_fleet import NAMES, hostile
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.emitters.plain_text import anchor, code, cut, first_sentence, flat, markdown
from orchestra_compiler.model import Agent, Fleet


def text(fleet: Fleet) -> str:
    (found,) = target_project.emit(fleet, "catalogue").values()
    return found


def unescaped(heading: str) -> str:
    plain = re.sub(r"\\([\\`*_\[\]|~@])", r"\1", heading)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def anchors(page: str) -> list[str]:
    """What a renderer makes of the page's headings, in order."""
    found: dict[str, int] = {}
    for heading in re.findall(r"^#+ (.*)$", page, re.MULTILINE):
        plain = unique = anchor(unescaped(heading))
        while unique in found:
            found[plain] += 1
            unique = f"{plain}-{found[plain]}"
        found[unique] = 0
    return list(found)


def test_every_link_inside_leads_to_the_agent_that_it_names(fleet: Fleet) -> None:
    for some in (fleet, hostile(fleet)):
        page = text(some)
        there = anchors(page)
        links = re.findall(r"\]\(#([^)]*)\)", page)
        assert links
        assert {unquote(link) for link in links} <= set(there)


def test_an_agent_named_like_a_heading_has_an_anchor_of_its_own(fleet: Fleet) -> None:
    agents = tuple(
        Agent(name=name, description="d", prompt="", tier="routine") for name in ("agents", "routine", "small")
    )
    page = text(dataclasses.replace(fleet, agents=agents))
    assert re.findall(r"^\| \[(\w+)\]\(#([\w-]+)\)", page, re.MULTILINE) == [
        ("agents", "agents-1"),
        ("routine", "routine-1"),
        ("small", "small-1"),
    ]


def test_every_row_has_six_cells(fleet: Fleet) -> None:
    rows = [line for line in text(hostile(fleet)).splitlines() if line.startswith("|")]
    assert len(rows) >= len(NAMES)
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 7, row


def test_hostile_text_is_only_text(fleet: Fleet) -> None:
    page = text(hostile(fleet))
    assert "<" not in page
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e\u2028]", page)
    assert re.findall(r"^#+", page, re.MULTILINE).count("#") == 1


def test_what_an_agent_is_and_does(fleet: Fleet) -> None:
    page = text(fleet)
    assert (
        "| [reader](#reader) | Reads long texts and says what stands in them in three sentences. | – | `Read`, `Grep` |"
        in page
    )
    part = page.split("### writer\n")[1]
    assert "- Escalates to: [lead](#lead)" in part
    assert "- Must not: Never writes about people's health." in part
    assert "- Source: [agents/writer.yaml](../agents/writer.yaml#L1)" in part
    assert re.search(r"- Prompt: \d+ tokens \(", part)


def test_links_to_sources_climb_out_of_the_output_folder(fleet: Fleet) -> None:
    project = dataclasses.replace(fleet.project, out="build/agents/out")
    assert "](../../../agents/lead.yaml#L1)" in text(dataclasses.replace(fleet, project=project))


@given(st.text(max_size=100))
def test_markdown_shows_the_text_letter_by_letter(value: str) -> None:
    assert "\n" not in markdown(value)
    assert "<" not in markdown(value)
    if "&" not in value:
        assert unescaped(markdown(value)) == flat(value)


@given(st.text(max_size=60), st.integers(min_value=2, max_value=30))
def test_cut_text_is_never_longer(value: str, most: int) -> None:
    assert len(cut(value, most)) <= most
    assert len(first_sentence(value, most)) <= most


def test_code_spans() -> None:
    assert code("**/auth/**") == "`**/auth/**`"
    assert code("a`b") == "a\\`b"
    assert code("a|b") == "a\\|b"
    assert code("<x>") == "&lt;x&gt;"
    assert first_sentence("One. Two.", 50) == "One."
    assert cut("several words that are long", 15) == "several words…"
