"""Cases of kind `fault`: what must become of a step when calls fail and checks refuse.

The expected ends follow from the policy's numbers alone: with two attempts for the agent and one for its coordinator,
two failures and a success end on the coordinator's level after three calls. Nothing here knows the machine that the
runtime climbs the levels with, so the two can disagree, and a case says when they do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from orchestra_compiler.cases import offences
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Action, CallError, Fleet, GateCheck, Layer
from orchestra_compiler.naming import file_name

OK = "ok"
"""A call whose reply stands; the other words are `error:KIND` and `verdict:KIND`."""

SELF, COORDINATOR, LEAD = "self", "coordinator", "lead"
_ABOVE = (COORDINATOR, LEAD)
# Not `CallError.retryable`: what the runtime decides by is not what its cases may expect by, or they could not fail.
_HOPELESS = frozenset({CallError.REFUSAL, CallError.AUTHENTICATION, CallError.NO_REPLY})


class _Rung(NamedTuple):
    """One level of the ladder with the calls it may make."""

    level: str
    calls: int


def generate(fleet: Fleet) -> tuple[Case, ...]:
    """Return the fault cases of a fleet, sorted by id: levels, kinds of errors, configured checks."""
    ladder = _ladder(fleet)
    cases = [*_levels(fleet, ladder), *_errors(fleet, ladder), *_gates(fleet, ladder)]
    return tuple(sorted(cases, key=lambda case: case.id))


def passed(level: str, calls: int) -> str:
    """Return the expected end of a step that passed."""
    return f"passed at {level}, calls: {calls}"


def escalated(calls: int) -> str:
    """Return the expected end of a step that nobody could help."""
    return f"escalated to user, calls: {calls}"


def _ladder(fleet: Fleet) -> tuple[_Rung, ...]:
    policy = fleet.gates.escalation
    rungs = (
        _Rung(SELF, max(1, policy.self_attempts)),
        _Rung(COORDINATOR, policy.coordinator_attempts),
        _Rung(LEAD, policy.lead_attempts),
    )
    return tuple(rung for rung in rungs if rung.calls > 0)


def _levels(fleet: Fleet, ladder: Sequence[_Rung]) -> Iterator[Case]:
    """Yield the four error levels, and the ladder with rungs missing."""
    refused = "verdict:block"
    before = 0
    for rung in ladder:
        number = (SELF, COORDINATOR, LEAD).index(rung.level) + 1
        calls = before + rung.calls
        yield _climb(
            fleet,
            f"level-{number}-{rung.level}",
            f"the last attempt of the {rung.level} level passes",
            [refused] * (calls - 1) + [OK],
            passed(rung.level, calls),
        )
        before = calls
    yield _climb(fleet, "level-4-user", "every attempt of every level fails", [refused] * before, escalated(before))
    own = ladder[0].calls
    yield _climb(fleet, "nobody-above", "an agent without coordinator and lead", [refused] * own, escalated(own), ())
    if LEAD in [rung.level for rung in ladder]:
        events = [refused] * own + [OK]
        yield _climb(fleet, "no-coordinator", "the coordinator is missing", events, passed(LEAD, own + 1), (LEAD,))
    yield _climb(fleet, "escalate", "a check asks for the next level", *_one_then_ok(ladder, "verdict:escalate"))
    yield _climb(fleet, "warning", "a warning lets the reply pass", ["verdict:warn"], passed(SELF, 1))


def _errors(fleet: Fleet, ladder: Sequence[_Rung]) -> Iterator[Case]:
    """Yield for each kind of error: it happens once, and it never stops."""
    for error in CallError:
        word = f"error:{error.value}"
        yield _climb(fleet, error.value, f"{error.value} once", *_one_then_ok(ladder, word))
        calls = len(ladder) if error in _HOPELESS else sum(rung.calls for rung in ladder)
        yield _climb(fleet, f"{error.value}/always", f"{error.value} always", [word] * calls, escalated(calls))


def _one_then_ok(ladder: Sequence[_Rung], word: str) -> tuple[list[str], str]:
    """Return one failure and a success, and where that ends: another try, the next level, or nobody."""
    if ladder[0].calls > 1 and word not in _skipping():
        return [word, OK], passed(SELF, 2)
    if len(ladder) == 1:
        return [word], escalated(1)
    return [word, OK], passed(ladder[1].level, 2)


def _skipping() -> frozenset[str]:
    """The failures after which the same level does not try again."""
    return frozenset({"verdict:escalate", *(f"error:{error.value}" for error in _HOPELESS)})


def _climb(
    fleet: Fleet,
    name: str,
    scenario: str,
    calls: list[str],
    expected: str,
    present: tuple[str, ...] = _ABOVE,
) -> Case:
    return Case(
        id=f"fault/{name}",
        kind="fault",
        scenario=scenario,
        component="escalation",
        expected=expected,
        rule="escalation-policy",
        data=json.dumps({"calls": calls, "present": list(present)}, sort_keys=True),
        span=fleet.gates.span,
    )


def _gates(fleet: Fleet, ladder: Sequence[_Rung]) -> Iterator[Case]:
    seen: set[str] = set()
    for check in fleet.gates.checks:
        if check.action is Action.OFF or check.name in seen:
            continue
        seen.add(check.name)
        for trial in offences.trials(fleet, check):
            yield _gate(check, trial, ladder)


def _gate(check: GateCheck, trial: offences.Trial, ladder: Sequence[_Rung]) -> Case:
    verdict = check.action.value if trial.offends else "pass"
    calls, end = [OK], passed(SELF, 1)
    if trial.offends and check.action is not Action.WARN:
        calls, end = _one_then_ok(ladder, f"verdict:{verdict}")
    is_task = check.layer is Layer.INPUT
    data = trial.to_json() | {"layer": check.layer.value, "check": check.name, "further": calls[1:]}
    return Case(
        id=f"fault/gate/{file_name(check.name)}" + ("" if trial.offends else "/clean"),
        kind="fault",
        scenario=f"{check.name} meets {trial.what}",
        component=f"{check.layer.value}/{check.name}",
        expected=verdict if is_task else f"{verdict}, {end}",
        rule=check.name,
        agents=(trial.agent,) if trial.agent else (),
        data=json.dumps(data, sort_keys=True),
        span=check.span,
    )
