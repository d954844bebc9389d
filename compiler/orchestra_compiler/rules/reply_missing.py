"""ORC603: a step without a scripted reply, in a mission that scripts the others'."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC603", "reply-missing", Family.MISSION, Severity.WARNING, "A step has no scripted reply, and the others have"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield steps that a rehearsal with scripted replies cannot answer."""
    for mission in fleet.missions:
        if not mission.replies or not mission.replies.keys() <= {step.name for step in mission.steps}:
            continue  # a reply to nobody is told, and is most likely the one that is missed
        for step in mission.steps:
            script = mission.replies.get(step.name)
            if script is None or not script.replies:
                yield RULE.at(
                    place_of(step.span, step.places, "name"),
                    f"`{mission.name}` scripts replies, but none for the step `{step.name}`",
                    f"add one under `replies`: `{step.name}: ...`",
                )
