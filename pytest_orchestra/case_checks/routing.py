"""Run one case of kind `routing`, `boundary` or `fallback`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orchestra_compiler.manifest import Case
from orchestra_compiler.model import FeatureValue

if TYPE_CHECKING:
    from orchestra_compiler.routing import Decision
    from pytest_orchestra.compiled import CompiledProject


def check(case: Case, project: CompiledProject) -> str | None:
    """Return why the router does not give the case's expected answer, or None where it does."""
    return _KINDS[case.kind](json.loads(case.data), project)


def _check_decision(data: Any, project: CompiledProject) -> str | None:
    name = data["agent"]
    agent = project.manifest.fleet.agent_by_name.get(name) if name is not None else None
    if name is not None and agent is None:
        return f"the fleet has no agent {name!r}"
    decision = project.router.decide(_features(data["features"]), agent)
    wrong = [
        f"{what} {actual}, expected {expected}"
        for what, actual, expected in (
            ("tier", decision.tier, data["tier"]),
            ("score", decision.score, Decimal(data["score"])),
            ("hard rule", decision.rule.partition("hard:")[2] or "none", data["hard"] or "none"),
        )
        if actual != expected
    ]
    return f"{'; '.join(wrong)}\n{_reasons(decision)}" if wrong else None


def _check_fallback(data: Any, project: CompiledProject) -> str | None:
    gone = frozenset(data["unavailable"])
    left = (found for found in project.router.candidates(data["tier"]) if found[1].name not in gone)
    actual = next((f"{tier}/{model.name}" for tier, model in left), "none")
    answer = data["answer"]
    expected = f"{answer['tier']}/{answer['model']}" if answer is not None else "none"
    return None if actual == expected else f"{actual} answers for the tier {data['tier']}, expected {expected}"


def _features(data: Mapping[str, Any]) -> Mapping[str, FeatureValue]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


def _reasons(decision: Decision) -> str:
    return "\n".join(f"  {reason.points:+f}  {reason.text}" for reason in decision.reasons)


_KINDS: Mapping[str, Callable[[Any, CompiledProject], str | None]] = {
    "routing": _check_decision,
    "boundary": _check_decision,
    "fallback": _check_fallback,
}
