from __future__ import annotations

import pytest

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.frontends.own_names import qualified
from orchestra_compiler.model import Agent

FORMATS = ("docker-agent",)


def agent(
    name: str, path: str, handoffs: tuple[str, ...] = (), *, source: str = "docker-agent", above: str | None = None
) -> Agent:
    return Agent(
        name=name,
        description="",
        prompt="",
        handoffs=handoffs,
        coordinator=above,
        source_format=source,
        span=Span(path),
    )


def test_names_that_meet_nobody_stay() -> None:
    agents = [agent("root", "a.yaml"), agent("baker", "a.yaml"), agent("baker", "a.yaml")]
    assert qualified(agents, FORMATS) == (agents, [])


def test_names_of_several_files_get_their_files_in_front() -> None:
    agents = [
        agent("root", "teams/support.yaml", ("clerk",)),
        agent("clerk", "teams/support.yaml", above="root"),
        agent("root", "crews/sales/config/agents.yaml", ("root",)),
        agent("clerk", "clerk.md", ("root",), source="claude-code"),
    ]
    found, told = qualified(agents, FORMATS)
    assert [(each.name, each.handoffs, each.coordinator) for each in found] == [
        ("support.root", ("support.clerk",), None),
        ("support.clerk", (), "support.root"),
        ("sales.root", ("sales.root",), None),
        ("clerk", ("root",), None),
    ]
    assert [(each.code, each.span.path) for each in told] == [
        ("ORC015", "teams/support.yaml"),
        ("ORC015", "teams/support.yaml"),
        ("ORC015", "crews/sales/config/agents.yaml"),
    ]
    assert "`sales.root`" in told[2].message


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("agents.yaml", "agents"),
        ("config/agents.yaml", "agents"),
        ("My Team/main.yaml", "my-team"),
        ("ü/x.yaml", "x"),
        ("я/agent.yaml", "agents"),
    ],
)
def test_the_label_is_the_nearest_name_that_says_something(path, label) -> None:
    found, _ = qualified([agent("root", path), agent("root", "other.yaml")], FORMATS)
    assert found[0].name == f"{label}.root"
