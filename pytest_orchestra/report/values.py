"""The report as frozen values: what every rendering shows, and nothing that only one of them needs.

Priced money is what the usage costs at the manifest's prices, spent money is what left; the two are never mixed. Sums
are exact: over the tiers, the agents, the models and the missions they equal the total to the last picodollar.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from orchestra_compiler.model import Layer, Usage
from pytest_orchestra.ledger import CallRow, CaseRow, MissionRow, RunRow
from pytest_orchestra.values import Level, Outcome, UsageSource

SCRIPTED = "scripted"
"""The provider whose latencies nobody measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What some calls came to; only calls that ended count.

    Attributes:
        failed: Calls that ended in an error; they count as calls, with whatever they used and cost.
        judged: Calls whose step has ended, well or not.
        accepted: Calls whose reply passed every gate and so ended its step well.
        latency_us: Sum of the latencies in microseconds, failed calls included.
    """

    calls: int = 0
    failed: int = 0
    judged: int = 0
    accepted: int = 0
    usage: Usage = field(default_factory=Usage)
    latency_us: int = 0
    spent_usd: Decimal = Decimal(0)
    priced_usd: Decimal = Decimal(0)

    @property
    def accepted_rate(self) -> Decimal | None:
        """Accepted calls over judged calls, 0 to 1; None where no call was judged."""
        return Decimal(self.accepted) / self.judged if self.judged else None

    @property
    def mean_latency_s(self) -> float | None:
        """The mean latency in seconds; None without calls."""
        return self.latency_us / self.calls / 1e6 if self.calls else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSums:
    """The part of some calls whose tokens are known from one source."""

    source: UsageSource
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table.

    Attributes:
        name: A tier, an agent, a model, a mission, or `total`.
        share: Of the total priced, 0 to 1; 0 where nothing was priced.
        sources: The same sums per source of the tokens, in the order of `UsageSource`.
    """

    name: str
    sums: Sums
    share: Decimal
    sources: tuple[SourceSums, ...] = ()

    @property
    def token_sources(self) -> tuple[UsageSource, ...]:
        """The sources that any tokens came from: a call that failed at once may have none."""
        return tuple(each.source for each in self.sources if each.sums.usage != Usage())


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionLine:
    """What one trial of a mission cost and how it ended; `row` is None where it made calls but never ended."""

    line: Line
    trial: int
    row: MissionRow | None
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What some calls would have cost had one model answered them all with the same tokens.

    Attributes:
        source: Only the calls whose tokens are known from there; None for all calls.
        priced_usd: None where `missing` says why there is no such figure.
        saving_usd: `priced_usd` less what those calls are priced at; negative where the run costs more.
        saving_share: The saving over `priced_usd`; None where that is zero or unknown.
    """

    tier: str
    model: str
    source: UsageSource | None = None
    priced_usd: Decimal | None = None
    saving_usd: Decimal | None = None
    saving_share: Decimal | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRange:
    """What the tokens of one source stand for, where models count otherwise than we do.

    Attributes:
        source: `counted` or `estimated`.
        tokenizers: Whose models count otherwise, such as `claude`; empty where none was called.
        low_factor, high_factor: How many tokens they make of one of ours, at least and at most.
        priced_usd: What the calls to those models are priced at; `priced_usd_low` to `priced_usd_high` is what that
            stands for, exactly.
        exact_usd: What the calls to models that count as we do are priced at.
        complete: No model was called whose tokenizer nobody measured.
    """

    source: UsageSource
    tokenizers: tuple[str, ...]
    low_factor: Decimal
    high_factor: Decimal
    priced_usd: Decimal
    priced_usd_low: Decimal
    priced_usd_high: Decimal
    exact_usd: Decimal
    complete: bool

    @property
    def whole_usd(self) -> tuple[Decimal, Decimal] | None:
        """Between what and what all calls of the source would be priced at; None where that is not known of all."""
        if not self.complete:
            return None
        return self.exact_usd + self.priced_usd_low, self.exact_usd + self.priced_usd_high


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCount:
    """Tests of one kind that ended: missions (each trial is a test), or generated cases."""

    __test__ = False  # not a class of tests, whatever its name

    kind: str
    passed: int
    failed: int

    @property
    def total(self) -> int:
        """All that ended."""
        return self.passed + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCount:
    """How often a gate check gave each verdict."""

    layer: Layer
    check: str
    passed: int
    warned: int
    blocked: int
    escalated: int

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Passed, warned, blocked, escalated."""
        return self.passed, self.warned, self.blocked, self.escalated


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteGate:
    """One threshold of the whole run.

    Attributes:
        name: `pass_rate`, `user_escalations` or `budget`.
        actual: A share, or US dollars for the budget; None where nothing was there to measure.
    """

    name: str
    threshold: Decimal
    actual: Decimal | None
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """A test that was meant to run and did not, or not to its end."""

    kind: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """How the tests of the run went.

    Attributes:
        tests: Per kind: missions first, then the kinds of cases by name.
        steps: Steps that ran: at least one call was made for them, or they went to the user without one.
        levels: How many of those reached each error level and no higher.
        outcomes: How many missions ended in each way; only ways that occurred.
        checks: Layers in their order, checks by name.
        failed_missions, failed_cases: The tests that failed, with why.
        budget_stopped: The budget kept a mission from ending as it was expected to.
    """

    tests: tuple[TestCount, ...]
    steps: int
    levels: tuple[tuple[Level, int], ...]
    outcomes: tuple[tuple[Outcome, int], ...]
    checks: tuple[CheckCount, ...]
    gates: tuple[SuiteGate, ...]
    failed_missions: tuple[MissionRow, ...]
    failed_cases: tuple[CaseRow, ...]
    not_run: tuple[NotRun, ...]
    budget_stopped: bool

    @property
    def passed(self) -> int:
        """Tests that passed."""
        return sum(count.passed for count in self.tests)

    @property
    def total(self) -> int:
        """Tests that ended."""
        return sum(count.total for count in self.tests)

    @property
    def pass_rate(self) -> Decimal | None:
        """Tests passed over tests ended; None where none ended."""
        return Decimal(self.passed) / self.total if self.total else None

    @property
    def user_escalations(self) -> int:
        """Steps that ended with the user."""
        return dict(self.levels)[Level.USER]

    @property
    def user_escalation_rate(self) -> Decimal | None:
        """Steps that ended with the user over steps that ran; None where none ran."""
        return Decimal(self.user_escalations) / self.steps if self.steps else None

    @property
    def gates_held(self) -> bool:
        """Whether every suite threshold held."""
        return all(gate.held for gate in self.gates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is to be said of a run.

    Attributes:
        tokenizer: What the project's tokens were counted with.
        tiers: In the manifest's order, also those without a call; then any the manifest does not know.
        agents, models: Those that were called, by name.
        missions: By name and trial.
        baselines: One per tier over all calls, the headline's first; then the same for each source of the tokens.
        ranges: What our own counts stand for, one per source that is one.
        errors: How many calls ended in each kind of error.
        lost: Calls that were started and never seen to end; what they used is unknown.
        notes: What a reader must know before trusting the figures, a sentence each.
    """

    run: RunRow
    tokenizer: str
    total: Line
    tiers: tuple[Line, ...]
    agents: tuple[Line, ...]
    models: tuple[Line, ...]
    missions: tuple[MissionLine, ...]
    baselines: tuple[Baseline, ...]
    ranges: tuple[CountRange, ...]
    suite: Suite
    errors: tuple[tuple[str, int], ...]
    lost: tuple[CallRow, ...]
    notes: tuple[str, ...]

    @property
    def lost_calls(self) -> int:
        """How many starts were never seen to end; the same call may have been started more than once."""
        return sum(call.lost + (call.finished_at is None) for call in self.lost)

    @property
    def latency_source(self) -> Literal["scripted", "measured"]:
        """Whether latencies are what a mission's author wrote, and what handling it took, or those of a model."""
        return "scripted" if self.run.info.provider == SCRIPTED else "measured"
