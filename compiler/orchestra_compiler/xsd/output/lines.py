"""Cases as JSON, one object a line, and the names of the files that hold their documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypedDict

from orchestra_compiler.naming import file_name
from orchestra_compiler.xsd.cases import Case, Constraint, LeftOut, Quarantined
from orchestra_compiler.xsd.engines.violation import Violation, clause_of

_MOST_VIOLATIONS = 3


class ConstraintJson(TypedDict):
    """A constraint of the schema."""

    kind: str
    component: str
    schema: str
    line: int
    rule: str


class CaseJson(TypedDict):
    """A case; `schema` is the file that `line` is in, `file` the document, below the folder that it was written to."""

    id: str
    scenario: str
    component: str
    line: int
    expected: str
    rule: str
    file: str
    schema: str
    clause: str
    constraint: ConstraintJson | None


class ViolationJson(TypedDict):
    """Why an engine refuses a document."""

    rule: str
    path: str
    line: int
    message: str


class LeftOutJson(TypedDict):
    """What has no case, and why."""

    component: str
    schema: str
    line: int
    kind: str
    reason: str


def case_files(cases: Iterable[Case]) -> dict[str, str]:
    """Return the file of each case by its id: `valid/NAME.xml` or `invalid/NAME.xml`.

    Names that a file system may not tell apart, or not take, get a digest of the id.
    """
    return {case.id: f"{case.expected}/{file_name(case.id.removeprefix(f'{case.expected}/'))}.xml" for case in cases}


def case_to_json(case: Case, file: str) -> CaseJson:
    """Return the published JSON form of a case."""
    return {
        "id": case.id,
        "scenario": case.scenario,
        "component": case.component,
        "line": case.place.line,
        "expected": case.expected,
        "rule": case.rule,
        "file": file,
        "schema": case.place.file,
        "clause": clause_of(case.rule) if case.rule else "",
        "constraint": constraint_to_json(case.constraint) if case.constraint else None,
    }


def constraint_to_json(constraint: Constraint) -> ConstraintJson:
    """Return the published JSON form of a constraint."""
    return {
        "kind": constraint.kind,
        "component": constraint.component,
        "schema": constraint.place.file,
        "line": constraint.place.line,
        "rule": constraint.rule,
    }


def left_out_to_json(left_out: LeftOut) -> LeftOutJson:
    """Return the published JSON form of what has no case."""
    return {
        "component": left_out.component,
        "schema": left_out.place.file,
        "line": left_out.place.line,
        "kind": left_out.constraint.kind if left_out.constraint else "",
        "reason": left_out.reason,
    }


def quarantined_to_json(quarantined: Quarantined, file: str) -> Mapping[str, object]:
    """Return the published JSON form of a case in quarantine: the case, the reason, and what each engine said first."""
    verdicts = {name: [_violation(each) for each in found[:_MOST_VIOLATIONS]] for name, found in _sorted(quarantined)}
    return {**case_to_json(quarantined.case, file), "reason": quarantined.reason, "verdicts": verdicts}


def line_of(record: Mapping[str, object]) -> bytes:
    """Return a record as one line of JSON."""
    return json.dumps(record, ensure_ascii=False, separators=(", ", ": ")).encode() + b"\n"


def _sorted(quarantined: Quarantined) -> list[tuple[str, tuple[Violation, ...]]]:
    return sorted(quarantined.verdicts.items())


def _violation(violation: Violation) -> ViolationJson:
    return {"rule": violation.rule, "path": violation.path, "line": violation.line, "message": violation.message}
