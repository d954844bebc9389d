"""The fifth layer: who tries next when a reply does not stand, as a pure state machine.

The levels are climbed one by one: the step's own agent, its coordinator, the lead, the user. No event but `passed` ends
in success, levels never fall, and every chain of events ends within the attempts that the policy grants.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from orchestra_compiler.model import EscalationPolicy
from pytest_orchestra.values import Level, Outcome, Reply, Verdict, VerdictKind


class Event(enum.StrEnum):
    """What came of one attempt."""

    PASSED = "passed"
    FAILED = "failed"  # a check refused the reply
    ESCALATE = "escalate"  # a check asks for the next level
    ERROR = "error"  # the call failed; another try may help
    HOPELESS = "hopeless"  # the call failed, and the same agent would fail again


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Whose turn it is; `attempt` counts from 0 within the level."""

    level: Level
    attempt: int


FIRST = State(level=Level.SELF, attempt=0)
"""Where every step starts."""

_NEXT_LEVEL = frozenset({Event.ESCALATE, Event.HOPELESS})


def after(state: State, event: Event, policy: EscalationPolicy, present: frozenset[Level]) -> State | Outcome:
    """Return who tries next, or how the step ended: `PASSED`, or `ESCALATED` to the user.

    `present` are the levels that have somebody: an agent without a coordinator goes from itself to the lead or the
    user. A level without attempts is skipped likewise.
    """
    if event is Event.PASSED:
        return Outcome.PASSED
    if event not in _NEXT_LEVEL and state.attempt + 1 < _attempts(state.level, policy):
        return State(level=state.level, attempt=state.attempt + 1)
    for level in (Level.COORDINATOR, Level.LEAD):
        if level > state.level and level in present and _attempts(level, policy) > 0:
            return State(level=level, attempt=0)
    return Outcome.ESCALATED


def event_of(reply: Reply, verdicts: Sequence[Verdict]) -> Event:
    """Return what the machine hears of a reply: its error first, then the gravest verdict; warnings let it pass."""
    if reply.error is not None:
        return Event.ERROR if reply.error.retryable else Event.HOPELESS
    kinds = {verdict.kind for verdict in verdicts}
    if VerdictKind.ESCALATE in kinds:
        return Event.ESCALATE
    return Event.FAILED if VerdictKind.BLOCK in kinds else Event.PASSED


def _attempts(level: Level, policy: EscalationPolicy) -> int:
    return {
        Level.SELF: policy.self_attempts,
        Level.COORDINATOR: policy.coordinator_attempts,
        Level.LEAD: policy.lead_attempts,
    }.get(level, 0)
