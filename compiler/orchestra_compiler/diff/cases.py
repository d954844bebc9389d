"""The generated cases side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestra_compiler.diff.changes import CaseChange
from orchestra_compiler.manifest import Manifest


def case_changes(old: Manifest, new: Manifest) -> tuple[CaseChange, ...]:
    """Return the cases that are new, gone or not what they were, by kind; moved lines of a source are no change."""
    return tuple(_changes(_contents(old), _contents(new)))


def _changes(old: Mapping[str, Mapping[str, object]], new: Mapping[str, Mapping[str, object]]) -> Iterator[CaseChange]:
    for kind in sorted(old.keys() | new.keys()):
        before, after = old.get(kind, {}), new.get(kind, {})
        change = CaseChange(
            kind=kind,
            added=tuple(sorted(after.keys() - before.keys())),
            removed=tuple(sorted(before.keys() - after.keys())),
            changed=tuple(sorted(name for name in before.keys() & after.keys() if before[name] != after[name])),
        )
        if change.added or change.removed or change.changed:
            yield change


def _contents(read: Manifest) -> Mapping[str, Mapping[str, object]]:
    """Return kind -> id -> what a case tries and expects, its document's digest included."""
    found: dict[str, dict[str, object]] = {}
    for case in read.cases:
        document = read.outputs.get(case.file, "") if case.file else ""
        content = (case.component, case.expected, case.rule, case.agents, case.tier, case.data, document)
        found.setdefault(case.kind, {})[case.id] = content
    return found
