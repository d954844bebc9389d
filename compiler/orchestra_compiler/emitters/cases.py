"""The generated cases: `cases/KIND.jsonl`, one case a line, and the documents they speak of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from orchestra_compiler.built import Built, Output
from orchestra_compiler.codec import canonical
from orchestra_compiler.manifest import Case


def emit(built: Built) -> Iterator[Output]:
    """Yield a JSONL file per kind of case, then the documents."""
    for kind, cases in groupby(sorted(built.cases, key=lambda case: (case.kind, case.id)), lambda case: case.kind):
        yield Output(f"cases/{kind}.jsonl", b"".join(canonical(_line(case)) for case in cases))
    for path, content in built.case_files.items():
        yield Output(path, content)


def _line(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        "scenario": case.scenario,
        "component": case.component,
        "path": case.span.path,
        "line": case.span.line,
        "expected": case.expected,
        "rule": case.rule,
        "file": case.file,
        "data": json.loads(case.data),
    }
