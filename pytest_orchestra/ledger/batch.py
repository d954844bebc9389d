"""Rows that wait to be written: they go to the file together, in one short transaction.

Waiting in memory, not in an open transaction, lets many processes share one file: none holds SQLite's only write lock
for longer than a flush takes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pytest_orchestra.ledger import schema
from pytest_orchestra.ledger.records import MessageRecords, MissionRecords, Record

if TYPE_CHECKING:
    import sqlite3

MOST_ROWS = 500
MOST_WAIT_S = 0.25


class Batch:
    """The rows of one process that are not in the file yet. A newer row of the same thing replaces the older one."""

    def __init__(self) -> None:
        self._calls: dict[int, Record] = {}
        self._missions: dict[Record, MissionRecords] = {}
        self._cases: dict[Record, Record] = {}
        self._messages: dict[Record, Record] = {}
        self._texts: list[Record] = []
        self._rows = 0
        self._since = 0.0

    @property
    def due(self) -> bool:
        """Whether enough rows wait, or one has waited long enough."""
        return self._rows >= MOST_ROWS or (self._rows > 0 and time.monotonic() - self._since > MOST_WAIT_S)

    def call(self, token: int, record: Record) -> None:
        """Let a call wait: its start, or its start and finish."""
        self._calls[token] = record
        self._count(1)

    def discard(self, token: int) -> None:
        """Forget a call that will not be made after all."""
        del self._calls[token]
        self._rows -= 1

    def mission(self, records: MissionRecords) -> None:
        """Let a mission wait."""
        self._missions[records.mission[:3]] = records
        self._count(1 + len(records.steps) + len(records.verdicts))

    def case(self, record: Record) -> None:
        """Let a case wait."""
        self._cases[record[:2]] = record
        self._count(1)

    def messages(self, records: MessageRecords) -> None:
        """Let messages wait, with the texts that the file may not have yet."""
        for record in records.messages:
            self._messages[record[:6]] = record
        self._texts += records.texts
        self._count(len(records.messages) + len(records.texts))

    def write(self, connection: sqlite3.Connection) -> None:
        """Write everything that waits; what waits is kept until `clear`, since the commit may yet fail."""
        connection.executemany(schema.WRITE_CALL, self._calls.values())
        if self._missions:
            missions = self._missions.values()
            connection.executemany(schema.FORGET_STEPS, self._missions)
            connection.executemany(schema.FORGET_VERDICTS, self._missions)
            connection.executemany(schema.WRITE_MISSION, [records.mission for records in missions])
            connection.executemany(schema.WRITE_STEP, [row for records in missions for row in records.steps])
            connection.executemany(schema.WRITE_VERDICT, [row for records in missions for row in records.verdicts])
        connection.executemany(schema.WRITE_CASE, self._cases.values())
        connection.executemany(schema.WRITE_MESSAGE, self._messages.values())
        connection.executemany(schema.WRITE_TEXT, self._texts)

    def clear(self) -> None:
        """Forget what waited, once it is committed."""
        self._calls.clear()
        self._missions.clear()
        self._cases.clear()
        self._messages.clear()
        self._texts.clear()
        self._rows = 0

    def __bool__(self) -> bool:
        return self._rows > 0

    def _count(self, rows: int) -> None:
        if not self._rows:
            self._since = time.monotonic()
        self._rows += rows
