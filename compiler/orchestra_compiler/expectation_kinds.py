"""The kinds of expectations, by name: data that the compiler checks and the runtime evaluates.

They stand here, apart from the functions that evaluate them, so that a compile or a lint never imports the runtime.
"""

from __future__ import annotations

STEP_KINDS: frozenset[str] = frozenset(
    {
        "agent",
        "attempts",
        "contains",
        "cost_usd",
        "equals",
        "error",
        "gate",
        "json",
        "latency_s",
        "level",
        "message",
        "model",
        "not_contains",
        "outcome",
        "regex",
        "tier",
        "tokens",
        "tools",
        "xpath",
    }
)
"""What may be expected of one step."""

MISSION_KINDS: frozenset[str] = frozenset(
    {
        "cost_usd",
        "latency_s",
        "order",
        "outcome",
        "tokens",
        "user_escalations",
    }
)
"""What may be expected of a whole mission. No step may be named like an expectation of either kind."""
