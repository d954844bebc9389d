from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import (
    Agent,
    AgentTier,
    Condition,
    FeatureType,
    FeatureValue,
    Fleet,
    GatePolicy,
    HardRule,
    Model,
    Project,
    Protocol,
    RoutingPolicy,
    Signal,
    SignalKind,
    Tier,
    Tiers,
    Workload,
)
from orchestra_compiler.routing import Router, decision_to_json, features_from_json

D = Decimal


def tiers_of(**changes: object) -> Tiers:
    names = ("routine", "implementation", "strategic")
    made = tuple(Tier(name=name, models=(Model(name=f"{name}-a"), Model(name=f"{name}-b"))) for name in names)
    tiers = Tiers(tiers=made, escalation=names, baseline="implementation", default="routine")
    return replace(tiers, **changes)  # type: ignore[arg-type]


def fleet_of(policy: RoutingPolicy, tiers: Tiers | None = None, agents: tuple[Agent, ...] = ()) -> Fleet:
    return Fleet(
        project=Project(name="test"),
        agents=agents,
        tiers=tiers or tiers_of(),
        routing=policy,
        gates=GatePolicy(),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )


def steps(name: str, feature: str, *pairs: tuple[str, str]) -> Signal:
    rising = tuple((D(bound), D(points)) for bound, points in pairs)
    return Signal(name=name, feature=feature, kind=SignalKind.STEPS, steps=rising)


def table(name: str, feature: str, default: str = "0", **rows: str) -> Signal:
    points = {row: D(gain) for row, gain in rows.items()}
    return Signal(name=name, feature=feature, kind=SignalKind.TABLE, table=points, default=D(default))


def globs(name: str, *patterns: str, points: str = "25") -> Signal:
    return Signal(name=name, feature="files", kind=SignalKind.GLOBS, globs=patterns, points=D(points))


def words(name: str, *listed: str, points: str = "20") -> Signal:
    return Signal(name=name, feature="text", kind=SignalKind.WORDS, words=listed, points=D(points))


TASTE = RoutingPolicy(
    hard=(
        HardRule(name="audit", when=(Condition(feature="task_type", values=("security_audit",)),), tier="strategic"),
    ),
    signals=(
        steps("context", "context_tokens", ("10000", "1"), ("50000", "2")),
        table("kind", "task_type", default="3", log_summary="1"),
        globs("paths", "**/auth/**"),
        words("words", "payment", "security"),
    ),
    thresholds={"routine": D(0), "implementation": D(30), "strategic": D(60)},
)


def agent_of(tier: str | None) -> Agent:
    return Agent(name="worker", description="works", prompt="Work.", tier=tier)


def decide(policy: RoutingPolicy, agent: Agent | None = None, /, **features: FeatureValue) -> tuple[str, str, str]:
    decision = Router(fleet_of(policy)).decide(features, agent)
    return decision.tier, str(decision.score), decision.rule


def test_a_decision_names_value_and_bound_of_every_signal() -> None:
    features: Mapping[str, FeatureValue] = {
        "context_tokens": 12_000,
        "task_type": "refactoring",
        "files": ("README.md", "src/auth/login.py"),
        "text": "Mend the Payment form.",
    }
    decision = Router(fleet_of(TASTE)).decide(features)
    assert decision_to_json(decision) == {
        "score": "49",
        "tier": "implementation",
        "model": "implementation-a",
        "rule": "score",
        "reasons": [
            {"points": "1", "text": "context: context_tokens 12000 reaches 10000"},
            {"points": "3", "text": "kind: task_type 'refactoring' has no row"},
            {"points": "25", "text": "paths: files 'src/auth/login.py' matches '**/auth/**'"},
            {"points": "20", "text": "words: text holds 'Payment'"},
            {"points": "0", "text": "score 49 reaches implementation at 30"},
        ],
    }
    json.dumps(decision_to_json(decision))


def test_absent_features_have_their_reasons_too() -> None:
    decision = Router(fleet_of(TASTE)).decide({})
    assert [(str(reason.points), reason.text) for reason in decision.reasons] == [
        ("0", "context: context_tokens is absent"),
        ("3", "kind: task_type is absent"),
        ("0", "paths: files is absent"),
        ("0", "words: text is absent"),
        ("0", "score 3 reaches routine at 0"),
    ]


def test_a_hard_rule_decides_before_score_and_agent() -> None:
    weak = replace(TASTE.hard[0], tier="routine", reason="the law")
    policy = replace(TASTE, hard=(weak,))
    decision = Router(fleet_of(policy)).decide(
        {"task_type": "security_audit", "text": "payment"}, agent_of("strategic")
    )
    assert (decision.tier, decision.score, decision.rule) == ("routine", 0, "hard:audit")
    assert [reason.text for reason in decision.reasons] == ["hard rule audit: task_type is 'security_audit' (the law)"]


def test_the_first_hard_rule_wins_and_all_its_conditions_must_hold() -> None:
    both = HardRule(
        name="both",
        when=(Condition(feature="risk", values=("high",)), Condition(feature="context_tokens", minimum=D(10))),
        tier="strategic",
    )
    some = HardRule(name="some", when=(Condition(feature="risk", values=("high", "low")),), tier="routine")
    policy = RoutingPolicy(hard=(both, some))
    assert decide(policy, risk="high", context_tokens=10)[2] == "hard:both"
    assert decide(policy, risk="high", context_tokens=9)[2] == "hard:some"
    assert decide(policy, risk="high")[2] == "hard:some"
    assert decide(policy, risk="none")[2] == "default"


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (Condition(feature="x", minimum=D(1), maximum=D(2)), 1, True),
        (Condition(feature="x", minimum=D(1), maximum=D(2)), 2.0, True),
        (Condition(feature="x", minimum=D(1), maximum=D(2)), 2.0000001, False),
        (Condition(feature="x", maximum=D("0.1")), 0.1, True),
        (Condition(feature="x", minimum=D("0.1")), 0.1, True),
        (Condition(feature="x", values=("a",)), "a", True),
        (Condition(feature="x", values=("a",)), "A", False),
        (Condition(feature="x", values=("a",)), ("b", "a"), True),
        (Condition(feature="x", values=("true",)), True, True),
        (Condition(feature="x", values=("true",)), False, False),
        (Condition(feature="x", values=("3",)), 3, True),
        (Condition(feature="x", globs=("*.py",)), "deep/down/a.py", True),
        (Condition(feature="x", globs=("*.py", "!a.py")), ("deep/a.py",), False),
        (Condition(feature="x", globs=("*.py",)), (), False),
    ],
)
def test_conditions(condition: Condition, value: FeatureValue, *, holds: bool) -> None:
    policy = RoutingPolicy(hard=(HardRule(name="rule", when=(condition,), tier="strategic"),))
    assert (decide(policy, x=value)[2] == "hard:rule") is holds


@pytest.mark.parametrize(
    ("value", "points"),
    [(-1, "0"), (0, "0"), (0.1, "5"), (0.09, "0"), (1, "5"), (9, "5"), (10, "-2"), (10.0, "-2"), (10**40, "-2")],
)
def test_steps(value: float, points: str) -> None:
    policy = RoutingPolicy(signals=(steps("size", "lines", ("0.1", "5"), ("10", "-2")),))
    assert decide(policy, lines=value)[1] == points


@pytest.mark.parametrize(
    ("value", "points"),
    [("a", "5"), ("b", "1"), ("c", "3"), (("b", "a"), "5"), (("b", "zz"), "3"), (("b",), "1"), ((), "3"), (True, "7")],
)
def test_table(value: FeatureValue, points: str) -> None:
    policy = RoutingPolicy(signals=(table("kind", "task_type", default="3", a="5", b="1", true="7"),))
    assert decide(policy, task_type=value)[1] == points


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("the PAYMENT form", True),
        ("payments", False),
        ("prepayment", False),
        ("pay_payment", False),
        ("payment2", False),
        ("(payment)", True),
        ("paymenté", False),
        ("paymente\u0301", False),
        ("use C++ here", True),
        ("use c++11", False),
        ("sign  in\nagain", True),
        ("signing in", False),
        ("ΛΌΓΟΣ", True),
        ("nothing", False),
        ("", False),
    ],
)
def test_words_are_whole_words_in_any_case(text: str, *, hit: bool) -> None:
    policy = RoutingPolicy(signals=(words("words", "payment", "c++", "sign in", "λόγος"),))
    assert decide(policy, text=text)[1] == ("20" if hit else "0")


def test_an_empty_word_never_matches() -> None:
    assert decide(RoutingPolicy(signals=(words("words", " "),)), text="any thing")[1] == "0"


@pytest.mark.parametrize(
    ("path", "hit"),
    [
        ("auth/x.py", True),
        ("src/auth/deep/x.py", True),
        ("src/author.py", False),
        ("docs/a.md", True),
        ("deep/docs/a.md", False),
        ("docs/keep.md", False),
    ],
)
def test_globs_are_those_of_gitignore(path: str, *, hit: bool) -> None:
    policy = RoutingPolicy(signals=(globs("paths", "**/auth/**", "/docs/*.md", "!keep.md"),))
    assert decide(policy, files=("none", path))[1] == ("25" if hit else "0")


@pytest.mark.parametrize(
    ("score", "tier", "rule"),
    [
        (29, "routine", "score"),
        (30, "implementation", "score"),
        (60, "strategic", "score"),
        (-1, "routine", "below-thresholds"),
    ],
)
def test_thresholds(score: int, tier: str, rule: str) -> None:
    exact = steps("s", "n", ("-10", "-1"), ("0", "0"), ("29", "29"), ("30", "30"), ("60", "60"))
    policy = RoutingPolicy(signals=(exact,), thresholds=TASTE.thresholds)
    assert decide(policy, n=score)[::2] == (tier, rule)


def test_of_equal_thresholds_the_stronger_tier_wins() -> None:
    policy = RoutingPolicy(thresholds={"strategic": D(0), "routine": D(0)})
    assert decide(policy)[0] == "strategic"


@pytest.mark.parametrize(("default", "below"), [("routine", "routine"), ("strategic", "implementation")])
def test_below_every_threshold_never_goes_higher_than_the_weakest_one(default: str, below: str) -> None:
    policy = RoutingPolicy(thresholds={"strategic": D(2), "implementation": D(1)})
    decision = Router(fleet_of(policy, tiers_of(default=default))).decide({})
    assert (decision.tier, decision.rule) == (below, "below-thresholds")


@pytest.mark.parametrize(
    ("mode", "own", "score", "tier", "rule"),
    [
        (AgentTier.FLOOR, "implementation", 0, "implementation", "agent-floor"),
        (AgentTier.FLOOR, "implementation", 60, "strategic", "score"),
        (AgentTier.FLOOR, "routine", 0, "routine", "score"),
        (AgentTier.FLOOR, None, 0, "routine", "score"),
        (AgentTier.FLOOR, "no-such-tier", 0, "routine", "score"),
        (AgentTier.PIN, "implementation", 0, "implementation", "agent-pin"),
        (AgentTier.PIN, "implementation", 60, "implementation", "agent-pin"),
        (AgentTier.PIN, None, 60, "strategic", "score"),
        (AgentTier.IGNORE, "strategic", 0, "routine", "score"),
    ],
)
def test_the_agents_own_tier(mode: AgentTier, own: str | None, score: int, tier: str, rule: str) -> None:
    policy = RoutingPolicy(signals=(steps("s", "n", ("60", "60")),), thresholds=TASTE.thresholds, agent_tier=mode)
    assert decide(policy, agent_of(own), n=score)[::2] == (tier, rule)


def test_without_thresholds_the_agent_or_the_default_decides() -> None:
    policy = RoutingPolicy(signals=(steps("s", "n", ("1", "9")),), agent_tier=AgentTier.IGNORE)
    assert decide(policy, agent_of("strategic"), n=1) == ("strategic", "9", "agent-tier")
    assert decide(policy, agent_of(None), n=1) == ("routine", "9", "default")


def test_the_agents_name_is_a_feature_where_the_policy_asks_for_it() -> None:
    rule = HardRule(name="worker", when=(Condition(feature="agent", values=("worker",)),), tier="strategic")
    policy = RoutingPolicy(hard=(rule,))
    assert decide(policy, agent_of(None))[2] == "hard:worker"
    assert decide(policy, agent_of(None), agent="somebody else")[2] == "default"


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"context_tokens": "12000"}, "'context_tokens' is '12000', not a number"),
        ({"context_tokens": True}, "'context_tokens' is True, not a number"),
        ({"context_tokens": float("nan")}, "not a number"),
        ({"context_tokens": float("inf")}, "not a number"),
        ({"context_tokens": ("1",)}, "not a number"),
        ({"files": 3}, "'files' is 3, not a list"),
        ({"text": False}, "'text' is False, not a list"),
    ],
)
def test_a_feature_of_the_wrong_type_is_an_error_with_a_hint(
    features: Mapping[str, FeatureValue], message: str
) -> None:
    with pytest.raises(OrchestraError) as caught:
        Router(fleet_of(TASTE)).decide(features)
    assert message in caught.value.message
    assert caught.value.hint.startswith("give a ")


def test_the_escalation_chain_and_the_candidates() -> None:
    router = Router(fleet_of(RoutingPolicy(), tiers_of(escalation=("routine", "strategic"))))
    assert [router.raised(tier) for tier in ("routine", "strategic", "implementation")] == ["strategic", None, None]
    assert [(tier, model.name) for tier, model in router.candidates("routine")] == [
        ("routine", "routine-a"),
        ("routine", "routine-b"),
        ("strategic", "strategic-a"),
        ("strategic", "strategic-b"),
    ]
    assert [tier for tier, _ in router.candidates("implementation")] == ["implementation"] * 2


def test_an_unknown_tier_has_no_models() -> None:
    with pytest.raises(OrchestraError, match=r"did you mean `strategic`\?"):
        Router(fleet_of(RoutingPolicy())).models("stratgic")


POINTS = st.decimals(-100, 100, places=4)
POLICIES = st.builds(
    RoutingPolicy,
    signals=st.lists(
        st.one_of(
            st.builds(
                lambda bounds, points: steps("s", "n", *zip(map(str, sorted(bounds)), map(str, points), strict=False)),
                st.sets(st.integers(-50, 50), min_size=1, max_size=4),
                st.lists(POINTS, min_size=4, max_size=4),
            ),
            st.builds(lambda gain, rest: table("t", "w", str(rest), a=str(gain)), POINTS, POINTS),
            st.builds(lambda gain: words("x", "payment", points=str(gain)), POINTS),
        ),
        max_size=6,
    ).map(tuple),
    thresholds=st.dictionaries(st.sampled_from(["routine", "implementation", "strategic"]), POINTS),
)
TASKS = st.fixed_dictionaries(
    {},
    optional={
        "n": st.one_of(st.integers(-60, 60), st.floats(-60, 60)),
        "w": st.sampled_from(["a", "b"]),
        "text": st.sampled_from(["payment", "other"]),
    },
)


@given(POLICIES, TASKS)
def test_the_reasons_add_up_to_the_score(policy: RoutingPolicy, task: Mapping[str, FeatureValue]) -> None:
    decision = Router(fleet_of(policy)).decide(task)
    assert sum((reason.points for reason in decision.reasons), D(0)) == decision.score
    assert len(decision.reasons) == len(policy.signals) + 1


@given(POLICIES, TASKS, TASKS)
def test_a_higher_score_never_goes_to_a_lower_threshold(
    policy: RoutingPolicy, one: Mapping[str, FeatureValue], other: Mapping[str, FeatureValue]
) -> None:
    router = Router(fleet_of(policy))
    low, high = sorted((router.decide(one), router.decide(other)), key=lambda decision: decision.score)
    if "below-thresholds" in (low.rule, high.rule) or not policy.thresholds:
        return
    assert policy.thresholds[low.tier] <= policy.thresholds[high.tier]


def test_features_from_json() -> None:
    policy = replace(TASTE, features={"urgent": FeatureType.TRUTH, "lines": FeatureType.NUMBER})
    data = {"urgent": True, "lines": 1.5, "files": ["a", "b"], "task_type": "x", "text": "y", "risk": None}
    found = dict(features_from_json(policy, data))
    assert found == {"urgent": True, "lines": 1.5, "files": ("a", "b"), "task_type": "x", "text": "y"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"context_token": 1}, "did you mean `context_tokens`?"),
        ({"zzz": 1}, "known are `agent`"),
        ({"context_tokens": "1"}, "not a number"),
        ({"context_tokens": True}, "not a number"),
        ({"task_type": 1}, "not a word"),
        ({"task_type": ["a"]}, "not a word"),
        ({"text": 1}, "not a text"),
        ({"files": "a"}, "not a list"),
        ({"files": [1]}, "not a list"),
        ({"files": {"a": 1}}, "not a list"),
        ({"urgent": 1}, "not a truth"),
        ({"urgent": "yes"}, "not a truth"),
    ],
)
def test_features_from_json_refuses_what_does_not_fit(data: Mapping[str, object], message: str) -> None:
    policy = replace(TASTE, features={"urgent": FeatureType.TRUTH})
    with pytest.raises(OrchestraError) as caught:
        features_from_json(policy, data)
    assert message in str(caught.value)
    assert caught.value.hint


def test_long_values_are_shortened_in_errors() -> None:
    with pytest.raises(OrchestraError) as caught:
        features_from_json(TASTE, {"context_tokens": "x" * 10_000})
    assert len(str(caught.value)) < 200


def test_a_policy_without_globs_loads_no_glob_library() -> None:
    code = (
        "import sys; from orchestra_compiler import model as m; from orchestra_compiler.routing import Router;"
        "t = m.Tiers(tiers=(m.Tier(name='a', models=()),), escalation=('a',), baseline='a', default='a');"
        "f = m.Fleet(project=m.Project(name='x'), agents=(), tiers=t, routing=m.RoutingPolicy(), gates=m.GatePolicy(),"
        " protocol=m.Protocol(), missions=(), workload=m.Workload());"
        "assert Router(f).decide({}).model == ''; print('pathspec' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
