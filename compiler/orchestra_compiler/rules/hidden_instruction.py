"""ORC707: an HTML comment in a text for models that tells the model what to do.

A reader of the rendered page never sees it; the model reads it like everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.patterns import pattern
from orchestra_compiler.rules.context import Context, texts
from orchestra_compiler.text_checks import injection
from orchestra_compiler.text_checks.prose import without_code

RULE = Rule(
    "ORC707", "hidden-instruction", Family.SECURITY, Severity.WARNING, "A comment hides an instruction to the model"
)

_COMMENT = pattern(r"<!--(?P<text>.*?)(?:-->|\Z)", re.DOTALL)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield comments outside of code that hold a phrase by which texts take over a model."""
    for text in texts(fleet, context):
        if "<!--" not in text.value or "injection" in text.expected_gates:
            continue
        for match in _COMMENT.finditer(without_code(text.value)):
            found = next(injection.scan(match["text"]), None)
            if found is not None:
                start = match.start("text")
                yield RULE.at(
                    context.locate(text, start + found.start, start + found.end),
                    f"a comment in {text.owner} hides {found.what}",
                    "take it out, or say it where readers see it",
                )
