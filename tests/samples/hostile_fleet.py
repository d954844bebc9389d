"""Agents whose names and texts try to break out of every format."""

from __future__ import annotations

import dataclasses
import json

from orchestra_compiler.model import Agent, Fleet

WORST = (
    '"]; --> <!-- orchestra:claude-md:end --> <script>alert(1)</script> |`*_#{}\\ & &lt; %% end'
    "\n---\n@README.md \x07\u202e\u2028"
)
NAMES = (
    "a|b`c",
    "../../evil",
    "<script>",
    'quote"s',
    "end",
    "größe-日本-🎻",
    "x" * 300,
    "two\nlines",
    "--> out",
    " ",
    "CON",
    "a1",
    "Tiers",
    "tiers",
)


def hostile(fleet: Fleet) -> Fleet:
    """Return a fleet with these agents instead of its own; they say the worst in every field."""
    return dataclasses.replace(fleet, agents=tuple(_agent(number) for number in range(len(NAMES))))


def _agent(number: int) -> Agent:
    return Agent(
        name=NAMES[number],
        description=f"{WORST} {number}",
        prompt=f"{WORST}\n---\nname: other\n---\n",
        tier=("routine", "implementation", "strategic", "nowhere", None)[number % 5],
        rationale=WORST,
        model="inherit",
        capabilities=(WORST, f"skill {number}"),
        tools=("Read", "mcp__a__b", "Bash(rm -rf, *)", WORST),
        sends=("note",),
        accepts=("note",),
        coordinator=NAMES[number - 1],
        handoffs=(NAMES[(number * 7) % len(NAMES)], "nobody", WORST),
        documents=(WORST,),
        boundaries=(WORST,),
        extra={"color": json.dumps(WORST), WORST: "1"},
        source_format="claude-code",
    )
