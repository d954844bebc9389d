"""ORC315: two kinds of tasks of the workload with one name, so that a month's work may be counted twice."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet, WorkloadTask
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC315",
    "workload-task-repeated",
    Family.PRICE,
    Severity.WARNING,
    "Two kinds of tasks of the workload have one name",
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the tasks whose name an earlier task of the workload has."""
    first: dict[str, WorkloadTask] = {}
    for task in fleet.workload.tasks:
        earlier = first.setdefault(task.name, task)
        if earlier is not task:
            same = (earlier.per_month, earlier.agent, earlier.capability, earlier.usage, earlier.features) == (
                task.per_month, task.agent, task.capability, task.usage, task.features,
            )  # fmt: skip
            yield RULE.at(
                place_of(task.span, task.places, "task"),
                f"`{task.name}` already stands in line {earlier.span.line}"
                + (", word for word: its cost is counted twice" if same else ""),
                "remove one of the two" if same else "give the two kinds of tasks names of their own",
            )
