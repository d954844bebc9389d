"""The generated routing cases: that they hold for the policy they come from, and that they fail for any other.

The second is the point. A mutant of a policy counts as another policy if some features are routed differently by it,
found by trying every combination of values; then at least one case must fail.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice, product
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler.cases import routing
from orchestra_compiler.cases.routing import naive
from orchestra_compiler.cases.routing.paths import missed, path_for
from orchestra_compiler.cases.routing.values import space_of
from orchestra_compiler.manifest import Case
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
from orchestra_compiler.routing import Router
from orchestra_compiler.routing.matching import Match
from pytest_orchestra.case_checks.routing import check
from pytest_orchestra.compiled import CompiledProject

D = Decimal
NAMES = ("routine", "implementation", "strategic")
AGENTS = tuple(
    Agent(name=f"{tier}-agent", description="works", prompt="Work.", tier=tier)
    for tier in ("implementation", "routine")
)


def fleet_of(policy: RoutingPolicy, agents: tuple[Agent, ...] = AGENTS) -> Fleet:
    made = tuple(Tier(name=name, models=(Model(name=f"{name}-a"),)) for name in NAMES)
    return Fleet(
        project=Project(name="test"),
        agents=agents,
        tiers=Tiers(tiers=made, escalation=NAMES, baseline="implementation", default="routine"),
        routing=policy,
        gates=GatePolicy(),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )


def steps(name: str, feature: str, *pairs: tuple[str, str]) -> Signal:
    rising = tuple((D(bound), D(points)) for bound, points in pairs)
    return Signal(name=name, feature=feature, kind=SignalKind.STEPS, steps=rising)


def table(name: str, feature: str, default: str, rows: Mapping[str, str]) -> Signal:
    points = {row: D(gain) for row, gain in rows.items()}
    return Signal(name=name, feature=feature, kind=SignalKind.TABLE, table=points, default=D(default))


def globs(name: str, feature: str, points: str, *patterns: str) -> Signal:
    return Signal(name=name, feature=feature, kind=SignalKind.GLOBS, globs=patterns, points=D(points))


def words(name: str, feature: str, points: str, *listed: str) -> Signal:
    return Signal(name=name, feature=feature, kind=SignalKind.WORDS, words=listed, points=D(points))


URGENT = Condition(feature="phase", values=("release",))


def rule(name: str, tier: str, *when: Condition) -> HardRule:
    return HardRule(name=name, when=when, tier=tier)


TASTE = RoutingPolicy(
    hard=(rule("hard-1", "strategic", Condition(feature="task_type", values=("security_audit",))),),
    signals=(
        steps("context", "context_tokens", ("10000", "1"), ("50000", "2")),
        table("kind", "task_type", "3", {"log_summary": "1"}),
        globs("paths", "files", "25", "**/auth/**"),
        words("words", "text", "20", "payment", "security"),
    ),
    thresholds={"routine": D(0), "implementation": D(30), "strategic": D(60)},
)
CROWDED = RoutingPolicy(
    features={"lines": FeatureType.NUMBER, "tags": FeatureType.LIST, "urgent": FeatureType.TRUTH},
    hard=(
        rule("secrets", "strategic", Condition(feature="files", globs=("*.pem", ".env*"))),
        rule(
            "small-docs",
            "routine",
            Condition(feature="files", globs=("docs/**",)),
            Condition(feature="lines", maximum=D(40)),
        ),
        rule("urgent", "implementation", Condition(feature="urgent", values=("true",))),
        rule("window", "strategic", Condition(feature="lines", minimum=D("99.5"), maximum=D(120))),
    ),
    signals=(
        steps("size", "lines", ("0.5", "-1.5"), ("100", "7"), ("1000", "20.25")),
        words("money", "text", "12", "payment", "c++", "due date"),
        words("risky", "text", "11.5", "drop table", "security"),
        table("tag", "tags", "0", {"core": "9", "docs": "-4"}),
        globs("tests", "files", "-3", "tests/**", "*_test.py"),
        globs("core", "files", "16", "/src/core/", "lib/[a-c]?.py"),
        table("rush", "urgent", "1", {"true": "2", "false": "0"}),
    ),
    thresholds={"routine": D(-5), "implementation": D("12.25"), "strategic": D(40)},
)
CROOKED = RoutingPolicy(
    hard=(
        rule("named", "implementation", Condition(feature="agent", values=("routine-agent",))),
        rule("high", "strategic", Condition(feature="risk", values=("high", "critical"))),
        rule("critical", "implementation", Condition(feature="risk", values=("critical",))),
    ),
    signals=(
        steps("context", "context_tokens", ("5", "3"), ("6", "2"), ("7", "10")),
        table("phase", "phase", "0", {"scout": "1", "plan": "4", "build": "4"}),
    ),
    thresholds={"strategic": D(3), "implementation": D(3), "routine": D(9)},
)
POLICIES = {
    "taste": TASTE,
    "taste-pin": replace(TASTE, agent_tier=AgentTier.PIN),
    "taste-ignore": replace(TASTE, agent_tier=AgentTier.IGNORE),
    "crowded": CROWDED,
    "crooked": CROOKED,
    "no-thresholds": replace(TASTE, thresholds={}),
    "above-all": replace(TASTE, thresholds={"implementation": D(4), "strategic": D(20)}),
}


def project_of(fleet: Fleet) -> CompiledProject:
    manifest = SimpleNamespace(fleet=fleet)
    return cast("CompiledProject", SimpleNamespace(manifest=manifest, router=Router(fleet)))


def failing(fleet: Fleet, cases: tuple[Case, ...]) -> list[str]:
    project = project_of(fleet)
    return [case.id for case in cases if check(case, project) is not None]


def mutants(policy: RoutingPolicy) -> Iterator[tuple[str, RoutingPolicy]]:
    gains = {abs(gain) for signal in policy.signals for gain in gains_of(signal)} - {D(0)}
    step = min(gains, default=D(1))
    for tier, bound in policy.thresholds.items():
        for shift in (step, -step):
            yield f"{tier} {shift:+}", replace(policy, thresholds={**policy.thresholds, tier: bound + shift})
        yield f"no {tier}", replace(policy, thresholds={k: v for k, v in policy.thresholds.items() if k != tier})
    for place, signal in enumerate(policy.signals):
        yield f"without {signal.name}", replace(policy, signals=policy.signals[:place] + policy.signals[place + 1 :])
        for number, changed in enumerate(changed_signals(signal)):
            made = (*policy.signals[:place], changed, *policy.signals[place + 1 :])
            yield f"{signal.name} changed {number}", replace(policy, signals=made)
    yield from hard_mutants(policy)


def gains_of(signal: Signal) -> Iterator[Decimal]:
    yield from (gain for _, gain in signal.steps)
    yield from signal.table.values()
    yield from (signal.default, signal.points)


def changed_signals(signal: Signal) -> Iterator[Signal]:
    for place, (bound, gain) in enumerate(signal.steps):
        for moved in (bound + D("0.25"), bound - D("0.25")):
            yield replace(signal, steps=(*signal.steps[:place], (moved, gain), *signal.steps[place + 1 :]))
    for row in signal.table:
        yield replace(signal, table={name: gain for name, gain in signal.table.items() if name != row})
    for listed in signal.globs:
        yield replace(signal, globs=tuple(each for each in signal.globs if each != listed))
    for listed in signal.words:
        yield replace(signal, words=tuple(each for each in signal.words if each != listed))


def hard_mutants(policy: RoutingPolicy) -> Iterator[tuple[str, RoutingPolicy]]:
    rules = policy.hard
    for first in range(len(rules)):
        yield f"without {rules[first].name}", replace(policy, hard=rules[:first] + rules[first + 1 :])
        for second in range(first + 1, len(rules)):
            swapped = list(rules)
            swapped[first], swapped[second] = rules[second], rules[first]
            yield f"{rules[first].name} after {rules[second].name}", replace(policy, hard=tuple(swapped))
        for place in range(len(rules[first].when)):
            kept = rules[first].when[:place] + rules[first].when[place + 1 :]
            loose = (*rules[:first], replace(rules[first], when=kept), *rules[first + 1 :])
            yield f"{rules[first].name} without condition {place}", replace(policy, hard=loose)


def answers(fleet: Fleet, tasks: list[tuple[Mapping[str, FeatureValue], Agent | None]]) -> list[tuple[object, ...]]:
    router = Router(fleet)
    decisions = [router.decide(features, agent) for features, agent in tasks]
    return [(each.tier, each.score, each.rule.partition("hard:")[2]) for each in decisions]


def everything(policy: RoutingPolicy, most: int) -> list[tuple[Mapping[str, FeatureValue], Agent | None]]:
    """All combinations of values worth trying, in an order that does not favour any feature."""
    space = space_of(policy)
    choices = [[None, *values] for _, values in space]
    features = [
        {reader.feature: value for (reader, _), value in zip(space, chosen, strict=True) if value is not None}
        for chosen in islice(product(*choices), most)
    ]
    return [(each, None) for each in features]


def test_every_case_holds_for_its_own_policy() -> None:
    for name, policy in POLICIES.items():
        fleet = fleet_of(policy)
        cases = routing.generate(fleet)
        assert cases, name
        assert failing(fleet, cases) == [], name


@pytest.mark.parametrize("name", ["taste", "crooked", "above-all", "no-thresholds"])
def test_every_mutant_that_routes_anything_differently_fails_a_case(name: str) -> None:
    policy = POLICIES[name]
    cases = routing.generate(fleet_of(policy))
    tasks = everything(policy, 6_000)
    usual = answers(fleet_of(policy), tasks)
    told_apart = 0
    for what, mutant in mutants(policy):
        killers = failing(fleet_of(mutant), cases)
        if answers(fleet_of(mutant), tasks) != usual:
            assert killers, f"{what} routes differently, and no case fails"
            told_apart += 1
    assert told_apart > 3


@pytest.mark.parametrize(
    "what",
    [
        "implementation +1",
        "implementation -1",
        "strategic +1",
        "strategic -1",
        "secrets after small-docs",
        "secrets after urgent",
        "secrets after window",
        "small-docs after urgent",
        "urgent after window",
        *(f"without {signal.name}" for signal in CROWDED.signals),
        *(f"without {each.name}" for each in CROWDED.hard),
        *(f"{name} changed {n}" for name, n in (("size", 0), ("size", 1), ("money", 2), ("core", 1), ("tag", 1))),
    ],
)
def test_mutants_of_a_crowded_policy_fail(what: str, crowded_cases: tuple[Case, ...]) -> None:
    mutant = dict(mutants(CROWDED))[what]
    assert failing(fleet_of(mutant), crowded_cases)


@pytest.fixture(scope="module")
def crowded_cases() -> tuple[Case, ...]:
    return routing.generate(fleet_of(CROWDED))


@pytest.mark.parametrize("mode", list(AgentTier))
def test_a_router_that_takes_an_agents_tier_for_something_else_fails(mode: AgentTier) -> None:
    cases = routing.generate(fleet_of(replace(TASTE, agent_tier=mode)))
    for other in set(AgentTier) - {mode}:
        assert failing(fleet_of(replace(TASTE, agent_tier=other)), cases)


@pytest.mark.parametrize("module", ["signals", "router"])
def test_a_router_that_is_off_by_one_fails(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = routing.generate(fleet_of(TASTE))
    monkeypatch.setattr(f"orchestra_compiler.routing.{module}.bisect_right", bisect_left)
    assert failing(fleet_of(TASTE), cases)


def test_a_router_that_finds_words_inside_words_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(listed: tuple[str, ...]) -> Match:
        return lambda text: next((word for word in listed if word in text.lower()), None)

    cases = routing.generate(fleet_of(TASTE))
    monkeypatch.setattr("orchestra_compiler.routing.signals.word_matcher", careless)
    assert "routing/signal/words-word-1-inside" in failing(fleet_of(TASTE), cases)


def test_the_taste_example_is_tried_on_both_sides_of_each_threshold() -> None:
    cases = {case.id: case for case in routing.generate(fleet_of(TASTE))}
    at, below = cases["routing/threshold/implementation-at"], cases["routing/threshold/implementation-below"]
    assert (at.kind, at.expected, json.loads(at.data)["score"]) == ("boundary", "implementation", "30")
    assert (below.kind, below.expected, json.loads(below.data)["score"]) == ("boundary", "routine", "29")
    skipped = {each.id: each.why for each in routing.plan(fleet_of(TASTE)).skipped}
    assert "routing/threshold/strategic-at" in skipped, "25 + 20 + 3 + 2 never reach 60"


def test_ids_are_unique_stable_and_plain() -> None:
    odd = RoutingPolicy(
        features={"Größe!": FeatureType.NUMBER},
        signals=(
            table("A b", "task_type", "0", {"x y": "1", "x-y": "2", "X Y": "3", "x-y.2": "4"}),
            steps("größe", "Größe!", ("-0.5", "1"), ("1E+3", "2")),
        ),
        thresholds={"routine": D(0), "strategic": D(2)},
    )
    cases = routing.generate(fleet_of(odd))
    ids = [case.id for case in cases]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9./_-]*", each) for each in ids), ids
    assert ids == [case.id for case in routing.generate(fleet_of(odd))]
    assert failing(fleet_of(odd), cases) == []


def test_cases_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_routing as t;"
        "print([(c.id, c.data) for c in t.routing.generate(t.fleet_of(t.CROWDED))])"
    )
    folder = str(Path(__file__).parent)
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, folder],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_a_rule_in_the_shadow_of_another_is_skipped_with_the_reason() -> None:
    shadowed = RoutingPolicy(
        hard=(
            rule("any-risk", "strategic", Condition(feature="risk", values=("high", "low"))),
            rule("low-risk", "routine", Condition(feature="risk", values=("low",))),
        )
    )
    plan = routing.plan(fleet_of(shadowed))
    assert [each.id for each in plan.skipped] == ["routing/hard/low-risk"]
    assert "none before it" in plan.skipped[0].why
    assert any(case.id == "routing/hard/any-risk-before-low-risk" for case in plan.cases)


def test_names_that_look_alike_keep_ids_of_their_own() -> None:
    policy = RoutingPolicy(hard=tuple(rule(name, "strategic", URGENT) for name in ("a b", "a-b", "A B", "a-b-")))
    plan = routing.plan(fleet_of(policy))
    ids = {each.id for each in (*plan.cases, *plan.skipped)}
    assert len({each for each in ids if each.startswith("routing/hard/a-b") and "before" not in each}) >= 4
    assert "routing/hard/a-b" in {each.id for each in plan.skipped}


def test_pairs_of_rules_grow_with_the_rules_and_not_with_their_square() -> None:
    def crowd(count: int) -> RoutingPolicy:
        types = {f"f{n}": FeatureType.NUMBER for n in range(count)}
        least = tuple(Condition(feature=name, minimum=D(1)) for name in types)
        return RoutingPolicy(features=types, hard=tuple(rule(each.feature, "strategic", each) for each in least))

    few, many = routing.plan(fleet_of(crowd(5))), routing.plan(fleet_of(crowd(20)))
    assert sum("-before-" in case.id for case in few.cases) == 5 * 4 / 2
    assert few.skipped == ()
    pairs = [case.id for case in many.cases if "-before-" in case.id]
    assert len(pairs) == 20 * 4 - (1 + 2 + 3 + 4)
    assert "routing/hard/f3-before-f7" in pairs
    assert "routing/hard/f3-before-f8" not in pairs
    (left,) = map(str, many.skipped)
    assert left.startswith("routing/hard: ")
    assert f"{20 * 19 // 2 - len(pairs)} pairs further apart" in left


def test_a_case_below_the_lowest_score_is_not_missed() -> None:
    plan = routing.plan(
        fleet_of(RoutingPolicy(signals=TASTE.signals, thresholds={"routine": D(0), "strategic": D(30)}))
    )
    assert plan.skipped == ()


def test_a_rule_without_conditions_leaves_no_score_to_try() -> None:
    policy = replace(TASTE, hard=(rule("always", "strategic"),))
    plan = routing.plan(fleet_of(policy))
    assert failing(fleet_of(policy), plan.cases) == []
    assert all(json.loads(case.data)["hard"] == "always" for case in plan.cases)
    assert {each.why for each in plan.skipped} >= {
        "the hard rule always decides first",
        "no features reach such a score",
    }


def test_what_cannot_be_constructed_is_skipped() -> None:
    policy = RoutingPolicy(
        features={"size": FeatureType.WORD},
        signals=(
            globs("all", "files", "5", "**", "!keep", "#comment"),
            words("nested", "text", "5", "zqauthzq", "auth"),
            steps("odd", "size", ("1", "2")),
        ),
        thresholds={"routine": D(0)},
    )
    plan = routing.plan(fleet_of(policy))
    assert {each.id for each in plan.skipped} >= {
        "routing/signal/all-no-glob",
        "routing/signal/all-glob-3-hit",
        "routing/signal/nested-word-2-inside",
        "routing/signal/odd-1-at",
    }
    assert failing(fleet_of(policy), plan.cases) == []


def test_too_many_sums_are_cut_short_and_said_so() -> None:
    signals = tuple(
        steps(f"s{n}", f"f{n}", *((str(bound), str(D(7) ** n * bound)) for bound in range(1, 7))) for n in range(7)
    )
    policy = RoutingPolicy(
        features={f"f{n}": FeatureType.NUMBER for n in range(7)}, signals=signals, thresholds={"strategic": D(100_000)}
    )
    plan = routing.plan(fleet_of(policy))
    assert "routing/threshold" in {each.id for each in plan.skipped}
    assert failing(fleet_of(policy), plan.cases) == []


@pytest.mark.parametrize(
    "glob",
    [
        "**/auth/**",
        "*.py",
        "src/",
        "/docs/*.md",
        "a?c",
        "[a-c]x",
        "[!a]x",
        "lib/**/x",
        r"\#a",
        "**",
        "a**b",
        "[]x]y",
        "a b",
    ],
)
def test_a_path_is_found_for_a_glob(glob: str) -> None:
    path = path_for(glob)
    assert path is not None
    assert naive.points(globs("g", "files", "1", glob), path) == 1


def test_no_path_is_made_up() -> None:
    assert path_for("!a") is None
    assert path_for("# a") is None
    assert path_for(" ") is None
    assert missed(("**",)) is None
    assert missed(("*.py",)) is not None


def test_the_expected_answers_share_no_code_with_the_router() -> None:
    code = "import sys; import orchestra_compiler.cases.routing; print('orchestra_compiler.routing' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


GAINS = st.integers(-4, 8).map(D)
SIGNALS = st.one_of(
    st.builds(
        lambda bounds, gains: steps("s", "n", *zip(map(str, sorted(bounds)), map(str, gains), strict=False)),
        st.sets(st.integers(0, 9), min_size=1, max_size=3),
        st.lists(GAINS, min_size=3, max_size=3),
    ),
    st.builds(
        lambda rows, default: table("t", "w", str(default), {row: str(gain) for row, gain in rows.items()}),
        st.dictionaries(st.sampled_from("abc"), GAINS, min_size=1),
        GAINS,
    ),
    st.builds(
        lambda gain, listed: words("x", "text", str(gain), *sorted(listed)),
        GAINS,
        st.sets(st.sampled_from(["pay", "log in", "c++"]), min_size=1),
    ),
    st.builds(
        lambda gain, listed: globs("g", "files", str(gain), *sorted(listed)),
        GAINS,
        st.sets(st.sampled_from(["*.py", "a/**", "b"]), min_size=1),
    ),
)
CONDITIONS = st.one_of(
    st.builds(
        lambda values: Condition(feature="w", values=tuple(sorted(values))),
        st.sets(st.sampled_from("abcd"), min_size=1),
    ),
    st.builds(
        lambda low, more: Condition(feature="n", minimum=D(low), maximum=D(low + more)),
        st.integers(0, 9),
        st.integers(0, 5),
    ),
    st.builds(lambda glob: Condition(feature="files", globs=(glob,)), st.sampled_from(["*.py", "a/**", "b"])),
)


@st.composite
def random_policies(draw: st.DrawFn) -> RoutingPolicy:
    signals = [
        replace(signal, name=f"s{n}") for n, signal in enumerate(draw(st.lists(SIGNALS, min_size=1, max_size=4)))
    ]
    rules = draw(st.lists(st.tuples(st.lists(CONDITIONS, min_size=1, max_size=2), st.sampled_from(NAMES)), max_size=3))
    return RoutingPolicy(
        features={"n": FeatureType.NUMBER, "w": FeatureType.WORD},
        hard=tuple(rule(f"r{n}", tier, *when) for n, (when, tier) in enumerate(rules)),
        signals=tuple(signals),
        thresholds=draw(st.dictionaries(st.sampled_from(NAMES), GAINS)),
        agent_tier=draw(st.sampled_from(list(AgentTier))),
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(random_policies())
def test_router_and_definition_agree_on_any_policy(policy: RoutingPolicy) -> None:
    fleet = fleet_of(policy)
    assert failing(fleet, routing.generate(fleet)) == []
    tasks = [(features, agent) for features, _ in everything(policy, 150) for agent in (None, *AGENTS)]
    expected = [naive.expected(fleet, features, agent) for features, agent in tasks]
    assert answers(fleet, tasks) == [(each.tier, each.score, each.hard) for each in expected]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(random_policies(), st.data())
def test_any_shifted_threshold_lost_signal_or_swapped_rule_fails_a_case(
    policy: RoutingPolicy, data: st.DataObject
) -> None:
    demanded = [
        mutant
        for what, mutant in mutants(policy)
        if what.startswith(("routine ", "implementation ", "strategic ", "without s")) or " after " in what
    ]
    mutant = data.draw(st.sampled_from(demanded))
    tasks = everything(policy, 3_000)
    if answers(fleet_of(mutant), tasks) != answers(fleet_of(policy), tasks):
        assert failing(fleet_of(mutant), routing.generate(fleet_of(policy)))
