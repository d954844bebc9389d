"""The findings of the readers and the front ends: one table, so that a code has one name and one severity everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orchestra_compiler.diagnostic import Diagnostic, Fix, Safety, Severity, Span
from orchestra_compiler.findings import Family, Rule

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

CODES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("ORC001", "syntax", Family.FORM, _ERROR, "The text is not YAML"),
        Rule("ORC002", "duplicate-key", Family.FORM, _ERROR, "A mapping holds the same key twice", fix=Safety.SAFE),
        Rule("ORC003", "tag-not-allowed", Family.FORM, _ERROR, "YAML tags and merge keys are not part of the language"),
        Rule(
            "ORC004",
            "alias-bomb",
            Family.FORM,
            _ERROR,
            "Aliases expand to far more than was written, or into themselves",
        ),
        Rule(
            "ORC005",
            "ambiguous-word",
            Family.FORM,
            _WARNING,
            "A bare word means different things to different YAML readers",
            fix=Safety.SAFE,
        ),
        Rule("ORC006", "encoding", Family.FORM, _ERROR, "The file is not clean UTF-8 text"),
        Rule(
            "ORC007",
            "front-matter-recovered",
            Family.FORM,
            _WARNING,
            "The front matter is not strict YAML and was mended",
            fix=Safety.SAFE,
        ),
        Rule(
            "ORC008",
            "not-an-agent",
            Family.FORM,
            _WARNING,
            "A file that `agents` names defines no agent in any format that is known",
        ),
        Rule(
            "ORC009",
            "yaml-recovered",
            Family.FORM,
            _WARNING,
            "A file of another tool is not strict YAML and was mended",
            fix=Safety.SAFE,
        ),
        Rule(
            "ORC010",
            "schema",
            Family.FORM,
            _ERROR,
            "A value breaks a constraint of the document's schema",
            fix=Safety.UNSAFE,
        ),
        Rule("ORC011", "unknown-key", Family.FORM, _ERROR, "A key is not part of the language", fix=Safety.UNSAFE),
        Rule("ORC012", "missing-key", Family.FORM, _ERROR, "A required key is not there", fix=Safety.UNSAFE),
        Rule(
            "ORC013",
            "wrong-type",
            Family.FORM,
            _ERROR,
            "A value has another type than its key asks for",
            fix=Safety.UNSAFE,
        ),
        Rule(
            "ORC014",
            "unknown-value",
            Family.FORM,
            _ERROR,
            "A value is none of the words its key allows",
            fix=Safety.UNSAFE,
        ),
        Rule(
            "ORC015",
            "name-qualified",
            Family.IDENTITY,
            Severity.INFO,
            "An agent's name stands in several files that each have names of their own, and got its file's in front",
        ),
        Rule("ORC020", "file-missing", Family.FORM, _ERROR, "A named file is not there, or a pattern matches none"),
        Rule("ORC021", "outside-project", Family.FORM, _ERROR, "A path or pattern leaves the project's folder"),
        Rule("ORC022", "unreadable-file", Family.FORM, _ERROR, "A file is there and cannot be read"),
        Rule(
            "ORC112",
            "unknown-expectation",
            Family.MISSION,
            _ERROR,
            "An expectation is of no known kind",
            fix=Safety.UNSAFE,
        ),
    )
}
"""Every finding that the sources, the front ends and the project's loader report, by code."""


def fault(
    code: str, span: Span, message: str, hint: str = "", *, severity: Severity | None = None, fix: Fix | None = None
) -> Diagnostic:
    """Return a finding of `code`, for readers that carry a code about; its severity is the rule's unless one is given."""
    return CODES[code].at(span, message, hint, severity, fix)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the question that names the known word nearest to `word`, or an empty string."""
    import difflib

    near = difflib.get_close_matches(word[:80], sorted(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def shown(text: str, limit: int = 60) -> str:
    """Return `text` on one line, cut to `limit` characters, for use in a message."""
    flat = " ".join(text[: limit * 4].split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
