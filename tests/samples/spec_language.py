"""What a mutation of a spec must know about the language: which values are names, which keys must be there."""

from __future__ import annotations

from collections.abc import Mapping

REFERENCES: Mapping[str, Mapping[str, str]] = {
    "agent": {
        "tier": "ORC102",
        "coordinator": "ORC105",
        "handoffs.*": "ORC101",
        "sends.*": "ORC104",
        "accepts.*": "ORC104",
        "template": "ORC114",
        "knowledge.documents.*": "ORC020",
    },
    "mission": {
        "agent": "ORC101",
        "capability": "ORC103",
        "steps.*.agent": "ORC101",
        "steps.*.capability": "ORC103",
        "steps.*.needs": "ORC109",
        "steps.*.needs.*": "ORC109",
        "expect.*.tier": "ORC102",
        "expect.*.agent": "ORC101",
        "expect.*.order.*": "ORC109",
        "expect.*.*.tier": "ORC102",
        "expect.*.*.message": "ORC104",
        "risk": "ORC014",
        "category": "ORC014",
    },
    "routing": {
        "hard.*.tier": "ORC102",
        "signals.*.feature": "ORC110",
        "agent_tier": "ORC014",
    },
    "workload": {"tasks.*.agent": "ORC101", "tasks.*.capability": "ORC103"},
    "tiers": {
        "escalation.*": "ORC102",
        "baseline": "ORC102",
        "default": "ORC102",
        "tiers.*.models.*": "ORC301",
    },
    "gates": {"layers.*.*": "ORC014", "layers.*.*.action": "ORC014"},
    "project": {"targets.*": "ORC113"}
    | dict.fromkeys(("tiers", "routing", "gates", "workload"), "ORC020")
    | {"messages": "ORC115"},
}
"""By kind of document: the path of a value that names something, and what is found where nothing is called so."""
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "agent": ("description", "prompt"),
    "front": ("name", "description"),
    "mission": ("mission", "task", "steps.*.task", "steps.*.agent"),
    "routing": ("hard.*.when", "hard.*.tier", "signals.*.feature"),
    "workload": ("tasks.*.task", "tasks.*.per_month", "tasks.*.input_tokens", "tasks.*.output_tokens"),
    "tiers": ("tiers.*.models",),
    "gates": (),
    "project": ("orchestra",),
}
"""By kind of document: the keys that must be there."""
OPEN = frozenset(
    {
        "signals",
        "tiers",
        "features",
        "table",
        "expect.*",
        "expect.*.*",
        "tasks.*.features",
        "signals.*.steps",
        "signals.*.table",
        "targets.*",
    }
)
"""Mappings whose keys are names, or that an item of its own explains."""
LISTS = frozenset(
    [
        "accepts",
        "agents",
        "capabilities",
        "escalation",
        "expect",
        "expect.*.*.contains",
        "expect.*.contains",
        "expect.*.tier",
        "handoffs",
        "hard.*.when.*",
        "hooks",
        "knowledge.boundaries",
        "layers.*.*.deny",
        "missions",
        "replies.*",
        "reply",
        "sends",
        "steps.*.needs",
        "tags",
        "targets",
        "tiers.*.aliases",
        "tiers.*.models",
        "tools",
    ]
)
"""Values that may be lists."""
ONES_OF_THEIR_OWN = ("orchestra", "order")
"""Keys whose values are not judged by their type alone: the version of the language, a list of two or more."""
UNKNOWN_NAMES: Mapping[str, str] = {
    "hard.*.when": "ORC110",
    "layers.*": "ORC111",
    "layers.*.*": "ORC111",
    "replies": "ORC109",
}
"""Mappings whose keys name something: what is found where nothing is called so."""
