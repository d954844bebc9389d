"""The checks of the quality gates by layer, with their options: data that the compiler checks and the runtime obeys."""

from __future__ import annotations

from collections.abc import Mapping

from orchestra_compiler.model import Layer

CHECKS: Mapping[Layer, Mapping[str, tuple[str, ...]]] = {
    Layer.INPUT: {
        "hidden-unicode": (),
        "injection-phrases": (),
        "secrets": (),
        "template-tokens": (),
    },
    Layer.GROUNDING: {
        "known-agents": (),
        "known-files": (),
    },
    Layer.BOUNDARY: {
        "handoff-loop": (),
        "path-policy": ("allow", "deny"),
        "tool-policy": ("allow", "deny"),
    },
    Layer.OUTPUT: {
        "empty-reply": (),
        "message-schema": ("required",),
    },
}
"""Layer -> check -> the names of its options."""


def check_names() -> tuple[str, ...]:
    """Return the names of all checks, sorted."""
    return tuple(sorted(name for checks in CHECKS.values() for name in checks))
