"""Emitters: pure functions from what was compiled to the files it becomes.

To add one, write a module with an `emit(built: Built) -> Iterator[Output]` and name it in `EMITTERS` and in
`orchestra_compiler.targets`; a project asks for it by that name under `targets`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from orchestra_compiler.built import Built, Output
from orchestra_compiler.emitters import cases, messages, prompts, routing_table
from orchestra_compiler.targets import USUAL

EMITTERS: Mapping[str, Callable[[Built], Iterator[Output]]] = {
    "cases": cases.emit,
    "messages": messages.emit,
    "prompts": prompts.emit,
    "routing-table": routing_table.emit,
}


def emit(built: Built) -> tuple[Output, ...]:
    """Return every file of the project's targets, sorted by path."""
    wanted = built.fleet.project.targets or USUAL
    outputs = [output for name in sorted(set(wanted)) for output in EMITTERS[name](built)]
    return tuple(sorted(outputs))
