from __future__ import annotations

from decimal import Decimal

import pytest

from orchestra_compiler.model import (
    Agent,
    AgentTier,
    Condition,
    FeatureType,
    HardRule,
    Mission,
    Protocol,
    RoutingPolicy,
    Signal,
    SignalKind,
    Step,
    Workload,
    WorkloadTask,
)

SIZE = Signal(name="size", feature="context_tokens", kind=SignalKind.STEPS, steps=((Decimal(1000), Decimal(60)),))
KIND = Signal(name="kind", feature="task_type", kind=SignalKind.TABLE, table={"review": Decimal(10)})
CARDS = HardRule(name="cards", when=(Condition(feature="data_class", values=("cardholder",)),), tier="strategic")
THRESHOLDS = {"routine": Decimal(0), "strategic": Decimal(60)}


def test_features_that_no_task_carries(fleet, found) -> None:
    policy = RoutingPolicy(
        features={"data_class": FeatureType.WORD, "lines": FeatureType.NUMBER},
        hard=(CARDS, CARDS),
        signals=(KIND, SIZE),
    )
    work = Workload(tasks=(WorkloadTask(name="t", per_month=1, features={"lines": 7}),))
    assert [each.message.split(",")[0] for each in found("ORC505", fleet(routing=policy, workload=work))] == [
        "the hard rule `cards` reads the feature `data_class`",
        "the signal `kind` reads the feature `task_type`",
    ]


@pytest.mark.parametrize("features", [{}, {"data_class": "public", "task_type": "review"}, {"data_clas": "public"}])
def test_features_that_tasks_carry_or_that_nobody_writes_down(fleet, found, features) -> None:
    policy = RoutingPolicy(features={"data_class": FeatureType.WORD}, hard=(CARDS,), signals=(KIND, SIZE))
    mission = Mission(name="m", steps=(Step(name="main", task="Go.", features=features),))
    assert found("ORC505", fleet(routing=policy, missions=(mission,))) == []


@pytest.mark.parametrize(
    ("mode", "tiers", "why"),
    [
        (AgentTier.PIN, ("routine", "strategic"), "`agent_tier: pin` keeps every agent on its own tier"),
        (AgentTier.FLOOR, ("strategic", "strategic"), "every agent is on the strongest tier `strategic`"),
    ],
)
def test_scores_that_decide_nothing(fleet, agent, found, mode, tiers, why) -> None:
    agents = tuple(agent(f"a{number}", tier=tier) for number, tier in enumerate(tiers))
    policy = RoutingPolicy(signals=(SIZE,), thresholds=THRESHOLDS, agent_tier=mode)
    (finding,) = found("ORC506", fleet(agents=agents, routing=policy))
    assert finding.message.startswith(f"no score changes a tier: {why}")


@pytest.mark.parametrize(
    ("mode", "tiers"),
    [
        (AgentTier.PIN, ("routine", None)),
        (AgentTier.PIN, ("routine", "nowhere")),
        (AgentTier.FLOOR, ("routine", "strategic")),
        (AgentTier.IGNORE, ("strategic", "strategic")),
    ],
)
def test_scores_that_decide(fleet, agent, found, mode, tiers) -> None:
    agents = tuple(agent(f"a{number}", tier=tier) for number, tier in enumerate(tiers))
    policy = RoutingPolicy(signals=(SIZE,), thresholds=THRESHOLDS, agent_tier=mode)
    assert found("ORC506", fleet(agents=agents, routing=policy)) == []


def test_thresholds_that_fall(fleet, found) -> None:
    policy = RoutingPolicy(signals=(SIZE,), thresholds={"strategic": Decimal(20), "routine": Decimal(50)})
    (finding,) = found("ORC507", fleet(routing=policy))
    assert finding.message == "a score of 50 leads to `routine`, one of 20 to the stronger `strategic`"


@pytest.mark.parametrize("strong", [0, 60])
def test_thresholds_that_rise(fleet, found, strong) -> None:
    policy = RoutingPolicy(signals=(SIZE,), thresholds={"strategic": Decimal(strong), "routine": Decimal(0)})
    assert found("ORC507", fleet(routing=policy)) == []


def test_words_and_globs_that_stand_twice(fleet, found) -> None:
    words = Signal(
        name="words",
        feature="text",
        kind=SignalKind.WORDS,
        words=("leak", "Straße", "LEAK", "STRASSE"),
        points=Decimal(9),
    )
    globs = Signal(name="globs", feature="files", kind=SignalKind.GLOBS, globs=("a/**", "A/**", "a/**"))
    findings = found("ORC508", fleet(routing=RoutingPolicy(signals=(words, globs))))
    assert sorted(each.message.split("`")[3] for each in findings) == ["Straße", "a/**", "leak"]


def others(agent) -> tuple[Agent, Agent]:
    """Make two agents that send and accept every type."""
    kinds = ("order", "report", "draft", "note", "question")
    return agent("all", sends=kinds, accepts=kinds), agent("any", sends=kinds, accepts=kinds)


def test_a_type_that_the_schema_does_not_have_is_told_elsewhere(fleet, agent, found) -> None:
    agents = (agent("lead", accepts=("report",)), agent("mute", coordinator="lead", sends=("draft",)), *others(agent))
    kinds = ("draft", "note", "order", "question", "report")
    assert found("ORC403", fleet(agents=agents, protocol=Protocol(types=kinds[1:]))) == []
    assert len(found("ORC403", fleet(agents=agents, protocol=Protocol(types=kinds)))) == 1


def test_a_type_that_nobody_hears_or_sends_is_told_elsewhere(fleet, agent, found) -> None:
    agents = (agent("lead", accepts=("report",)), agent("mute", coordinator="lead", sends=("draft",)))
    assert found("ORC403", fleet(agents=agents)) == []
    assert len(found("ORC401", fleet(agents=agents))) == 1


@pytest.mark.parametrize("code", ["ORC401", "ORC402"])
def test_a_slip_in_a_type_is_told_where_it_is(fleet, agent, found, code) -> None:
    types = Protocol(types=("answer", "order"))
    slip = {"ORC401": {"accepts": ("anser",)}, "ORC402": {"sends": ("anser",)}}[code]
    right = {"ORC401": {"sends": ("answer",)}, "ORC402": {"accepts": ("answer",)}}[code]
    assert found(code, fleet(agents=(agent("a", **slip), agent("b", **right)), protocol=types)) == []


def test_an_agent_and_its_coordinator_that_do_not_speak(fleet, agent, found) -> None:
    lead = agent("lead", sends=("order",), accepts=("report",))
    mute = agent("mute", coordinator="lead", sends=("draft", "note"))
    deaf = agent("deaf", coordinator="lead", accepts=("question",))
    assert [
        each.message.split(",")[0] for each in found("ORC403", fleet(agents=(lead, mute, deaf, *others(agent))))
    ] == [
        "`deaf` accepts nothing that its coordinator `lead` sends (`question` against `order`)",
        "`mute` sends nothing that its coordinator `lead` accepts (`draft`",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"sends": ("draft", "report"), "accepts": ("order",)},
        {},
        {"sends": ("draft",), "coordinator": None},
        {"sends": ("draft",), "coordinator": "nobody"},
    ],
)
def test_an_agent_and_its_coordinator_that_speak_or_say_nothing(fleet, agent, found, fields) -> None:
    lead = agent("lead", sends=("order",), accepts=("report",))
    member = agent("member", **{"coordinator": "lead", **fields})
    silent = agent("silent", coordinator="member", sends=("draft",) if not fields else ())
    assert found("ORC403", fleet(agents=(lead, member, silent, *others(agent)))) == []
