"""Every check by layer and name: the one place that knows them all."""

from __future__ import annotations

from collections.abc import Mapping

from orchestra_compiler.model import Layer
from pytest_orchestra.gates import boundary, grounding, input, output  # noqa: A004 - the layer's name
from pytest_orchestra.gates.subject import Maker

REGISTRY: Mapping[Layer, Mapping[str, Maker]] = {
    Layer.INPUT: {
        "hidden-unicode": input.hidden_characters,
        "injection-phrases": input.injection_phrases,
        "secrets": input.credentials,
        "template-tokens": input.control_tokens,
    },
    Layer.GROUNDING: {
        "known-agents": grounding.known_agents,
        "known-files": grounding.known_files,
    },
    Layer.BOUNDARY: {
        "handoff-loop": boundary.handoff_loop,
        "path-policy": boundary.path_policy,
        "tool-policy": boundary.tool_policy,
    },
    Layer.OUTPUT: {
        "empty-reply": output.empty_reply,
        "message-schema": output.message_schema,
    },
}
HEURISTIC = frozenset({"injection-phrases"})
"""Checks whose findings are likelihoods, not facts."""
