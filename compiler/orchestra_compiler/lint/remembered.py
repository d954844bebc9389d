"""What the last lint of a project found, as long as nothing has changed since.

A record beside the project (`freshness.py`) holds the findings and the state of every file that was read. It is a cache of
this machine: where it is missing or in doubt the project is read. Nothing is remembered of a project with errors, or with
findings about files that are not there, for such files are in no record.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestra_compiler import freshness
from orchestra_compiler.check import Checked, Findings, check_project
from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, Severity, Span
from orchestra_compiler.lint.hidden import Hidden, Silencer

_ABSENT = frozenset({"ORC020", "ORC021", "ORC022", "ORC037"})


def findings_of(root: Path, since: int) -> Findings:
    """Return a project's findings: as remembered, or read now and remembered; `since` is `time.time_ns()` of before."""
    said = freshness.findings(os.fspath(root))
    remembered = _read(root, said) if said is not None else None
    return remembered or _remember(check_project(root), since)


def _remember(checked: Checked, since: int) -> Checked:
    found = [*checked.diagnostics, *(each.finding for each in checked.hidden)]
    if checked.fleet is not None and not any(_is_in_doubt(each) for each in found):
        said = {
            "diagnostics": [each.to_json() for each in checked.diagnostics],
            "hidden": [_hidden_to_json(each) for each in checked.hidden],
            "gone": checked.baseline_gone,
        }
        freshness.remember_findings(
            os.fspath(checked.root), json.dumps(said), checked.patterns, sorted(checked.sources), since
        )
    return checked


def _is_in_doubt(found: Diagnostic) -> bool:
    return found.severity is Severity.ERROR or found.code in _ABSENT


def _read(root: Path, said: str) -> Findings | None:
    try:
        data = json.loads(said)
        return Findings(
            root=root,
            diagnostics=tuple(map(_diagnostic, data["diagnostics"])),
            hidden=tuple(map(_hidden, data["hidden"])),
            baseline_gone=int(data["gone"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _diagnostic(data: Mapping[str, Any]) -> Diagnostic:
    return Diagnostic(
        code=data["code"],
        rule=data["rule"],
        severity=Severity(data["severity"]),
        span=_span(data),
        message=data["message"],
        hint=data["hint"],
        fix=_fix(data["fix"]) if "fix" in data else None,
    )


def _fix(data: Mapping[str, Any]) -> Fix:
    edits = tuple(Edit(_span(each), each["text"]) for each in data["edits"])
    return Fix(title=data["title"], safety=Safety(data["safety"]), edits=edits)


def _span(data: Mapping[str, Any]) -> Span:
    return Span(data["path"], data["line"], data["column"], data["end_line"], data["end_column"])


def _hidden_to_json(hidden: Hidden) -> dict[str, Any]:
    place = hidden.place._asdict() if hidden.place else None
    return {"finding": hidden.finding.to_json(), "by": hidden.by.value, "reason": hidden.reason, "place": place}


def _hidden(data: Mapping[str, Any]) -> Hidden:
    place = _span(data["place"]) if data["place"] else None
    return Hidden(_diagnostic(data["finding"]), Silencer(data["by"]), data["reason"], place)
