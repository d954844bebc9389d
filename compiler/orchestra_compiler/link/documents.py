"""References that the project's single documents make: tiers, gates, targets and the workload."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from orchestra_compiler.checks import CHECKS
from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.findings import (
    UNKNOWN_AGENT,
    UNKNOWN_CAPABILITY,
    UNKNOWN_CHECK,
    UNKNOWN_TARGET,
    UNKNOWN_TIER,
    place_of,
)
from orchestra_compiler.link import target_options
from orchestra_compiler.link.features import check_values
from orchestra_compiler.link.scope import Scope
from orchestra_compiler.model import GateCheck
from orchestra_compiler.source.mends import rename
from orchestra_compiler.suggestions import Names
from orchestra_compiler.targets import TARGETS


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield findings about what tiers, gates, targets and the workload refer to."""
    yield from _tiers(scope)
    yield from _targets(scope)
    yield from target_options.check(scope)
    for gate in scope.fleet.gates.checks:
        yield from _gate(gate)
    yield from _workload(scope)


def _tiers(scope: Scope) -> Iterator[Diagnostic]:
    tiers = scope.fleet.tiers
    at = partial(place_of, tiers.span, tiers.places)
    for number, name in enumerate(tiers.escalation):
        yield from scope.tier(name, at(f"escalation.{number}", "escalation"), UNKNOWN_TIER)
    yield from scope.tier(tiers.baseline, at("baseline"), UNKNOWN_TIER)
    yield from scope.tier(tiers.default, at("default"), UNKNOWN_TIER)


def _targets(scope: Scope) -> Iterator[Diagnostic]:
    project = scope.fleet.project
    known = Names(TARGETS)
    for number, name in enumerate(project.targets):
        if name not in known:
            yield UNKNOWN_TARGET.at(
                place := place_of(project.span, project.places, f"targets.{number}.{name}.name", "targets"),
                f"there is no target `{name}`",
                known.hint(name, f"the targets are {known.listed()}"),
                fix=rename(name, known.nearest(name), place),
            )


def _gate(gate: GateCheck) -> Iterator[Diagnostic]:
    layer = CHECKS.get(gate.layer, {})
    if gate.name not in layer:
        known = Names(layer)
        yield UNKNOWN_CHECK.at(
            gate.span,
            f"the layer `{gate.layer}` has no check `{gate.name}`",
            _other_layer(gate.name) or known.hint(gate.name, f"its checks are {known.listed()}"),
            fix=None if _other_layer(gate.name) else rename(gate.name, known.nearest(gate.name), gate.span),
        )
        return
    options = Names(layer[gate.name])
    for option in sorted(gate.options):
        if option not in options:
            otherwise = f"its options are {options.listed()}" if options else "it has none"
            message = f"the check `{gate.name}` has no option `{option}`"
            place = place_of(gate.span, gate.places, f"{option}.name")
            fix = rename(option, options.nearest(option), place)
            yield UNKNOWN_CHECK.at(place, message, options.hint(option, otherwise), fix=fix)


def _other_layer(name: str) -> str:
    layers = [layer for layer, checks in CHECKS.items() if name in checks]
    return f"it belongs to the layer `{layers[0]}`" if layers else ""


def _workload(scope: Scope) -> Iterator[Diagnostic]:
    for claim in scope.fleet.workload.claims:
        yield from scope.tier(claim.against, place_of(claim.span, claim.places, "against"), UNKNOWN_TIER)
    for task in scope.fleet.workload.tasks:
        at = partial(place_of, task.span, task.places)
        yield from scope.agent(task.agent, at("agent"), UNKNOWN_AGENT)
        yield from scope.capability(task.capability, at("capability"), UNKNOWN_CAPABILITY)
        yield from check_values(task.features, at, scope)
