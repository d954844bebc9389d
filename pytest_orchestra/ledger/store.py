"""The ledger itself: when a row is written, how surely, and by whom.

A call that costs money is committed before it starts and when it has ended, each time down to the disk. Everything
else waits in memory for at most a quarter of a second of activity (or 500 rows), so that a kill loses no more than
that, and a thousand rehearsed calls cost some hundredths of a second.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.errors import OrchestraError, UsageError
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Mission
from pytest_orchestra.ledger import message_reader, reader, records, schema
from pytest_orchestra.ledger.batch import Batch
from pytest_orchestra.ledger.keys import call_key
from pytest_orchestra.ledger.message_reader import KeptText, MessageRow, MessageSearch
from pytest_orchestra.ledger.rows import (
    CallRow,
    CaseRow,
    Cell,
    MissionRow,
    PassedChecks,
    RunInfo,
    RunRow,
    StepRow,
    VerdictRow,
)
from pytest_orchestra.values import Level, MissionResult, Reply, Request, SeenMessage

if TYPE_CHECKING:
    from pytest_orchestra.ledger.database import Database

_ALREADY_PAID = "SELECT 1 FROM calls WHERE run = ? AND key = ? AND paid AND finished_us IS NOT NULL"


class Ledger:
    """One process's hand on a ledger file; safe to use from several threads.

    Args:
        path: The file; it and its folder are made if missing.
        read_only: Open an existing ledger to read from it, even where nothing can be written.

    Raises:
        UsageError: Reading only, and there is no ledger.
        ProjectError: The file cannot be used; every method may raise it, too, when the disk gives way later.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        from pytest_orchestra.ledger.database import Database

        self.path = path
        self._lock = threading.Lock()
        self._database: Database | None = Database(path, read_only=read_only)
        self._batch = Batch()
        self._started: dict[int, records.Record] = {}
        self._next_token = secrets.randbits(40) << 22  # no two processes count from the same number

    # Writing.

    def begin_run(self, run: RunInfo) -> None:
        """Record that a run begins; any number of workers may say so of the same run.

        Raises:
            UsageError: A run of this id was begun with another project, manifest or provider.
        """
        row = records.run(run)
        with self._lock, self._open().transaction() as connection:
            connection.execute(schema.WRITE_RUN, row)
            sql = "SELECT project, manifest_sha256, provider FROM runs WHERE run = ?"
            known = connection.execute(sql, (run.run,)).fetchone()
        if known != (run.project, run.manifest_sha256, run.provider):
            raise UsageError(
                f"run {run.run} was begun with another project, manifest or provider", "begin a new run instead"
            )

    def tests_planned(self, run: str, kind: str, names: Iterable[str]) -> None:
        """Record the tests a run means to do (`mission`, or a kind of case), so that a report can name those it did not."""
        with self._lock, self._open().transaction() as connection:
            connection.executemany(schema.WRITE_PLANNED, [(run, kind, name) for name in names])

    def call_started(
        self, run: str, request: Request, level: Level, provider: str, *, paid: bool, trial: int = 0
    ) -> int:
        """Record that a call is about to be made, and return the handle that `call_finished` takes.

        Raises:
            OrchestraError: The call costs money and this run has already paid for its answer.
        """
        now = time.time_ns() // 1000
        with self._lock:
            token = self._next_token
            self._next_token += 1
            row = records.start(run, request, level, provider, token, now, paid=paid, trial=trial)
            if paid and self._open().read(_ALREADY_PAID, row[:2]):
                raise OrchestraError(
                    f"run {run} has already paid for call {request.number} of {request.mission.name}, step {request.step.name}",
                    "take its answer from Ledger.paid_reply, or begin a new run",
                )
            self._batch.call(token, row + (None,) * len(schema.FINISH_COLUMNS))
            try:
                self._settle(full_sync=paid)
            except OrchestraError:
                self._batch.discard(token)  # the caller will not make it, so it must not look lost
                raise
            self._started[token] = row
        return token

    def call_finished(self, call: int, reply: Reply, *, latency_s: float, priced_usd: Decimal, paid: bool) -> None:
        """Record what came of a call; when this returns, a paid call is on the disk.

        Raises:
            OrchestraError: No such call was started here, or its figures cannot be true.
        """
        now = time.time_ns() // 1000
        finish = records.finish(reply, latency_s, priced_usd, now, keep_reply=paid)
        with self._lock:
            start = self._started.pop(call, None)
            if start is None:
                raise OrchestraError(f"call {call} was never started, or has already ended")
            self._batch.call(call, start + finish)
            self._settle(full_sync=paid)

    def mission_finished(self, run: str, mission: Mission, result: MissionResult, *, trial: int = 0) -> None:
        """Record how a mission ended, with its steps and verdicts; a second record of the same trial replaces the first."""
        rows = records.mission(run, mission, result, trial)
        with self._lock:
            self._batch.mission(rows)
            self._settle()

    def messages_seen(self, run: str, seen: Sequence[SeenMessage], *, paid: bool = False, trial: int = 0) -> None:
        """Record messages of one call; `paid` says that the ledger keeps the reply they stand in."""
        rows = records.messages(run, seen, trial, time.time_ns() // 1000, in_reply=paid)
        with self._lock:
            self._batch.messages(rows)
            self._settle()

    def case_finished(self, run: str, case: Case, failure: str | None, duration_s: float) -> None:
        """Record how a generated case ended; `failure` is None when it passed."""
        row = records.case(run, case, failure, duration_s)
        with self._lock:
            self._batch.case(row)
            self._settle()

    def end_run(self, run: str, exit_code: int) -> None:
        """Record that a run has ended, and bring everything that waits to the disk. The last word counts."""
        now = time.time_ns() // 1000
        with self._lock:
            self._flush(full_sync=True)
            with self._open().transaction(full_sync=True) as connection:
                connection.execute(schema.END_RUN, (now, exit_code, run))

    def flush(self) -> None:
        """Bring everything that waits into the file."""
        with self._lock:
            self._flush()

    def close(self) -> None:
        """Flush and close; closing twice does nothing."""
        with self._lock:
            if self._database is None:
                return
            try:
                self._flush()
            finally:
                self._database.close()
                self._database = None

    # Reading. Rows come in an order that does not depend on when they were written.

    def run(self, run: str) -> RunRow | None:
        """Return the run of that id, or None."""
        return reader.run(self._reading(), run)

    def latest_run(self) -> RunRow | None:
        """Return the run that began last, or None."""
        return next(iter(self.latest_runs(1)), None)

    def latest_runs(self, most: int) -> tuple[RunRow, ...]:
        """Return the runs that began last, at most so many, the latest first."""
        return reader.latest_runs(self._reading(), most)

    def planned(self, run: str) -> tuple[tuple[str, str], ...]:
        """Return (kind, name) of the tests a run meant to do."""
        return reader.planned(self._reading(), run)

    def lost_calls(self, run: str) -> tuple[CallRow, ...]:
        """Return the calls that were started, once or more, without ever being seen to end."""
        return reader.calls(self._reading(), run, only_lost=True)

    def cells(self, run: str) -> tuple[Cell, ...]:
        """Return the sums of the ended calls of a run per tier, agent, model, mission, trial and usage source."""
        return reader.cells(self._reading(), run)

    def errors(self, run: str) -> tuple[tuple[str, int], ...]:
        """Return how many calls ended in each kind of error."""
        return reader.errors(self._reading(), run)

    def missions(self, run: str) -> tuple[MissionRow, ...]:
        """Return the missions of a run that ended, by name and trial."""
        return reader.missions(self._reading(), run)

    def steps(self, run: str) -> tuple[StepRow, ...]:
        """Return the steps of the missions that ended."""
        return reader.steps(self._reading(), run)

    def verdicts(self, run: str) -> tuple[VerdictRow, ...]:
        """Return all verdicts other than pass."""
        return reader.verdicts(self._reading(), run)

    def passed_checks(self, run: str) -> tuple[PassedChecks, ...]:
        """Return how often each check passed."""
        return reader.passed_checks(self._reading(), run)

    def cases(self, run: str) -> tuple[CaseRow, ...]:
        """Return the generated cases of a run that ended, by id."""
        return reader.cases(self._reading(), run)

    def messages(self, search: MessageSearch) -> tuple[MessageRow, ...]:
        """Return the messages that fit a search, in order of time; none of a ledger older than the audit trail."""
        return message_reader.found(self._reading(), search) if self.has_messages else ()

    def thread(self, search: MessageSearch, task: str) -> tuple[MessageRow, ...]:
        """Return the conversation about a task, as far as it fits a search, in order of time."""
        return message_reader.thread(self._reading(), search, task) if self.has_messages else ()

    def message_text(self, row: MessageRow) -> KeptText:
        """Return what a message said, as far as that was kept."""
        return message_reader.text(self._reading(), row)

    @property
    def has_messages(self) -> bool:
        """Whether the file has an audit trail: one of an earlier version gets it with the next run."""
        with self._lock:
            return self._open().version >= schema.AUDIT_TRAIL_SINCE

    def paid_reply(self, run: str, mission: str, step: str, number: int, *, trial: int = 0) -> Reply | None:
        """Return the answer, or the error, that this run has already paid for.

        The scripted provider, which is free, never asks. It is here for providers that cost money: `call_started`
        refuses to pay twice, so a run that goes on after a kill can only get the answer from here.
        """
        return reader.paid_reply(self._reading(), run, call_key(run, mission, step, number, trial))

    # Within.

    def _open(self) -> Database:
        if self._database is None:
            raise OrchestraError(f"the ledger {self.path} is closed")
        return self._database

    def _reading(self) -> reader.Read:
        """Return the way to read, with all that this process has recorded in the file."""
        self.flush()

        def read(sql: str, parameters: Sequence[object]) -> list[reader.Values]:
            with self._lock:
                return self._open().read(sql, parameters)

        return read

    def _settle(self, *, full_sync: bool = False) -> None:
        if full_sync or self._batch.due:
            self._flush(full_sync=full_sync)

    def _flush(self, *, full_sync: bool = False) -> None:
        if self._batch:
            with self._open().transaction(full_sync=full_sync) as connection:
                self._batch.write(connection)
            self._batch.clear()
