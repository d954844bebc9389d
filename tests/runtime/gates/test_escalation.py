from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.model import CallError, EscalationPolicy, Layer
from pytest_orchestra.gates.escalation import FIRST, Event, State, after, event_of
from pytest_orchestra.values import Level, Outcome, Reply, Verdict, VerdictKind

ALL = frozenset({Level.COORDINATOR, Level.LEAD})
policies = st.builds(
    EscalationPolicy,
    self_attempts=st.integers(0, 4),
    coordinator_attempts=st.integers(0, 4),
    lead_attempts=st.integers(0, 4),
)
presences = st.frozensets(st.sampled_from(list(Level)))
events = st.sampled_from(list(Event))


def climb(
    sequence: list[Event], policy: EscalationPolicy, present: frozenset[Level]
) -> tuple[list[State], Outcome | None]:
    states = [FIRST]
    for event in sequence:
        following = after(states[-1], event, policy, present)
        if isinstance(following, Outcome):
            return states, following
        states.append(following)
    return states, None


@given(st.lists(events, max_size=30), policies, presences)
def test_only_a_pass_passes(sequence: list[Event], policy: EscalationPolicy, present: frozenset[Level]) -> None:
    states, outcome = climb(sequence, policy, present)
    last = sequence[len(states) - 1] if outcome is not None else None
    assert (outcome is Outcome.PASSED) == (last is Event.PASSED)
    assert outcome in (None, Outcome.PASSED, Outcome.ESCALATED)


@given(st.lists(events.filter(lambda event: event is not Event.PASSED), min_size=13, max_size=13), policies, presences)
def test_failures_end_within_the_attempts(
    sequence: list[Event], policy: EscalationPolicy, present: frozenset[Level]
) -> None:
    states, outcome = climb(sequence, policy, present)
    assert outcome is Outcome.ESCALATED
    most = max(1, policy.self_attempts) + policy.coordinator_attempts + policy.lead_attempts
    assert len(states) <= most


@given(st.lists(events, max_size=30), policies, presences)
def test_levels_never_fall_and_absent_ones_are_skipped(
    sequence: list[Event], policy: EscalationPolicy, present: frozenset[Level]
) -> None:
    states, _ = climb(sequence, policy, present)
    assert all(after > before for before, after in zip(map(key, states), map(key, states[1:]), strict=False))
    assert {state.level for state in states} <= {Level.SELF, *present} - {Level.USER}


def key(state: State) -> tuple[int, int]:
    return (state.level, state.attempt)


@given(st.sampled_from(list(Level)), st.integers(0, 9), events, policies, presences)
def test_every_state_has_an_answer_to_every_event(
    level: Level, attempt: int, event: Event, policy: EscalationPolicy, present: frozenset[Level]
) -> None:
    following = after(State(level=level, attempt=attempt), event, policy, present)
    assert isinstance(following, State | Outcome)


def test_hopeless_skips_the_rest_of_the_attempts() -> None:
    policy = EscalationPolicy(self_attempts=5)
    assert after(FIRST, Event.HOPELESS, policy, ALL) == State(level=Level.COORDINATOR, attempt=0)
    assert after(FIRST, Event.ESCALATE, policy, frozenset({Level.LEAD})) == State(level=Level.LEAD, attempt=0)
    assert after(FIRST, Event.ERROR, policy, ALL) == State(level=Level.SELF, attempt=1)
    assert after(FIRST, Event.HOPELESS, policy, frozenset()) is Outcome.ESCALATED


def verdict(kind: VerdictKind) -> Verdict:
    return Verdict(layer=Layer.OUTPUT, check="c", kind=kind)


@pytest.mark.parametrize(
    ("reply", "kinds", "event"),
    [
        (Reply(text="x"), [], Event.PASSED),
        (Reply(text="x"), [VerdictKind.PASS, VerdictKind.WARN], Event.PASSED),
        (Reply(text="x"), [VerdictKind.WARN, VerdictKind.BLOCK], Event.FAILED),
        (Reply(text="x"), [VerdictKind.ESCALATE, VerdictKind.BLOCK], Event.ESCALATE),
        (Reply(error=CallError.TIMEOUT), [VerdictKind.PASS], Event.ERROR),
        (Reply(error=CallError.REFUSAL), [], Event.HOPELESS),
        (Reply(error=CallError.AUTHENTICATION), [], Event.HOPELESS),
        (Reply(error=CallError.NO_REPLY), [], Event.HOPELESS),
    ],
)
def test_replies_become_events(reply: Reply, kinds: list[VerdictKind], event: Event) -> None:
    assert event_of(reply, [verdict(kind) for kind in kinds]) is event


@given(st.sampled_from(list(CallError)), st.lists(st.sampled_from(list(VerdictKind))))
def test_an_error_never_passes(error: CallError, kinds: list[VerdictKind]) -> None:
    assert event_of(Reply(text="partial", error=error), [verdict(kind) for kind in kinds]) in (
        Event.ERROR,
        Event.HOPELESS,
    )
