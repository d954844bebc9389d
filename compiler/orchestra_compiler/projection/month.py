"""What a month of the workload costs, before anybody runs it.

Every task of the workload is routed as a run would route it and priced at the manifest's prices. The same tokens are
then priced with each tier doing everything, so that the claim "tiers save money" is a figure with its sign. All sums
are exact; only `saving_percent` is rounded, to two decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from orchestra_compiler import prices
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Agent, FeatureValue, Fleet, Model, Usage, WorkloadTask
from orchestra_compiler.routing import Router
from orchestra_compiler.suggestions import Names

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCost:
    """One kind of task: where it is routed, and what it costs.

    Attributes:
        rule: What decided the tier, as in `Decision`.
        usage: Tokens of one task.
        each_usd: Cost of one task.
        month_usd: Cost of a month's tasks.
    """

    task: str
    per_month: int
    agent: str | None
    tier: str
    model: str
    rule: str
    usage: Usage
    each_usd: Decimal
    month_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCost:
    """A month's work of one tier, in tasks and US dollars."""

    tier: str
    per_month: int
    month_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineCost:
    """The same tokens with one tier's preferred model doing everything.

    Attributes:
        month_usd: None where it cannot be priced; `why` then says what is missing.
        saving_usd: What routing saves against it; negative where routing costs more.
        saving_percent: The same in percent of the baseline, rounded to two decimals; None for a baseline of 0 USD.
    """

    tier: str
    model: str
    month_usd: Decimal | None
    saving_usd: Decimal | None
    saving_percent: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRead:
    """Where the price of a model that the projection uses comes from."""

    model: str
    source: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A month's cost by task and by tier, with the baselines: the project's own first, then the other tiers."""

    tasks: tuple[TaskCost, ...]
    tiers: tuple[TierCost, ...]
    total_usd: Decimal
    baselines: tuple[BaselineCost, ...]
    prices: tuple[PriceRead, ...]


def project(fleet: Fleet) -> Projection:
    """Return what the fleet's workload costs in a month.

    Raises:
        OrchestraError: A task names an agent or capability that nobody offers, has a feature of the wrong type, or is
            routed to a model without a price for its tokens.
    """
    router = Router(fleet)
    tasks = tuple(_task(fleet, router, task) for task in fleet.workload.tasks)
    total = _sum(task.month_usd for task in tasks)
    names = fleet.tiers.names()
    order = sorted(names, key=lambda tier: (tier != fleet.tiers.baseline, names.index(tier)))
    used = {task.model for task in tasks} | {model.name for tier in names for model in router.models(tier)[:1]}
    return Projection(
        tasks=tasks,
        tiers=tuple(_tier(tier, tasks) for tier in names),
        total_usd=total,
        baselines=tuple(_baseline(tier, router.models(tier), fleet.workload.tasks, total) for tier in order),
        prices=tuple(_prices(fleet, used)),
    )


def _task(fleet: Fleet, router: Router, task: WorkloadTask) -> TaskCost:
    agent = _agent(fleet, task)
    decision = router.decide(_features(task), agent)
    model = next(iter(router.models(decision.tier)), None)
    if model is None:
        raise OrchestraError(f"the tier {decision.tier!r} has no models", "list at least one in the tiers document")
    each = _pico(model, task.usage)
    return TaskCost(
        task=task.name,
        per_month=task.per_month,
        agent=agent.name if agent is not None else None,
        tier=decision.tier,
        model=model.name,
        rule=decision.rule,
        usage=task.usage,
        each_usd=prices.from_picodollars(each),
        month_usd=prices.from_picodollars(each * task.per_month),
    )


def _agent(fleet: Fleet, task: WorkloadTask) -> Agent | None:
    if task.agent is not None:
        return _known("agent", task.agent, fleet.agent_by_name)
    if task.capability is not None:
        return _known("capability", task.capability, fleet.agents_by_capability)[0]
    return None


def _known(kind: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        names = Names(sorted(known))
        hint = names.hint(name, f"known are {names.listed()}" if known else "")
        raise OrchestraError(f"the workload names an unknown {kind} {name!r}", hint)
    return known[name]


def _features(task: WorkloadTask) -> Mapping[str, FeatureValue]:
    given = {"agent": task.agent, "capability": task.capability}
    return {**{name: value for name, value in given.items() if value is not None}, **task.features}


def _tier(tier: str, tasks: Sequence[TaskCost]) -> TierCost:
    own = [task for task in tasks if task.tier == tier]
    return TierCost(
        tier=tier, per_month=sum(task.per_month for task in own), month_usd=_sum(task.month_usd for task in own)
    )


def _baseline(tier: str, models: Sequence[Model], tasks: Sequence[WorkloadTask], total: Decimal) -> BaselineCost:
    if not models:
        return _unknown(tier, "", "the tier has no models")
    name = models[0].name
    try:
        month = prices.from_picodollars(sum(_pico(models[0], task.usage) * task.per_month for task in tasks))
    except OrchestraError as error:
        return _unknown(tier, name, error.message)
    saving = _sum((month, -total))
    percent = (saving * 100 / month).quantize(Decimal("0.01")) if month else None
    return BaselineCost(tier=tier, model=name, month_usd=month, saving_usd=saving, saving_percent=percent)


def _unknown(tier: str, model: str, why: str) -> BaselineCost:
    return BaselineCost(tier=tier, model=model, month_usd=None, saving_usd=None, saving_percent=None, why=why)


def _pico(model: Model, usage: Usage) -> int:
    if model.price is None:
        hint = "give the model a `price` with its `source` and `date` in the tiers document"
        raise OrchestraError(f"no price is known for the model {model.name!r}", hint)
    try:
        return prices.cost_picodollars(model.price, usage)
    except OrchestraError as error:
        raise OrchestraError(f"{model.name}: {error.message}", error.hint) from error


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return prices.from_picodollars(sum(map(prices.to_picodollars, amounts)))


def _prices(fleet: Fleet, used: set[str]) -> Iterable[PriceRead]:
    models = {model.name: model for tier in fleet.tiers.tiers for model in tier.models}
    for name in sorted(used):
        price = models[name].price
        if price is not None:
            yield PriceRead(model=name, source=price.source, date=price.date)
