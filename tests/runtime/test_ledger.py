from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import ledger_samples as samples
import pytest

from orchestra_compiler.errors import OrchestraError, ProjectError, UsageError
from orchestra_compiler.model import CallError, ToolUse, Usage
from pytest_orchestra.ledger import CallRow, Ledger, call_key, new_run_id
from pytest_orchestra.ledger import batch as batching
from pytest_orchestra.values import Level, Outcome, Reply, UsageSource

RUN = samples.RUN


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orchestra" / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    made = Ledger(path)
    made.begin_run(samples.run_info())
    yield made
    made.close()


def test_run_ids_sort_by_time_and_never_repeat() -> None:
    early = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    late = datetime(2026, 1, 2, 3, 4, 5, 7, tzinfo=UTC)
    assert new_run_id(early) < new_run_id(late)
    assert new_run_id(early).startswith("20260102T030405.000006Z-")
    assert len({new_run_id(early) for _ in range(50)}) == 50
    with pytest.raises(ValueError, match="time zone"):
        new_run_id(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_call_keys_differ_in_every_part() -> None:
    keys = {
        call_key("r", "m", "s", 0),
        call_key("r", "m", "s", 1),
        call_key("r", "m", "s", 0, 1),
        call_key("r", "ms", "", 0),
        call_key("rm", "", "s", 0),
        call_key("r", "m1:s", "", 0),
    }
    assert len(keys) == 6
    assert call_key("r", "m", "s", 0) == call_key("r", "m", "s", 0)


def test_a_call_comes_back_as_it_went_in(ledger: Ledger) -> None:
    asked = samples.request(number=2, tier="strategic")
    usage = Usage(input_tokens=7, output_tokens=5, cache_read_tokens=3, cache_write_tokens=1)
    handle = ledger.call_started(RUN, asked, Level.LEAD, "anthropic", paid=True)
    answer = samples.reply(usage=usage, spent_usd=Decimal("0.000123"), error=CallError.REFUSAL, detail="no \udc80")
    ledger.call_finished(handle, answer, latency_s=1.25, priced_usd=Decimal("0.000125000001"), paid=True)
    (row,) = calls(ledger)
    assert (row.mission, row.step, row.number, row.agent) == ("checkout", "main", 2, "builder")
    assert (row.tier, row.model, row.provider, row.level, row.paid) == (
        *("strategic", "large-1", "anthropic", Level.LEAD, True),
    )
    assert (row.usage, row.usage_source) == (usage, UsageSource.COUNTED)
    assert (row.spent_usd, row.priced_usd) == (Decimal("0.000123"), Decimal("0.000125000001"))
    assert (row.latency_s, row.error, row.detail, row.lost) == (1.25, CallError.REFUSAL, "no \\udc80", 0)
    assert row.finished_at is not None
    assert row.started_at.tzinfo is UTC
    assert row.key == call_key(RUN, "checkout", "main", 2)


def test_money_finer_than_a_picodollar_is_rounded_up_and_never_lost(ledger: Ledger) -> None:
    handle = ledger.call_started(RUN, samples.request(), Level.SELF, "other", paid=True)
    answer = samples.reply(spent_usd=Decimal("0.0000000000001"))
    ledger.call_finished(handle, answer, latency_s=0, priced_usd=Decimal(0), paid=True)
    assert calls(ledger)[0].spent_usd == Decimal("1e-12")


@pytest.mark.parametrize("usage", [Usage(input_tokens=10**30), Usage(output_tokens=-1)])
def test_figures_that_cannot_be_are_refused_and_the_call_stays_lost(ledger: Ledger, usage: Usage) -> None:
    handle = ledger.call_started(RUN, samples.request(), Level.SELF, "scripted", paid=False)
    with pytest.raises(OrchestraError, match="cannot be"):
        ledger.call_finished(handle, samples.reply(usage=usage), latency_s=0, priced_usd=Decimal(0), paid=False)
    assert [call.number for call in ledger.lost_calls(RUN)] == [0]


def test_a_call_ends_once(ledger: Ledger) -> None:
    handle = ledger.call_started(RUN, samples.request(), Level.SELF, "scripted", paid=False)
    ledger.call_finished(handle, samples.reply(), latency_s=0, priced_usd=Decimal(0), paid=False)
    with pytest.raises(OrchestraError, match="already ended"):
        ledger.call_finished(handle, samples.reply(), latency_s=0, priced_usd=Decimal(0), paid=False)


def test_missions_steps_and_verdicts_come_back(ledger: Ledger) -> None:
    first = samples.attempt(0, Level.SELF, samples.BLOCKED, samples.WARNED)
    second = samples.attempt(1, Level.COORDINATOR, samples.PASSED)
    ended = samples.result("checkout", samples.step("main", Outcome.PASSED, first, second), fails=True)
    ledger.mission_finished(RUN, samples.mission(), ended)
    (row,) = ledger.missions(RUN)
    assert (row.mission, row.outcome, row.passed, row.duration_s) == ("checkout", Outcome.PASSED, False, 0.5)
    assert row.failures == ended.failures
    assert row.place == "missions/checkout.yaml:3"
    (step,) = ledger.steps(RUN)
    assert (step.level, step.attempts, step.accepted, step.started) == (Level.COORDINATOR, 2, 1, True)
    assert [(each.check, each.number, each.evidence) for each in ledger.verdicts(RUN)] == [
        ("message-schema", 0, ("line 1: no element <status>",)),
        ("injection-phrases", 0, ("ignore all",)),
    ]
    assert [(str(each.layer), each.check, each.times) for each in ledger.passed_checks(RUN)] == [
        ("output", "message-schema", 1)
    ]


def test_a_mission_recorded_again_replaces_its_rows_in_the_same_batch_or_later(ledger: Ledger) -> None:
    blocked = samples.step("main", Outcome.ESCALATED, samples.attempt(0, Level.SELF, samples.BLOCKED))
    for flush in (False, True):
        ledger.mission_finished(RUN, samples.mission(), samples.result("checkout", blocked, samples.step("more")))
        if flush:
            ledger.flush()
        ledger.mission_finished(RUN, samples.mission(), samples.result("checkout", samples.step("main")))
        assert [step.outcome for step in ledger.steps(RUN)] == [Outcome.PASSED]
        assert ledger.verdicts(RUN) == ()


def test_trials_stand_beside_each_other(ledger: Ledger) -> None:
    for trial in range(3):
        handle = ledger.call_started(RUN, samples.request(), Level.SELF, "scripted", paid=False, trial=trial)
        ledger.call_finished(handle, samples.reply(), latency_s=0, priced_usd=Decimal(0), paid=False)
        ledger.mission_finished(RUN, samples.mission(), samples.result(), trial=trial)
    assert [row.trial for row in ledger.missions(RUN)] == [0, 1, 2]
    assert [row.trial for row in calls(ledger)] == [0, 1, 2]


def test_cases_come_back(ledger: Ledger) -> None:
    ledger.case_finished(RUN, samples.case("b"), None, 0.001)
    ledger.case_finished(RUN, samples.case("a", "message"), "expected valid, got \ud800", 0.002)
    assert [(row.name, row.kind, row.passed, row.failure, row.duration_s) for row in ledger.cases(RUN)] == [
        ("a", "message", False, "expected valid, got \\ud800", 0.002),
        ("b", "routing", True, "", 0.001),
    ]


def test_runs_begin_idempotently_end_and_are_found_by_id_and_by_time(ledger: Ledger, path: Path) -> None:
    ledger.begin_run(samples.run_info())
    later = samples.run_info("z", started_at=datetime(2026, 8, 1, tzinfo=UTC), budget_usd=Decimal("0.50"))
    with Ledger_(path) as other:
        other.begin_run(samples.run_info())
        other.begin_run(later)
    ledger.end_run(RUN, 1)
    assert [row.info.run for row in ledger.latest_runs(5)] == ["z", RUN]
    ended = ledger.run(RUN)
    assert ended is not None
    assert ended.exit_code == 1
    assert ended.finished_at is not None
    latest = ledger.latest_run()
    assert latest is not None
    assert latest.info == later
    assert latest.exit_code is None
    assert ledger.run("nobody") is None


class Ledger_(Ledger):  # noqa: N801 - a ledger that closes itself
    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.mark.parametrize("change", [{"manifest_sha256": "1"}, {"provider": "anthropic"}, {"project": "other"}])
def test_a_run_is_not_continued_with_another_project(ledger: Ledger, change: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="begin a new run"):
        ledger.begin_run(samples.run_info(**change))


def test_planned_tests_are_kept_once(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.tests_planned(RUN, "mission", ["b", "a"])
    assert ledger.planned(RUN) == (("mission", "a"), ("mission", "b"))


# Paying once.


def test_a_paid_call_is_never_begun_twice_and_its_answer_can_be_read(ledger: Ledger) -> None:
    answer = samples.reply(text="é\ud800", tools=(ToolUse(name="Read", input='{"a":1}'),), spent_usd=Decimal("0.5"))
    samples.call(ledger, samples.request(), answer, paid=True)
    with pytest.raises(OrchestraError, match="already paid"):
        ledger.call_started(RUN, samples.request(), Level.SELF, "scripted", paid=True)
    assert ledger.paid_reply(RUN, "checkout", "main", 0) == answer
    assert ledger.paid_reply(RUN, "checkout", "main", 1) is None
    assert ledger.paid_reply("another", "checkout", "main", 0) is None


def test_a_failed_paid_call_is_kept_with_its_error(ledger: Ledger) -> None:
    answer = Reply(error=CallError.SERVER, detail="overloaded", usage_source=UsageSource.REPORTED)
    samples.call(ledger, samples.request(), answer, paid=True)
    assert ledger.paid_reply(RUN, "checkout", "main", 0) == answer


def test_a_rehearsed_call_keeps_no_text(ledger: Ledger) -> None:
    samples.call(ledger, samples.request(), samples.reply(text="secret"))
    assert ledger.paid_reply(RUN, "checkout", "main", 0) is None
    ledger.flush()
    assert b"secret" not in ledger.path.with_name("ledger.db-wal").read_bytes()


def test_calls_that_never_ended_are_known_also_after_a_second_start(ledger: Ledger, path: Path) -> None:
    ledger.call_started(RUN, samples.request(), Level.SELF, "scripted", paid=True)
    assert [(call.lost, call.finished_at) for call in ledger.lost_calls(RUN)] == [(0, None)]
    with Ledger_(path) as resumed:
        samples.call(resumed, samples.request(), samples.reply(), paid=True)
        assert [call.lost for call in resumed.lost_calls(RUN)] == [1]
        assert len(calls(resumed)) == 1


def test_a_rehearsal_never_overwrites_what_was_paid(ledger: Ledger, path: Path) -> None:
    samples.call(ledger, samples.request(), samples.reply(spent_usd=Decimal(1)), paid=True)
    with Ledger_(path) as other:
        samples.call(other, samples.request(), samples.reply())
    assert calls(ledger)[0].spent_usd == 1


# Batches, threads, processes.


def calls(ledger: Ledger) -> tuple[CallRow, ...]:
    """Return all calls of the run as the file holds them; reports only ask for sums and for lost calls."""
    from pytest_orchestra.ledger import database, reader

    ledger.flush()
    file = database.Database(ledger.path, read_only=True)
    try:
        return reader.calls(file.read, RUN)
    finally:
        file.close()


def rows(path: Path, table: str = "calls") -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()


def test_unpaid_rows_wait_and_a_paid_call_brings_them_along(ledger: Ledger, path: Path) -> None:
    samples.call(ledger, samples.request(number=0), samples.reply())
    assert rows(path) == 0
    ledger.call_started(RUN, samples.request(number=1), Level.SELF, "scripted", paid=True)
    assert rows(path) == 2


def test_enough_rows_are_written_without_being_asked(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MOST_ROWS", 10)
    for number in range(12):
        samples.call(ledger, samples.request(number=number), samples.reply())
    assert rows(path) == 10


def test_a_row_that_waited_long_is_written_with_the_next(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MOST_WAIT_S", -1.0)
    ledger.call_started(RUN, samples.request(), Level.SELF, "scripted", paid=False)
    assert rows(path) == 1


def test_closing_writes_all_and_may_be_repeated(path: Path) -> None:
    ledger = Ledger(path)
    samples.call(ledger, samples.request(), samples.reply())
    ledger.close()
    ledger.close()
    assert rows(path) == 1
    with pytest.raises(OrchestraError, match="is closed"):
        ledger.cells(RUN)


def test_many_threads_may_write(ledger: Ledger) -> None:
    def work(thread: int) -> None:
        for number in range(50):
            samples.call(ledger, samples.request(f"mission-{thread}", number=number), samples.reply())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(calls(ledger)) == 400
    assert ledger.lost_calls(RUN) == ()


WORKER = """
import sys
from pathlib import Path
import ledger_samples as samples
from pytest_orchestra.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
ledger.begin_run(samples.run_info())
name = sys.argv[2]
for number in range(int(sys.argv[3])):
    paid = number % 3 == 0
    samples.call(ledger, samples.request(name, number=number), samples.reply(), paid=paid)
    if paid:
        print(number, flush=True)
ledger.close()
"""


def worker(path: Path, name: str, calls: int) -> subprocess.Popen[str]:
    search = os.pathsep.join([str(Path(samples.__file__).parent), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(path), name, str(calls)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": search},
    )


def test_many_processes_may_make_and_fill_the_same_ledger(path: Path) -> None:
    workers = [worker(path, f"mission-{which}", 60) for which in range(4)]
    for each in workers:
        each.communicate(timeout=60)
    assert [each.returncode for each in workers] == [0] * 4
    with Ledger_(path) as ledger:
        assert len(calls(ledger)) == 240


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_kill_loses_no_paid_call_that_was_acknowledged(path: Path) -> None:
    chance = random.Random(7)
    for round_ in range(4):
        victim = worker(path, f"mission-{round_}", 100_000)
        assert victim.stdout is not None
        acknowledged = [int(victim.stdout.readline())]
        time.sleep(chance.uniform(0, 0.15))
        victim.kill()
        acknowledged += [int(line) for line in victim.stdout.read().split("\n")[:-1]]
        victim.wait()
        victim.stdout.close()
        with Ledger_(path) as ledger:
            ended = {call.number for call in calls(ledger) if call.mission == f"mission-{round_}" and call.finished_at}
        assert set(acknowledged) <= ended
        assert ended == set(range(len(ended)))  # and nothing before the last one is missing
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


# Ledgers that cannot be used.


def other_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()


def newer(path: Path) -> None:
    Ledger(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def damaged(path: Path) -> None:
    Ledger(path).close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996  # the first page's table of tables
    path.write_bytes(data)


BROKEN = [
    (lambda path: path.mkdir(), "is a folder"),
    (lambda path: path.write_bytes(b"hello, I am no database at all\n" * 9), "is not a ledger"),
    (damaged, "is damaged"),
    (other_program, "another program"),
    (newer, "has version 99"),
]


@pytest.mark.parametrize(("break_", "words"), BROKEN, ids=[words for _, words in BROKEN])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_broken_ledger_is_refused_with_a_mend(tmp_path: Path, break_, words: str, read_only: bool) -> None:
    path = tmp_path / "ledger.db"
    break_(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(ProjectError, match=words) as caught:
        Ledger(path, read_only=read_only)
    assert caught.value.hint
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match="cannot make the folder"):
        Ledger(tmp_path / "file" / "ledger.db")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused_but_can_be_read(path: Path) -> None:
    with Ledger_(path) as ledger:
        ledger.begin_run(samples.run_info())
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        with pytest.raises(ProjectError, match="cannot be"):
            Ledger(path)
        with Ledger_(path, read_only=True) as ledger:
            assert ledger.latest_run() is not None
    finally:
        path.parent.chmod(0o755)


FULL = """
import resource, sys
from pathlib import Path
import ledger_samples as samples
from orchestra_compiler.errors import ProjectError
from pytest_orchestra.ledger import Ledger
path, limit = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
number = 0
try:
    ledger = Ledger(path)
    while True:
        samples.call(ledger, samples.request(number=number), samples.reply(), paid=True)
        number += 1
except ProjectError as error:
    print(number)
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
@pytest.mark.parametrize(("limit", "first"), [(1024, True), (200_000, False)])
def test_a_full_disk_stops_before_the_call_and_keeps_the_rest(path: Path, limit: int, first: bool) -> None:
    search = os.pathsep.join([str(Path(samples.__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(limit)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": search},
    )
    number, error = done.stdout.splitlines()
    assert str(path) in error
    assert "disk" in error
    assert (int(number) == 0) == first
    if not first:
        with Ledger_(path) as ledger:
            assert sum(call.finished_at is not None for call in calls(ledger)) >= int(number)


def test_reading_only_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no ledger"):
        Ledger(tmp_path / "nothing.db", read_only=True)
    (tmp_path / "empty.db").write_bytes(b"")
    with pytest.raises(UsageError, match="is empty"):
        Ledger(tmp_path / "empty.db", read_only=True)
    assert [each.name for each in tmp_path.iterdir()] == ["empty.db"]


def test_reading_only_works_while_another_writes_and_cannot_write(ledger: Ledger, path: Path) -> None:
    samples.call(ledger, samples.request(), samples.reply(), paid=True)
    with Ledger_(path, read_only=True) as reading:
        assert len(calls(reading)) == 1
        with pytest.raises(ProjectError, match="cannot be written"):
            reading.begin_run(samples.run_info("other"))


def test_a_lock_held_too_long_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pytest_orchestra.ledger import database

    monkeypatch.setattr(database, "BUSY_S", 0.05)
    with Ledger_(path) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProjectError, match="locked by another process"):
            ledger.begin_run(samples.run_info())
        other.execute("ROLLBACK")
        other.close()
        ledger.begin_run(samples.run_info())


def test_what_could_not_be_written_is_kept_for_the_next_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pytest_orchestra.ledger import database

    monkeypatch.setattr(database, "BUSY_S", 0.01)
    with Ledger_(path) as ledger:
        samples.call(ledger, samples.request(), samples.reply())
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProjectError):
            ledger.flush()
        other.execute("ROLLBACK")
        other.close()
        ledger.flush()
        assert rows(path) == 1


def test_a_call_whose_start_could_not_be_written_is_not_lost(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pytest_orchestra.ledger import database

    monkeypatch.setattr(database, "BUSY_S", 0.01)
    with Ledger_(path) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProjectError):
            ledger.call_started(RUN, samples.request(), Level.SELF, "scripted", paid=True)
        other.execute("ROLLBACK")
        other.close()
        assert ledger.lost_calls(RUN) == ()


def test_importing_the_ledger_does_not_import_sqlite() -> None:
    code = "import sys, pytest_orchestra.ledger, pytest_orchestra.report.command; print('sqlite3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_reading_from_another_thread_than_writing(ledger: Ledger) -> None:
    seen: list[int] = []
    samples.call(ledger, samples.request(), samples.reply())
    thread = threading.Thread(target=lambda: seen.append(len(calls(ledger))))
    thread.start()
    thread.join()
    assert seen == [1]
