"""Emitters: pure functions from what was compiled to the files it becomes.

To add one, write a module with an `emit(built: Built) -> Iterator[Output | Section]` and name it in `EMITTERS` and in
`orchestra_compiler.targets`; a project asks for it by that name under `targets`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import NamedTuple

from orchestra_compiler.built import Built, Output, Section
from orchestra_compiler.targets import USUAL

EMITTERS: Mapping[str, str] = {
    "a2a": "a2a",
    "cases": "cases",
    "catalogue": "catalogue",
    "claude-code": "claude_code",
    "claude-code-router": "claude_code_router",
    "claude-md": "claude_md",
    "copilot": "copilot",
    "litellm": "litellm",
    "map": "fleet_map",
    "messages": "messages",
    "prompts": "prompts",
    "routing-table": "routing_table",
}
"""Target -> the module that emits it, loaded when a project asks for it: drawing a map takes half of Python's library."""


class Emitted(NamedTuple):
    """What the project's targets give, sorted by path: files of ours, and sections of files that are not."""

    outputs: tuple[Output, ...]
    sections: tuple[Section, ...] = ()


def emit_target(target: str, built: Built) -> Iterator[Output | Section]:
    """Yield what one target gives."""
    yield from import_module(f"{__name__}.{EMITTERS[target]}").emit(built)


def emit(built: Built) -> Emitted:
    """Return everything that the project's targets ask for."""
    wanted = built.fleet.project.targets or USUAL
    emitted = [each for name in sorted(set(wanted)) for each in emit_target(name, built)]
    outputs = (each for each in emitted if isinstance(each, Output))
    sections = (each for each in emitted if isinstance(each, Section))
    return Emitted(tuple(sorted(outputs)), tuple(sorted(sections)))
