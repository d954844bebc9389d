from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Severity
from orchestra_compiler.model import Claim, Fleet, Project, Tier, Tiers, Usage, Workload, WorkloadTask
from orchestra_compiler.prices import catalogue
from orchestra_compiler.rules.claims_in_prose import stated

D = Decimal
MILLION = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
NAMES = {"routine": ("haiku", 13), "implementation": ("sonnet", 21), "strategic": ("opus", 13)}
TIERS = Tiers(
    tiers=tuple(
        Tier(name=tier, models=(catalogue()[f"claude-{word}-4-5"],), aliases=(word,))
        for tier, (word, _) in NAMES.items()
    ),
    escalation=tuple(NAMES),
    baseline="implementation",
    default="routine",
)


@pytest.fixture
def plan(fleet, agent) -> Callable[..., Fleet]:
    """Make the fleet of 47 agents with equal work, which saves nothing, but for what is given."""

    def make(*claims: Claim, description: str = "", tasks: int = 1, **fields: Any) -> Fleet:
        agents = tuple(agent(f"{tier}-{n}", tier=tier) for tier, (_, size) in NAMES.items() for n in range(size))
        work = tuple(WorkloadTask(name=each.name, per_month=tasks, agent=each.name, usage=MILLION) for each in agents)
        given = {
            "agents": agents,
            "tiers": TIERS,
            "project": Project(name="plan", description=description),
            "workload": Workload(tasks=work if tasks else (), claims=claims),
        }
        made: Fleet = fleet(**{**given, **fields})
        return made

    return make


@pytest.mark.parametrize(
    ("claim", "actual"),
    [
        (Claim(saves_percent=D(72)), "the workload saves 0 % against all-`implementation`"),
        (Claim(saves_percent=D("0.01")), "the workload saves 0 % against all-`implementation`"),
        (Claim(saves_percent=D(41), against="strategic"), "the workload saves 40.00 % against all-`strategic`"),
        (Claim(saves_percent=D(0), against="routine"), "the workload costs 200.00 % more than all-`routine`"),
        (Claim(most_usd=D(298)), "the workload costs 846.00 USD a month"),
        (Claim(least_usd=D(1000)), "the workload costs 846.00 USD a month"),
    ],
)
def test_claims_that_the_arithmetic_does_not_bear_out(plan, found, claim, actual) -> None:
    (finding,) = found("ORC314", plan(claim))
    assert finding.message == f"the claim is not borne out: {actual}"
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "claim",
    [
        Claim(saves_percent=D(0)),
        Claim(saves_percent=D(40), against="strategic"),
        Claim(saves_percent=D(-200), against="routine"),
        Claim(saves_percent=D(90), against="no-such-tier"),
        Claim(most_usd=D(846)),
        Claim(least_usd=D("845.5"), most_usd=D(900)),
    ],
)
def test_claims_that_are_true(plan, found, claim) -> None:
    assert found("ORC314", plan(claim)) == []


def test_a_claim_holds_at_its_own_precision(found, agent, fleet) -> None:
    work = (
        WorkloadTask(name="a", per_month=1000, agent="a", usage=Usage(input_tokens=996)),
        WorkloadTask(name="b", per_month=1000, agent="b", usage=Usage(input_tokens=1004)),
    )
    agents = (agent("a", tier="routine"), agent("b", tier="strategic"))  # 39.84 % less than all-strategic

    def claimed(percent: str) -> int:
        claims = (Claim(saves_percent=D(percent), against="strategic"),)
        return len(found("ORC314", fleet(agents=agents, tiers=TIERS, workload=Workload(tasks=work, claims=claims))))

    assert [claimed(each) for each in ("40", "39.8", "39.84", "39.9", "40.0")] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("says", "claim"),
    [
        ("Cuts cost by 72 %.", "72 %"),
        ("Three tiers, 72% cheaper than sonnet alone.", "72 %"),
        ("A 72 percent cost reduction against one model.", "72 %"),
        ("Saves 41 % of the cost of all-opus.", "41 %"),
        ("It runs for $298 a month.", "298 USD a month"),
        ("It runs for 1,058 USD per month.", "1,058 USD a month"),
    ],
)
def test_prose_that_the_workload_does_not_bear_out(plan, found, says, claim) -> None:
    (finding,) = found("ORC314", plan(description=says))
    assert finding.message.startswith(f"the claim of {claim} is not borne out: the workload ")


@pytest.mark.parametrize(
    "says",
    [
        "Saves 40 % of the cost.",  # against all-opus, which it does not say
        "It costs $850 a month, all-opus $1,410 a month.",
        "Saves 72 % of the time at 0 % of the cost.",
        "Reduces tokens by 72 %, whatever they cost.",
        "Cuts latency by 90 % and keeps the bill.",
        "Covers 100 % of the price list.",
        "72 agents, 3 tiers, 1 month of work.",
    ],
)
def test_prose_that_is_true_or_no_claim(plan, found, says) -> None:
    assert found("ORC314", plan(description=says)) == []


def test_a_claim_without_a_workload(plan, found) -> None:
    (finding,) = found("ORC314", plan(description="Saves 72 % of the cost.", tasks=0))
    assert (finding.severity, finding.message) == (
        Severity.INFO,
        "nothing bears out the claim of 72 %: the project has no workload to compute it from",
    )


def test_a_workload_that_cannot_be_priced_is_told_elsewhere(plan, found) -> None:
    work = Workload(tasks=(WorkloadTask(name="t", per_month=1, agent="nobody"),), claims=(Claim(saves_percent=D(72)),))
    assert found("ORC314", plan(workload=work)) == []


def test_claims_of_tiers_and_rationales_are_held_against_prices(fleet, agent, found) -> None:
    tiers = Tiers(
        tiers=(
            Tier(name="routine", models=TIERS.tiers[0].models, description="80 % cheaper than the strongest tier."),
            Tier(
                name="strategic", models=TIERS.tiers[2].models, description="Saves 10 % of the bill.", aliases=("opus",)
            ),
        ),
        escalation=("routine", "strategic"),
        baseline="strategic",
        default="routine",
    )
    agents = (
        agent("a", rationale="90 % cheaper than opus."),
        agent("b", rationale="Cuts the bill by 80%."),
        agent("c", tier="strategic", rationale="Costs 5x, saves 30 % of the time."),
    )
    assert [each.message for each in found("ORC314", fleet(agents=agents, tiers=tiers))] == [
        "the claim of 10 % is not borne out: by its price the tier `strategic` is not cheaper than `routine`",
        "the claim of 90 % is not borne out: by its price the tier `routine` is 80.0 % cheaper than `strategic`",
    ]


@pytest.mark.parametrize(
    ("says", "count"),
    [
        ("Lowers the cloud's cost by 95 % by shutting down what is idle.", 0),
        ("Reviews code at 95 % less cost than opus would.", 0),  # no verb of saving: too many words for it to be sure
        ("Reviews code 95 % cheaper than opus.", 1),
        ("Reviews code 80 % cheaper than opus.", 0),
    ],
)
def test_descriptions_count_where_they_name_a_tier(plan, agent, found, says, count) -> None:
    assert len(found("ORC314", plan(agents=(agent("a", description=says),), workload=Workload()))) == count


def test_tasks_of_one_name(fleet, found) -> None:
    tasks = (
        WorkloadTask(name="a", per_month=1, agent="x"),
        WorkloadTask(name="b", per_month=1, agent="x"),
        WorkloadTask(name="a", per_month=1, agent="x"),
        WorkloadTask(name="a", per_month=2, agent="x"),
    )
    first, second = found("ORC315", fleet(workload=Workload(tasks=tasks)))
    assert {"word for word" in first.message, "word for word" in second.message} == {True, False}


@given(st.text(alphabet="saves % of the cost $0123456789.,month percent cheaper\n", max_size=300))
def test_any_prose_is_read(text) -> None:
    for claim in stated(text):
        assert 0 <= claim.start < claim.end <= len(text)
        assert (claim.percent is None) is not (claim.monthly_usd is None)


def test_long_prose_is_read_in_good_time() -> None:
    assert list(stated("saves " * 50_000 + "%")) == []
    assert list(stated("1," * 50_000 + " month %")) == []
    assert list(stated("cost " + "9" * 50_000 + "% month")) == []
