"""ORC230: a prompt that calls an agent by the name of its file, where the agent itself is called otherwise.

Collections that ship agents as plugins do so: the file is `database-architect.md`, the agent `data-database-architect`.
A reader finds it; whoever looks the name up does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, Severity
from orchestra_compiler.findings import Family, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules.context import Context
from orchestra_compiler.rules.prose_handoffs import Unknown, unknown_names

RULE = Rule(
    "ORC230",
    "handoff-by-file-name",
    Family.HANDOFF,
    Severity.INFO,
    "A prompt hands work to an agent by the name of its file, not by its own",
    fix=Safety.UNSAFE,
)


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
    """Yield each such name once per prompt, at its first place."""
    for unknown in unknown_names(fleet, context):
        if unknown.owners:
            yield RULE.at(
                unknown.span,
                f"`{unknown.agent.name}` hands work to `{unknown.name}`, which is a file's name and no agent's{unknown.often}",
                _hint(unknown.owners),
                fix=_fix(unknown),
            )


def _hint(owners: tuple[str, ...]) -> str:
    first, *others = owners
    more = f", another `{others[0]}`" if others else ""
    return f"a file of that name holds the agent `{first}`{more}"


def _fix(unknown: Unknown) -> Fix | None:
    if len(unknown.owners) != 1:
        return None
    edit = Edit(unknown.span, unknown.owners[0], unknown.name)
    return Fix(title=f"write `{unknown.owners[0]}`", safety=Safety.UNSAFE, edits=(edit,))
