"""The map: a flowchart that Mermaid reads, and a picture in which nothing overlaps and nothing runs."""

from __future__ import annotations

import dataclasses
import itertools
import re
from xml.etree import ElementTree as ET

import pytest
import target_project
from hostile_fleet import NAMES, hostile
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.emitters import layout, mermaid, svg
from orchestra_compiler.emitters.relations import MOST_MESSAGE_PAIRS, Tie, relations
from orchestra_compiler.model import Agent, Fleet

SVG = "{http://www.w3.org/2000/svg}"
LABEL = r'"(?:[\w .,:/()+-]|#\d+;)+"'
LINES = re.compile(
    rf"flowchart LR|  subgraph t\d*\[{LABEL}\]|    a\d+\[{LABEL}\]|  end|  %% [^\n]*"
    rf"|  a\d+ (?:-->|<-->|-\.->|==>)(?:\|{LABEL}\|)? a\d+"
)


def many(fleet: Fleet, count: int, *, names: tuple[str, ...] = ()) -> Fleet:
    """A fleet of `count` agents in teams of six, over all tiers."""
    called = names or tuple(f"agent-{number}" for number in range(count))
    tiers = ("strategic", "implementation", "routine", None)
    agents = tuple(
        Agent(
            name=name,
            description=f"Number {number}.",
            prompt="",
            tier=tiers[number % 4],
            coordinator=called[number // 6] if number else None,
            handoffs=tuple(called[6 * number : 6 * number + 3]),
        )
        for number, name in enumerate(called)
    )
    return dataclasses.replace(fleet, agents=agents)


def is_flowchart(text: str) -> bool:
    """Whether every line is one that the flowchart's grammar has, and boxes are closed."""
    lines = text.splitlines()
    bad = [line for line in lines if not LINES.fullmatch(line)]
    depth = list(itertools.accumulate((line.startswith("  subgraph")) - (line == "  end") for line in lines))
    return not bad and lines[0] == "flowchart LR" and set(depth) <= {0, 1} and depth[-1] == 0


def picture(fleet: Fleet) -> ET.Element:
    return ET.fromstring(svg.render(fleet))


@pytest.mark.parametrize("count", [0, 1, 5, 47, 200])
def test_both_maps_of_fleets_of_every_size(fleet: Fleet, count: int) -> None:
    some = many(fleet, count)
    text = mermaid.render(some)
    assert is_flowchart(text)
    assert len(re.findall(r"^    a\d+\[", text, re.MULTILINE)) == count
    drawn = [each for each in picture(some).iter(f"{SVG}text") if each.get("class", "").startswith("name")]
    assert sorted(str(each.text) for each in drawn) == sorted(f"agent-{number}" for number in range(count))


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=80))
def test_whatever_an_agent_is_called_the_maps_are_whole(fleet: Fleet, name: str) -> None:
    some = many(fleet, 2, names=(name, "other" if name != "other" else "another"))
    assert is_flowchart(mermaid.render(some))
    picture(some)


def test_hostile_text_is_only_text(fleet: Fleet) -> None:
    some = hostile(fleet)
    assert is_flowchart(mermaid.render(some))
    root = picture(some)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} == {
        "svg", "title", "style", "defs", "marker", "path", "rect", "g", "text",
    }  # fmt: skip
    assert not [name for each in root.iter() for name in each.attrib if name.lower().startswith("on") or "href" in name]
    assert "<script" not in svg.render(some)


@pytest.mark.parametrize("count", [5, 47, 200])
def test_no_box_touches_another_and_all_stand_inside_their_band(fleet: Fleet, count: int) -> None:
    drawn = layout.arrange(many(fleet, count))
    boxes = [box for band in drawn.bands for box in band.boxes]
    assert len(boxes) == count
    for one, other in itertools.combinations(boxes, 2):
        apart = abs(one.x - other.x) >= one.width + 8 or abs(one.y - other.y) >= layout.BOX_HEIGHT + 8
        assert apart, (one.agent.name, other.agent.name)
    for band in drawn.bands:
        for box in band.boxes:
            assert band.y + layout.BAND_HEAD <= box.y <= band.y + band.height - layout.BOX_HEIGHT
            assert layout.MARGIN < box.x < box.x + box.width < drawn.width - layout.MARGIN
            assert box.x < box.middle < box.x + box.width
    tops = [(band.y, band.y + band.height) for band in drawn.bands]
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(tops))
    assert tops[-1][1] < drawn.height


@given(name=st.text(min_size=1, max_size=200))
@settings(max_examples=100, deadline=None)
def test_every_name_fits_its_box(fleet: Fleet, name: str) -> None:
    some = many(fleet, 1, names=(name,))
    (box,) = layout.arrange(some).bands[0].boxes
    assert layout.columns(box.shown) * layout.LETTER < box.width


def test_long_names_keep_their_ends() -> None:
    shown = {
        layout.shown(f"cloud-infrastructure-team-{word}-specialist") for word in ("terraform", "network", "kubernetes")
    }
    assert len(shown) == 3
    assert all("…" in each and layout.columns(each) <= 30 for each in shown)
    assert layout.columns(layout.shown("指揮者" * 30)) <= 30


def test_who_leads_stands_above_the_team(fleet: Fleet) -> None:
    boxes = {box.agent.name: box for band in layout.arrange(many(fleet, 47)).bands for box in band.boxes}
    for box in boxes.values():
        above = boxes.get(box.agent.coordinator or "")
        if above is not None and above.agent.tier == box.agent.tier:
            assert above.y < box.y


def test_a_ring_of_coordinators_is_drawn(fleet: Fleet) -> None:
    ring = tuple(Agent(name=name, description="", prompt="", coordinator=above) for name, above in ("ab", "bc", "ca"))
    some = dataclasses.replace(fleet, agents=ring)
    assert is_flowchart(mermaid.render(some))
    assert len(picture(some).findall(f"{SVG}path[@marker-end='url(#up)']")) == 4  # three, and the legend's


def test_lines_are_the_fleets_ties(fleet: Fleet) -> None:
    assert [(each.source, each.tie, each.target, each.messages, each.returns) for each in relations(fleet)] == [
        ("writer", Tie.ESCALATION, "lead", ("answer",), True),
        ("lead", Tie.HANDOFF, "reader", (), False),
    ]


def test_messages_are_drawn_between_agents_that_nothing_else_ties(fleet: Fleet) -> None:
    agents = tuple(
        Agent(name=f"a{number}", description="", prompt="", sends=("note", "x"), accepts=("note",))
        for number in range(4)
    )
    some = dataclasses.replace(fleet, agents=agents)
    assert {each.tie for each in relations(some)} == {Tie.MESSAGE}
    assert len(relations(some)) == 12
    assert 'a0 ==>|"note"| a1' in mermaid.render(some)
    crowd = tuple(dataclasses.replace(agents[0], name=f"a{number}") for number in range(14))
    assert MOST_MESSAGE_PAIRS < 14 * 13
    assert relations(dataclasses.replace(fleet, agents=crowd)) == ()


def test_more_lines_than_mermaid_draws_are_counted(fleet: Fleet) -> None:
    names = tuple(f"a{number}" for number in range(30))
    agents = tuple(Agent(name=name, description="", prompt="", handoffs=names) for name in names)
    text = mermaid.render(dataclasses.replace(fleet, agents=agents))
    assert text.count("-.->") == mermaid.MOST_LINES + 1  # one in the legend
    assert f"%% {30 * 29 - mermaid.MOST_LINES} lines more than Mermaid draws are left out" in text


def test_the_picture_follows_the_readers_colours_and_needs_nothing_from_elsewhere(fleet: Fleet) -> None:
    text = svg.render(fleet)
    assert "prefers-color-scheme:dark" in text
    assert re.findall(r"https?://[^\"<]+", text) == ["http://www.w3.org/2000/svg"]
    assert "@import" not in text
    assert len(target_project.emit(fleet, "map")) == 2
    assert len(NAMES) == len(set(NAMES))
