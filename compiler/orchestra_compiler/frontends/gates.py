"""The quality gates document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.frontends.common import Built, bad_globs, compact, decimal, entry, faults, places
from orchestra_compiler.model import Action, EscalationPolicy, GateCheck, GatePolicy, Layer, SuiteThresholds
from orchestra_compiler.source.tree import Document, Map


def build(document: Document) -> Built[GatePolicy]:
    """Build the gate policy of a document; checks stand in the layers' order, then as written."""
    found = faults(document, "gates") or list(_no_globs(document))
    if found:
        return Built(None, found)
    data = document.value
    layers = data.get("layers", {})
    policy = GatePolicy(
        checks=tuple(
            _check(document, layer, layers[layer], name) for layer in Layer if layer in layers for name in layers[layer]
        ),
        escalation=_escalation(data.get("escalation", {})),
        suite=SuiteThresholds(
            **{key: decimal(data["suite"].get(key)) for key in ("pass_rate", "user_escalations", "budget_usd")}
            if "suite" in data
            else {}
        ),
        span=document.span,
        places=places(document),
    )
    return Built(policy, [])


def _no_globs(document: Document) -> Iterator[Diagnostic]:
    """Find paths of the path policy that are no globs."""
    policy = document.value.get("layers", {}).get(Layer.BOUNDARY, {}).get("path-policy", {})
    for key in ("allow", "deny") if isinstance(policy, dict) else ():
        value = policy.get(key, ())
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            yield from bad_globs(document, ("layers", Layer.BOUNDARY.value, "path-policy", key), value)


def _check(document: Document, layer: Layer, parent: Map, name: str) -> GateCheck:
    written = parent[name]
    options = written if isinstance(written, dict) else {"action": written}
    return GateCheck(
        layer=layer,
        name=name,
        action=Action(options["action"]),
        options={key: compact(value) for key, value in options.items() if key != "action"},
        span=entry(document, parent, name),
        places=places(document, written) if isinstance(written, Map) else {},
    )


def _escalation(written: dict[str, Any]) -> EscalationPolicy:
    names = {"self": "self_attempts", "coordinator": "coordinator_attempts", "lead": "lead_attempts"}
    given: dict[str, Any] = {field: int(written[key]) for key, field in names.items() if key in written}
    if "raise_tier" in written:
        given["raise_tier"] = written["raise_tier"]
    return EscalationPolicy(**given)
