"""The input layer: may this task, with its context, be sent at all?

Three checks are exact; `injection-phrases` is a heuristic, meant to warn (see `text_checks.injection`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from orchestra_compiler.text_checks import Found, hidden_unicode, injection, secrets, template_tokens
from pytest_orchestra.gates.subject import Check, Finding, Maker, Options, Subject


def _scanner(scan: Callable[[str], Iterator[Found]]) -> Maker:
    def make(options: Options) -> Check:  # noqa: ARG001 - these checks have none
        def check(subject: Subject) -> Iterator[Finding]:
            for found in scan(subject.text):
                yield Finding(found.what, found.start, found.end)

        return check

    return make


hidden_characters = _scanner(hidden_unicode.scan)
control_tokens = _scanner(template_tokens.scan)
injection_phrases = _scanner(injection.scan)
credentials = _scanner(secrets.scan)
