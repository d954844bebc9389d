"""What the router says of a generated case, held against what the case expects.

Whoever runs a case asks here: pytest for each item, and the score of the cases for each changed policy. So what is measured
is what is run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orchestra_compiler.manifest import Case
    from orchestra_compiler.model import Agent, FeatureValue
    from orchestra_compiler.routing.decision import Decision
    from orchestra_compiler.routing.router import Router

KINDS = ("boundary", "fallback", "routing")
"""The kinds of cases that the router answers."""


def disagreement(case: Case, router: Router, agents: Mapping[str, Agent]) -> str | None:
    """Return why a router does not give a case's expected answer, or None where it does.

    Args:
        case: A case of one of `KINDS`.
        router: The router that is asked.
        agents: The fleet's agents by name.

    Raises:
        OrchestraError: The router refuses the features.
    """
    return _KINDS[case.kind](json.loads(case.data), router, agents)


def _decision(data: Any, router: Router, agents: Mapping[str, Agent]) -> str | None:
    name = data["agent"]
    agent = agents.get(name) if name is not None else None
    if name is not None and agent is None:
        return f"the fleet has no agent {name!r}"
    decision = router.decide(_features(data["features"]), agent)
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


def _fallback(data: Any, router: Router, _agents: Mapping[str, Agent]) -> str | None:
    gone = frozenset(data["unavailable"])
    left = (found for found in router.candidates(data["tier"]) if found[1].name not in gone)
    actual = next((f"{tier}/{model.name}" for tier, model in left), "none")
    answer = data["answer"]
    expected = f"{answer['tier']}/{answer['model']}" if answer is not None else "none"
    return None if actual == expected else f"{actual} answers for the tier {data['tier']}, expected {expected}"


def _features(data: Mapping[str, Any]) -> Mapping[str, FeatureValue]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


def _reasons(decision: Decision) -> str:
    return "\n".join(f"  {reason.points:+f}  {reason.text}" for reason in decision.reasons)


_KINDS: Mapping[str, Callable[[Any, Router, Mapping[str, Agent]], str | None]] = {
    "boundary": _decision,
    "fallback": _fallback,
    "routing": _decision,
}
