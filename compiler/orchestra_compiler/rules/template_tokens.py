"""ORC703: control tokens of chat templates, which can end a turn where a server renders text into a template."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context, texts
from orchestra_compiler.text_checks import template_tokens
from orchestra_compiler.text_checks.prose import without_code

RULE = Rule(
    "ORC703", "template-tokens", Family.SECURITY, Severity.WARNING, "A text holds control tokens of a chat template"
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield control tokens; in code, where they are most likely explained and not smuggled, as an info."""
    for text in texts(fleet, context):
        if "template-tokens" in text.expected_gates:
            continue
        prose = ""
        for found in template_tokens.scan(text.value):
            prose = prose or without_code(text.value)
            in_code = not prose[found.start : found.end].strip()
            yield RULE.at(
                context.locate(text, found.start, found.end),
                f"{text.owner} holds the {found.what}",
                "describe the token in words, or break it up with a space",
                Severity.INFO if in_code else None,
            )
