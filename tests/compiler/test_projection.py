from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler import codec, prices
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import (
    Agent,
    Fleet,
    GatePolicy,
    Model,
    Price,
    Project,
    Protocol,
    RoutingPolicy,
    Signal,
    SignalKind,
    Tier,
    Tiers,
    Usage,
    Workload,
    WorkloadTask,
)
from orchestra_compiler.projection import Projection, project, render

D = Decimal
MILLION = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
MODELS = {
    "routine": prices.catalogue()["claude-haiku-4-5"],
    "implementation": prices.catalogue()["claude-sonnet-4-5"],
    "strategic": prices.catalogue()["claude-opus-4-5"],
}


def agent_of(name: str, tier: str, capability: str = "") -> Agent:
    return Agent(
        name=name, description="works", prompt="Work.", tier=tier, capabilities=(capability,) if capability else ()
    )


def fleet_of(
    tasks: Sequence[WorkloadTask],
    agents: Sequence[Agent] = (),
    models: dict[str, Model] | None = None,
    routing: RoutingPolicy | None = None,
) -> Fleet:
    made = tuple(Tier(name=name, models=(model,)) for name, model in (models or MODELS).items())
    names = tuple(tier.name for tier in made)
    return Fleet(
        project=Project(name="test"),
        agents=tuple(agents),
        tiers=Tiers(tiers=made, escalation=names, baseline="implementation", default=names[0]),
        routing=routing or RoutingPolicy(),
        gates=GatePolicy(),
        protocol=Protocol(),
        missions=(),
        workload=Workload(tasks=tuple(tasks)),
    )


def plan_of_47_agents() -> Fleet:
    sizes = {"strategic": 13, "implementation": 21, "routine": 13}
    agents = [agent_of(f"{tier}-{n}", tier) for tier, size in sizes.items() for n in range(size)]
    tasks = [WorkloadTask(name=agent.name, per_month=1, agent=agent.name, usage=MILLION) for agent in agents]
    return fleet_of(tasks, agents)


def test_13_21_13_agents_with_equal_tokens_save_exactly_nothing_against_the_middle_tier() -> None:
    projection = project(plan_of_47_agents())
    assert projection.total_usd == D(846)
    assert projection.total_usd / 47 == D(3) + D(15)
    baseline = projection.baselines[0]
    assert (baseline.tier, baseline.month_usd, baseline.saving_usd, baseline.saving_percent) == (
        "implementation",
        D(846),
        D(0),
        D("0.00"),
    )
    assert [(tier.tier, tier.per_month, tier.month_usd) for tier in projection.tiers] == [
        ("routine", 13, D(78)),
        ("implementation", 21, D(378)),
        ("strategic", 13, D(390)),
    ]


def test_savings_have_their_sign() -> None:
    by_tier = {each.tier: each for each in project(plan_of_47_agents()).baselines}
    assert (by_tier["strategic"].saving_usd, by_tier["strategic"].saving_percent) == (D(564), D("40.00"))
    assert (by_tier["routine"].saving_usd, by_tier["routine"].saving_percent) == (D(-564), D("-200.00"))


def test_a_task_goes_where_its_features_agent_and_capability_send_it() -> None:
    table = {"by-hand": D(9)}
    policy = RoutingPolicy(
        signals=(
            Signal(name="size", feature="context_tokens", kind=SignalKind.STEPS, steps=((D(1000), D(5)),)),
            Signal(name="what", feature="capability", kind=SignalKind.TABLE, table=table),
        ),
        thresholds={"routine": D(0), "implementation": D(5), "strategic": D(9)},
    )
    tasks = [
        WorkloadTask(name="small", per_month=2, features={"context_tokens": 999}, usage=MILLION),
        WorkloadTask(name="large", per_month=3, features={"context_tokens": 1000}, usage=MILLION),
        WorkloadTask(name="found", per_month=4, capability="by-hand", usage=MILLION),
        WorkloadTask(name="named", per_month=5, agent="smith", usage=MILLION),
    ]
    agents = [agent_of("smith", "implementation", "by-hand"), agent_of("wright", "routine", "by-hand")]
    projection = project(fleet_of(tasks, agents, routing=policy))
    assert [(task.task, task.tier, task.agent, task.rule, task.month_usd) for task in projection.tasks] == [
        ("small", "routine", None, "score", D(12)),
        ("large", "implementation", None, "score", D(54)),
        ("found", "strategic", "smith", "score", D(120)),
        ("named", "implementation", "smith", "agent-floor", D(90)),
    ]


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (WorkloadTask(name="t", per_month=1, agent="smit"), "unknown agent 'smit' (did you mean `smith`?)"),
        (WorkloadTask(name="t", per_month=1, capability="x"), "unknown capability 'x' (known are `forge`)"),
        (WorkloadTask(name="t", per_month=1, features={"context_tokens": "many"}), "not a number"),
    ],
)
def test_what_cannot_be_routed_stops_the_projection(task: WorkloadTask, message: str) -> None:
    policy = RoutingPolicy(
        signals=(Signal(name="s", feature="context_tokens", kind=SignalKind.STEPS, steps=((D(1), D(1)),)),)
    )
    with pytest.raises(OrchestraError) as caught:
        project(fleet_of([task], [agent_of("smith", "routine", "forge")], routing=policy))
    assert message in str(caught.value)


def test_a_model_without_a_price_is_never_free() -> None:
    task = WorkloadTask(name="t", per_month=1, usage=MILLION)
    with pytest.raises(OrchestraError, match="no price is known for the model 'new'"):
        project(fleet_of([task], models={**MODELS, "routine": Model(name="new")}))


def test_a_baseline_that_cannot_be_priced_says_why() -> None:
    no_cache = Model(name="plain", price=Price(input=D(1), output=D(2)))
    usage = Usage(input_tokens=1, cache_read_tokens=1)
    fleet = fleet_of([WorkloadTask(name="t", per_month=1, usage=usage)], models={**MODELS, "implementation": no_cache})
    baseline = project(fleet).baselines[0]
    assert (baseline.tier, baseline.month_usd, baseline.saving_percent) == ("implementation", None, None)
    assert "plain: the usage has cache_read tokens" in baseline.why
    assert "unknown: plain: the usage has cache_read tokens" in render(project(fleet), 200)


USAGES = st.builds(
    Usage,
    input_tokens=st.integers(0, 10**7),
    output_tokens=st.integers(0, 10**7),
    cache_read_tokens=st.integers(0, 10**7),
    cache_write_tokens=st.integers(0, 10**7),
)
AGENTS = [agent_of(tier, tier) for tier in MODELS]
TASKS = st.lists(
    st.builds(
        WorkloadTask,
        name=st.sampled_from(["a", "b", "a task with quite a long name"]),
        per_month=st.integers(0, 10**6),
        agent=st.sampled_from([*MODELS]),
        usage=USAGES,
    ),
    max_size=12,
)


@given(TASKS)
def test_totals_add_up_exactly(tasks: list[WorkloadTask]) -> None:
    projection = project(fleet_of(tasks, AGENTS))
    assert projection.total_usd == sum((task.month_usd for task in projection.tasks), D(0))
    assert projection.total_usd == sum((tier.month_usd for tier in projection.tiers), D(0))
    assert all(task.month_usd == task.each_usd * task.per_month for task in projection.tasks)
    assert sum(tier.per_month for tier in projection.tiers) == sum(task.per_month for task in tasks)
    for baseline in projection.baselines:
        assert baseline.month_usd is not None
        assert baseline.saving_usd == baseline.month_usd - projection.total_usd
    by_tier = {baseline.tier: baseline.month_usd for baseline in projection.baselines}
    assert by_tier["routine"] <= projection.total_usd <= by_tier["strategic"]  # type: ignore[operator]


@settings(max_examples=40)
@given(TASKS, st.integers(60, 200))
def test_printed_rows_add_up_to_the_printed_total(tasks: list[WorkloadTask], width: int) -> None:
    projection = project(fleet_of(tasks, AGENTS))
    lines = render(projection, width).splitlines()
    if tasks:
        first, second = lines.index(""), lines.index("", lines.index("") + 1)
        by_task = [D(line.split()[-1].replace(",", "")) for line in lines[2:first]]
        tiers = [line.split() for line in lines[first + 3 : second]]
        by_tier = [D(cells[2].replace(",", "")) for cells in tiers]
        assert sum(by_task) == by_tier[-1] == sum(by_tier[:-1])


def test_the_table() -> None:
    tasks = [
        WorkloadTask(name="log-summary", per_month=4000, agent="routine", usage=Usage(input_tokens=3000)),
        WorkloadTask(
            name="security-audit", per_month=20, agent="strategic", usage=Usage(input_tokens=9000, output_tokens=1)
        ),
    ]
    assert (
        render(project(fleet_of(tasks, AGENTS)), 110)
        == """\
task            tier       model             a month  USD each  USD a month
--------------  ---------  ----------------  -------  --------  -----------
log-summary     routine    claude-haiku-4-5    4,000     0.003        12.00
security-audit  strategic  claude-opus-4-5        20  0.045025         0.90

tier            tasks a month  USD a month    share
--------------  -------------  -----------  -------
routine                 4,000        12.00   93.0 %
implementation              0         0.00    0.0 %
strategic                  20         0.90    7.0 %
total                   4,020        12.90  100.0 %

The same tokens with one tier doing everything:
  implementation (claude-sonnet-4-5)  36.54 USD: routing saves 23.64 USD (64.70 %)
  routine (claude-haiku-4-5)          12.18 USD: routing costs 0.72 USD more (5.91 %)
  strategic (claude-opus-4-5)         60.90 USD: routing saves 48.00 USD (78.82 %)

price of claude-haiku-4-5: read 2026-11-20, https://platform.claude.com/docs/en/about-claude/pricing
price of claude-opus-4-5: read 2026-11-20, https://platform.claude.com/docs/en/about-claude/pricing
price of claude-sonnet-4-5: read 2026-11-20, https://platform.claude.com/docs/en/about-claude/pricing
"""
    )


def test_a_narrow_terminal_shortens_names_and_never_figures() -> None:
    long = "a-task-with-a-name-that-no-terminal-will-ever-hold-in-one-line"
    task = WorkloadTask(name=long, per_month=123456, agent="strategic", usage=Usage(output_tokens=123457))
    lines = render(project(fleet_of([task], AGENTS)), 76).splitlines()
    assert all(len(line) <= 76 for line in lines if "https://" not in line)
    assert lines[2].startswith("a-task-")
    assert "…" in lines[2]
    assert lines[2].endswith("381,037.68")
    assert "    https://platform.claude.com/docs/en/about-claude/pricing" in lines


def test_an_empty_workload_says_how_to_fill_it() -> None:
    assert "name its tasks under `workload`" in render(project(fleet_of([])), 80)


def test_a_workload_of_no_cost_has_no_percentages() -> None:
    projection = project(fleet_of([WorkloadTask(name="t", per_month=0, usage=MILLION)]))
    assert [each.saving_percent for each in projection.baselines] == [None] * 3
    assert "routing saves nothing" in render(projection, 80)


def test_a_projection_goes_to_json_and_back() -> None:
    projection = project(plan_of_47_agents())
    assert codec.from_json(Projection, codec.to_json(projection)) == projection
    assert codec.to_json(projection)["total_usd"] == "846"
