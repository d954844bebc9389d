"""Agents as YAML specs."""

from __future__ import annotations

from typing import Any

from orchestra_compiler.frontends.candidate import Candidate, ReadFile
from orchestra_compiler.frontends.common import Built, faults, has_errors, name_in, places, words
from orchestra_compiler.model import Agent
from orchestra_compiler.source.tree import Document

NAME = "orchestra"
_SIGNS = frozenset({"prompt", "prompt_file", "description", "tier", "capabilities"})
_LEAST = 2  # of the signs, where `agent` is misspelt or forgotten


def fits(candidate: Candidate) -> bool:
    """Return whether a YAML file is a spec of ours: it has the key `agent`, or several of the others."""
    for document in candidate.strict.documents:
        if isinstance(document.value, dict):
            return "agent" in document.value or len(_SIGNS & document.value.keys()) >= _LEAST
    return False


def build(document: Document, read_file: ReadFile) -> Built[Agent]:
    """Build the agent of a YAML document; `read_file` reads its `prompt_file`."""
    name = name_in(document, "agent")
    found = faults(document, "agent")
    if found:
        return Built(None, found, name)
    data = document.value
    prompt = data.get("prompt")
    if prompt is None:
        prompt, found = read_file(data["prompt_file"], document.span_at(("prompt_file",)))
        if prompt is None or has_errors(found):
            return Built(None, found, name)
    agent = Agent(
        name=name,
        prompt=prompt,
        model=data.get("model"),
        template=data.get("template"),
        hooks=words(data.get("hooks")),
        memory=data.get("memory"),
        span=document.span,
        places=places(document),
        **shared_fields(data),
    )
    return Built(agent, found, name)


def shared_fields(data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that YAML specs and Markdown agents write alike."""
    knowledge = data.get("knowledge") or {}
    return {
        "description": data.get("description", ""),
        "tier": data.get("tier"),
        "rationale": data.get("rationale", ""),
        "capabilities": words(data.get("capabilities")),
        "tools": words(data["tools"]) if "tools" in data else None,
        "sends": words(data.get("sends")),
        "accepts": words(data.get("accepts")),
        "coordinator": data.get("coordinator"),
        "handoffs": words(data.get("handoffs")),
        "documents": tuple(knowledge.get("documents", ())),
        "boundaries": tuple(knowledge.get("boundaries", ())),
    }
