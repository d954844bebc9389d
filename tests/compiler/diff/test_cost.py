"""A month before and after: the levers add up to the difference, whatever the two fleets are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.diff.changes import Cost
from orchestra_compiler.diff.cost import cost
from orchestra_compiler.diff.output.money import shared
from orchestra_compiler.diff.words import LeverName
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

NAMES = ("weak", "strong", "strongest")
AGENTS = ("ant", "bee", "cat")


@st.composite
def fleets(draw: st.DrawFn) -> Fleet:
    names = draw(st.sampled_from([NAMES, NAMES[:2], ("weak", "other")]))
    tiers = tuple(
        Tier(
            name=name,
            models=(
                Model(
                    name=draw(st.sampled_from(["m1", "m2", f"m-{name}"])),
                    price=Price(input=Decimal(draw(st.integers(1, 9))), output=Decimal(draw(st.integers(1, 99))) / 7),
                ),
            ),
        )
        for name in names
    )
    tiers = tuple(_rounded(tier) for tier in tiers)
    agents = tuple(
        Agent(name=name, description="d", prompt=name, tier=draw(st.sampled_from(names)), capabilities=("any",))
        for name in sorted(draw(st.sets(st.sampled_from(AGENTS), min_size=1)))
    )
    tasks = tuple(
        WorkloadTask(
            name=name,
            per_month=draw(st.integers(0, 1000)),
            agent=draw(st.sampled_from([None, *(agent.name for agent in agents)])),
            capability=None,
            features={"context_tokens": draw(st.integers(0, 100))},
            usage=Usage(input_tokens=draw(st.integers(0, 9999)), output_tokens=draw(st.integers(0, 9999))),
        )
        for name in draw(st.lists(st.sampled_from(["t1", "t2", "t3"]), unique=True))
    )
    steps = ((Decimal(draw(st.integers(1, 50))), Decimal(30)), (Decimal(draw(st.integers(51, 99))), Decimal(60)))
    return Fleet(
        project=Project(name="p"),
        agents=agents,
        tiers=Tiers(tiers=tiers, escalation=names, baseline=names[0], default=names[0]),
        routing=RoutingPolicy(
            signals=(Signal(name="s", feature="context_tokens", kind=SignalKind.STEPS, steps=steps),),
            thresholds={name: Decimal(30 * place) for place, name in enumerate(names)},
        ),
        gates=GatePolicy(),
        protocol=Protocol(),
        missions=(),
        workload=Workload(tasks=tasks),
    )


def _rounded(tier: Tier) -> Tier:
    from dataclasses import replace

    model = tier.models[0]
    assert model.price is not None
    price = replace(model.price, output=model.price.output.quantize(Decimal("0.000001")))
    return replace(tier, models=(replace(model, price=price),))


@settings(deadline=None, max_examples=50)
@given(fleets(), fleets())
def test_the_levers_add_up_exactly_and_each_to_its_tasks(old: Fleet, new: Fleet) -> None:
    found = cost(old, new, [])
    if found is None:
        assert not old.workload.tasks
        assert not new.workload.tasks
        return
    assert found.after_usd - found.before_usd == found.change_usd == sum(lever.usd for lever in found.levers)
    for lever in found.levers:
        assert sum(task.usd for task in lever.tasks) == lever.usd
    names = [name for lever in found.levers for name in lever.names]
    assert names == sorted(set(names), key=list(LeverName).index), "each once, in the order of turning"
    back = cost(new, old, [])
    assert back is not None
    assert back.change_usd == -found.change_usd


@settings(deadline=None, max_examples=30)
@given(fleets())
def test_the_same_fleet_costs_the_same(fleet: Fleet) -> None:
    found = cost(fleet, fleet, [])
    assert found is None or (found.change_usd, found.levers) == (0, ())


def levers(found: Cost | None) -> list[tuple[str, Decimal]]:
    assert found is not None
    return [("+".join(lever.names), lever.usd) for lever in found.levers]


def test_each_lever_by_its_own_name(compared, edited) -> None:
    agents = compared(edited("agents/writer.yaml", ("tier: routine", "tier: strategic"))).cost
    assert levers(agents) == [("agents", Decimal("4.8"))]  # 400 x (1500 x 4 + 300 x 20) USD per million
    sized = edited("workload.yaml", ("agent: writer,", "agent: writer, features: {context_tokens: 1500},"))
    routing = compared({**edited("routing.yaml", ("{1000: 30", "{1000: 60")), **sized}, sized).cost
    assert levers(routing) == [("routing", Decimal("2.4"))]
    workload = compared(edited("workload.yaml", ("per_month: 400", "per_month: 200"))).cost
    assert levers(workload) == [("workload", Decimal("-0.6"))]
    assert workload is not None
    assert workload.percent == Decimal("-16.7")


PRICED = (
    "tiers:\n  routine: [{{model: own, provider: p, context_window: 100000, max_output_tokens: 1000, price: {{input: {0},"
    " output: 2, source: contract, date: '2026-01-01'}}}}]\n  implementation: [claude-sonnet-4-5]\n  strategic: [{1}]\n"
)
SETTINGS = "orchestra: 1\nname: small\nagents: [agents/*.yaml]\ntiers: tiers.yaml\nworkload: workload.yaml\n"


def test_prices_and_models(compared) -> None:
    old = {"orchestra.yaml": SETTINGS, "tiers.yaml": PRICED.format(1, "claude-opus-4-5")}
    dearer = {"orchestra.yaml": SETTINGS, "tiers.yaml": PRICED.format(3, "claude-sonnet-4-5")}
    changes = compared(dearer, old)
    assert [name for name, _ in levers(changes.cost)] == ["prices", "models"]
    assert [(each.name, [field.name for field in each.fields]) for each in changes.tiers] == [
        ("routine", ["own price input"]),
        ("strategic", ["models"]),
    ]


def test_a_tier_with_another_name_turns_several_levers_at_once(compared, edited) -> None:
    tiers = "tiers:\n  {0}: [{1}]\n  implementation: [claude-sonnet-4-5]\n  strategic: [claude-opus-4-5]\n"
    policy = "tiers: {{{0}: 0, implementation: 30, strategic: 60}}\n"
    sides = [
        {
            "orchestra.yaml": SETTINGS.replace("workload:", "routing: routing.yaml\nworkload:"),
            "tiers.yaml": tiers.format(name, model),
            "routing.yaml": policy.format(name),
            **edited("agents/writer.yaml", ("tier: routine", f"tier: {name}")),
            "agents/reader.md": "",
        }
        for name, model in (("routine", "claude-haiku-4-5"), ("chores", "claude-sonnet-4-5"))
    ]
    changes = compared(sides[1], sides[0])
    assert [each.rule for each in changes.findings] == ["TIER_NO_DELETE"]
    assert changes.cost is not None
    assert sum(lever.usd for lever in changes.cost.levers) == changes.cost.change_usd > 0
    assert LeverName.MODELS in changes.cost.levers[0].names
    assert len(changes.cost.levers[0].names) > 1


def test_what_cannot_be_priced_is_a_note(compared, edited) -> None:
    cached = edited("workload.yaml", ("output_tokens: 300", "output_tokens: 300, cache_write_tokens: 9"))
    settings = {"orchestra.yaml": SETTINGS, "tiers.yaml": PRICED.format(1, "claude-opus-4-5")}
    changes = compared({**settings, **cached}, settings)
    assert changes.cost is None
    assert len(changes.notes) == 1
    assert "the new side's workload cannot be priced" in changes.notes[0]
    empty = "orchestra: 1\nname: small\nagents: [agents/*.yaml, agents/*.md]\n"
    nothing = compared({"orchestra.yaml": empty}, {"orchestra.yaml": empty})
    assert (nothing.cost, nothing.notes) == (None, ())
    stronger = edited("agents/writer.yaml", ("tier: routine", "tier: strategic"))
    assert compared({"orchestra.yaml": empty, **stronger}, {"orchestra.yaml": empty}).notes == (
        "what this costs: name a month's tasks under `workload`",
    )


@given(st.lists(st.decimals(-(10**6), 10**6, places=7), min_size=1, max_size=8), st.sampled_from([2, 4]))
def test_shown_parts_add_up_to_the_shown_total(parts: list[Decimal], digits: int) -> None:
    unit = Decimal(1).scaleb(-digits)
    total = sum(parts, Decimal(0)).quantize(unit)
    shown = shared(total, parts, digits)
    assert sum(shown, Decimal(0)) == total
    assert all(abs(each - part) <= unit for each, part in zip(shown, parts, strict=True))


@pytest.mark.parametrize(
    ("total", "parts"), [("0.03", ["0.00", "0.00"]), ("-0.03", ["0.00"]), ("0", ["0.005", "-0.005"])]
)
def test_a_total_that_was_rounded_elsewhere_still_adds_up(total: str, parts: list[str]) -> None:
    assert sum(shared(Decimal(total), [Decimal(part) for part in parts], 2)) == Decimal(total)
