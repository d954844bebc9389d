from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Orchestra


def test_tasks_in_decisions_out(orchestra: Orchestra, project: Path) -> None:
    tasks = [
        {},
        {"context_tokens": 1000},
        {"context_tokens": 10000},
        {"task_type": "security"},
        {"agent": "lead"},
        {"agent": None, "text": None},
        {"agent": "writer", "context_tokens": 999.5, "files": ["a.py"], "text": "Grüße"},
    ]
    answer = orchestra("route", project, "--json", stdin="\n".join(map(json.dumps, tasks)).encode())
    assert (answer.code, answer.err) == (0, "")
    decisions = [json.loads(line) for line in answer.out.splitlines()]
    assert [each["tier"] for each in decisions] == [
        "routine", "implementation", "strategic", "strategic", "strategic", "routine", "routine",
    ]  # fmt: skip
    for each in decisions:
        assert each.keys() == {"score", "tier", "model", "rule", "reasons"}
        assert isinstance(each["score"], str)
        assert sum(float(reason["points"]) for reason in each["reasons"]) == float(each["score"])
    assert decisions[2]["score"] == "60"
    assert decisions[3]["rule"] == "hard:secrets"


def test_text_for_people(orchestra: Orchestra, project: Path) -> None:
    answer = orchestra("route", project, stdin=b'{"context_tokens": 5000}')
    assert answer.code == 0
    first, *reasons = answer.out.splitlines()
    assert first.startswith("implementation (")
    assert first.endswith("), score 30, by score")
    assert any(line.split()[0] == "30" for line in reasons)


@pytest.mark.parametrize("stdin", [b"", b"\n", b"  \n\t\n\r\n"])
def test_nothing_in_nothing_out(orchestra: Orchestra, project: Path, stdin: bytes) -> None:
    assert orchestra("route", project, stdin=stdin) == (0, "", "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nonsense", "not JSON"),
        (b"{", "not JSON"),
        (b"[1, 2]", "not a JSON object of features"),
        (b'"text"', "not a JSON object of features"),
        (b"null", "not a JSON object of features"),
        (b"\xff\xfe{}", "not UTF-8 at byte 1"),
        (b'{"text": "\xe9"}', "not UTF-8 at byte 11"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b"9" * 200_000, "not JSON"),
        (b'{"context_tokens": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"agent": "nobody"}', "there is no agent 'nobody'"),
        (b'{"agent": "wirter"}', "did you mean `writer`"),
        (b'{"agent": 5}', "is 5, not a word"),
        (b'{"colour": "red"}', "no feature is called 'colour'"),
        (b'{"context_tokens": "many"}', "not a number"),
        (b'{"context_tokens": NaN}', "not a number"),
        (b'{"context_tokens": 1e999}', "not a number"),
        (b'{"context_tokens": true}', "not a number"),
        (b'{"files": "a.py"}', "not a list"),
        (b'{"files": [1]}', "not a list"),
        (b'{"\\u001b[31m": 1}', "no feature is called"),
        (b'{"agent": "\\ud800"}', "there is no agent"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(
    orchestra: Orchestra, project: Path, line: bytes, said: str
) -> None:
    answer = orchestra("route", project, "--json", stdin=b"{}\n" + line + b"\n\n{}\n")
    assert answer.code == 1
    assert len(answer.out.splitlines()) == 2
    (complaint,) = answer.err.splitlines()
    assert complaint.startswith("line 2: ")
    assert said in complaint
    assert len(complaint) < 500
    assert complaint.isprintable()


def test_strange_texts_are_answered(orchestra: Orchestra, project: Path) -> None:
    texts = [b'{"text": "\\ud800"}', b'{"text": "' + b"x" * 1_000_000 + b'"}', b'\xef\xbb\xbf{"text": "\\u0000"}']
    answer = orchestra("route", project, "--json", stdin=b"\r\n".join(texts))
    assert (answer.code, answer.err) == (0, "")
    assert len(answer.out.splitlines()) == 3
    assert answer.out.isascii()
    assert orchestra("route", project, stdin=b'{"task_type": "\\ud800\\u001b[31m"}').code == 0


def test_routing_writes_nothing(orchestra: Orchestra, project: Path) -> None:
    before = sorted(project.rglob("*"))
    orchestra("route", project, stdin=b"{}")
    assert sorted(project.rglob("*")) == before
