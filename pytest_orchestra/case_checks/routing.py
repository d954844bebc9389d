"""Run one case of kind `routing`, `boundary` or `fallback`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestra_compiler.routing.agreement import disagreement

if TYPE_CHECKING:
    from orchestra_compiler.manifest import Case
    from pytest_orchestra.compiled import CompiledProject


def check(case: Case, project: CompiledProject) -> str | None:
    """Return why the router does not give the case's expected answer, or None where it does."""
    return disagreement(case, project.router, project.manifest.fleet.agent_by_name)
