"""`orchestra audit` over the ledger of a run."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import small_project
from commands import Orchestra, run_pytest

from pytest_orchestra.audit.lines import first_words
from pytest_orchestra.ledger import Ledger
from pytest_orchestra.values import MessageForm, SeenMessage, VerdictKind

HOSTILE = "\x1b[31mred\x07\u202eevil"
MISSIONS = {
    "missions/answers.yaml": (
        "mission: answers\n"
        "agent: writer\n"
        "task: Say what two and two make.\n"
        "replies:\n"
        "  main:\n"
        "    - {xml: <answer><text>It makes four.</text></answer>}\n"
        "expect: [{contains: four}]\n"
        "---\n"
        "mission: mended\n"
        "agent: writer\n"
        "task: Say it shortly.\n"
        "replies:\n"
        "  main:\n"
        "    - {xml: <answer><text>one</text><text>two</text><text>three</text></answer>}\n"
        "    - {xml: <answer><text>Only one line.</text></answer>}\n"
        "expect: [{contains: Only}]\n"
    )
}


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project after a run of its missions, not to be written to."""
    project = small_project.write(tmp_path_factory.mktemp("ran") / "small", MISSIONS)
    code, outcomes, text = run_pytest(project, "--orchestra", "-m", "mission")
    assert (code, outcomes) == (0, {"passed": 3}), text
    return project


@pytest.fixture
def ran(run_once: Path, tmp_path: Path) -> Path:
    """A copy of the small project after that run."""
    return Path(shutil.copytree(run_once, tmp_path / "ran"))


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_message_has_a_line(orchestra: Orchestra, ran: Path) -> None:
    answer = orchestra("audit", ran)
    assert (answer.code, answer.err) == (0, "")
    lines = [line.split(maxsplit=2)[2].split("  ") for line in answer.out.splitlines()]
    cells = [tuple(cell.strip() for cell in line if cell.strip()) for line in lines]
    assert set(cells) == {
        ("(mission) -> writer", "(task)", "answers/main", "accepted", "Say what two and two make."),
        ("writer -> (mission)", "answer", "answers/main", "accepted", "It makes four."),
        ("(mission) -> writer", "(task)", "hello/main", "accepted", "Greet the reader."),
        ("(mission) -> writer", "(task)", "mended/main", "accepted", "Say it shortly."),
        ("writer -> (mission)", "answer", "mended/main", "refused by content", "three"),
        ("writer -> (mission)", "answer", "mended/main", "accepted", "Only one line."),
    }
    assert len(lines) == 7
    assert answer.out.splitlines() == sorted(answer.out.splitlines(), key=lambda line: line[:23])


@pytest.mark.parametrize(
    ("words", "tasks"),
    [
        (["--mission", "hello"], ["hello/main"]),
        (["--from", "writer"], ["answers/main", "mended/main", "mended/main"]),
        (["--to", "writer", "--mission", "mended"], ["mended/main", "mended/main"]),
        (["--type", "answer", "--verdict", "accepted"], ["answers/main", "mended/main"]),
        (["--form", "task"], ["answers/main", "hello/main", "mended/main", "mended/main"]),
        (["--verdict", "refused"], ["mended/main"]),
        (["--correlation", "answers/main"], ["answers/main", "answers/main"]),
        (["--text", "MAKES  two"], []),
        (["--text", "make two"], ["answers/main"]),
        (["--text", "answer", "--limit", "1"], ["mended/main"]),
        (["--form", "message", "--limit", "2"], ["mended/main", "mended/main"]),
        (["--from", "nobody"], []),
    ],
)
def test_messages_are_found(orchestra: Orchestra, ran: Path, words: list[str], tasks: list[str]) -> None:
    answer = orchestra("audit", ran, "--json", *words)
    assert (answer.code, answer.err) == (0, "")
    assert sorted(each["task_id"] for each in records(answer.out)) == tasks


def test_json_tells_all(orchestra: Orchestra, ran: Path) -> None:
    (refused,) = records(orchestra("audit", ran, "--json", "--verdict", "refused").out)
    assert refused["text"] == "<answer><text>one</text><text>two</text><text>three</text></answer>"
    assert (refused["verdict"], refused["refused_by"], refused["rule"]) == ("refused", "content", "content")
    assert (refused["gate"], refused["gate_check"]) == ("block", "output/message-schema")
    assert (refused["sender"], refused["recipient"], refused["type"]) == ("writer", None, "answer")
    assert (refused["mission"], refused["step"], refused["number"], refused["position"]) == ("mended", "main", 0, 1)
    assert refused["characters"] == len(refused["text"])
    assert refused["loss"] is None


def test_a_conversation_is_shown_with_its_texts(orchestra: Orchestra, ran: Path) -> None:
    answer = orchestra("audit", ran, "--thread", "mended/main")
    lines = answer.out.splitlines()
    assert [line for line in lines if line.startswith("  | ")] == [
        "  | Say it shortly.",
        "  | <answer><text>one</text><text>two</text><text>three</text></answer>",
        "  | Say it shortly.",
        "  | <answer><text>Only one line.</text></answer>",
    ]
    assert len(lines) == 8
    assert orchestra("audit", ran, "--correlation", "mended/main", "--full") == answer


def test_nothing_found_is_said(orchestra: Orchestra, ran: Path) -> None:
    assert orchestra("audit", ran, "--type", "song") == (0, "no messages\n", "")
    assert orchestra("audit", ran, "--type", "song", "--json") == (0, "", "")


def test_runs_are_told_apart(orchestra: Orchestra, ran: Path) -> None:
    first = records(orchestra("audit", ran, "--json").out)[0]["run"]
    with closing(Ledger(ran / ".orchestra" / "ledger.sqlite")) as ledger:
        known = ledger.run(first)
        assert known is not None
        later = replace(known.info, run="later", started_at=known.info.started_at + timedelta(days=1))
        ledger.begin_run(later)
        ledger.messages_seen("later", [seen()])
    assert [each["run"] for each in records(orchestra("audit", ran, "--json").out)] == ["later"]
    assert len(records(orchestra("audit", ran, "--json", "--run", first).out)) == 7
    both = orchestra("audit", ran, "--run", "all")
    assert len(both.out.splitlines()) == 8
    assert first in both.out
    unknown = orchestra("audit", ran, "--run", "nobody")
    assert (unknown.code, unknown.out) == (2, "")
    assert first in unknown.err


# Judging again.


def test_the_same_schema_changes_nothing(orchestra: Orchestra, ran: Path) -> None:
    answer = orchestra("audit", ran, "--replay")
    assert answer == (0, "3 messages judged again: 0 accepted -> refused, 0 refused -> accepted\n", "")


def test_a_changed_schema_changes_verdicts_both_ways(orchestra: Orchestra, ran: Path) -> None:
    schema = ran / "notes.xsd"
    text = schema.read_text()
    schema.write_text(text.replace('type="xs:string" maxOccurs="2"', 'type="xs:string" maxOccurs="3"'))
    looser = orchestra("audit", ran, "--replay")
    assert looser.code == 1
    first, second, summary = looser.out.splitlines()
    assert "mended/main" in first
    assert second == "  refused by content -> accepted"
    assert summary == "3 messages judged again: 0 accepted -> refused, 1 refused -> accepted"
    short = (
        '<xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="13"/></xs:restriction></xs:simpleType>'
    )
    schema.write_text(
        text.replace(
            '<xs:element name="text" type="xs:string" maxOccurs="2"/>', f'<xs:element name="text">{short}</xs:element>'
        )
    )
    tighter = orchestra("audit", ran, "--replay", "--json")
    assert tighter.code == 1
    assert tighter.err == "3 messages judged again: 2 accepted -> refused, 0 refused -> accepted\n"
    judged = records(tighter.out)
    assert [each["changed"] for each in judged] == [each["before"]["verdict"] == "accepted" for each in judged]
    assert {each["after"]["rule"] for each in judged if each["changed"]} == {"max-length"}
    assert orchestra("audit", ran, "--replay", "--verdict", "refused").code == 0


def test_another_schema_can_judge(orchestra: Orchestra, ran: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xsd"
    other.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="question" type="xs:string"/></xs:schema>'
    )
    answer = orchestra("audit", ran, "--replay", "--schema", other)
    assert answer.code == 1
    assert answer.out.endswith("3 messages judged again: 2 accepted -> refused, 0 refused -> accepted\n")


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, 2), (b"", 2), (b"no schema", 2), (b"\xff\xfe\x00", 2), (b"<!DOCTYPE x><x/>", 2), (b"<html/>", 2)],
)
def test_a_schema_that_cannot_judge_is_said(
    orchestra: Orchestra, ran: Path, tmp_path: Path, content: bytes | None, code: int
) -> None:
    schema = tmp_path / "other.xsd"
    if content is not None:
        schema.write_bytes(content)
    answer = orchestra("audit", ran, "--replay", "--schema", schema)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith("orchestra: ")
    assert "Traceback" not in answer.err


def test_a_text_that_was_cut_cannot_be_judged(orchestra: Orchestra, ran: Path) -> None:
    said(ran, text="<answer><text>" + "x" * 70_000 + "</text></answer>", mission="long")
    answer = orchestra("audit", ran, "--replay", "--mission", "long")
    assert answer.code == 0
    assert answer.out.startswith("0 messages judged again")
    assert answer.out.endswith("1 could not be judged, because their text was not kept whole\n")


# What others may have written.


def seen(**changes: Any) -> SeenMessage:
    known: dict[str, Any] = {
        "mission": "hostile",
        "step": "main",
        "number": 0,
        "position": 1,
        "form": MessageForm.MESSAGE,
        "sender": "writer",
        "recipient": "lead",
        "type": "answer",
        "task_id": "t",
        "parent_task": "",
        "rule": "",
        "gate": VerdictKind.PASS,
        "gate_check": "",
        "text": "<answer/>",
    }
    return SeenMessage(**{**known, **changes})


def said(ran: Path, **changes: Any) -> None:
    with closing(Ledger(ran / ".orchestra" / "ledger.sqlite")) as ledger:
        run = ledger.latest_run()
        assert run is not None
        ledger.messages_seen(run.info.run, [seen(**changes)])


@pytest.mark.parametrize("words", [[], ["--full"], ["--thread", HOSTILE], ["--replay"], ["--json"]])
def test_no_value_can_steer_the_terminal(orchestra: Orchestra, ran: Path, words: list[str]) -> None:
    names = ("sender", "recipient", "type", "task_id", "parent_task", "rule", "gate_check")
    valid = "<answer><text>red \u202e \u2028 \x85 \x9b31m</text></answer>"
    broken = f"<a>{HOSTILE}&#27;[31m&#x202e;</a>\r\n\x9b31m\u2028x"
    said(ran, **dict.fromkeys(names, HOSTILE), text=valid if words == ["--replay"] else broken)
    answer = orchestra("audit", ran, *words)
    assert "red" in answer.out
    assert (answer.code == 1) == (words == ["--replay"])
    assert not set("\x1b\x07\x9b\u202e\u2028\r") & set(answer.out)


def test_long_and_wide_names_do_not_push_the_rest_away(orchestra: Orchestra, ran: Path) -> None:
    said(ran, sender="鐵" * 500, type="x" * 5_000, text="<a>two words</a>")
    answer = orchestra("audit", ran)
    assert "two words" in answer.out
    assert max(len(line) for line in answer.out.splitlines() if "鐵" not in line) < 300


# What cannot be read.


@pytest.mark.parametrize("words", [(), ("--replay",), ("--run", "all"), ("--thread", "x")])
def test_before_any_run_there_is_nothing_to_audit(orchestra: Orchestra, project: Path, words: tuple[str, ...]) -> None:
    answer = orchestra("audit", project, *words)
    assert (answer.code, answer.out) == (2, "")
    assert "run pytest --orchestra first" in answer.err
    assert not (project / ".orchestra" / "ledger.sqlite").exists()


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look at" * 40])
def test_a_damaged_ledger_is_said(orchestra: Orchestra, project: Path, content: bytes) -> None:
    (project / ".orchestra").mkdir()
    (project / ".orchestra" / "ledger.sqlite").write_bytes(content)
    answer = orchestra("audit", project)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("orchestra: ")


def test_a_ledger_without_a_trail_is_said(orchestra: Orchestra, ran: Path) -> None:
    with closing(sqlite3.connect(ran / ".orchestra" / "ledger.sqlite")) as connection:
        connection.executescript("DROP TABLE messages; DROP TABLE texts; PRAGMA user_version = 1")
    answer = orchestra("audit", ran)
    assert (answer.code, answer.out) == (2, "")
    assert "before there was an audit trail" in answer.err


def test_no_project_is_said(orchestra: Orchestra, tmp_path: Path) -> None:
    assert orchestra("audit", tmp_path).code == 2


@pytest.mark.parametrize(
    "words", [["--schema", "x.xsd"], ["--limit", "0"], ["--limit", "many"], ["--thread", "a", "--correlation", "b"]]
)
def test_what_makes_no_sense_is_refused(orchestra: Orchestra, ran: Path, words: list[str]) -> None:
    answer = orchestra("audit", ran, *words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err


def test_a_broken_spec_hides_no_message_but_cannot_judge(orchestra: Orchestra, ran: Path) -> None:
    (ran / "agents" / "writer.yaml").write_text("agent: [")
    assert orchestra("audit", ran).code == 0
    again = orchestra("audit", ran, "--replay")
    assert (again.code, again.out) == (1, "")
    assert again.err


@pytest.mark.parametrize("option", ["--from", "--to", "--mission", "--type", "--correlation", "--thread", "--text"])
def test_what_no_text_can_be_is_not_found(orchestra: Orchestra, ran: Path, option: str) -> None:
    assert orchestra("audit", ran, option, "\udcff") == (0, "no messages\n", "")


def test_a_run_that_no_text_can_name_is_unknown(orchestra: Orchestra, ran: Path) -> None:
    answer = orchestra("audit", ran, "--run", "\udcff")
    assert answer.code == 2
    assert "the latest is" in answer.err


@pytest.mark.parametrize("option", ["--correlation", "--thread"])
def test_an_empty_id_names_no_task(orchestra: Orchestra, ran: Path, option: str) -> None:
    answer = orchestra("audit", ran, option, "")
    assert (answer.code, answer.out) == (2, "")
    assert f"{option} names no task" in answer.err


def test_a_limit_beyond_all_numbers_is_none(orchestra: Orchestra, ran: Path) -> None:
    assert orchestra("audit", ran, "--limit", "9" * 30) == orchestra("audit", ran)


def test_a_comment_that_never_ends_is_no_text() -> None:
    assert first_words(MessageForm.MESSAGE, "<a>two words<!-- and more of them, much longer") == "two words"


def test_a_run_that_cannot_be_read_is_said(orchestra: Orchestra, ran: Path) -> None:
    with closing(sqlite3.connect(ran / ".orchestra" / "ledger.sqlite")) as connection:
        connection.execute("UPDATE runs SET started_us = 'soon'")
        connection.commit()
    answer = orchestra("audit", ran)
    assert (answer.code, answer.out) == (2, "")
    assert "written by another program" in answer.err
