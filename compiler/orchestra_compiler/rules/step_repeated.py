"""ORC604: two steps of a mission that give the same agent the same task after the same steps."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet, Step
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC604", "step-repeated", Family.MISSION, Severity.WARNING, "Two steps of a mission ask the same of the same agent"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield steps that were most likely copied and not changed."""
    for mission in fleet.missions:
        seen: dict[tuple[object, ...], Step] = {}
        for step in mission.steps:
            key = (step.agent, step.capability, " ".join(step.task.split()), frozenset(step.needs), _features(step))
            first = seen.setdefault(key, step)
            if first is not step and step.task.strip():
                yield RULE.at(
                    place_of(step.span, step.places, "task"),
                    f"the step `{step.name}` of `{mission.name}` repeats `{first.name}` word for word",
                    "change the task, or remove the step",
                )


def _features(step: Step) -> str:
    return repr(sorted(step.features.items()))
