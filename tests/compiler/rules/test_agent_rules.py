from __future__ import annotations

from decimal import Decimal

import pytest

from orchestra_compiler.diagnostic import Severity, Span
from orchestra_compiler.model import Protocol, RoutingPolicy


@pytest.mark.parametrize(
    ("description", "says"),
    [
        ("", "nothing"),
        ("Database optimizer.", "nothing"),
        ("An agent that helps with your database tasks.", "nothing"),
        ("Tunes queries.", "too little"),
    ],
)
def test_short_descriptions(fleet, agent, found, description, says) -> None:
    place = Span("agents/database-optimizer.yaml", 2, 14, 2, 20)
    agents = (agent(description=description, places={"description": place}),)
    (finding,) = found("ORC201", fleet(agents=agents))
    assert finding.span == place
    assert finding.message == f"the description of `database-optimizer` says {says} beyond its name"


@pytest.mark.parametrize(
    "description",
    ["Tunes slow queries and plans migrations.", "CI, CD, QA and UX reviews.", "データベースの索引を設計する。"],
)
def test_descriptions_that_say_enough(fleet, agent, found, description) -> None:
    assert found("ORC201", fleet(agents=(agent(description=description),))) == []


@pytest.mark.parametrize("path", ["agents/optimizer.md", "agents/database.agent.md"])
def test_names_unlike_their_file(fleet, agent, found, path) -> None:
    (finding,) = found("ORC202", fleet(agents=(agent(span=Span(path)),)))
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("database-optimizer", "a/database_optimizer.md"),
        ("database-optimizer", "a/Database-Optimizer.agent.md"),
        ("data-plugin-database-optimizer", "plugins/data-plugin/agents/database-optimizer.md"),
        ("database-optimizer", "a/index.md"),
    ],
)
def test_names_like_their_file(fleet, agent, found, name, path) -> None:
    assert found("ORC202", fleet(agents=(agent(name, span=Span(path)),))) == []


def test_several_agents_in_a_file_need_no_name_of_the_file(fleet, agent, found) -> None:
    agents = tuple(agent(name, span=Span("agents/all.yaml")) for name in ("one", "two"))
    assert found("ORC202", fleet(agents=agents)) == []


def test_descriptions_that_are_the_same(fleet, agent, found) -> None:
    agents = (agent("a-one"), agent("b-two"), agent("c-three"))
    assert [each.message for each in found("ORC203", fleet(agents=agents))] == [
        "`b-two` is described exactly as `a-one` in agents/a-one.yaml:1",
        "`c-three` is described exactly as `a-one` in agents/a-one.yaml:1",
    ]


def test_descriptions_that_are_nearly_the_same(fleet, agent, found) -> None:
    agents = (
        agent("a-one", description="Writes unit tests for Python code with pytest fixtures and mocks"),
        agent("b-two", description="Writes unit tests for Python code with pytest, fixtures and parameters."),
    )
    (finding,) = found("ORC203", fleet(agents=agents))
    assert "nearly" in finding.message


def test_an_agent_is_compared_with_a_bounded_number_of_others(fleet, agent, found, monkeypatch) -> None:
    common = "alpha beta gamma delta epsilon zeta eta theta"
    agents = tuple(agent(f"a{number}", description=f"{common} only{number} own{number}x") for number in range(4))
    twin = agent("b-twin", description=f"{common} only3 own3x")
    (finding,) = found("ORC203", fleet(agents=(*agents, twin)))
    assert "`b-twin` is described exactly as `a3`" in finding.message
    monkeypatch.setattr("orchestra_compiler.rules.descriptions_collide._MOST_COMPARED", 0)
    assert found("ORC203", fleet(agents=(*agents, twin))) == []


def test_descriptions_that_share_a_frame_only(fleet, agent, found) -> None:
    words = ["React hooks", "Django views", "Rust lifetimes", "Terraform modules"]
    agents = tuple(
        agent(f"a{number}", description=f"Expert in {word}. Use proactively for {word} work.")
        for number, word in enumerate(words)
    )
    assert found("ORC203", fleet(agents=agents)) == []


def test_agents_of_one_name_do_not_collide_as_well(fleet, agent, found) -> None:
    assert found("ORC203", fleet(agents=(agent("same"), agent("same", span=Span("b.yaml"))))) == []


@pytest.mark.parametrize("prompt", ["", "  \n", "# Tester\n\n---\n", "# Tester\nTODO", "Write some tests."])
def test_empty_prompts(fleet, agent, found, prompt) -> None:
    assert len(found("ORC204", fleet(agents=(agent(prompt=prompt),)))) == 1


@pytest.mark.parametrize(
    "prompt", ["Answer every question in one short sentence.", "文書を要約し、三行で答える。", "# A\n" * 900]
)
def test_prompts_with_something_in_them(fleet, agent, found, prompt) -> None:
    assert found("ORC204", fleet(agents=(agent(prompt=prompt),))) == []


def test_tier_without_rationale(fleet, agent, found) -> None:
    place = Span("a.yaml", 3, 7, 3, 16)
    bare = agent("a", tier="strategic", places={"tier": place})
    told = agent("b", tier="strategic", rationale="A missed hole costs more.", places={"tier": place})
    by_word = agent("c", tier="strategic", model="opus")
    (finding,) = found("ORC302", fleet(agents=(bare, told, by_word, agent("d"))))
    assert (finding.span, finding.message) == (place, "`a` is on the tier `strategic`, and nothing says why")


def test_agents_without_a_tier(fleet, agent, found) -> None:
    guests = [agent(f"guest-{number}", tier=None, source_format="claude-code") for number in range(7)]
    findings = found("ORC303", fleet(agents=(agent("own", tier=None), *guests)))
    assert [each.severity for each in findings] == [Severity.INFO, Severity.WARNING]
    assert "7 of 8 agents" in findings[0].message
    assert findings[0].message.endswith("`guest-4` and 2 more")
    scored = RoutingPolicy(thresholds={"routine": Decimal(0)})
    assert found("ORC303", fleet(agents=(agent("own", tier=None),), routing=scored)) == []


def test_messages_nobody_hears_or_sends(fleet, agent, found) -> None:
    place = Span("a.yaml", 5, 9, 5, 22)
    sender = agent("a", sends=("done", "status"), places={"sends.1": place})
    reader = agent("b", accepts=("done", "alarm"))
    talk = fleet(agents=(sender, reader), protocol=Protocol(types=("alarm", "done", "status")))
    (unheard,) = found("ORC401", talk)
    (unsent,) = found("ORC402", talk)
    assert (unheard.span, unheard.message) == (place, "`a` sends `status`, and no agent accepts it")
    assert unsent.message == "`b` accepts `alarm`, and no agent sends it"


def test_messages_are_silent_where_nobody_declares_the_other_side(fleet, agent, found) -> None:
    assert found("ORC401", fleet(agents=(agent("a", sends=("done",)),))) == []
    assert found("ORC402", fleet(agents=(agent("a", accepts=("done",)),))) == []


def test_messages_are_silent_where_a_file_is_broken_or_a_type_unknown(fleet, agent, found) -> None:
    agents = (agent("a", sends=("status",)), agent("b", accepts=("done",)))
    assert found("ORC401", fleet(agents=agents, broken=frozenset({"agent:c"}))) == []
    assert found("ORC401", fleet(agents=agents, protocol=Protocol(types=("done",)))) == []


def test_prices_that_changed_places(fleet, repriced, found) -> None:
    findings = found("ORC304", fleet(tiers=repriced(output=Decimal("0.5"), cache_read=Decimal(2))))
    assert [each.message for each in findings] == [
        "a cache read (2 USD) is priced above input (1 USD) for `small`",
        "output (0.5 USD) is priced below input (1 USD) for `small`",
    ]
    assert findings[1].span == Span("tiers.yaml", 4, 30)


@pytest.mark.parametrize(("date", "stale"), [("2024-10-31", True), ("2024-11-01", False), ("2026-12-31", True)])
def test_prices_read_years_apart(fleet, repriced, found, date, stale) -> None:
    # The newest price of the project is the yardstick, whichever model has it; the clock is not asked.
    assert len(found("ORC305", fleet(tiers=repriced(date=date)))) == stale


def test_a_weak_tier_that_costs_more(fleet, repriced, found) -> None:
    dear = repriced(input=Decimal(6), output=Decimal(30))
    (finding,) = found("ORC308", fleet(tiers=dear))
    assert "6/30 against 5/25 USD" in finding.message
    assert found("ORC308", fleet(tiers=repriced(input=Decimal(6)))) == []
