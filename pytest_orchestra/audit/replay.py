"""Judging recorded messages again: what a change of the schema does to the traffic that there was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orchestra_compiler.errors import UsageError
from orchestra_compiler.model import Json, Protocol
from pytest_orchestra.audit.lines import Told, to_json
from pytest_orchestra.values import MessageForm

if TYPE_CHECKING:
    from orchestra_compiler.xsd.engines.violation import Violation
    from pytest_orchestra.compiled import CompiledProject

Validate = Callable[[str], "tuple[Violation, ...]"]
"""Returns why a schema refuses a document; empty where it accepts it."""


class Judged(NamedTuple):
    """A message that was judged again: the first rule it broke then, and what it breaks now."""

    told: Told
    before: str
    after: tuple[Violation, ...]

    @property
    def changed(self) -> bool:
        """Whether one schema accepts what the other refuses."""
        return bool(self.before) != bool(self.after)


class Replay(NamedTuple):
    """Every message that could be judged again, and those that could not, because their text was not kept whole."""

    judged: tuple[Judged, ...]
    not_judged: tuple[Told, ...]

    @property
    def changed(self) -> tuple[Judged, ...]:
        """The messages whose verdict is another one now."""
        return tuple(each for each in self.judged if each.changed)


def replay(told: Iterable[Told], validate: Validate) -> Replay:
    """Judge documents anew; tasks in plain words are no documents and are passed over."""
    judged: list[Judged] = []
    lost: list[Told] = []
    known: dict[str, tuple[Violation, ...]] = {}
    for each in told:
        row, kept = each
        if row.form is not MessageForm.MESSAGE:
            continue
        if kept.loss:
            lost.append(each)
            continue
        if row.sha256 not in known:
            known[row.sha256] = validate(kept.text)
        judged.append(Judged(each, row.rule, known[row.sha256]))
    return Replay(tuple(judged), tuple(lost))


def schema_of(project: CompiledProject, path: Path | None) -> Validate:
    """Return what judges: the project's own schema as it is now, or another file.

    Raises:
        UsageError: There is no such file.
        MessageError: It is no schema that can be used.
    """
    if path is None:
        return project.messages.validate
    if not path.is_file():
        raise UsageError(f"there is no schema {path}", "name an XSD file")
    from orchestra_compiler.protocol.schema import load_schema

    path = path.absolute()
    return load_schema(Protocol(schema=path.name, root=project.messages.root_name), path.parent).validate


def judged_to_json(judged: Judged) -> dict[str, Json]:
    """Return a message that was judged again as JSON."""
    now = judged.after[0] if judged.after else None
    after: dict[str, Json] = {"verdict": "refused" if now else "accepted", "rule": now.rule if now else None}
    if now is not None:
        after |= {"line": now.line, "path": now.path, "message": now.message}
    before: dict[str, Json] = {"verdict": "refused" if judged.before else "accepted", "rule": judged.before or None}
    return {**to_json(judged.told), "before": before, "after": after, "changed": judged.changed}


def change(judged: Judged) -> str:
    """Return in words how a verdict changed."""
    if not judged.after:
        return f"refused by {judged.before} -> accepted"
    return f"accepted -> refused: {judged.after[0]}"


def summary(replayed: Replay) -> str:
    """Return in words what came of a replay."""
    changed = replayed.changed
    refused = sum(not each.before for each in changed)
    count = len(replayed.judged)
    text = (
        f"{count} {'message' if count == 1 else 'messages'} judged again: {refused} accepted -> refused, "
        f"{len(changed) - refused} refused -> accepted"
    )
    lost = len(replayed.not_judged)
    return f"{text}; {lost} could not be judged, because their text was not kept whole" if lost else text
