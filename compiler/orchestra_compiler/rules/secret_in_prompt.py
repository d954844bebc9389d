"""ORC702: a credential in a text that goes to a model and to everyone who reads the repository."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context, texts
from orchestra_compiler.text_checks import secrets

RULE = Rule("ORC702", "secret-in-prompt", Family.SECURITY, Severity.ERROR, "A text holds a credential")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield credentials by the exact shapes that their issuers give them; the finding shows no secret."""
    for text in texts(fleet, context):
        if "secrets" in text.expected_gates:
            continue
        for found in secrets.scan(text.value):
            yield RULE.at(
                context.locate(text, found.start, found.end),
                f"{text.owner} holds what looks like a secret: {found.what}",
                "revoke it at its issuer, then take it out of the file and of the history",
            )
