from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Severity, Span
from orchestra_compiler.model import (
    AgentTier,
    Condition,
    EscalationPolicy,
    FeatureType,
    GatePolicy,
    HardRule,
    RoutingPolicy,
    Signal,
    SignalKind,
)
from orchestra_compiler.routing import Router
from orchestra_compiler.rules.hard_rule_dead import implies
from orchestra_compiler.rules.scores import group, sums

SOURCES = {"tiers.yaml": b""}
NO_CLIMB = GatePolicy(escalation=EscalationPolicy(raise_tier=False))


def steps(name: str, feature: str, **points: int) -> Signal:
    bounds = tuple(sorted((Decimal(bound[1:]), Decimal(value)) for bound, value in points.items()))
    return Signal(name=name, feature=feature, kind=SignalKind.STEPS, steps=bounds)


def table(name: str, feature: str, default: int = 0, **points: int) -> Signal:
    rows = {word: Decimal(value) for word, value in points.items()}
    return Signal(name=name, feature=feature, kind=SignalKind.TABLE, table=rows, default=Decimal(default))


def words(name: str, points: int) -> Signal:
    return Signal(name=name, feature="text", kind=SignalKind.WORDS, words=("pay",), points=Decimal(points))


def policy(*signals: Signal, strategic: int = 60, **fields: object) -> RoutingPolicy:
    thresholds = {"routine": Decimal(0), "strategic": Decimal(strategic)}
    return RoutingPolicy(signals=signals, **{"thresholds": thresholds, **fields})  # type: ignore[arg-type]


def test_a_tier_above_every_score(fleet, found) -> None:
    routing = policy(steps("size", "context_tokens", b100=20), words("pay", 30), strategic=60)
    (unreachable,) = found("ORC501", fleet(routing=routing, gates=NO_CLIMB), SOURCES)
    assert (unreachable.severity, unreachable.span) == (Severity.WARNING, Span("tiers.yaml", 5))
    (never,) = found("ORC503", fleet(routing=routing), SOURCES)
    assert never.message == "the threshold of `strategic` is 60, and the signals give 50 at most"


def test_a_tier_that_only_failures_climb_to(fleet, found) -> None:
    (finding,) = found("ORC501", fleet(routing=policy(words("pay", 30))), SOURCES)
    assert finding.severity is Severity.INFO


def test_a_tier_between_two_scores(fleet, found) -> None:
    thresholds = {"routine": Decimal(10), "strategic": Decimal(20)}
    routing = policy(words("pay", 30), table("kind", "task_type", default=20, audit=40), thresholds=thresholds)
    # Every score is at least 20: what is below is never reached, although no threshold is too high.
    (finding,) = found("ORC501", fleet(agents=(), routing=routing, gates=NO_CLIMB), SOURCES)
    assert "`routine`" in finding.message
    assert found("ORC503", fleet(routing=routing)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"hard": (HardRule(name="h", when=(Condition(feature="risk", values=("high",)),), tier="strategic"),)},
        {"strategic": 30},
    ],
)
def test_tiers_that_are_reached(fleet, found, fields) -> None:
    assert found("ORC501", fleet(routing=policy(words("pay", 30), **fields)), SOURCES) == []


@pytest.mark.parametrize(("agent_tier", "reached"), [(AgentTier.FLOOR, True), (AgentTier.IGNORE, False)])
def test_an_agent_reaches_its_tier(fleet, agent, found, agent_tier, reached) -> None:
    routing = policy(words("pay", 30), agent_tier=agent_tier)
    findings = found("ORC501", fleet(agents=(agent(tier="strategic"),), routing=routing), SOURCES)
    assert len(findings) == (not reached)


def test_the_tiers_that_ship_with_us_are_nobodys_fault(fleet, found) -> None:
    assert found("ORC501", fleet(routing=policy(words("pay", 30))), {}) == []


def test_too_many_scores_are_left_open(fleet, found) -> None:
    signals = [table(f"s{number}", f"f{number}", a=2**number) for number in range(13)]
    features = {f"f{number}": FeatureType.WORD for number in range(13)}
    assert found("ORC501", fleet(routing=policy(*signals, features=features, strategic=9999)), SOURCES) == []
    assert len(found("ORC503", fleet(routing=policy(*signals, features=features, strategic=9999)))) == 1


def hard(name: str, *when: Condition) -> HardRule:
    return HardRule(name=name, when=when, tier="strategic", span=Span("routing.yaml", ord(name[-1])))


KIND = Condition(feature="task_type", values=("audit", "review"))
AUDIT = Condition(feature="task_type", values=("audit",))
BIG = Condition(feature="context_tokens", minimum=Decimal(1000))
BIGGER = Condition(feature="context_tokens", minimum=Decimal(2000), maximum=Decimal(9000))
AUTH = Condition(feature="files", globs=("**/auth/**",))
AUTH_OR_PAY = Condition(feature="files", globs=("**/pay/**", "**/auth/**"))
NOT_DOCS = Condition(feature="files", globs=("**/auth/**", "!docs/**"))


@pytest.mark.parametrize(
    ("narrow", "wide", "implied"),
    [
        ((AUDIT,), (KIND,), True),
        ((KIND,), (AUDIT,), False),
        ((AUDIT, BIG), (KIND,), True),
        ((AUDIT,), (KIND, BIG), False),
        ((BIGGER,), (BIG,), True),
        ((BIG,), (BIGGER,), False),
        ((AUTH,), (AUTH_OR_PAY,), True),
        ((AUTH_OR_PAY,), (AUTH,), False),
        ((NOT_DOCS,), (NOT_DOCS,), True),
        ((AUTH,), (NOT_DOCS,), False),
        ((AUDIT,), (BIG,), False),
        ((AUTH,), (Condition(feature="files", values=("a",)),), False),
    ],
)
def test_implication(narrow, wide, implied) -> None:
    assert implies(narrow, wide) is implied


def test_dead_hard_rules(fleet, found) -> None:
    empty = Condition(feature="context_tokens", minimum=Decimal(5), maximum=Decimal(4))
    routing = policy(words("pay", 90), hard=(hard("a", KIND), hard("b", BIG), hard("c", AUDIT, BIG), hard("d", empty)))
    assert [each.message for each in found("ORC502", fleet(routing=routing))] == [
        "the hard rule `c` never decides: `a` in line 97 always does before",
        "the hard rule `d` never holds: no number is at least 5 and at most 4",
    ]


CONDITIONS = st.one_of(
    st.builds(
        lambda feature, values: Condition(feature=feature, values=tuple(sorted(values))),
        st.sampled_from(["kind", "risk"]),
        st.sets(st.sampled_from("xyz"), min_size=1),
    ),
    st.builds(
        lambda low, high: Condition(feature="size", minimum=low, maximum=high),
        st.one_of(st.none(), st.integers(0, 3).map(Decimal)),
        st.one_of(st.none(), st.integers(0, 3).map(Decimal)),
    ),
)
TASKS = [
    {"kind": kind, "risk": risk, "size": size} for kind, risk, size in itertools.product("xyz", "xyz", range(-1, 5))
]


@given(st.lists(CONDITIONS, min_size=1, max_size=3), st.lists(CONDITIONS, min_size=1, max_size=3))
def test_what_is_implied_holds_for_every_task(narrow, wide) -> None:
    def holds(conditions: list[Condition], task: dict[str, object]) -> bool:
        return all(
            task[each.feature] in each.values
            if each.values
            else (each.minimum is None or task["size"] >= each.minimum)
            and (each.maximum is None or task["size"] <= each.maximum)
            for each in conditions
        )

    if implies(tuple(narrow), tuple(wide)):
        assert all(holds(wide, task) for task in TASKS if holds(narrow, task))


def test_signals_without_effect(fleet, found) -> None:
    routing = policy(
        table("flat", "task_type", default=5, audit=5), words("tiny", 3), steps("size", "context_tokens", b1=60)
    )
    findings = found("ORC504", fleet(routing=routing))
    assert [each.message for each in findings] == [
        "the signal `flat` changes no decision: it always gives 5 points",
        "the signal `tiny` changes no decision: its points never lift a score over a threshold",
    ]


def test_a_signal_that_matters_beside_others(fleet, found) -> None:
    assert found("ORC504", fleet(routing=policy(words("few", 3), steps("size", "context_tokens", b1=58)))) == []


def test_signals_without_thresholds(fleet, found) -> None:
    (finding,) = found("ORC504", fleet(routing=RoutingPolicy(signals=(words("pay", 30),))))
    assert finding.message.endswith("no tier has a threshold")


def test_signals_on_one_feature_move_together() -> None:
    low, high = steps("low", "size", b1=10, b5=0), steps("high", "size", b5=20)
    assert group([low, high], FeatureType.NUMBER) == {0, 10, 20}  # never 30
    kinds = [table("one", "kind", a=1), table("two", "kind", b=2)]
    assert group(kinds, FeatureType.WORD) == {0, 1, 2}  # no word is both
    assert group(kinds, FeatureType.LIST) == {0, 1, 2, 3}  # a list may hold both


def test_sums() -> None:
    parts = [frozenset({Decimal(0), Decimal(1)}), frozenset({Decimal(0), Decimal(10)})]
    assert sums(parts) == {0, 1, 10, 11}
    assert sums([]) == {0}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.integers(-3, 3), min_size=1, max_size=3),
    default=st.integers(-3, 3),
    points=st.integers(-3, 3),
    threshold=st.integers(-4, 6),
)
def test_the_router_never_contradicts_a_finding(fleet, found, rows, default, points, threshold) -> None:
    kinds = table("kind", "task_type", default=default, **{f"w{number}": row for number, row in enumerate(rows)})
    scored = fleet(agents=(), routing=policy(kinds, words("pay", points), strategic=threshold), gates=NO_CLIMB)
    router = Router(scored)
    tasks = [{"task_type": kind, "text": text} for kind in ("w0", "w1", "w2", "other") for text in ("pay", "play")]
    tiers = {(task["task_type"], task["text"]): router.decide(task).tier for task in tasks}
    unreachable = {each.message.split("`")[1] for each in found("ORC501", scored, SOURCES)}
    assert unreachable == {"routine", "strategic"} - set(tiers.values())
    idle = {each.message.split("`")[1] for each in found("ORC504", scored)}
    if "pay" in idle:
        assert all(tiers[kind, "pay"] == tiers[kind, "play"] for kind, _ in tiers)
