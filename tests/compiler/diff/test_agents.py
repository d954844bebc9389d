from __future__ import annotations

import pytest

from orchestra_compiler.diff.words import Kind, Severity, Turn

NEWCOMER = {
    "agents/poet.yaml": "agent: poet\ndescription: Writes verses about anything on request, with rhymes.\ntier: routine\n"
    "rationale: Short texts.\nprompt: Write verses.\n"
}
GONE = "agents/nobody.txt"


def kinds(changes) -> list[tuple[str, str, str]]:
    return [(each.name, each.kind.value, each.was) for each in changes.agents]


def rules(changes) -> list[tuple[str, str]]:
    return [(each.rule, each.where) for each in changes.findings]


def test_added_and_removed(compared) -> None:
    came = compared(NEWCOMER)
    assert kinds(came) == [("poet", "added", "")]
    assert came.agents[0].fields[0].after == "routine"
    assert came.findings == ()
    assert [(each.agent, each.before) for each in came.prompts.changed if each.before is None] == [("poet", None)]
    gone = compared({}, NEWCOMER)
    assert kinds(gone) == [("poet", "removed", "")]
    assert rules(gone) == [("AGENT_NO_DELETE", "poet")]
    assert gone.of(Severity.BREAKING) == gone.findings


def test_renamed_is_guessed_by_the_prompt(compared) -> None:
    poet = NEWCOMER["agents/poet.yaml"]
    changes = compared({"agents/poet.yaml": poet.replace("agent: poet", "agent: bard")}, NEWCOMER)
    assert kinds(changes) == [("bard", "renamed", "poet")]
    assert rules(changes) == [("AGENT_NO_DELETE", "poet")]
    other = compared(
        {"agents/poet.yaml": poet.replace("agent: poet", "agent: bard").replace("verses.", "odes.")}, NEWCOMER
    )
    assert kinds(other) == [("bard", "added", ""), ("poet", "removed", "")]


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        ("tools: Read, Grep\n", "tools: Read\n", Turn.NARROWED),
        ("tools: Read, Grep\n", "tools: Read, Grep, Bash\n", Turn.WIDENED),
        ("tools: Read, Grep\n", "tools: Read, Bash\n", Turn.EXCHANGED),
        ("tools: Read, Grep\n", "", Turn.WIDENED),
        ("", "tools: Read\n", Turn.NARROWED),
        ("tools: Read, Bash\n", "tools: Read, Bash(git:*)\n", Turn.NARROWED),
        ("tools: Read, mcp__github__*\n", "tools: Read, mcp__github__get\n", Turn.NARROWED),
        ("tools: Read, mcp__github__get\n", "tools: Read, mcp__github__*\n", Turn.WIDENED),
        ("tools: Read, Grep\n", "tools: Grep, Read\n", None),
    ],
)
def test_tools_turn(compared, edited, before: str, after: str, turn: Turn | None) -> None:
    name = "agents/reader.md"
    old, new = (edited(name, ("tools: Read, Grep\n", tools)) for tools in (before, after))
    changes = compared(new, old)
    field = changes.agents[0].field("tools")
    assert field is not None
    assert field.turn is turn
    widened = turn in (Turn.WIDENED, Turn.EXCHANGED)
    assert rules(changes) == ([("TOOLS_NO_WIDEN", "reader")] if widened else [])


def test_tier_and_capabilities_and_the_like(compared, edited) -> None:
    changes = compared(
        edited(
            "agents/writer.yaml",
            ("tier: routine", "tier: strategic"),
            ("[writing]", "[texts]"),
            ("coordinator: lead\n", ""),
            ("briefly and clearly", "briefly"),
        )
    )
    assert len(changes.agents) == 1
    writer = changes.agents[0]
    assert writer.kind is Kind.CHANGED
    assert {each.name for each in writer.fields} == {"tier", "capabilities", "coordinator", "prompt"}
    tier, capabilities, coordinator = (writer.field(name) for name in ("tier", "capabilities", "coordinator"))
    assert (tier.before, tier.after, tier.turn) == ("routine", "strategic", Turn.RAISED)
    assert (capabilities.added, capabilities.removed) == (("texts",), ("writing",))
    assert (coordinator.before, coordinator.after) == ("lead", "")
    assert rules(changes) == [("CAPABILITY_NO_ORPHAN", "writing")]
    back = compared({}, edited("agents/writer.yaml", ("tier: routine", "tier: strategic")))
    assert back.agents[0].field("tier").turn is Turn.LOWERED


def test_a_capability_that_somebody_else_offers_is_no_orphan(compared, edited) -> None:
    both = edited("agents/lead.yaml", ("[planning]", "[planning, writing]"))
    changes = compared({**both, **edited("agents/writer.yaml", ("[writing]", "[texts]"))}, both)
    assert changes.findings == ()


def test_moved_lines_are_no_change(compared, edited) -> None:
    assert compared(edited("agents/writer.yaml", ("agent: writer\n", "# A comment.\n\nagent: writer\n"))).empty
