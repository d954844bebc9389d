"""ORC607: a list of failing calls that ends before the escalation policy does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Agent, CallError, Expectation, Fleet, Mission, Script, Step
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC607", "script-too-short", Family.MISSION, Severity.WARNING, "Scripted failures run out before the attempts do"
)

_OTHER_ENDS = frozenset({"blocked", "budget-stopped", "cancelled", "deadline", "error", "no-reply", "skipped"})
"""Ends of a step, and an error, that a script without a reply left does not spoil."""


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield lists of replies that all fail, and after which another attempt is certain."""
    for mission in fleet.missions:
        for step in mission.steps:
            script, agent = mission.replies.get(step.name), fleet.assigned(step)
            if script is None or agent is None or _may_end_before(mission, step):
                continue
            if runs_out(_errors(script), _attempts(fleet, agent)):
                calls = len(script.replies)
                yield RULE.at(
                    script.replies[-1].span,
                    f"call {calls + 1} of the step `{step.name}` has no reply: "
                    + ("the only one fails" if calls == 1 else f"all {calls} fail")
                    + ", and the policy tries again",
                    "add the replies to the further attempts, or write one reply without a list: it answers every call",
                )


def runs_out(errors: Sequence[CallError], attempts: Sequence[int]) -> bool:
    """Return whether calls that fail in these ways are followed by another one.

    Args:
        errors: The error of each call, in order; none means that nothing is known.
        attempts: The most calls of each error level, lowest first.
    """
    left = iter(errors)
    for most in attempts if errors else ():
        for _ in range(most):
            error = next(left, None)
            if error is None:
                return True
            if not error.retryable:
                break
    return False


def _errors(script: Script) -> list[CallError]:
    """Return the errors of a list of replies that are errors and nothing else."""
    errors = [reply.error for reply in script.replies if reply.error is not None and not reply.message]
    return errors if len(errors) == len(script.replies) and not script.repeats else []


def _attempts(fleet: Fleet, agent: Agent) -> list[int]:
    policy = fleet.gates.escalation
    levels = [max(1, policy.self_attempts), policy.coordinator_attempts, policy.lead_attempts]
    return levels[: len(fleet.chain_of_command(agent))]


def _may_end_before(mission: Mission, step: Step) -> bool:
    """Return whether money or time may end the step first, or its mission expects another end than one of the policy's."""
    if any(limit is not None for limit in (mission.budget_usd, mission.deadline_s, step.deadline_s)):
        return True
    return any(
        each.kind in ("outcome", "error") and each.step in (None, step.name) and _OTHER_ENDS & _words(each)
        for each in mission.expectations
    )


def _words(expectation: Expectation) -> frozenset[str]:
    value = json.loads(expectation.value)
    return frozenset(value if isinstance(value, list) else [value])
