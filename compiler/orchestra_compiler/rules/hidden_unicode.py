"""ORC701: characters that no reader sees and every model reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context, Text, texts
from orchestra_compiler.text_checks import Found, hidden_unicode

RULE = Rule(
    "ORC701",
    "hidden-unicode",
    Family.SECURITY,
    Severity.ERROR,
    "A text holds invisible or direction-changing characters",
    fix=Safety.UNSAFE,
)

_CHECK = "hidden-unicode"


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield the first run of hidden characters of each line, with the number of those that follow in it."""
    for text in texts(fleet, context):
        if _CHECK in text.expected_gates:
            continue
        by_line: dict[int, list[Found]] = {}
        for found in hidden_unicode.scan(text.value):
            by_line.setdefault(text.value.count("\n", 0, found.start), []).append(found)
        for first, *more in by_line.values():
            others = f", and {len(more)} more in this line" if more else ""
            yield RULE.at(
                context.locate(text, first.start, first.end),
                f"{text.owner} holds {first.what}{others}",
                "remove them; a model reads what no reviewer sees",
                fix=_removal(text, [first, *more], context),
            )


def _removal(text: Text, runs: Iterable[Found], context: Context) -> Fix:
    edits = (Edit(context.locate(text, run.start, run.end), "", text.value[run.start : run.end]) for run in runs)
    return Fix(title="remove the hidden characters", safety=Safety.UNSAFE, edits=tuple(edits))
