"""The map of a fleet as a Mermaid flowchart: a box per tier, strongest first, and a line per tie between two agents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestra_compiler.emitters.agents import agents_of, by_tier, model_name
from orchestra_compiler.emitters.plain_text import cut
from orchestra_compiler.emitters.relations import Relation, Tie, relations
from orchestra_compiler.model import Fleet

MOST_LINES = 480
"""Mermaid draws 500 lines at most, unless its host says otherwise."""
_LONGEST_LABEL = 60
_MOST_TYPES = 2
_ARROWS = {Tie.ESCALATION: "-->", Tie.HANDOFF: "-.->", Tie.MESSAGE: "==>"}
_LEGEND = "--> escalates to, <--> escalates to and gets work from, -.-> hands work to, ==> sends messages to"
_UNSAFE = re.compile(r"[^\w .,:/()+-]")


def render(fleet: Fleet) -> str:
    """Return the flowchart. Ids are numbers of ours; labels show names letter by letter, whatever they hold."""
    ids = {name: f"a{number}" for number, name in enumerate(agent.name for agent in agents_of(fleet))}
    lines = relations(fleet)
    left_out = len(lines) - MOST_LINES
    comment = [f"  %% {_LEGEND}"] if lines else []
    comment += [f"  %% {left_out} lines more than Mermaid draws are left out"] if left_out > 0 else []
    drawn = (_line(each, ids) for each in lines[:MOST_LINES])
    return "\n".join(["flowchart LR", *_boxes(fleet, ids), *comment, *drawn]) + "\n"


def label(text: str) -> str:
    """Return text inside quotes; whatever Mermaid or HTML could obey is a numbered character."""
    line = cut(text, _LONGEST_LABEL) or " "
    return '"' + _UNSAFE.sub(lambda found: f"#{ord(found[0])};", line) + '"'


def _boxes(fleet: Fleet, ids: dict[str, str]) -> Iterator[str]:
    for group in by_tier(fleet):
        box = f"t{group.number}" if group.tier is not None else "t"
        model = model_name(group.tier)
        yield f"  subgraph {box}[{label(f'{group.title}: {model}' if model else group.title)}]"
        yield from (f"    {ids[agent.name]}[{label(agent.name)}]" for agent in group.agents)
        yield "  end"


def _line(relation: Relation, ids: dict[str, str]) -> str:
    more = len(relation.messages) - _MOST_TYPES
    types = ", ".join(relation.messages[:_MOST_TYPES]) + (f" and {more} more" if more > 0 else "")
    said = f"|{label(types)}|" if types and relation.tie is Tie.MESSAGE else ""
    arrow = "<-->" if relation.returns else _ARROWS[relation.tie]
    return f"  {ids[relation.source]} {arrow}{said} {ids[relation.target]}"
