"""ORC505: a feature that the routing policy reads and that no task of the project carries."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import BUILT_IN_FEATURES, Fleet, Step, WorkloadTask
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC505", "feature-never-carried", Family.ROUTING, Severity.INFO, "No task carries a feature that routing reads"
)

_BY_HAND = frozenset({"files", "task_type"})
"""The built-in features that a run cannot fill in by itself."""


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield, once each, the features of hard rules and signals that stand in no step and in no task of the workload.

    Silent where tasks carry no features at all: whoever routes them then gives the features elsewhere.
    """
    tasks: list[Step | WorkloadTask] = [
        *(step for mission in fleet.missions for step in mission.steps),
        *fleet.workload.tasks,
    ]
    carried = {name for task in tasks for name in task.features}
    if not carried or not carried <= {
        *BUILT_IN_FEATURES,
        *fleet.routing.features,
    }:  # a slip may be the one that is missed
        return
    asked = {*fleet.routing.features, *_BY_HAND} - carried
    for feature, reader, place in _read(fleet):
        if feature in asked:
            asked.discard(feature)
            yield RULE.at(
                place,
                f"{reader} reads the feature `{feature}`, which no step and no task of the workload carries",
                "give it to the tasks that it is meant for, so that something shows the effect, or remove it",
            )


def _read(fleet: Fleet) -> Iterator[tuple[str, str, Span]]:
    """Yield each feature that the policy reads, with who reads it, and where."""
    for rule in fleet.routing.hard:
        for condition in rule.when:
            place = place_of(rule.span, rule.places, f"when.{condition.feature}", "when")
            yield condition.feature, f"the hard rule `{rule.name}`", place
    for signal in fleet.routing.signals:
        yield signal.feature, f"the signal `{signal.name}`", place_of(signal.span, signal.places, "feature")
