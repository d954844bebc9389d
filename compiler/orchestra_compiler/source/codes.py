"""The findings of the readers and the front ends: one table, so that a code has one name and one severity everywhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span


class Code(NamedTuple):
    """A kind of finding: its stable code, its name, how bad it usually is, and what it means in a sentence."""

    code: str
    name: str
    severity: Severity
    summary: str


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

CODES: Mapping[str, Code] = {
    code.code: code
    for code in (
        Code("ORC001", "syntax", _ERROR, "The text is not YAML."),
        Code("ORC002", "duplicate-key", _ERROR, "A mapping holds the same key twice."),
        Code("ORC003", "tag-not-allowed", _ERROR, "YAML tags and merge keys are not part of the language."),
        Code("ORC004", "alias-bomb", _ERROR, "Aliases expand to far more than was written, or into themselves."),
        Code("ORC005", "ambiguous-word", _WARNING, "A bare word means different things to different YAML readers."),
        Code("ORC006", "encoding", _ERROR, "The file is not clean UTF-8 text."),
        Code("ORC007", "front-matter-recovered", _WARNING, "The front matter is not strict YAML and was mended."),
        Code("ORC010", "schema", _ERROR, "A value breaks a constraint of the document's schema."),
        Code("ORC011", "unknown-key", _ERROR, "A key is not part of the language."),
        Code("ORC012", "missing-key", _ERROR, "A required key is not there."),
        Code("ORC013", "wrong-type", _ERROR, "A value has another type than its key asks for."),
        Code("ORC014", "unknown-value", _ERROR, "A value is none of the words its key allows."),
        Code("ORC020", "file-missing", _ERROR, "A named file is not there, or a pattern matches none."),
        Code("ORC021", "outside-project", _ERROR, "A path or pattern leaves the project's folder."),
        Code("ORC022", "unreadable-file", _ERROR, "A file is there and cannot be read."),
        Code("ORC112", "unknown-expectation", _ERROR, "An expectation is of no known kind."),
    )
}
"""Every finding that the sources, the front ends and the project's loader report, by code."""


def fault(code: str, span: Span, message: str, hint: str = "", *, severity: Severity | None = None) -> Diagnostic:
    """Return a finding of `code`; its severity is the code's own unless another is given."""
    known = CODES[code]
    return Diagnostic(
        code=code, rule=known.name, severity=severity or known.severity, span=span, message=message, hint=hint
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the question that names the known word nearest to `word`, or an empty string."""
    near = difflib.get_close_matches(word[:80], sorted(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def shown(text: str, limit: int = 60) -> str:
    """Return `text` on one line, cut to `limit` characters, for use in a message."""
    flat = " ".join(text[: limit * 4].split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
