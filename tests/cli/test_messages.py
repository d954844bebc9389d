from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import Orchestra

ORDER = '<order urgent="true"><text>Write.</text></order>'
WRONG = '<order urgent="soon"><text>Write.</text></order>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    (documents / "inner").mkdir(parents=True)
    (documents / "a.xml").write_text(ORDER)
    (documents / "inner" / "b.XML").write_text(WRONG)
    (documents / "c.txt").write_text("no document")
    return documents


class TestCheck:
    def test_valid_documents_are_counted(self, orchestra: Orchestra, project: Path, folder: Path) -> None:
        assert orchestra("messages", "check", folder / "a.xml", "--project", project) == (
            0,
            "1 document, all valid\n",
            "",
        )

    def test_a_folder_is_searched_and_each_fault_is_a_line(
        self, orchestra: Orchestra, project: Path, folder: Path
    ) -> None:
        answer = orchestra("messages", "check", folder, "--project", project)
        assert answer.code == 1
        first, last = answer.out.splitlines()
        assert first.startswith(f"{folder}/inner/b.XML:1: /order: ")
        assert first.endswith("[datatype]")
        assert last == "2 documents, 1 not valid"

    def test_lines_of_json_are_told_by_their_ids(self, orchestra: Orchestra, project: Path) -> None:
        lines = [
            json.dumps({"id": "good", "xml": ORDER}),
            json.dumps({"id": 7, "xml": WRONG}),
            json.dumps({"xml": "<!DOCTYPE x><x/>"}),
            json.dumps({"id": "none", "xml": None}),
            "nonsense",
            "[1]",
            json.dumps({"id": True, "xml": ORDER}),
        ]
        answer = orchestra("messages", "check", "-", "--json", "--project", project, stdin="\n".join(lines).encode())
        found = [json.loads(line) for line in answer.out.splitlines()]
        assert answer.code == 1
        assert [(each["document"], each["violations"][0]["rule"]) for each in found] == [
            ("7", "datatype"),
            ("line 3", "hostile-xml"),
            ("none", "unreadable"),
            ("line 5", "unreadable"),
            ("line 6", "unreadable"),
        ]
        assert found[0]["violations"][0].keys() == {"rule", "path", "line", "message"}

    def test_a_schema_needs_no_project(self, orchestra: Orchestra, project: Path, folder: Path) -> None:
        answer = orchestra("messages", "check", folder / "a.xml", "--schema", project / "notes.xsd")
        assert answer == (0, "1 document, all valid\n", "")

    def test_faults_elsewhere_in_the_project_do_not_matter(
        self, orchestra: Orchestra, project: Path, folder: Path
    ) -> None:
        (project / "agents" / "lead.yaml").write_text("agent: [")
        assert orchestra("messages", "check", folder / "a.xml", "--project", project).code == 0

    @pytest.mark.parametrize(
        ("content", "rule"),
        [
            (b"", "malformed-xml"),
            (b"\xff\xfe<\x00", "hostile-xml"),
            (b"\x00" * 100, "hostile-xml"),
            (b"<order>" * 5000, "hostile-xml"),
            (b"<order>" + b"x" * (11 * 1024 * 1024), "hostile-xml"),
            (b'<!DOCTYPE o [<!ENTITY a "b">]><order>&a;</order>', "hostile-xml"),
        ],
        ids=["empty", "utf-16", "binary", "deep", "huge", "entity"],
    )
    def test_hostile_documents_are_findings(
        self, orchestra: Orchestra, project: Path, tmp_path: Path, content: bytes, rule: str
    ) -> None:
        (tmp_path / "bad.xml").write_bytes(content)
        answer = orchestra("messages", "check", tmp_path / "bad.xml", "--json", "--project", project)
        assert answer.code == 1
        assert json.loads(answer.out)["violations"][0]["rule"] == rule

    def test_what_a_terminal_would_obey_is_escaped(self, orchestra: Orchestra, project: Path) -> None:
        line = json.dumps({"id": "\x1b[31m", "xml": "x"}).encode()
        answer = orchestra("messages", "check", "-", "--project", project, stdin=line)
        assert "\x1b" not in answer.out
        assert answer.out.startswith("\\x1b[31m:1: ")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_cannot_be_read_is_a_finding(self, orchestra: Orchestra, project: Path, folder: Path) -> None:
        (folder / "a.xml").chmod(0)
        answer = orchestra("messages", "check", folder / "a.xml", "--project", project)
        assert answer.code == 1
        assert "cannot be read: Permission denied [unreadable]" in answer.out

    def test_a_folder_that_cannot_be_searched_is_a_finding(
        self, orchestra: Orchestra, project: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        search = os.scandir

        def refuse(path: str) -> Any:
            if os.fspath(path).endswith("inner"):
                raise PermissionError(13, "Permission denied", path)
            return search(path)

        monkeypatch.setattr(os, "scandir", refuse)
        answer = orchestra("messages", "check", folder, "--project", project)
        assert (answer.code, answer.out.splitlines()) == (
            1,
            [
                f"{folder}/inner: cannot be searched: Permission denied [unreadable]",
                "2 documents, 1 not valid",
            ],
        )

    def test_a_line_that_is_too_long_is_a_finding_and_the_next_is_read(
        self, orchestra: Orchestra, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("orchestra_compiler.cli.common.LONGEST_LINE", 200)
        lines = [json.dumps({"xml": "x" * 1000}), json.dumps({"xml": ORDER}), "", json.dumps({"xml": "y" * 500})]
        answer = orchestra("messages", "check", "-", "--project", project, stdin="\n".join(lines).encode())
        assert answer.out.splitlines() == [
            "line 1: longer than 200 bytes [unreadable]",
            "line 4: longer than 200 bytes [unreadable]",
            "3 documents, 2 not valid",
        ]

    def test_a_line_is_named_once(self, orchestra: Orchestra, project: Path) -> None:
        line = json.dumps({"id": "a", "xml": "<order"})
        answer = orchestra("messages", "check", "-", "--project", project, stdin=line.encode())
        assert answer.out.splitlines()[0] == "a:1: unclosed token [malformed-xml]"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("gone.xml",), "there is no file or folder"),
            (("empty",), "holds no .xml file"),
            (("pipe",), "there is no file or folder"),
            (("x", "--schema", "gone.xsd"), "there is no file 'gone.xsd'"),
            (("x", "--schema", "wrong.xsd"), "wrong.xsd"),
            (("x", "--project", "gone"), "does not exist"),
            (("x", "--project", "broken"), "orchestra.yaml cannot be used"),
            (("x", "--project", "binary"), "orchestra.yaml cannot be used"),
            (("x", "--project", "void"), "orchestra.yaml cannot be used"),
        ],
    )
    def test_what_cannot_be_done_is_a_usage_error(
        self, orchestra: Orchestra, project: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
    ) -> None:
        monkeypatch.chdir(project)
        (project / "empty").mkdir()
        os.mkfifo(project / "pipe")
        (project / "x").write_text("x")
        (project / "wrong.xsd").write_text("<x/>")
        for name, content in (("broken", b"orchestra: ["), ("binary", b"\xff\xfe"), ("void", b"")):
            (project / name).mkdir()
            (project / name / "orchestra.yaml").write_bytes(content)
        answer = orchestra("messages", "check", *words)
        assert answer.code == 2
        assert said in answer.err


class TestForms:
    @pytest.fixture
    def ours(self, tmp_path: Path) -> Path:
        (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nname: x\nagents: a.yaml\n")
        return tmp_path

    def test_there_and_back(self, orchestra: Orchestra, ours: Path) -> None:
        text = "result clerk>head-baker #order-17 2026-05-04T08:30:00Z\n\nOrder 17 is packed.\n"
        expanded = orchestra("messages", "expand", "--project", ours, stdin=text.encode())
        assert (expanded.code, expanded.err) == (0, "")
        (ours / "m.xml").write_text(expanded.out, encoding="utf-8")
        assert orchestra("messages", "compact", ours / "m.xml", "--project", ours) == (0, text, "")
        for given in (text, expanded.out):
            shown = orchestra("messages", "show", "--project", ours, stdin=given.encode())
            assert json.loads(shown.out)["success"] is True

    def test_a_channel_fills_in_what_it_knows(self, orchestra: Orchestra, ours: Path) -> None:
        channel = ["--type", "task-completion", "--sender", "clerk", "--recipient", "b", "--task-id", "t"]
        channel += ["--timestamp", "2026-05-04T08:30:00Z", "--project", str(ours)]
        expanded = orchestra("messages", "expand", *channel, stdin="Grüße & <Küsse>\n".encode())
        assert "<sender>clerk</sender>" in expanded.out
        assert orchestra("messages", "compact", *channel, stdin=expanded.out.encode()).out == "Grüße & <Küsse>\n"

    def test_a_schema_of_ones_own_takes_paths(self, orchestra: Orchestra, project: Path) -> None:
        words = ["--project", str(project), "--known", "@urgent=true"]
        compact = orchestra("messages", "compact", *words, stdin=ORDER.encode())
        assert compact.out == "order text=Write.\n"
        assert 'urgent="true"' in orchestra("messages", "expand", *words, stdin=compact.out.encode()).out
        shown = orchestra("messages", "show", *words, stdin=compact.out.encode())
        assert json.loads(shown.out) == {"type": "order", "@urgent": True, "text": "Write."}

    @pytest.mark.parametrize("words", [("--type", "order"), ("--sender", "clerk")])
    def test_a_schema_of_ones_own_takes_nothing_but_paths(
        self, orchestra: Orchestra, project: Path, words: tuple[str, ...]
    ) -> None:
        answer = orchestra("messages", "compact", *words, "--project", project, stdin=ORDER.encode())
        assert (answer.code, answer.out) == (2, "")
        assert "--known PATH=TEXT" in answer.err

    def test_the_shipped_protocol_takes_no_paths(self, orchestra: Orchestra, ours: Path) -> None:
        answer = orchestra("messages", "expand", "--known", "sender=clerk", "--project", ours, stdin=b"x")
        assert answer.code == 2
        assert "--sender" in answer.err

    @pytest.mark.parametrize("action", ["compact", "show"])
    def test_data_is_utf_8_whatever_the_locale(self, project: Path, action: str) -> None:
        code = "import sys; from orchestra_compiler.cli.main import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", code, "messages", action, "--project", str(project)],
            input=ORDER.replace("Write", "Grüße 𝕏").encode(),
            capture_output=True,
            env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"},
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert "Grüße 𝕏." in done.stdout.decode()

    @pytest.mark.parametrize("action", ["show", "compact", "expand"])
    @pytest.mark.parametrize("given", [b"", b"<order", WRONG.encode(), b"reslut", b"\x00", b"<a>" * 3000])
    def test_what_is_no_message_is_a_finding(
        self, orchestra: Orchestra, project: Path, action: str, given: bytes
    ) -> None:
        answer = orchestra("messages", action, "--project", project, stdin=given)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith("orchestra: ")

    @pytest.mark.parametrize("action", ["show", "compact"])
    def test_no_error_can_steer_the_terminal(self, orchestra: Orchestra, project: Path, action: str) -> None:
        wrong = '<order urgent="&#x9b;31m&#x202e;&#x85;"><text/></order>'
        answer = orchestra("messages", action, "--project", project, stdin=wrong.encode())
        assert answer.code == 1
        assert "31m" in answer.err
        assert not set("\x9b\u202e\x85") & set(answer.err)

    @pytest.mark.parametrize(
        ("words", "stdin", "said"),
        [
            ((), b"\xff", "not UTF-8 at byte 1"),
            ((), b"x" * (11 * 1024 * 1024), "more than"),
            (("gone.xml",), b"", "cannot be read"),
            (("--known", "x"), b"x", "is no PATH=TEXT"),
        ],
        ids=["bytes", "huge", "gone", "known"],
    )
    def test_what_cannot_be_read_is_a_usage_error(
        self, orchestra: Orchestra, project: Path, words: tuple[str, ...], stdin: bytes, said: str
    ) -> None:
        answer = orchestra("messages", "show", *words, "--project", project, stdin=stdin)
        assert answer.code == 2
        assert said in answer.err


class TestCost:
    def test_the_table_says_what_it_counts(self, orchestra: Orchestra, project: Path) -> None:
        answer = orchestra("messages", "cost", project)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.splitlines()[0].split()[:3] == ["type", "measured", "content"]
        assert "Tokens by " in answer.out

    def test_figures_as_json(self, orchestra: Orchestra, project: Path) -> None:
        answer = orchestra("messages", "cost", project, "--json", "--known", "@urgent")
        data = json.loads(answer.out)
        assert [each["type"] for each in data["types"]] == ["answer", "order"]
        order = data["types"][1]["forms"]
        assert (
            order["channel"]["envelope_tokens"] <= order["compact"]["envelope_tokens"] < order["xml"]["envelope_tokens"]
        )
        assert isinstance(order["xml"]["percent"], str)
        assert data["replies"] == 1

    def test_paths_are_for_schemas_of_ones_own(self, orchestra: Orchestra, tmp_path: Path) -> None:
        (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nname: x\nagents: a.yaml\n")
        (tmp_path / "a.yaml").write_text(
            "agent: clerk\ndescription: Takes orders at the counter.\ntier: routine\nrationale: Small.\nprompt: Take orders.\n"
        )
        assert orchestra("messages", "cost", tmp_path, "--known", "sender").code == 2
        figures = json.loads(orchestra("messages", "cost", tmp_path, "--json").out)
        assert {each["messages"] for each in figures["types"]} == {0}


def test_an_action_must_be_named(orchestra: Orchestra) -> None:
    assert orchestra("messages").code == 2
    assert "check" in orchestra("messages", "--help").out
