"""What the ledger hands out: frozen rows, one class per table, and sums of calls.

Money is Decimal US dollars, times are aware UTC, durations are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from orchestra_compiler.model import CallError, Layer, Usage
from pytest_orchestra.values import Failure, Level, Outcome, UsageSource, VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What is known of a run when it begins.

    Attributes:
        run: Its id, from `new_run_id`.
        manifest_sha256: SHA-256 of the manifest's bytes, so that a report can tell that the project has changed since.
        tool: Version of the runtime.
        started_at: Aware, UTC.
        baseline: The tier the run is held against first; empty where the manifest decides.
        budget_usd: The most the run may be priced at; None where the manifest decides.
    """

    run: str
    project: str
    manifest_sha256: str
    provider: str
    tool: str
    started_at: datetime
    baseline: str = ""
    budget_usd: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run; `finished_at` and `exit_code` are None while it runs, and for ever if it was killed."""

    info: RunInfo
    finished_at: datetime | None
    exit_code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A call. From `finished_at` on, the fields are None, empty or zero until the call has ended.

    Attributes:
        key: Its idempotency key, see `call_key`.
        lost: Earlier starts of this very call that never ended, because their process was killed.
    """

    run: str
    key: str
    mission: str
    trial: int
    step: str
    number: int
    agent: str
    tier: str
    model: str
    provider: str
    level: Level
    paid: bool
    prompt_tokens: int
    lost: int
    started_at: datetime
    finished_at: datetime | None
    latency_s: float
    error: CallError | None
    detail: str
    usage: Usage
    usage_source: UsageSource | None
    spent_usd: Decimal
    priced_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionRow:
    """How a mission ended. `place` is where it is written; what it cost is in its calls."""

    mission: str
    trial: int
    category: str
    risk: str
    outcome: Outcome
    passed: bool
    failures: tuple[Failure, ...]
    place: str
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """How a step ended.

    Attributes:
        level: The highest error level it reached.
        attempts: Calls made for it.
        accepted: Number of the call whose reply ended it well, or None.
        started: Whether it was ever its turn.
    """

    mission: str
    trial: int
    step: str
    outcome: Outcome
    level: Level
    attempts: int
    accepted: int | None
    started: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """A verdict other than pass. `number` is the call's, or -1 for a verdict on the task itself."""

    mission: str
    trial: int
    step: str
    number: int
    layer: Layer
    check: str
    kind: VerdictKind
    evidence: tuple[str, ...]


class PassedChecks(NamedTuple):
    """How often a check passed in a run."""

    layer: Layer
    check: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """How a generated case ended; `failure` is empty when it passed."""

    name: str
    kind: str
    component: str
    place: str
    passed: bool
    failure: str
    duration_s: float


class Tally(NamedTuple):
    """Sums over ended calls, all whole numbers, so that they add up exactly in any order.

    Attributes:
        failed: Calls that ended in an error.
        judged: Calls whose step has ended.
        accepted: Calls whose reply ended its step well.
        latency_us: Microseconds.
        spent_pico, priced_pico: Picodollars.
    """

    calls: int = 0
    failed: int = 0
    judged: int = 0
    accepted: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    latency_us: int = 0
    spent_pico: int = 0
    priced_pico: int = 0

    def plus(self, other: Tally) -> Tally:
        """Return the sum of both."""
        return Tally(*map(int.__add__, self, other))


class Cell(NamedTuple):
    """The sums of the calls of one tier, agent, model, mission, trial and usage source."""

    tier: str
    agent: str
    model: str
    mission: str
    trial: int
    source: UsageSource
    tally: Tally
