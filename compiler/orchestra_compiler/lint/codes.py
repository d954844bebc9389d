"""The rules about settings and ignores themselves: a silence that nobody notices would be worse than none."""

from __future__ import annotations

from orchestra_compiler.diagnostic import Safety, Severity
from orchestra_compiler.findings import Family, Rule

_E, _W = Severity.ERROR, Severity.WARNING

UNKNOWN_RULE = Rule("ORC030", "unknown-rule", Family.FORM, _E, "A setting or an ignore names no rule")
RULE_OPTION = Rule("ORC031", "rule-option", Family.FORM, _E, "A rule has no such option, or not with such a number")
RULE_BINDING = Rule(
    "ORC032", "rule-binding", Family.FORM, _W, "An error that stops the compile is to be silenced, and stays"
)
IGNORE_WITHOUT_REASON = Rule("ORC033", "ignore-without-reason", Family.FORM, _W, "An ignore does not say why")
IGNORE_UNUSED = Rule("ORC034", "ignore-unused", Family.FORM, _W, "An ignore silences nothing", fix=Safety.SAFE)
IGNORE_UNREADABLE = Rule(
    "ORC035", "ignore-unreadable", Family.FORM, _W, "A comment starts as an ignore does, and is none"
)
PATTERN_UNUSED = Rule("ORC036", "pattern-unused", Family.FORM, _W, "A pattern under `lint.paths` matches no file")
BASELINE_UNUSABLE = Rule("ORC037", "baseline-unusable", Family.FORM, _E, "The baseline is missing, or is none")

LINT_RULES = (
    UNKNOWN_RULE,
    RULE_OPTION,
    RULE_BINDING,
    IGNORE_WITHOUT_REASON,
    IGNORE_UNUSED,
    IGNORE_UNREADABLE,
    PATTERN_UNUSED,
    BASELINE_UNUSABLE,
)
