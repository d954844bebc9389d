"""The file below the ledger: opens it, proves that it can be written, and turns SQLite's errors into ours.

Imported only once a ledger is opened, since `sqlite3` costs start-up time.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestra_compiler.errors import ProjectError, UsageError
from pytest_orchestra.ledger import schema

BUSY_S = 30.0
"""How long to wait for another process's transaction; ours take milliseconds."""

_ELSEWHERE = "name another file for the ledger"
_MENDS = (
    ("SQLITE_NOTADB", "is not a ledger", "move it away or name another file; a new ledger is made on the next run"),
    ("SQLITE_CORRUPT", "is damaged", "move it away; a new ledger is made on the next run"),
    ("SQLITE_FULL", "cannot grow: the disk is full", "make room and run again; what was committed is kept"),
    ("SQLITE_READONLY", "cannot be written", f"allow writing to it and to its folder, or {_ELSEWHERE}"),
    ("SQLITE_CANTOPEN", "cannot be opened", f"allow writing to it and to its folder, or {_ELSEWHERE}"),
    ("SQLITE_PERM", "cannot be opened", f"allow reading and writing it, or {_ELSEWHERE}"),
    ("SQLITE_BUSY", f"was locked by another process for {BUSY_S:.0f} s", "end that process and run again"),
    ("SQLITE_LOCKED", "is locked", "end the process that holds it and run again"),
    ("SQLITE_IOERR", "cannot be read or written", "look at the disk: it may be full or gone"),
)


class Database:
    """One connection to a ledger's file. Not thread-safe: its owner holds a lock.

    Raises:
        UsageError: There is no such file (reading only).
        ProjectError: It cannot be used; the text says why and what mends it.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._connection = _for_reading(path) if read_only else _for_writing(path)

    @property
    def version(self) -> int:
        """The version of the file; one that is only read may be older than ours."""
        return int(self.read("PRAGMA user_version")[0][0])

    @contextmanager
    def transaction(self, *, full_sync: bool = False) -> Iterator[sqlite3.Connection]:
        """Hold a write transaction; with `full_sync` its commit has reached the disk when the block ends."""
        connection = self._connection
        try:
            connection.execute(f"PRAGMA synchronous = {'FULL' if full_sync else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise _stopped(self._path, error) from error

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Return all rows of a query."""
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except UnicodeEncodeError:  # asked for half of a surrogate pair, which no row can hold
            return []
        except sqlite3.Error as error:
            raise _stopped(self._path, error) from error

    def close(self) -> None:
        """Close the file; the last process to do so folds the write-ahead log into it."""
        self._connection.close()


def _stopped(path: Path, error: sqlite3.Error) -> ProjectError:
    name = getattr(error, "sqlite_errorname", "")
    for prefix, what, mend in _MENDS:
        if name.startswith(prefix):
            return ProjectError(f"the ledger {path} {what}", mend)
    return ProjectError(f"the ledger {path} cannot be used: {error}", _ELSEWHERE)


def _for_writing(path: Path) -> sqlite3.Connection:
    """Open or make a ledger and write to it once, so that a broken one stops a run before its first call."""
    if path.is_dir():
        raise ProjectError(f"the ledger {path} is a folder", _ELSEWHERE)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(f"cannot make the folder {path.parent}: {error.strerror}", _ELSEWHERE) from error
    try:
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise _stopped(path, error) from error
    try:
        _prepare(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise _stopped(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN")  # one view of the file: another process may be making it at this very moment
    try:
        _recognise(connection, path)
    finally:
        connection.execute("ROLLBACK")
    _use_write_ahead_log(connection)
    connection.execute("BEGIN IMMEDIATE")
    version = _recognise(connection, path)
    if version is None:
        for statement in schema.CREATE:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    else:
        for newer in range(version + 1, schema.VERSION + 1):
            for statement in schema.UPGRADES[newer]:
                connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {schema.VERSION}")  # a write, even where nothing changes
    connection.execute("COMMIT")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL; two processes that do so at once are not made to wait by SQLite, so we wait ourselves."""
    patience = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def _recognise(connection: sqlite3.Connection, path: Path) -> int | None:
    """Return the version of a ledger, ours or an older one; None for a file that is still empty.

    Raises:
        ProjectError: It is another program's database, or a newer version's ledger.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    if application == 0 and version == 0 and tables == 0:
        return None
    if application != schema.APPLICATION_ID:
        raise ProjectError(f"{path} is the database of another program, not a ledger", _ELSEWHERE)
    if not 1 <= version <= schema.VERSION:
        raise ProjectError(
            f"the ledger {path} has version {version}; this pytest-orchestra knows versions up to {schema.VERSION}",
            f"update pytest-orchestra, or {_ELSEWHERE}",
        )
    return int(version)


def _for_reading(path: Path) -> sqlite3.Connection:
    if path.is_dir():
        raise ProjectError(f"the ledger {path} is a folder", "name the file")
    if not path.is_file():
        raise UsageError(f"there is no ledger {path}", "run pytest --orchestra first, or name another file")
    try:
        return _connect_to_read(path, "mode=ro")
    except sqlite3.Error as error:
        wal = path.with_name(path.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise _stopped(path, error) from error
    try:
        # A folder that cannot be written has no room for SQLite's shared memory; without a log none is needed.
        return _connect_to_read(path, "immutable=1")
    except sqlite3.Error as error:
        raise _stopped(path, error) from error


def _connect_to_read(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?{how}", uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        empty = _recognise(connection, path) is None
    except BaseException:
        connection.close()
        raise
    if empty:
        connection.close()
        raise UsageError(f"the ledger {path} is empty", "run pytest --orchestra first")
    return connection
