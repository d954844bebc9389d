"""Findings as annotations of GitHub Actions; see GitHub's "Workflow commands for GitHub Actions"."""

from __future__ import annotations

from collections.abc import Sequence

from orchestra_compiler.diagnostic import Diagnostic, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Return one workflow command per finding, a line each."""
    return "".join(f"{line}\n" for line in map(_annotation, diagnostics))


def _annotation(found: Diagnostic) -> str:
    span = found.span
    end_line = max(span.line, span.end_line)
    properties: dict[str, object] = {"file": span.path, "line": span.line, "endLine": end_line}
    if end_line == span.line:  # GitHub refuses columns of annotations over several lines
        properties |= {"col": span.column, "endColumn": max(span.column, span.end_column)}
    properties["title"] = f"{found.code} {found.rule}"
    written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value != "")
    text = f"{found.message}\n{found.hint}" if found.hint else found.message
    return f"::{_LEVELS[found.severity]} {written}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
