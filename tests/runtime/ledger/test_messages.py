"""The audit trail in the ledger: what goes in comes back, found by whatever is known of it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import ledger_samples as samples
import pytest

from orchestra_compiler.errors import ProjectError
from pytest_orchestra.ledger import Ledger, MessageRow, MessageSearch, message_reader
from pytest_orchestra.ledger.records import BLOT, MOST_MESSAGE_TEXT
from pytest_orchestra.values import Level, MessageForm, SeenMessage, VerdictKind

RUN = samples.RUN
TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT" + "1vW4yZ7cF0iL3oR6"
EVERYTHING = MessageSearch()


def seen(**changes: Any) -> SeenMessage:
    known: dict[str, Any] = {
        "mission": "checkout",
        "step": "main",
        "number": 0,
        "position": 1,
        "form": MessageForm.MESSAGE,
        "sender": "builder",
        "recipient": "lead",
        "type": "status",
        "task_id": "order-17",
        "parent_task": "",
        "rule": "",
        "gate": VerdictKind.PASS,
        "gate_check": "",
        "text": "<status>half way</status>",
    }
    return SeenMessage(**{**known, **changes})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path / "ledger.db")) as made:
        made.begin_run(samples.run_info())
        yield made


def numbers(rows: tuple[MessageRow, ...]) -> list[int]:
    return [row.number for row in rows]


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def test_a_message_comes_back_as_it_went_in(ledger: Ledger) -> None:
    text = "<status>1 < 2 é 🎼</status>"
    ledger.messages_seen(RUN, [seen(text=text, rule="enumeration", gate=VerdictKind.BLOCK, gate_check="output/x")])
    (row,) = ledger.messages(EVERYTHING)
    assert (row.run, row.mission, row.trial, row.step, row.number, row.position) == (RUN, "checkout", 0, "main", 0, 1)
    assert (row.sender, row.recipient, row.type, row.task_id) == ("builder", "lead", "status", "order-17")
    assert (row.rule, row.gate, row.gate_check) == ("enumeration", VerdictKind.BLOCK, "output/x")
    assert (row.refused, row.refused_by) == (True, "enumeration")
    assert row.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert row.characters == len(text)
    assert row.at.tzinfo is not None
    assert ledger.message_text(row) == (text, "")


@pytest.mark.parametrize(
    ("changes", "refused_by"),
    [
        ({}, None),
        ({"gate": None}, None),
        ({"gate": VerdictKind.WARN, "gate_check": "input/x"}, None),
        ({"gate": VerdictKind.ESCALATE, "gate_check": "boundary/y"}, "boundary/y"),
        ({"rule": "content"}, "content"),
    ],
)
def test_what_refuses_a_message(ledger: Ledger, changes: dict[str, Any], refused_by: str | None) -> None:
    ledger.messages_seen(RUN, [seen(**changes)])
    (row,) = ledger.messages(EVERYTHING)
    assert (row.refused, row.refused_by) == (refused_by is not None, refused_by or "")
    assert len(ledger.messages(MessageSearch(refused=True))) == (refused_by is not None)
    assert len(ledger.messages(MessageSearch(refused=False))) == (refused_by is None)


def test_messages_are_found_by_whatever_is_known_of_them(ledger: Ledger) -> None:
    ledger.begin_run(samples.run_info("other"))
    ledger.messages_seen(RUN, [seen(number=0), seen(number=1, sender="lead", recipient="builder", type="question")])
    ledger.messages_seen("other", [seen(number=2, mission="refund", task_id="part", parent_task="order-17")])
    ledger.messages_seen(RUN, [seen(number=3, position=0, form=MessageForm.TASK, type="", task_id="checkout/main")])
    searches = {
        MessageSearch(run=RUN): [0, 1, 3],
        MessageSearch(mission="refund"): [2],
        MessageSearch(sender="lead"): [1],
        MessageSearch(recipient="builder"): [1],
        MessageSearch(type="status"): [0, 2],
        MessageSearch(form=MessageForm.TASK): [3],
        MessageSearch(task="order-17"): [0, 1, 2],
        MessageSearch(task="order-17", sender="builder", most=1): [2],
        MessageSearch(most=2): [2, 3],
        MessageSearch(sender="' OR 1 --"): [],
    }
    assert {search: numbers(ledger.messages(search)) for search in searches} == searches


def test_a_conversation_is_all_that_was_said_in_its_steps_and_in_those_of_its_parts(ledger: Ledger) -> None:
    task = {"position": 0, "form": MessageForm.TASK, "type": ""}
    ledger.messages_seen(RUN, [seen(number=0, step="plan", task_id="m/plan", **task)])
    ledger.messages_seen(RUN, [seen(number=1, step="plan", task_id="A")])
    ledger.messages_seen(RUN, [seen(number=2, step="build", task_id="B", parent_task="A")])
    ledger.messages_seen(RUN, [seen(number=3, step="test", task_id="C", parent_task="B")])
    ledger.messages_seen(RUN, [seen(number=4, step="else", task_id="D")])
    assert numbers(ledger.thread(EVERYTHING, "A")) == [0, 1, 2, 3]
    assert numbers(ledger.thread(EVERYTHING, "B")) == [2, 3]
    assert numbers(ledger.thread(EVERYTHING, "m/plan")) == [0, 1]
    assert numbers(ledger.thread(MessageSearch(most=2), "A")) == [2, 3]
    assert numbers(ledger.thread(MessageSearch(run="other"), "A")) == []
    assert numbers(ledger.thread(EVERYTHING, "nothing")) == []


def test_tasks_that_are_parts_of_each_other_end(ledger: Ledger) -> None:
    ledger.messages_seen(
        RUN, [seen(number=0, task_id="A", parent_task="B"), seen(number=1, task_id="B", parent_task="A")]
    )
    assert numbers(ledger.thread(EVERYTHING, "A")) == [0, 1]


def test_the_same_text_is_kept_once_whatever_the_run(ledger: Ledger) -> None:
    for run in (RUN, "second", "third"):
        ledger.begin_run(samples.run_info(run))
        ledger.messages_seen(run, [seen(number=number) for number in range(5)])
    ledger.flush()
    assert (count(ledger.path, "messages"), count(ledger.path, "texts")) == (15, 1)


def test_a_call_made_again_replaces_its_messages(ledger: Ledger) -> None:
    for kind in ("status", "question"):
        ledger.messages_seen(RUN, [seen(type=kind)])
        ledger.flush()
    assert [row.type for row in ledger.messages(EVERYTHING)] == ["question"]


def test_a_message_in_a_paid_reply_stands_there_and_nowhere_else(ledger: Ledger) -> None:
    document = f"<status>{TOKEN} é</status>"
    reply = f"Here:\n```xml\n{document}\n```\nand\n```xml\n{document}\n```\n"
    samples.call(ledger, samples.request(), samples.reply(text=reply), paid=True)
    second = reply.rfind(document)
    messages = [seen(text=document, start=reply.find(document)), seen(text=document, start=second, position=2)]
    ledger.messages_seen(RUN, messages, paid=True)
    rows = ledger.messages(EVERYTHING)
    assert [ledger.message_text(row) for row in rows] == [(document, "")] * 2
    assert [row.start for row in rows] == [reply.find(document), second]
    assert count(ledger.path, "texts") == 0


def test_a_task_stands_in_no_reply(ledger: Ledger) -> None:
    ledger.messages_seen(RUN, [seen(position=0, form=MessageForm.TASK, text="Do it.")], paid=True)
    (row,) = ledger.messages(EVERYTHING)
    assert ledger.message_text(row) == ("Do it.", "")


def test_a_reply_that_is_gone_is_told(ledger: Ledger) -> None:
    ledger.messages_seen(RUN, [seen(start=3)], paid=True)
    (row,) = ledger.messages(EVERYTHING)
    assert ledger.message_text(row) == ("", "its reply is not in the ledger")


def test_half_a_surrogate_pair_is_kept_as_an_escape(ledger: Ledger) -> None:
    samples.call(ledger, samples.request(), samples.reply(text="<a>\ud800</a>"), paid=True)
    ledger.messages_seen(RUN, [seen(text="<a>\ud800</a>", sender="\udc80", type="\ud800")], paid=True)
    (row,) = ledger.messages(EVERYTHING)
    assert ledger.message_text(row).text == "<a>\\ud800</a>"
    assert (row.sender, row.type) == ("\\udc80", "\\ud800")


def test_a_long_text_is_cut_and_its_digest_is_of_the_whole(ledger: Ledger) -> None:
    text = "é" * (MOST_MESSAGE_TEXT + 7)
    ledger.messages_seen(RUN, [seen(text=text)])
    (row,) = ledger.messages(EVERYTHING)
    kept = ledger.message_text(row)
    assert kept.text == text[:MOST_MESSAGE_TEXT]
    assert kept.loss == "cut after 65,536 of 65,543 characters"
    assert row.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_credentials_are_blotted_out(ledger: Ledger) -> None:
    text = f"<status>the token is {TOKEN}, again {TOKEN}</status>"
    ledger.messages_seen(RUN, [seen(text=text)])
    (row,) = ledger.messages(EVERYTHING)
    kept = ledger.message_text(row)
    assert kept.text == text.replace(TOKEN, BLOT * len(TOKEN))
    assert kept.loss == "2 credentials are blotted out"
    assert TOKEN.encode() not in ledger.path.with_name("ledger.db-wal").read_bytes()


def test_a_credential_is_blotted_out_of_an_id_too(ledger: Ledger) -> None:
    ledger.messages_seen(RUN, [seen(task_id=f"order-{TOKEN}", recipient=TOKEN)])
    (row,) = ledger.messages(EVERYTHING)
    assert row.task_id == f"order-{BLOT * len(TOKEN)}"
    assert row.recipient == BLOT * len(TOKEN)
    assert TOKEN.encode() not in ledger.path.with_name("ledger.db-wal").read_bytes()


def test_a_message_waits_with_the_others_and_comes_with_a_paid_call(ledger: Ledger) -> None:
    ledger.messages_seen(RUN, [seen(position=0)])
    assert count(ledger.path, "messages") == 0
    ledger.call_started(RUN, samples.request(), Level.SELF, "somebody", paid=True)
    assert count(ledger.path, "messages") == 1


# Ledgers of the version before.


def made_by_version_1(path: Path) -> None:
    with closing(Ledger(path)) as ledger:
        ledger.begin_run(samples.run_info())
        samples.call(ledger, samples.request(), samples.reply(), paid=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP TABLE messages; DROP TABLE texts; PRAGMA user_version = 1")


def test_an_older_ledger_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    made_by_version_1(path)
    before = path.read_bytes()
    with closing(Ledger(path, read_only=True)) as ledger:
        assert not ledger.has_messages
        assert ledger.messages(EVERYTHING) == ledger.thread(EVERYTHING, "A") == ()
        assert ledger.run(RUN) is not None
        assert ledger.paid_reply(RUN, "checkout", "main", 0) is not None
    assert path.read_bytes() == before


def test_an_older_ledger_is_brought_up_to_date_when_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    made_by_version_1(path)
    for _ in range(2):
        with closing(Ledger(path)) as ledger:
            ledger.messages_seen(RUN, [seen()])
            assert ledger.has_messages
            assert len(ledger.messages(EVERYTHING)) == 1
            assert ledger.paid_reply(RUN, "checkout", "main", 0) is not None
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_reading_works_while_another_writes(ledger: Ledger) -> None:
    with closing(Ledger(ledger.path, read_only=True)) as reading:
        assert reading.messages(EVERYTHING) == ()
        ledger.messages_seen(RUN, [seen()])
        assert reading.messages(EVERYTHING) == ()
        ledger.flush()
        assert len(reading.messages(EVERYTHING)) == 1


@pytest.mark.parametrize(
    "change",
    [
        *("form = 'song'", "gate = 'perhaps'", "at_us = 9e18", "at_us = 'now'"),
        *("sender = x'ff00'", "characters = 'many'", "characters = 1.5", "number = 'a'"),
    ],
)
def test_a_row_that_makes_no_sense_is_an_error_and_no_traceback(ledger: Ledger, change: str) -> None:
    ledger.messages_seen(RUN, [seen()])
    ledger.flush()
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute(f"UPDATE messages SET {change}")
        connection.commit()
    with pytest.raises(ProjectError, match="cannot be read"):
        ledger.messages(EVERYTHING)


def test_a_text_that_is_none_is_an_error_and_no_traceback(ledger: Ledger) -> None:
    ledger.messages_seen(RUN, [seen()])
    ledger.flush()
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("UPDATE texts SET text = x'00ff'")
        connection.commit()
    (row,) = ledger.messages(EVERYTHING)
    with pytest.raises(ProjectError, match="cannot be read"):
        ledger.message_text(row)


@pytest.mark.parametrize("whole", ["t0", "t{before}"])
def test_a_conversation_of_many_parts_is_found_by_looking_at_each_message_once(ledger: Ledger, whole: str) -> None:
    names = [f"t{number}" for number in range(3000)]
    parents = ["", *(whole.format(before=number) for number in range(2999))]
    said = zip(names, parents, strict=True)
    ledger.messages_seen(RUN, [seen(mission=f"m-{name}", task_id=name, parent_task=parent) for name, parent in said])
    queries: list[str] = []
    reading = ledger._reading()

    def counted(sql: str, parameters: Sequence[object]) -> list[Any]:
        queries.append(sql)
        return reading(sql, parameters)

    found = message_reader.thread(counted, EVERYTHING, "t0")
    assert sorted(row.task_id for row in found) == sorted(names)
    assert len(queries) == 2
    assert not any("JOIN" in sql for sql in queries)
    assert message_reader.thread(reading, MessageSearch(run=RUN, most=2), "t0") == found[-2:]


def test_a_text_that_is_gone_is_told(ledger: Ledger) -> None:
    ledger.messages_seen(RUN, [seen()])
    ledger.flush()
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("DELETE FROM texts")
        connection.commit()
    (row,) = ledger.messages(EVERYTHING)
    assert ledger.message_text(row) == ("", "its text is not in the ledger")
