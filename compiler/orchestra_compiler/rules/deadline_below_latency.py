"""ORC611: a deadline that the script's own waiting is sure to pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet, Mission, Step
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.mission_limits import ends_well

RULE = Rule(
    "ORC611",
    "deadline-below-latency",
    Family.MISSION,
    Severity.WARNING,
    "A deadline is shorter than the scripted waiting",
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the deadlines of steps and missions that are meant to end well, and whose first replies come too late."""
    for mission in fleet.missions:
        waits = {step.name: wait for step in mission.steps if (wait := _wait(mission, step)) > 0}
        if not waits:
            continue
        for step in mission.steps:
            limit, wait = step.deadline_s, waits.get(step.name, 0.0)
            if limit is not None and wait >= limit and not step.optional and ends_well(mission, step.name):
                yield RULE.at(
                    place_of(step.span, step.places, "deadline_s"),
                    f"the step `{step.name}` has {limit:g} s, and its scripted reply comes after {wait:g} s",
                    "give it more time, or expect the outcome `deadline`",
                )
        longest = _longest(mission, waits)
        if mission.deadline_s is not None and longest >= mission.deadline_s and ends_well(mission):
            yield RULE.at(
                place_of(mission.span, mission.places, "deadline_s"),
                f"`{mission.name}` has {mission.deadline_s:g} s, and its steps wait for {longest:g} s one after the other",
                "give it more time, or expect the outcome `deadline`",
            )


def _wait(mission: Mission, step: Step) -> float:
    script = mission.replies.get(step.name)
    reply = script.reply_to(0) if script is not None else None
    return 0.0 if reply is None else reply.latency_s


def _longest(mission: Mission, waits: Mapping[str, float]) -> float:
    """Return the waiting along the slowest chain of steps; steps in a ring, which the link step tells, count once."""
    needs = {step.name: step.needs for step in mission.steps}
    done: dict[str, float] = {}
    for first in needs:
        stack = [first]
        while stack:
            name = stack[-1]
            if name in done:
                stack.pop()
                continue
            open_needs = [need for need in needs.get(name, ()) if need not in done and need not in stack]
            if open_needs:
                stack += open_needs
                continue
            done[name] = waits.get(name, 0.0) + max((done.get(need, 0.0) for need in needs.get(name, ())), default=0.0)
            stack.pop()
    return max(done.values(), default=0.0)
