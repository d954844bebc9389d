"""The routing and escalation policies in sentences, for readers who are no program."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from orchestra_compiler.emitters.plain_text import code, markdown
from orchestra_compiler.model import AgentTier, Condition, Fleet, GatePolicy, RoutingPolicy, Signal, SignalKind

_MOST_LISTED = 6
_AGENT_TIER = {
    AgentTier.FLOOR: "An agent's own tier is a floor: work may get a stronger model than that, never a weaker one.",
    AgentTier.PIN: "An agent with a tier always gets that tier.",
    AgentTier.IGNORE: "An agent's own tier does not count; the work alone decides.",
}


def hard_rules(policy: RoutingPolicy) -> Iterator[str]:
    """Yield a line of Markdown per hard rule, in the order in which they decide."""
    for rule in policy.hard:
        when = " and ".join(_condition(each) for each in rule.when)
        reason = f" {markdown(rule.reason)}" if rule.reason else ""
        yield f"{when}: {code(rule.tier)}.{reason}"


def thresholds(fleet: Fleet) -> str:
    """Return the least score of each tier in words, weakest first; empty where nothing is scored."""
    known = fleet.routing.thresholds
    named = [(known[name], name) for name in fleet.tiers.names() if name in known]
    return ", ".join(f"{code(name)} from {number(least)} points" for least, name in named)


def signals(policy: RoutingPolicy) -> Iterator[str]:
    """Yield a line of Markdown per signal of the score."""
    for signal in policy.signals:
        yield f"{code(signal.feature)}: {_points(signal)}"


def agent_tier(policy: RoutingPolicy) -> str:
    """Return what an agent's own tier means, as a sentence."""
    return _AGENT_TIER[policy.agent_tier]


def attempts(gates: GatePolicy) -> str:
    """Return who tries how often before the user is asked, as a sentence."""
    policy = gates.escalation
    parts = [
        (policy.self_attempts, "by the agent itself"),
        (policy.coordinator_attempts, "by its coordinator"),
        (policy.lead_attempts, "by the coordinators above"),
    ]
    tried = ", then ".join(f"{_times(count)} {who}" for count, who in parts if count)
    rises = " Each further attempt of the same agent climbs one tier." if policy.raise_tier else ""
    return f"Work is tried {tried}, then the user is asked.{rises}" if tried else f"A failure goes to the user.{rises}"


def number(value: Decimal) -> str:
    """Return a number without a trailing point or zeros."""
    return format(value.normalize(), "f") if value else "0"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _condition(condition: Condition) -> str:
    feature = code(condition.feature)
    if condition.values:
        return f"{feature} is {_either(condition.values)}"
    if condition.globs:
        return f"{feature} matches {_either(condition.globs)}"
    low, high = condition.minimum, condition.maximum
    if low is not None and high is not None:
        return f"{feature} is {number(low)} to {number(high)}"
    return (
        f"{feature} is at least {number(low)}"
        if low is not None
        else f"{feature} is at most {number(high or Decimal())}"
    )


def _points(signal: Signal) -> str:
    if signal.kind is SignalKind.STEPS:
        return ", ".join(f"from {number(bound)} on {number(points)}" for bound, points in signal.steps)
    if signal.kind is SignalKind.TABLE:
        rows = sorted(signal.table.items(), key=lambda row: (-row[1], row[0]))
        shown = ", ".join(f"{code(word)} {number(points)}" for word, points in rows[:_MOST_LISTED])
        return f"{shown}{_more(len(rows))}; any other {number(signal.default)}"
    words = signal.globs if signal.kind is SignalKind.GLOBS else signal.words
    verb = "a path matches" if signal.kind is SignalKind.GLOBS else "the text says"
    return f"{number(signal.points)} where {verb} {_either(words)}"


def _either(words: tuple[str, ...]) -> str:
    shown = [code(word) for word in words[:_MOST_LISTED]]
    return f"{', '.join(shown[:-1])} or {shown[-1]}" + _more(len(words)) if len(shown) > 1 else shown[0]


def _more(count: int) -> str:
    return f" and {count - _MOST_LISTED} more" if count > _MOST_LISTED else ""
