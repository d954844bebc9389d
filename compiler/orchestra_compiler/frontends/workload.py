"""The workload document."""

from __future__ import annotations

from orchestra_compiler.frontends.common import Built, decimal, faults, features, places, usage, whole
from orchestra_compiler.model import Claim, Workload, WorkloadTask
from orchestra_compiler.source.tree import Document, Map


def build(document: Document) -> Built[Workload]:
    """Build the workload of a document."""
    found = faults(document, "workload")
    if found:
        return Built(None, found)
    tasks = tuple(_task(document, task) for task in document.value["tasks"])
    claims = tuple(_claim(document, claim) for claim in document.value.get("claims", ()))
    return Built(Workload(tasks=tasks, claims=claims, span=document.span), [])


def _task(document: Document, written: Map) -> WorkloadTask:
    return WorkloadTask(
        name=written["task"],
        per_month=int(written["per_month"]),
        agent=written.get("agent"),
        capability=written.get("capability"),
        features=features(written.get("features")),
        usage=usage(written),
        span=whole(document, written),
        places=places(document, written),
    )


def _claim(document: Document, written: Map) -> Claim:
    month = written.get("monthly_usd")
    bounds = month if isinstance(month, Map) else {"max": month}
    return Claim(
        saves_percent=decimal(written.get("saves_percent")),
        against=written.get("against"),
        least_usd=decimal(bounds.get("min")),
        most_usd=decimal(bounds.get("max")),
        span=whole(document, written),
        places=places(document, written),
    )
