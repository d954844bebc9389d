"""A small project that compiles to every target: its models are its own, so that no market enters its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import small_project

from orchestra_compiler.built import Built, Output, Section, Text
from orchestra_compiler.check import check_project
from orchestra_compiler.emitters import emit_target
from orchestra_compiler.model import Fleet

OTHERS = ("a2a", "catalogue", "claude-code", "claude-code-router", "claude-md", "copilot", "litellm", "map")
"""The targets that are for other tools and for people."""

TIERS = """\
tiers:
  routine:
    description: Small and frequent work.
    aliases: [haiku]
    models:
      - {model: small-1, provider: acme, context_window: 100000, max_output_tokens: 10000,
         price: {input: "0.10", output: "0.40", source: price-list.txt, date: "2026-01-15"}}
      - {model: wide-1, provider: other, context_window: 400000, max_output_tokens: 20000,
         price: {input: "0.25", output: "2", cache_read: "0.025", source: price-list.txt, date: "2026-01-15"}}
  implementation:
    aliases: [sonnet, middle]
    models:
      - {model: middle-1, provider: acme, context_window: 200000, max_output_tokens: 20000,
         price: {input: "3", output: "15", cache_read: "0.30", cache_write: "3.75", source: price-list.txt,
                 date: "2026-01-15"}}
  strategic:
    aliases: [opus]
    models:
      - {model: large-1, provider: acme, context_window: 200000, max_output_tokens: 30000,
         price: {input: "5", output: "25", source: price-list.txt, date: "2026-01-15"}}
escalation: [routine, implementation, strategic]
baseline: implementation
default: routine
"""

TARGETS = """\
tiers: tiers.yaml
gates: gates.yaml
targets:
  - catalogue
  - claude-code
  - claude-code-router: {base_urls: {acme: "https://acme.example/v1/chat", other: "http://127.0.0.1:9/v1"}, web_search: strategic}
  - claude-md
  - copilot
  - litellm: {provider_budgets: {acme: 20, other: 5.50}}
  - map
  - a2a: {url: "https://agents.example.org/"}
"""

FILES: Mapping[str, str] = {
    "orchestra.yaml": small_project.FILES["orchestra.yaml"] + TARGETS,
    "tiers.yaml": TIERS,
    "gates.yaml": "escalation: {self: 3}\nsuite: {budget_usd: 2.50}\n",
    "agents/lead.yaml": small_project.FILES["agents/lead.yaml"] + "handoffs: [writer, reader]\n",
}
"""What it has beyond the small project."""


def write(root: Path, changes: Mapping[str, str] | None = None, *, backwards: bool = False) -> Path:
    """Write the project with some files replaced or added, and return its root."""
    return small_project.write(root, {**FILES, **(changes or {})}, backwards=backwards)


def checked(root: Path) -> Fleet:
    """Return a project's fleet as emitters get it."""
    found = check_project(root)
    assert found.fleet is not None, found.diagnostics
    assert not found.failed, found.diagnostics
    return found.fleet


def built(fleet: Fleet) -> Built:
    """Return what emitters turn into files, with the agents' own text for their prompts."""
    prompts = {agent.name: Text(text=agent.prompt, inputs=(agent.span.path,)) for agent in fleet.agents}
    return Built(fleet=fleet, prompts=prompts, messages={}, cases=(), case_files={})


def emit(fleet: Fleet, *targets: str) -> dict[str, str]:
    """Return path -> text of everything that some targets emit; a section's path is that of its file."""
    return {output.path: output.content.decode() for output in outputs(fleet, *targets)}


def outputs(fleet: Fleet, *targets: str) -> Iterator[Output | Section]:
    """Yield what some targets emit, of all that are for others by default."""
    for target in targets or OTHERS:
        yield from emit_target(target, built(fleet))
