"""Running the cases of kinds `message` and `pair`: documents against the schema, and messages there and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Json

if TYPE_CHECKING:
    from orchestra_compiler.xsd.violation import Violation
    from pytest_orchestra.compiled import CompiledProject


def check(case: Case, project: CompiledProject) -> str | None:
    """Return None when the case holds, else the reason with what was expected and what came."""
    try:
        return _pair(case, project) if case.kind == "pair" else _document(case, project)
    except OrchestraError as error:
        return f"{case.scenario}: {error}"


def _document(case: Case, project: CompiledProject) -> str | None:
    text = project.text(case.file)
    found = project.messages.validate(text)
    if case.expected == "valid":
        return _refused(f"{case.file} must be valid", found) if found else None
    demand = f"{case.file} must be refused by {case.rule!r} at {case.component}"
    if not found:
        return f"{demand}, but it is valid"
    # Engines may name a breach differently; the label was confirmed by those of the machine that compiled.
    if _names(case.rule, found) or any(_names(case.rule, each) for each in project.messages.verdicts(text).values()):
        return None
    return _refused(demand, found)


def _names(rule: str, found: Sequence[Violation]) -> bool:
    return any(violation.rule == rule for violation in found)


def _pair(case: Case, project: CompiledProject) -> str | None:
    data = json.loads(case.data)
    kind: str = data["type"]
    text = project.messages.encode(kind, data["fields"])
    found = project.messages.validate(text)
    if found:
        return _refused(f"the {kind} from {data['sender']} to {data['recipient']} must be valid", found)
    wrong = list(_differences(data["fields"], project.messages.decode(text)))
    if (named := project.messages.type_of(text)) != kind:
        wrong.append(f"type: expected {kind!r}, got {named!r}")
    if wrong:
        return f"the {kind} from {data['sender']} to {data['recipient']} came back changed: {'; '.join(wrong)}"
    return _template(kind, data["sender"], project)


def _differences(sent: Mapping[str, Json], back: Mapping[str, Json]) -> Iterator[str]:
    for name, value in sent.items():
        came = back.get(name)
        if came != value:
            yield f"{name}: expected {value!r}, got {came!r}"


def _template(kind: str, sender: str, project: CompiledProject) -> str | None:
    """Return what is wrong with the sender's template of this type; an agent need not have one."""
    path = project.manifest.templates.get(f"{kind}/{sender}")
    if path is None:
        return None
    text = project.text(path)
    found = project.messages.validate(text)
    if found:
        return _refused(f"the template {path} must be valid", found)
    named = project.messages.type_of(text)
    return None if named == kind else f"the template {path} must be a {kind}, but says {named!r}"


def _refused(demand: str, found: Sequence[Violation]) -> str:
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{demand}, but: {found[0]}{more}"
