"""Findings as SARIF 2.1.0, the OASIS standard that code scanning services read.

Silenced findings are there too, marked as such, so that a service can tell "mended" from "told to be quiet". Sections in
the comments are those of the standard.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from orchestra_compiler._version import __version__
from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Severity, Span
from orchestra_compiler.findings import Rule
from orchestra_compiler.lint.baseline import Key, key_of
from orchestra_compiler.lint.hidden import Hidden, Silencer
from orchestra_compiler.rules import RULES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
REPOSITORY = "https://github.com/pytest-orchestra/pytest-orchestra"
_BASE = "HERE"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FINGERPRINT = "orchestraFinding/v1"
_IN_BASELINE = "it stands in the baseline of old findings"


def write(diagnostics: Sequence[Diagnostic], hidden: Sequence[Hidden]) -> str:
    """Return findings, and those that are silenced, as one log with one run."""
    run = {
        "tool": {"driver": _driver()},
        "invocations": [{"executionSuccessful": True}],
        "originalUriBaseIds": {
            _BASE: {"uri": f"{Path.cwd().as_uri()}/", "description": {"text": "The folder that the command ran in."}}
        },
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": list(_results(diagnostics, hidden)),
    }
    # ASCII only, for the same reason as in the JSON form.
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver() -> dict[str, Any]:
    return {
        "name": "orchestra lint",
        "organization": "pytest-orchestra",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": REPOSITORY,
        "rules": [_rule(rule) for rule in RULES.values()],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    page = f"{REPOSITORY}/blob/main/docs/rules/{rule.page}"
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary}. One of the rules about: {rule.family.value}."},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "helpUri": page,
        "help": {
            "text": f"{rule.summary}. What it is, why it is bad and how to mend it: {page}",
            "markdown": f"{rule.summary}. [What it is, why it is bad and how to mend it]({page})",
        },
        "properties": {"family": rule.family.value, "tags": [rule.family.value]},
    }


_INDEXES = {code: index for index, code in enumerate(RULES)}


def _results(diagnostics: Sequence[Diagnostic], hidden: Sequence[Hidden]) -> Iterator[dict[str, Any]]:
    seen: Counter[Key] = Counter()
    for found in diagnostics:
        yield _result(found, [], seen)
    for each in hidden:
        yield _result(each.finding, [_suppression(each)], seen)


def _result(found: Diagnostic, suppressions: list[dict[str, Any]], seen: Counter[Key]) -> dict[str, Any]:
    key = key_of(found)
    seen[key] += 1
    written = "\n".join((*key, str(seen[key])))
    result = {
        "ruleId": found.code,
        "ruleIndex": _INDEXES[found.code],
        "level": _LEVELS[found.severity],
        "message": {"text": f"{found.message}\n{found.hint}" if found.hint else found.message},
        "locations": [_location(found.span)] if found.span.path else [],
        "partialFingerprints": {_FINGERPRINT: sha256(written.encode("utf-8", "surrogatepass")).hexdigest()},
        "suppressions": suppressions,  # an empty list says that it is not suppressed (3.27.23)
    }
    return result | ({"fixes": [_fix(found.fix)]} if found.fix else {})


def _suppression(each: Hidden) -> dict[str, Any]:
    if each.by is Silencer.BASELINE:
        return {"kind": "external", "status": "accepted", "justification": _IN_BASELINE}
    place = {"location": _location(each.place)} if each.place else {}
    reason = {"justification": each.reason} if each.reason else {}
    return {"kind": "inSource", "status": "accepted", **reason, **place}


def _location(span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(span.path), "region": _region(span)}}


def _artifact(path: str) -> dict[str, Any]:
    """Return where a file is: below the base, or, where the path climbs out of it, by itself (3.4.4)."""
    if os.path.isabs(path):  # noqa: PTH117 - a text with forward slashes
        return {"uri": Path(path).as_uri()}
    uri = quote(os.fsencode(path))
    return {"uri": uri} if path.startswith("../") else {"uri": uri, "uriBaseId": _BASE}


def _region(span: Span) -> dict[str, int]:
    line, column = max(1, span.line), max(1, span.column)
    end_line, end_column = max((line, column), (span.end_line, max(1, span.end_column)))
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _fix(fix: Fix) -> dict[str, Any]:
    paths = dict.fromkeys(edit.span.path for edit in fix.edits)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [_replacement(each) for each in _in(fix.edits, path)],
            }
            for path in paths
        ],
        "properties": {"safety": fix.safety.value},
    }


def _in(edits: Iterable[Edit], path: str) -> Iterator[Edit]:
    return (edit for edit in edits if edit.span.path == path)


def _replacement(edit: Edit) -> dict[str, Any]:
    inserted = {"insertedContent": {"text": edit.text}} if edit.text else {}
    return {"deletedRegion": _region(edit.span), **inserted}
