"""ORC602: a step that gives its agent nothing to do."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule("ORC602", "step-task-empty", Family.MISSION, Severity.WARNING, "A step gives its agent nothing to do")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield steps whose task has no letter or figure in it."""
    for mission in fleet.missions:
        for step in mission.steps:
            if not any(character.isalnum() for character in step.task):
                yield RULE.at(
                    place_of(step.span, step.places, "task"),
                    f"the step `{step.name}` of `{mission.name}` has an empty task",
                    "say what the agent is to do",
                )
