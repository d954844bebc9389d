"""A small fleet with calls, missions and cases, for the tests of the ledger and of the reports."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.manifest import Case, Manifest
from orchestra_compiler.model import (
    Agent,
    Fleet,
    GatePolicy,
    Layer,
    Mission,
    Model,
    Price,
    Project,
    Protocol,
    RoutingPolicy,
    Step,
    SuiteThresholds,
    Tier,
    Tiers,
    Usage,
    Workload,
)
from orchestra_compiler.prices import cost
from pytest_orchestra.ledger import Ledger, RunInfo
from pytest_orchestra.values import (
    Attempt,
    Failure,
    Level,
    MissionResult,
    Outcome,
    Reply,
    Request,
    StepResult,
    UsageSource,
    Verdict,
    VerdictKind,
)

RUN = "20260712T101530.123456Z-9f3ab2"
SHA = "0" * 64


def price(given: str, answer: str, read: str | None = None, write: str | None = None) -> Price:
    return Price(
        input=Decimal(given),
        output=Decimal(answer),
        cache_read=None if read is None else Decimal(read),
        cache_write=None if write is None else Decimal(write),
        source="tiers.yaml",
        date="2026-07-01",
    )


MODELS = {
    "routine": Model(name="small-1", price=price("1", "5", "0.1", "1.25")),
    "implementation": Model(name="middle-1", price=price("3", "15", "0.3", "3.75")),
    "strategic": Model(name="large-1", price=price("5", "25", "0.5", "6.25")),
}


def manifest(suite: SuiteThresholds | None = None, models: dict[str, Model] | None = None) -> Manifest:
    tiers = tuple(Tier(name=name, models=(model,)) for name, model in (models or MODELS).items())
    names = tuple(tier.name for tier in tiers)
    fleet = Fleet(
        project=Project(name="shop"),
        agents=(),
        tiers=Tiers(tiers=tiers, escalation=names, baseline="implementation", default="routine"),
        routing=RoutingPolicy(),
        gates=GatePolicy(suite=suite or SuiteThresholds()),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )
    return Manifest(version=1, tool="0.1", tokenizer="o200k_base", sources={}, fleet=fleet, prompts={})


def run_info(run: str = RUN, **changes: object) -> RunInfo:
    known: dict[str, object] = {
        "run": run,
        "project": "shop",
        "manifest_sha256": SHA,
        "provider": "scripted",
        "tool": "0.1",
        "started_at": datetime(2026, 7, 12, 10, 15, 30, tzinfo=UTC),
    }
    return RunInfo(**{**known, **changes})  # type: ignore[arg-type]


def mission(name: str = "checkout", *steps: str) -> Mission:
    made = tuple(Step(name=step, task="Do it.", agent="builder") for step in steps or ("main",))
    return Mission(name=name, steps=made, span=Span(f"missions/{name}.yaml", 3))


def request(
    name: str = "checkout", step: str = "main", number: int = 0, agent: str = "builder", tier: str = "routine"
) -> Request:
    made = mission(name, step)
    return Request(
        mission=made,
        step=made.steps[0],
        number=number,
        agent=Agent(name=agent, description="Builds.", prompt="Build."),
        tier=tier,
        model=MODELS.get(tier, MODELS["routine"]),
        prompt_path="prompts/builder.md",
        prompt_tokens=100,
    )


def reply(given: int = 1000, answer: int = 200, source: UsageSource = UsageSource.COUNTED, **changes: object) -> Reply:
    usage = Usage(input_tokens=given, output_tokens=answer)
    return Reply(**{"text": "done", "usage": usage, "usage_source": source, **changes})  # type: ignore[arg-type]


def priced(asked: Request, answered: Reply) -> Decimal:
    assert asked.model.price is not None
    return cost(asked.model.price, answered.usage)


def call(ledger: Ledger, asked: Request, answered: Reply, *, paid: bool = False, latency_s: float = 0.25) -> None:
    """Record one call from start to end."""
    handle = ledger.call_started(RUN, asked, Level.SELF, "scripted", paid=paid)
    ledger.call_finished(handle, answered, latency_s=latency_s, priced_usd=priced(asked, answered), paid=paid)


def attempt(number: int = 0, level: Level = Level.SELF, *verdicts: Verdict) -> Attempt:
    return Attempt(
        number=number,
        level=level,
        agent="builder",
        tier="routine",
        model="small-1",
        reply=Reply(),
        verdicts=verdicts,
        latency_s=0.25,
        priced_usd=Decimal(0),
    )


def step(name: str = "main", outcome: Outcome = Outcome.PASSED, *attempts: Attempt, order: int = 0) -> StepResult:
    return StepResult(step=name, outcome=outcome, attempts=attempts, order=order)


def result(
    name: str = "checkout", *steps: StepResult, outcome: Outcome = Outcome.PASSED, fails: bool = False
) -> MissionResult:
    failure = Failure(
        step="main", kind="contains", span=Span(f"missions/{name}.yaml", 9, 5), expected="'a|b'", actual="'c'"
    )
    return MissionResult(
        mission=name,
        outcome=outcome,
        steps={each.step: each for each in steps},
        failures=(failure,) if fails else (),
        duration_s=0.5,
    )


def case(name: str = "routing/threshold-below", kind: str = "routing") -> Case:
    return Case(
        id=name, kind=kind, scenario="below", component="strategic", expected="routine", span=Span("routing.yaml", 7)
    )


PASSED = Verdict(layer=Layer.OUTPUT, check="message-schema", kind=VerdictKind.PASS)
BLOCKED = Verdict(
    layer=Layer.OUTPUT, check="message-schema", kind=VerdictKind.BLOCK, evidence=("line 1: no element <status>",)
)
WARNED = Verdict(layer=Layer.INPUT, check="injection-phrases", kind=VerdictKind.WARN, evidence=("ignore all",))
