"""The section of a CLAUDE.md: every agent once, the policy in words, nothing that ends the section or reads a file."""

from __future__ import annotations

import dataclasses
import json
import re
from decimal import Decimal

import pytest
import target_project
from hostile_fleet import hostile

from orchestra_compiler.built import Section
from orchestra_compiler.model import (
    Agent,
    AgentTier,
    Condition,
    EscalationPolicy,
    Fleet,
    HardRule,
    RoutingPolicy,
    Signal,
    SignalKind,
)


def section(fleet: Fleet) -> Section:
    (found,) = target_project.outputs(fleet, "claude-md")
    assert isinstance(found, Section)
    return found


def text(fleet: Fleet) -> str:
    return section(fleet).content.decode()


def test_the_file_is_the_projects_to_choose(fleet: Fleet) -> None:
    assert (section(fleet).path, section(fleet).name) == ("CLAUDE.md", "claude-md")
    project = dataclasses.replace(fleet.project, target_options={"claude-md": json.dumps({"file": "docs/agents.md"})})
    assert section(dataclasses.replace(fleet, project=project)).path == "docs/agents.md"


def test_every_agent_stands_below_its_tier(fleet: Fleet) -> None:
    lines = text(fleet).splitlines()
    order = [line for line in lines if line.startswith(("### `", "- `")) and "tokens" not in line]
    assert order == [
        "### `routine` (`small-1`): Small and frequent work",
        "- `reader`: Reads long texts and says what stands in them in three sentences.",
        "- `writer`: writing",
        "### `strategic` (`large-1`)",
        "- `lead`: planning",
    ]


def test_nothing_in_it_ends_the_section_or_reads_a_file(fleet: Fleet) -> None:
    found = text(hostile(fleet))
    assert "<!--" not in found
    assert "-->" not in found
    assert "<script" not in found
    assert not re.search(r"(?:^|\s)@\w", found)
    assert found.endswith("\n")
    assert not found.endswith("\n\n")
    headings = [line for line in found.splitlines() if line.startswith("#")]
    assert all(line.startswith(("## Agents of this project", "### ")) for line in headings)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e\u2028]", found)


def test_the_policy_in_words(fleet: Fleet) -> None:
    policy = RoutingPolicy(
        hard=(
            HardRule(
                name="a",
                when=(
                    Condition(feature="risk", values=("high", "critical")),
                    Condition(feature="size", minimum=Decimal(3)),
                    Condition(feature="size", maximum=Decimal("7.50")),
                    Condition(feature="size", minimum=Decimal(1), maximum=Decimal(2)),
                    Condition(feature="files", globs=("**/auth/**",)),
                ),
                tier="strategic",
                reason="It matters.",
            ),
        ),
        signals=(
            Signal(
                name="k",
                feature="kind",
                kind=SignalKind.TABLE,
                table={"b": Decimal(5), "a": Decimal(5), "c": Decimal(9)},
                default=Decimal(1),
            ),
            Signal(name="p", feature="files", kind=SignalKind.GLOBS, globs=("*.sql",), points=Decimal(20)),
            Signal(name="w", feature="text", kind=SignalKind.WORDS, words=tuple("abcdefgh"), points=Decimal("2.5")),
        ),
        thresholds={"strategic": Decimal(60), "routine": Decimal(0)},
        agent_tier=AgentTier.PIN,
    )
    found = text(dataclasses.replace(fleet, routing=policy))
    assert (
        "1. `risk` is `high` or `critical` and `size` is at least 3 and `size` is at most 7.5 and `size` is 1 to 2 and "
        "`files` matches `**/auth/**`: `strategic`. It matters."
    ) in found
    assert "`routine` from 0 points, `strategic` from 60 points" in found
    assert "- `kind`: `c` 9, `a` 5, `b` 5; any other 1\n" in found
    assert "- `files`: 20 where a path matches `*.sql`\n" in found
    assert "- `text`: 2.5 where the text says `a`, `b`, `c`, `d`, `e` or `f` and 2 more\n" in found
    assert "always gets that tier" in found


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (
            EscalationPolicy(),
            "twice by the agent itself, then once by its coordinator, then once by the coordinators above",
        ),
        (
            EscalationPolicy(self_attempts=4, coordinator_attempts=0, lead_attempts=0),
            "tried 4 times by the agent itself, then the user",
        ),
        (EscalationPolicy(raise_tier=False), "then the user is asked.\n"),
    ],
)
def test_escalation_in_words(fleet: Fleet, policy: EscalationPolicy, words: str) -> None:
    assert words in text(dataclasses.replace(fleet, gates=dataclasses.replace(fleet.gates, escalation=policy)))


def test_an_agents_line_is_short(fleet: Fleet) -> None:
    agents = (
        Agent(name="wordy", description="word " * 500, prompt=""),
        Agent(name="able", description="", prompt="", capabilities=tuple(f"skill-{n}" for n in range(40))),
        Agent(name="silent", description="  ", prompt=""),
    )
    lines = [line for line in text(dataclasses.replace(fleet, agents=agents)).splitlines() if line.startswith("- `")]
    assert all(len(line) < 140 for line in lines)
    assert "- `able`: skill-0, skill-1, skill-2, skill-3, skill-4, skill-5 and 34 more" in lines
    assert "- `silent`: says nothing about itself" in lines
