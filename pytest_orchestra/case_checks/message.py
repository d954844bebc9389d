"""Running the cases of kind `message`: documents against the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.manifest import Case

if TYPE_CHECKING:
    from orchestra_compiler.xsd.engines.violation import Violation
    from pytest_orchestra.compiled import CompiledProject


def check(case: Case, project: CompiledProject) -> str | None:
    """Return None when the case holds, else the reason with what was expected and what came."""
    try:
        return _document(case, project)
    except OrchestraError as error:
        return f"{case.scenario}: {error}"


def _document(case: Case, project: CompiledProject) -> str | None:
    text = project.text(case.file)
    found = project.messages.validate(text)
    if case.expected == "valid":
        return refused(f"{case.file} must be valid", found) if found else None
    demand = f"{case.file} must be refused by {case.rule!r} at {case.component}"
    if not found:
        return f"{demand}, but it is valid"
    # Engines may name a breach differently; the label was confirmed by those of the machine that compiled.
    if _names(case.rule, found) or any(_names(case.rule, each) for each in project.messages.verdicts(text).values()):
        return None
    return refused(demand, found)


def _names(rule: str, found: Sequence[Violation]) -> bool:
    return any(violation.rule == rule for violation in found)


def refused(demand: str, found: Sequence[Violation]) -> str:
    """Return that a document was refused although something else was demanded of it."""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{demand}, but: {found[0]}{more}"
