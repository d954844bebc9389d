"""Tiers, routing policy, gates, workload and missions side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass, replace
from typing import Any

from orchestra_compiler.diff import rules
from orchestra_compiler.diff.changes import FieldChange, Finding, ItemChange
from orchestra_compiler.diff.items import as_text, compared, field_change, field_changes, numbered
from orchestra_compiler.diff.words import Kind
from orchestra_compiler.model import Action, Condition, Fleet, HardRule, Mission, Tier, Tiers

_MILDNESS = {Action.OFF: 0, Action.WARN: 1, Action.ESCALATE: 2, Action.BLOCK: 2}


def tier_changes(old: Tiers, new: Tiers) -> tuple[ItemChange, ...]:
    """Return the tiers that are not what they were."""
    return compared(_by_name(old), _by_name(new), lambda before, after: tuple(_tier(before, after)))


def tier_findings(changes: Sequence[ItemChange]) -> Iterator[Finding]:
    """Yield the tiers that are gone."""
    for change in changes:
        if change.kind is Kind.REMOVED:
            yield rules.TIER_NO_DELETE.at(change.name, f"the tier {change.name} is gone")


def _by_name(tiers: Tiers) -> Mapping[str, Tier]:
    return {tier.name: tier for tier in tiers.tiers}


def _tier(before: Tier, after: Tier) -> Iterator[FieldChange]:
    names = [tuple(model.name for model in tier.models) for tier in (before, after)]
    if names[0] != names[1]:
        yield FieldChange(name="models", before=" > ".join(names[0]), after=" > ".join(names[1]))
    known = {model.name: model for model in before.models}
    for model in after.models:
        was = known.get(model.name)
        if was is not None:
            for change in field_changes(was, model, skip=("price",)):
                yield replace(change, name=f"{model.name} {change.name}")
            yield from _price(model.name, was.price, model.price)
    yield from field_changes(before, after, skip=("models",))


def _price(model: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if before is None or after is None:
        if before != after:
            yield FieldChange(
                name=f"{model} price", before="" if before is None else "known", after="" if after is None else "known"
            )
        return
    for change in field_changes(before, after):
        yield replace(change, name=f"{model} price {change.name}")


def policy_changes(old: Fleet, new: Fleet) -> tuple[ItemChange, ...]:
    """Return the parts of routing policy, escalation chain and gates that are not what they were, each named in words."""
    return compared(_parts(old), _parts(new), _part)


def _parts(fleet: Fleet) -> Mapping[str, Any]:
    routing, tiers, gates = fleet.routing, fleet.tiers, fleet.gates
    parts: dict[str, Any] = {
        **{f"signal {name}": each for name, each in numbered(routing.signals, lambda each: each.name).items()},
        **{f"hard rule {name}": each for name, each in numbered(routing.hard, lambda each: each.name).items()},
        **{f"threshold {tier}": bound for tier, bound in routing.thresholds.items()},
        **{f"feature {name}": kind for name, kind in routing.features.items()},
        **{f"gate {name}": each for name, each in numbered(gates.checks, _check).items()},
        "agents' own tier": routing.agent_tier,
        "default tier": tiers.default,
        "escalation attempts": gates.escalation,
        "suite thresholds": gates.suite,
    }
    orders = {
        "escalation chain": tiers.escalation,
        "order of hard rules": tuple(rule.name for rule in routing.hard),
        "order of tiers": tiers.names(),
    }
    return parts | {name: " > ".join(each) for name, each in orders.items()}


def _check(check: Any) -> str:
    return f"{check.layer.value}/{check.name}"


def _part(before: Any, after: Any) -> Sequence[FieldChange]:
    if isinstance(before, HardRule) and isinstance(after, HardRule):
        return (*_conditions(before, after), *field_changes(before, after, skip=("when",)))
    if is_dataclass(before) and isinstance(before, type(after)):
        return tuple(field_changes(before, after))
    return (field_change("value", as_text(before), as_text(after)),)


def _conditions(before: HardRule, after: HardRule) -> Iterator[FieldChange]:
    old, new = ({each.feature: each for each in rule.when} for rule in (before, after))
    for feature in sorted(old.keys() | new.keys()):
        was, now = (side.get(feature, Condition(feature=feature)) for side in (old, new))
        for change in field_changes(was, now, skip=("feature",)):
            yield replace(change, name=f"when {feature}" + ("" if change.name == "values" else f" {change.name}"))


def gate_findings(old: Fleet, new: Fleet) -> Iterator[Finding]:
    """Yield the checks that are gone or milder."""
    after = numbered(new.gates.checks, _check)
    for name, check in numbered(old.gates.checks, _check).items():
        now = after[name].action if name in after else Action.OFF
        if _MILDNESS[now] < _MILDNESS[check.action]:
            what = f"is {now.value} now, not {check.action.value}" if name in after else "is gone"
            yield rules.GATE_NO_LOOSEN.at(name, f"the check {name} {what}")


def workload_changes(old: Fleet, new: Fleet) -> tuple[ItemChange, ...]:
    """Return the tasks of the workload that are not what they were."""
    before, after = (numbered(fleet.workload.tasks, lambda task: task.name) for fleet in (old, new))
    return compared(before, after, lambda was, now: tuple(field_changes(was, now)))


def mission_changes(old: Fleet, new: Fleet) -> tuple[ItemChange, ...]:
    """Return the missions that are not what they were."""
    before, after = (numbered(fleet.missions, lambda mission: mission.name) for fleet in (old, new))
    return compared(before, after, lambda was, now: tuple(_mission(was, now)))


def _mission(before: Mission, after: Mission) -> Iterator[FieldChange]:
    old, new = ({step.name: step for step in mission.steps} for mission in (before, after))
    if list(old) != list(new):
        yield field_change("steps", tuple(old), tuple(new))
    for name in (name for name in old if name in new):
        for change in field_changes(old[name], new[name]):
            yield replace(change, name=f"step {name}: {change.name}")
    yield from field_changes(before, after, skip=("steps",))
