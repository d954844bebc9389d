"""ORC205: a prompt that hands work to an agent the fleet does not have."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.prose_handoffs import Unknown, unknown_names

RULE = Rule(
    "ORC205",
    "handoff-to-nobody",
    Family.HANDOFF,
    Severity.WARNING,
    "A prompt hands work to an agent that does not exist",
    fix=Safety.UNSAFE,
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield each such name once per prompt, at its first place."""
    for unknown in unknown_names(fleet, context):
        if not unknown.owners:
            yield RULE.at(
                unknown.span,
                f"`{unknown.agent.name}` hands work to `{unknown.name}`, which is no agent of the fleet{unknown.often}",
                _hint(unknown),
                fix=_fix(unknown),
            )


def _hint(unknown: Unknown) -> str:
    if not unknown.near:
        return "define it, or name another"
    return f"did you mean {' or '.join(f'`{name}`' for name in unknown.near)}?"


def _fix(unknown: Unknown) -> Fix | None:
    """Return the mend where one name alone is near; the next round finds the same name's next place."""
    if len(unknown.near) != 1:
        return None
    edit = Edit(unknown.span, unknown.near[0], unknown.name)
    return Fix(title=f"write `{unknown.near[0]}`", safety=Safety.UNSAFE, edits=(edit,))
