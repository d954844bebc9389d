"""The files that a suite is written as."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from orchestra_compiler.xsd.cases import Case, Quarantined, Suite
from orchestra_compiler.xsd.output.generated import Generated
from orchestra_compiler.xsd.output.lines import case_files, case_to_json, line_of, quarantined_to_json
from orchestra_compiler.xsd.output.page import markdown
from orchestra_compiler.xsd.output.summary import to_json

CASES, QUARANTINE, SUMMARY, PAGE = "cases.jsonl", "quarantine.jsonl", "summary.json", "summary.md"
FOLDERS = ("invalid", "quarantine", "valid")
_DOCUMENT = re.compile(r"(?:quarantine/)?(?:invalid|valid)/[^/\\\0]+\.xml")


def files_of(generated: Generated) -> Mapping[str, bytes]:
    """Return every file of a suite by its path below the folder: lists, documents and summary."""
    suite = generated.suite
    return {
        CASES: b"".join(lines(suite.cases)),
        QUARANTINE: b"".join(_quarantine(suite.quarantined)),
        SUMMARY: json.dumps(to_json(generated), ensure_ascii=False, indent=2).encode() + b"\n",
        PAGE: markdown(generated).encode(),
        **dict(_documents(suite)),
    }


def may_own(path: str) -> bool:
    """Return whether a file of a folder could be one of ours, going by its path."""
    return path in (CASES, QUARANTINE, SUMMARY, PAGE) or _DOCUMENT.fullmatch(path) is not None


def lines(cases: Iterable[Case]) -> Iterator[bytes]:
    """Yield a line of JSON per case, in order of their ids."""
    ordered = sorted(cases, key=lambda case: case.id)
    files = case_files(ordered)
    return (line_of({**case_to_json(case, files[case.id])}) for case in ordered)


def lines_with_documents(cases: Iterable[Case]) -> Iterator[bytes]:
    """Yield a line of JSON per case, in order of their ids, that holds the document itself in place of a file's name."""
    for case in sorted(cases, key=lambda case: case.id):
        record = {key: value for key, value in case_to_json(case, "").items() if key != "file"}
        yield line_of({**record, "document": case.document})


def _quarantine(quarantined: Iterable[Quarantined]) -> Iterator[bytes]:
    ordered = sorted(quarantined, key=lambda each: each.case.id)
    files = _quarantine_files(ordered)
    return (line_of(quarantined_to_json(each, files[each.case.id])) for each in ordered)


def _quarantine_files(quarantined: Iterable[Quarantined]) -> dict[str, str]:
    return {identity: f"quarantine/{file}" for identity, file in case_files(each.case for each in quarantined).items()}


def _documents(suite: Suite) -> Iterator[tuple[str, bytes]]:
    files, doubtful = case_files(suite.cases), _quarantine_files(suite.quarantined)
    yield from ((files[case.id], case.document.encode()) for case in suite.cases)
    yield from ((doubtful[each.case.id], each.case.document.encode()) for each in suite.quarantined)
