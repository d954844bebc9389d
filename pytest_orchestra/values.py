"""The values that travel through the runtime: calls, replies, verdicts and results.

Nothing here knows pytest, asyncio or SQLite.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.model import Agent, CallError, Layer, Mission, Model, Step, ToolUse, Usage


class UsageSource(enum.StrEnum):
    """Who says how many tokens a call used. Where a report totals over several, it says so and shows each by itself."""

    REPORTED = "reported"  # by the provider that answered
    COUNTED = "counted"  # by us, with a tokenizer
    ESTIMATED = "estimated"  # by us, without one
    DECLARED = "declared"  # by the author of a scripted reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call to a provider.

    Attributes:
        number: The how-manieth call of this step it is, from 0, whoever is asked.
        agent: Who answers; a coordinator on escalation.
        prompt_tokens: Tokens of system prompt, task and context, counted.
        prompt_path: The compiled prompt's file, for providers that send it.
        context: The replies of the steps this one needs, by step, and on escalation the refused reply.
    """

    mission: Mission
    step: Step
    number: int
    agent: Agent
    tier: str
    model: Model
    prompt_path: str
    prompt_tokens: int
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a provider answered, or how it failed.

    Attributes:
        text: The reply; XML for a message of the protocol.
        error: Set when the call failed; `text` may then hold what had arrived.
        detail: The provider's own words about the error.
        spent_usd: Money that left for this call; 0 for scripted and replayed answers.
    """

    text: str = ""
    tools: tuple[ToolUse, ...] = ()
    error: CallError | None = None
    detail: str = ""
    usage: Usage = field(default_factory=Usage)
    usage_source: UsageSource = UsageSource.COUNTED
    spent_usd: Decimal = Decimal(0)


class VerdictKind(enum.StrEnum):
    """What a check says of a reply, mildest first."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    BLOCK = "block"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict of one check, with its evidence: what was found, a sentence each; empty when it passed."""

    layer: Layer
    check: str
    kind: VerdictKind
    evidence: tuple[str, ...] = ()


class MessageForm(enum.StrEnum):
    """In which form something was said."""

    TASK = "task"  # a mission's task in plain words
    MESSAGE = "message"  # a document of the protocol, valid or not


class SeenMessage(NamedTuple):
    """What one agent was told, or said, as the audit trail keeps it.

    Attributes:
        number: The call's number in its step; -1 for a task that the input gate refused.
        position: 0 for what the agent was told; the messages of its reply count from 1.
        sender: Who really said it, whatever the document claims; empty for the mission itself.
        recipient: Whom it is for; empty for the mission itself.
        type: The message type as far as it can be told; empty for plain words.
        task_id, parent_task: The task that it belongs to, and the one that is a part of.
        rule: The first rule of the schema that it breaks; empty where the schema accepts it, and for plain words.
        gate: The gravest verdict of the gates on the task or reply, or None where none judged it.
        gate_check: `LAYER/CHECK` of that verdict; empty for a pass.
        start: Where the document begins in the text of the reply.
    """

    mission: str
    step: str
    number: int
    position: int
    form: MessageForm
    sender: str
    recipient: str
    type: str
    task_id: str
    parent_task: str
    rule: str
    gate: VerdictKind | None
    gate_check: str
    text: str
    start: int = 0


class Level(enum.IntEnum):
    """The four error levels: who deals with a failure."""

    SELF = 1
    COORDINATOR = 2
    LEAD = 3
    USER = 4


class Outcome(enum.StrEnum):
    """How a step or a mission ended."""

    PASSED = "passed"
    DEGRADED = "degraded"  # a mission: some optional step did not end well
    BLOCKED = "blocked"  # the input gate refused the task; no call was made
    ESCALATED = "escalated"  # every level failed; it is with the user
    BUDGET_STOPPED = "budget-stopped"  # the next call's worst case did not fit
    DEADLINE = "deadline"  # time ran out
    SKIPPED = "skipped"  # a step: something it needs did not end well
    CANCELLED = "cancelled"  # the run was stopped
    ERROR = "error"  # the mission itself is at fault, such as a script without a reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call and what came of it, in the order in which they happened.

    Attributes:
        number: As in `Request`.
        level: On whose level the call was made.
        latency_s: From sending the request to the whole reply, in seconds.
        priced_usd: What the usage costs at the manifest's prices.
        event: What the escalation machine heard: `passed`, or why not.
    """

    number: int
    level: Level
    agent: str
    tier: str
    model: str
    reply: Reply
    verdicts: tuple[Verdict, ...]
    latency_s: float
    priced_usd: Decimal
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How a step ended, with every attempt.

    Attributes:
        route: The router's reasons, one line each.
        verdicts: Verdicts that belong to no call: the input gate's on the task.
        order: The how-manieth step of its mission it was to start, from 0; -1 if it never did.
    """

    step: str
    outcome: Outcome
    attempts: tuple[Attempt, ...] = ()
    route: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    order: int = -1
    detail: str = ""

    @property
    def final(self) -> Attempt | None:
        """The last attempt, or None where no call was made."""
        return self.attempts[-1] if self.attempts else None

    @property
    def level(self) -> Level:
        """The highest error level the step reached."""
        if self.outcome is Outcome.ESCALATED:
            return Level.USER
        return max((attempt.level for attempt in self.attempts), default=Level.SELF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An expectation that does not hold, with where it was written."""

    step: str | None
    kind: str
    span: Span
    expected: str
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionResult:
    """How a mission ended. `failures` empty means that the test passes."""

    mission: str
    outcome: Outcome
    steps: Mapping[str, StepResult]
    failures: tuple[Failure, ...] = ()
    duration_s: float = 0.0
    priced_usd: Decimal = Decimal(0)
    spent_usd: Decimal = Decimal(0)
