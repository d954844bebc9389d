"""The score of the routing cases: every change that routes any task otherwise is noticed, and no change is excused wrongly.

Whether a change is excused is tried against all combinations of values on the real router, which has no part in the excuse.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice, product
from pathlib import Path

import pytest
import small_project
from hypothesis import HealthCheck, given, settings
from routing_policies import FEATURES, fleet_of, fleets

from orchestra_compiler import project
from orchestra_compiler.cases import routing
from orchestra_compiler.cases.routing.changes import changes
from orchestra_compiler.cases.routing.equivalence import judged
from orchestra_compiler.cases.routing.score import score_routing
from orchestra_compiler.cases.routing.values import space_of
from orchestra_compiler.model import (
    Agent,
    AgentTier,
    Condition,
    FeatureType,
    FeatureValue,
    Fleet,
    HardRule,
    RoutingPolicy,
    Signal,
    SignalKind,
)
from orchestra_compiler.mutation import Score, Verdict, rendered
from orchestra_compiler.routing import Router

D = Decimal
EXAMPLE = Path(__file__).parents[3] / "examples" / "agent_orchestra"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
SIZE = Signal(name="size", feature="size", kind=SignalKind.STEPS, steps=((D(10), D(3)), (D(20), D(7))))
KIND = Signal(name="kind", feature="kind", kind=SignalKind.TABLE, table={"a": D(2), "b": D(5)}, default=D(2))
THRESHOLDS = {"routine": D(0), "implementation": D(4), "strategic": D(12)}
POLICY = RoutingPolicy(features=FEATURES, signals=(SIZE, KIND), thresholds=THRESHOLDS)


def loaded(root: Path) -> Fleet:
    fleet = project.load(root).fleet
    assert fleet is not None
    return fleet


def by_name(score: Score) -> Mapping[str, Verdict]:
    return {each.name: each.verdict for each in score.mutants}


def test_the_cases_of_the_example_notice_every_change() -> None:
    score = score_routing(loaded(EXAMPLE))
    assert score.survivors == (), rendered(score)
    assert len(score.killed) > 250
    assert all(each.place.path for each in score.mutants)
    lines = {each.place.line for each in score.mutants if each.component == "hard-words"}
    assert len(lines) > 5, "each word is told at its own line"


def test_the_cases_of_a_small_project_notice_every_change(tmp_path: Path) -> None:
    score = score_routing(loaded(small_project.write(tmp_path)))
    assert score.survivors == (), rendered(score)
    assert len(score.killed) > 30
    assert by_name(score)["threshold/strategic/+1"] is Verdict.KILLED
    assert by_name(score)["signal/size/dropped"] is Verdict.KILLED


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(fleets())
def test_the_cases_of_any_policy_notice_every_change(fleet: Fleet) -> None:
    score = score_routing(fleet)
    assert score.survivors == (), rendered(score)
    names = [each.name for each in score.mutants]
    assert len(names) == len(set(names))


@settings(max_examples=5, deadline=None, suppress_health_check=SLOW)
@given(fleets())
def test_what_is_called_equivalent_is_routed_alike_by_the_router(fleet: Fleet) -> None:
    for change in changes(fleet):
        judgement = judged(fleet, change.fleet)
        differs = any(one != two for one, two in answers(fleet, change.fleet))
        if judgement.verdict is Verdict.EQUIVALENT:
            assert not differs, change
        elif judgement.verdict is Verdict.UNDECIDED:
            assert not differs, f"a task is at hand: {change}"


def answers(old: Fleet, new: Fleet) -> Iterator[tuple[object, object]]:
    """Yield what the routers of two fleets say of some hundred combinations of values."""
    space = [(reader.feature, [None, *values][:6]) for reader, values in space_of(old.routing)]
    routers = Router(old), Router(new)
    for chosen in islice(product(*(values for _, values in space)), 40):
        features = {name: value for (name, _), value in zip(space, chosen, strict=True) if value is not None}
        for one, two in zip((None, *old.agents), (None, *new.agents), strict=True):
            yield answer(routers[0], features, one), answer(routers[1], features, two)


def answer(router: Router, features: Mapping[str, FeatureValue], agent: Agent | None) -> tuple[object, ...]:
    decision = router.decide(features, agent)
    return decision.tier, decision.score, decision.rule.partition("hard:")[2]


def test_without_its_cases_nothing_is_noticed_and_every_survivor_is_told_with_a_task() -> None:
    fleet = fleet_of(POLICY)
    score = score_routing(fleet, ())
    assert score.killed == ()
    verdicts = by_name(score)
    assert verdicts["threshold/strategic/-1"] is Verdict.EQUIVALENT, "no score is 11"
    assert verdicts["threshold/strategic/+1"] is Verdict.SURVIVED, "7 + 5 is 12"
    assert verdicts["signal/kind/row-a/dropped"] is Verdict.EQUIVALENT, "the row says what the default says"
    survivor = next(each for each in score.survivors if each.name == "threshold/strategic/+1")
    assert survivor.why == 'not told apart on {"kind": "b", "size": 20}'
    assert {each.why for each in score.survivors if each.name.startswith("tier/routine/escalation")} == {
        "another model answers when some are unavailable"
    }


@pytest.mark.parametrize("gone", ["-at", "-below", "20-below", "row-b", "lowest"])
def test_a_suite_without_some_of_its_cases_scores_less(gone: str) -> None:
    fleet = fleet_of(POLICY, (Agent(name="a", description="a", prompt="a", tier="strategic"),))
    kept = [case for case in routing.generate(fleet) if gone not in case.id and "tier-" not in case.id]
    fewer = score_routing(fleet, kept[: len(kept) // 3])
    assert score_routing(fleet).ratio == 1
    assert fewer.ratio < 1
    assert rendered(fewer).count("survived ") == len(fewer.survivors)


def test_a_case_that_fails_anyway_notices_nothing() -> None:
    fleet = fleet_of(POLICY)
    wrong = [replace(case, data=case.data.replace('"tier": "', '"tier": "not-')) for case in routing.generate(fleet)]
    assert score_routing(fleet, wrong).killed == ()


def test_cases_of_other_kinds_are_passed_over() -> None:
    fleet = fleet_of(POLICY)
    case = routing.generate(fleet)[0]
    assert score_routing(fleet, [replace(case, kind="message", data="{}")]).killed == ()


def test_a_policy_without_anything_has_only_its_tiers_to_change() -> None:
    score = score_routing(fleet_of(RoutingPolicy()))
    assert score.survivors == ()
    assert {each.name.split("/")[0] for each in score.mutants} == {"agent-tier", "tier"}


def test_rules_that_can_never_decide_may_come_to_life_when_loosened() -> None:
    never = Condition(feature="size", minimum=D(5), maximum=D(4))
    rules = (HardRule(name="never", when=(never,), tier="strategic"),)
    score = score_routing(fleet_of(replace(POLICY, hard=rules)))
    assert score.survivors == ()
    verdicts = by_name(score)
    assert verdicts["hard/1-never/dropped"] is Verdict.EQUIVALENT
    assert verdicts["hard/1-never/size/max/+1"] is Verdict.KILLED


def test_globs_that_match_the_same_are_equivalent_and_those_that_do_not_are_told_apart() -> None:
    listed = ("**/auth/**", "auth/", "src/*.py", "*.py", "lib/**", "!lib/keep")
    paths = Signal(name="paths", feature="files", kind=SignalKind.GLOBS, globs=listed[:4], points=D(5))
    score = score_routing(fleet_of(replace(POLICY, signals=(paths,))))
    verdicts = [by_name(score)[f"signal/paths/glob-{number}/dropped"] for number in (1, 2, 3, 4)]
    assert verdicts == [Verdict.EQUIVALENT, Verdict.EQUIVALENT, Verdict.EQUIVALENT, Verdict.KILLED]
    negated = replace(paths, globs=listed[4:])
    assert score_routing(fleet_of(replace(POLICY, signals=(negated,)))).survivors == ()


def test_what_is_too_large_to_decide_counts_as_a_survivor() -> None:
    types = {f"f{number}": FeatureType.NUMBER for number in range(6)}
    signals = tuple(
        Signal(
            name=name,
            feature=name,
            kind=SignalKind.STEPS,
            steps=tuple((D(bound), D(9) ** place * bound) for bound in range(1, 9)),
        )
        for place, name in enumerate(types)
    )
    fleet = fleet_of(RoutingPolicy(features=types, signals=signals, thresholds={"strategic": D(1000)}))
    changed = replace(fleet, routing=replace(fleet.routing, agent_tier=AgentTier.PIN))
    judgement = judged(fleet, changed)
    assert (judgement.verdict, judgement.why) == (
        Verdict.UNDECIDED,
        "too many to try them all: sums and hard rules",
    )


def test_a_score_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]; import test_routing_score as t;"
        "print(t.score_routing(t.fleet_of(t.POLICY)))"
    )
    folders = [str(Path(__file__).parent), str(Path(small_project.__file__).parent)]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, *folders],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
