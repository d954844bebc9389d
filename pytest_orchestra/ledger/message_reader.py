"""The audit trail, read: what agents were told and said, found by run, mission, agent, type, task and verdict.

Rows come without their texts: most searches show a few words of each, and a text may be long.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from pytest_orchestra.ledger.keys import call_key
from pytest_orchestra.ledger.reader import Read, time_of, unreadable
from pytest_orchestra.ledger.schema import MESSAGE_COLUMNS
from pytest_orchestra.values import MessageForm, VerdictKind

_REFUSING = (VerdictKind.BLOCK, VerdictKind.ESCALATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message. Most fields are those of `values.SeenMessage`.

    Attributes:
        at: Aware, UTC.
        sha256: Of the whole text in UTF-8.
        characters: Of the whole text.
        start: Where it begins in the reply of a paid call; None where its text is kept by itself.
    """

    run: str
    mission: str
    trial: int
    step: str
    number: int
    position: int
    at: datetime
    form: MessageForm
    sender: str
    recipient: str
    type: str
    task_id: str
    parent_task: str
    rule: str
    gate: VerdictKind | None
    gate_check: str
    sha256: str
    characters: int
    start: int | None

    @property
    def refused(self) -> bool:
        """Whether the schema or a gate refused it."""
        return bool(self.rule) or self.gate in _REFUSING

    @property
    def refused_by(self) -> str:
        """The rule of the schema, or the gate's check, that refused it; empty where it was accepted."""
        return self.rule or (self.gate_check if self.refused else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSearch:
    """What messages must be like; None, or an empty text, leaves a question open.

    Attributes:
        task: They are about this task, or about one that is a part of it.
        most: Only so many, the latest.
    """

    run: str | None = None
    mission: str | None = None
    sender: str | None = None
    recipient: str | None = None
    type: str | None = None
    form: MessageForm | None = None
    task: str | None = None
    refused: bool | None = None
    most: int | None = None


class KeptText(NamedTuple):
    """What was kept of a text.

    Attributes:
        text: Its beginning or the whole of it; empty where it is lost.
        loss: What is missing, in words; empty where nothing is.
    """

    text: str
    loss: str = ""


_STEP = MESSAGE_COLUMNS[:4]
_NUMBERS = ("trial", "number", "position", "at_us", "characters")
_MAY_BE_NULL = ("gate", "start")
_KINDS = tuple((name, int if name in _NUMBERS else str) for name in MESSAGE_COLUMNS if name not in _MAY_BE_NULL)
_ORDER = "at_us, run, mission, trial, step, number, position"
_REFUSED = "(rule <> '' OR COALESCE(gate, '') IN ('block', 'escalate'))"


def found(read: Read, search: MessageSearch) -> tuple[MessageRow, ...]:
    """Return the messages that fit, in order of time."""
    where, parameters = _conditions(search)
    if search.task:
        where += " AND (task_id = ? OR parent_task = ?)"
        parameters += [search.task, search.task]
    order = ", ".join(f"{name} DESC" for name in _ORDER.split(", "))
    limit = -1 if search.most is None else min(search.most, sys.maxsize)
    sql = f"SELECT {', '.join(MESSAGE_COLUMNS)} FROM messages WHERE {where} ORDER BY {order} LIMIT ?"  # noqa: S608
    return tuple(_rows(read(sql, (*parameters, limit))))[::-1]


def thread(read: Read, search: MessageSearch, task: str) -> tuple[MessageRow, ...]:
    """Return the conversation about a task: every message of each step in which somebody spoke of it.

    A message that speaks of a task as the one that its own is a part of belongs to it, with all that follows from it.
    """
    steps = _steps_about(read, search.run, task)
    where, parameters = _conditions(search)
    rows = read(f"SELECT {', '.join(MESSAGE_COLUMNS)} FROM messages WHERE {where} ORDER BY {_ORDER}", parameters)  # noqa: S608
    fitting = [row for row in rows if row[: len(_STEP)] in steps]
    return tuple(_rows(fitting if search.most is None else fitting[max(len(fitting) - search.most, 0) :]))


def _steps_about(read: Read, run: str | None, task: str) -> set[tuple[object, ...]]:
    """Return the steps in which somebody spoke of a task, or of one that is a part of it, however deep.

    Here rather than in SQL: without an index of parents it would look at every message once for each task.
    """
    where, parameters = ("1", ()) if run is None else ("run = ?", (run,))
    sql = f"SELECT DISTINCT {', '.join(_STEP)}, task_id, parent_task FROM messages WHERE {where}"  # noqa: S608
    spoken = read(sql, parameters)
    parts: dict[tuple[str, str], list[str]] = {}
    for run_of, *_, part, whole in spoken:
        if whole:
            parts.setdefault((run_of, whole), []).append(part)
    about = {(row[0], task) for row in spoken if task in row[-2:]}
    waiting = list(about)
    while waiting:
        run_of, whole = waiting.pop()
        found = {(run_of, part) for part in parts.get((run_of, whole), ())} - about
        about |= found
        waiting += found
    return {row[: len(_STEP)] for row in spoken if (row[0], row[-2]) in about}


def _conditions(search: MessageSearch) -> tuple[str, list[object]]:
    asked = {
        "run": search.run,
        "mission": search.mission,
        "sender": search.sender,
        "recipient": search.recipient,
        "type": search.type,
        "form": None if search.form is None else search.form.value,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    terms = [f"{name} = ?" for name in given]
    if search.refused is not None:
        terms.append(_REFUSED if search.refused else f"NOT {_REFUSED}")
    return " AND ".join(terms) or "1", list(given.values())


def _rows(rows: Sequence[Any]) -> Iterator[MessageRow]:
    for row in rows:
        yield _row(dict(zip(MESSAGE_COLUMNS, row, strict=True)))


def _row(row: dict[str, Any]) -> MessageRow:
    plain = {name: row[name] for name in MESSAGE_COLUMNS if name not in ("at_us", "form", "gate")}
    strange = next((name for name, kind in _KINDS if not isinstance(row[name], kind)), None)
    if strange is not None:
        raise unreadable("a message", f"its {strange} is {row[strange]!r:.60}")
    try:
        return MessageRow(
            **plain,
            at=time_of(row["at_us"]),
            form=MessageForm(row["form"]),
            gate=None if row["gate"] is None else VerdictKind(row["gate"]),
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise unreadable("a message", error) from error


def text(read: Read, row: MessageRow) -> KeptText:
    """Return what a message said: from the reply of its call, or from the texts."""
    if row.start is not None:
        return _of_reply(read, row)
    rows = read("SELECT text, blotted FROM texts WHERE sha256 = ?", (row.sha256,))
    if not rows:
        return KeptText(text="", loss="its text is not in the ledger")
    kept, blotted = rows[0]
    if not isinstance(kept, str) or not isinstance(blotted, int):
        raise unreadable("a text", f"it is {kept!r:.60}")
    losses = [f"{blotted} credentials are blotted out"] if blotted else []
    if len(kept) < row.characters:
        losses.append(f"cut after {len(kept):,} of {row.characters:,} characters")
    return KeptText(text=kept, loss="; ".join(losses))


def _of_reply(read: Read, row: MessageRow) -> KeptText:
    key = call_key(row.run, row.mission, row.step, row.number, row.trial)
    rows = read("SELECT reply FROM calls WHERE run = ? AND key = ? AND reply IS NOT NULL", (row.run, key))
    try:
        reply = json.loads(rows[0][0])[0]
        return KeptText(text=reply[row.start : (row.start or 0) + row.characters])
    except (IndexError, TypeError, ValueError, KeyError):
        return KeptText(text="", loss="its reply is not in the ledger")
