"""The comparison in one sentence or two: what breaks, who is routed elsewhere, what it costs and why."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diff.changes import Changes, Cost
from orchestra_compiler.diff.output.money import digits_of, dollars, rounded
from orchestra_compiler.diff.words import Kind, LeverName, Probe, Severity
from orchestra_compiler.wording import counted

LEVERS = {
    LeverName.PRICES: "prices",
    LeverName.MODELS: "the tiers' models",
    LeverName.AGENTS: "agents and their tiers",
    LeverName.ROUTING: "the routing policy",
    LeverName.WORKLOAD: "the workload",
}
_MOST = 2


def headline(changes: Changes) -> str:
    """Return the headline, without names that a project's files chose."""
    if changes.empty:
        return "No changes."
    parts = list(_parts(changes))
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts) if parts else "Only details changed."


def _parts(changes: Changes) -> Iterator[str]:
    breaking = len(changes.of(Severity.BREAKING))
    if breaking:
        yield counted(breaking, "breaking change")
    agents = ", ".join(_agents(changes))
    if agents:
        yield agents
    yield from _routed(changes)
    cost = changes.cost
    if cost is not None and cost.change_usd:
        yield cost_line(cost)
    prompts = changes.prompts.after - changes.prompts.before
    if changes.prompts.changed and prompts:
        yield f"the prompts are {counted(abs(prompts), 'token')} {'longer' if prompts > 0 else 'shorter'}"
    if cost is not None and not cost.change_usd:
        yield cost_line(cost)


def _agents(changes: Changes) -> Iterator[str]:
    kinds = [change.kind for change in changes.agents]
    retiered = sum(
        change.kind in (Kind.CHANGED, Kind.RENAMED) and change.field("tier") is not None for change in changes.agents
    )
    counts = ((kinds.count(kind), kind.value) for kind in (Kind.ADDED, Kind.REMOVED, Kind.RENAMED))
    found = [(count, word) for count, word in (*counts, (retiered, "re-tiered")) if count]
    for place, (count, word) in enumerate(found):
        yield f"{counted(count, 'agent')} {word}" if not place else f"{count} {word}"


def _routed(changes: Changes) -> Iterator[str]:
    tried = changes.routes.of(Probe.WORKLOAD)
    tasks = counted(tried.tasks, "workload task")
    counts = (
        (tried.tier_changed, "changes tier", "change tier"),
        (tried.model_changed, "goes to another model", "go to another model"),
        (tried.agent_changed, "goes to another agent", "go to another agent"),
    )
    found = [f"{count} of {tasks} {one if count == 1 else many}" for count, one, many in counts if count]
    cases = changes.routes.of(Probe.CASE)
    if not found and cases.tier_changed:
        verb = "is" if cases.tier_changed == 1 else "are"
        found = [f"{cases.tier_changed} of {counted(cases.tasks, 'boundary task')} {verb} routed elsewhere"]
    yield from found


def cost_line(cost: Cost) -> str:
    """Return what a month costs before and after, and mostly why."""
    digits = digits_of(cost)
    before, after = rounded(cost.before_usd, digits), rounded(cost.after_usd, digits)
    if not cost.change_usd:
        return f"a month costs {dollars(after)}, as before"
    percent = f" ({cost.percent:+f} %)" if cost.percent is not None else ""
    because = _because(cost)
    return f"{dollars(before)} → {dollars(after)} a month{percent}{because}"


def _because(cost: Cost) -> str:
    """Return the lever that moves most in the direction of the whole."""
    sign = 1 if cost.change_usd > 0 else -1
    best = max(cost.levers, key=lambda lever: lever.usd * sign)
    mostly = "mostly " if len(cost.levers) > 1 else ""
    return f", {mostly}because of {' and '.join(LEVERS[name] for name in best.names)}"
