"""What all commands share: help, exit codes, pipes, and that no user ever sees a traceback."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import small_project
from commands import Answer, Orchestra

from orchestra_compiler._version import __version__
from orchestra_compiler.cli import main as cli
from orchestra_compiler.cli.common import wants_colour
from pytest_orchestra.cli import ALL_COMMANDS
from pytest_orchestra.compiled import open_project

NAMES = [command.name for command in ALL_COMMANDS]
ORCHESTRA = "import sys; from pytest_orchestra.cli import main; sys.exit(main())"
COMPILE = "import sys; from orchestra_compiler.cli import compile_main; sys.exit(compile_main())"


def test_help_names_every_command(orchestra: Orchestra) -> None:
    answer = orchestra("--help")
    assert answer.code == 0
    for command in ALL_COMMANDS:
        assert re.search(rf"^ +{command.name} ", answer.out, re.MULTILINE)
    assert "Exit codes: 0 clean, 1 findings, 2 usage, 3 a bug of ours" in " ".join(answer.out.split())


def test_the_version(orchestra: Orchestra) -> None:
    assert orchestra("--version") == Answer(0, f"pytest-orchestra {__version__}\n", "")


@pytest.mark.parametrize("name", NAMES)
def test_each_option_is_documented(orchestra: Orchestra, name: str) -> None:
    answer = orchestra(name, "--help")
    assert answer.code == 0
    command = next(command for command in ALL_COMMANDS if command.name == name)
    parser = ArgumentParser()
    import_module(command.module).configure(parser)
    for action in parser._actions:
        assert action.help, action.dest
        for option in action.option_strings:
            assert option in answer.out
        if not action.option_strings:
            assert str(action.metavar) in answer.out
    assert " ".join(command.summary.split())[1:] in " ".join(answer.out.split())


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("--nonsense",),
        ("lint", "--nonsense"),
        ("lint", "--format", "xml"),
        ("gate",),
        ("gate", "nonsense"),
        ("report", "one", "two"),
        ("compile", "one", "two"),
        ("compile", "--out", ""),
    ],
)
def test_what_cannot_be_asked_is_2(orchestra: Orchestra, words: tuple[str, ...]) -> None:
    answer = orchestra(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("usage: orchestra")


PROJECT_COMMANDS = [("compile",), ("compile", "--check"), ("lint",), ("route",), ("cost",), ("report", "--project")]
NO_PROJECTS = ["nowhere", "empty", "file.txt", "x" * 5000, "a\0b", ""]


@pytest.mark.parametrize("words", [*PROJECT_COMMANDS, ("gate", "grounding", "--project")], ids=" ".join)
@pytest.mark.parametrize("name", NO_PROJECTS, ids=lambda name: repr(name[:9]))
def test_where_there_is_no_project_is_2(
    orchestra: Orchestra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], name: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").touch()
    monkeypatch.chdir(tmp_path)
    answer = orchestra(*words, name)
    if (*words, name) == ("lint", "file.txt"):  # a file of no project is nobody's concern
        assert answer.code == 0
        return
    assert answer.code == 2
    assert answer.err.startswith("orchestra: ")
    assert len(answer.err) < 600
    assert answer.out == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("compile",), 1),
        (("compile", "--check"), 1),
        (("lint",), 1),
        (("route",), 1),
        (("cost",), 1),
        (("gate", "output", "--project"), 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_a_project_with_errors_shows_them(
    orchestra: Orchestra, project: Path, words: tuple[str, ...], code: int
) -> None:
    (project / "agents" / "writer.yaml").write_text("agent: writer\ndescriptoin: Writes.\n")
    answer = orchestra(*words, project)
    assert answer.code == code
    assert "agents/writer.yaml:2:1" in answer.out + answer.err
    assert "did you mean `description`" in answer.out + answer.err
    assert "Traceback" not in answer.out + answer.err


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[", b"- 1", b"orchestra: 2\n", b"orchestra: 1\nagents: 3\n", b"{}"]
)
def test_an_orchestra_yaml_of_no_use_is_a_finding(orchestra: Orchestra, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "orchestra.yaml").write_bytes(content)
    for name in ("compile", "lint"):
        answer = orchestra(name, tmp_path)
        assert answer.code == 1
        assert re.search(r"orchestra\.yaml:[12]:\d+: error ORC0", answer.out + answer.err)


# Bugs and interruptions


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """A list whose last exception `orchestra lint` raises."""
    raised: list[BaseException] = []

    def run(_: Namespace) -> int:
        raise raised[-1]

    monkeypatch.setattr("orchestra_compiler.cli.lint.run", run)
    return raised


def test_a_bug_of_ours_is_3_with_a_report(
    orchestra: Orchestra, broken: list[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["orchestra", "lint", "caf\udce9"])
    broken.append(RuntimeError("the cat sat on it"))
    answer = orchestra("lint")
    assert answer.code == 3
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert "this is a bug of ours: RuntimeError: the cat sat on it" in answer.err
    (report,) = tmp_path.glob("orchestra-bug-*.txt")
    assert str(report) in answer.err
    text = report.read_text(encoding="utf-8")
    assert text.startswith(f"pytest-orchestra {__version__}, Python 3.")
    assert "command: orchestra lint caf\\udce9" in text
    assert "Traceback" in text
    assert text.endswith("RuntimeError: the cat sat on it\n")


def test_a_report_that_cannot_be_written_is_printed(
    orchestra: Orchestra, broken: list[BaseException], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    broken.append(KeyError("cat"))
    answer = orchestra("lint")
    assert answer.code == 3
    assert "KeyError: 'cat'" in answer.err
    assert f"pytest-orchestra {__version__}" in answer.err


def test_an_interruption_is_130(orchestra: Orchestra, broken: list[BaseException]) -> None:
    broken.append(KeyboardInterrupt())
    assert orchestra("lint") == Answer(130, "", "orchestra: interrupted\n")


def test_what_the_machine_refuses_is_no_bug(orchestra: Orchestra, broken: list[BaseException]) -> None:
    broken.append(PermissionError(13, "Permission denied", "/some/file"))
    assert orchestra("lint") == Answer(2, "", "orchestra: /some/file: Permission denied\n")
    broken.append(OSError("odd"))
    assert orchestra("lint") == Answer(2, "", "orchestra: odd\n")


# Pipes and terminals


def process(code: str, *words: str | Path, encoding: str = "utf-8") -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    spec = small_project.FILES["agents/writer.yaml"]
    agents = {
        f"agents/a{number}.yaml": spec.replace("agent: writer", f"agent: a{number}\nwrong: 1") for number in range(60)
    }
    many = small_project.write(tmp_path, agents)
    running = [process(ORCHESTRA, "lint", many), process(ORCHESTRA, "--help"), process(COMPILE, "--help")]
    for each in running:
        assert each.stdout
        each.stdout.close()
    for each, code in zip(running, (1, 0, 0), strict=True):  # the findings are there, whoever reads them
        assert each.stderr
        assert each.stderr.read() == b""
        each.stderr.close()
        assert each.wait(timeout=60) == code


def test_a_reader_of_the_quick_check_that_goes_away_is_no_error(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestra_compiler.freshness._MARGIN_NS", -(10**18))
    open_project(project)
    each = process(COMPILE, "--check", project)
    assert each.stdout
    assert each.stderr
    each.stdout.close()
    assert each.stderr.read() == b""
    each.stderr.close()
    assert each.wait(timeout=60) == 0


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that closes streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_is_closed_is_no_error(project: Path, monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    monkeypatch.setattr("orchestra_compiler.freshness._MARGIN_NS", -(10**18))
    open_project(project)
    for code, words in ((ORCHESTRA, "agents"), (ORCHESTRA, "compile --check"), (COMPILE, "--check")):
        shell = ["sh", "-c", f'"$0" -c "$1" {words} "$2" {closed}', sys.executable, code, str(project)]
        done = subprocess.run(shell, capture_output=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that closes streams")
@pytest.mark.parametrize(
    ("words", "code"), [("messages check - --project", 0), ("messages compact --project", 1), ("route", 0)]
)
def test_from_an_input_that_is_closed_nothing_comes(project: Path, words: str, code: int) -> None:
    shell = ["sh", "-c", f'"$0" -c "$1" {words} "$2" <&-', sys.executable, ORCHESTRA, str(project)]
    done = subprocess.run(shell, capture_output=True, timeout=60, check=False)
    assert done.returncode == code
    assert b"bug" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_by_the_quick_check_too(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestra_compiler.freshness._MARGIN_NS", -(10**18))
    open_project(project)
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-c", COMPILE, "--check", str(project)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == b"orchestra: No space left on device\n"


def test_a_terminal_without_our_characters_gets_escapes(project: Path) -> None:
    (project / "agents" / "reader.md").write_text(
        "---\nname: reader\ndescription: Liest größere Texte und sagt, was darin steht.\ntier: routine\nzähler: 3\n---\nLies.\n",
        encoding="utf-8",
    )
    each = process(ORCHESTRA, "lint", project, encoding="ascii")
    out, err = each.communicate(timeout=60)
    assert (each.returncode, err) == (1, b"")
    assert rb"z\xe4hler: 3" in out


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_who_gets_colours(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], terminal: bool, expected: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    assert wants_colour(stream) is expected


def test_colours_reach_the_output(orchestra: Orchestra, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "agents" / "writer.yaml").write_text("agent: writer\n")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in orchestra("lint", project).out
    assert "\x1b[" in orchestra("compile", project).err
    assert "\x1b[" not in orchestra("lint", project, "--format", "json").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in orchestra("lint", project).out


def test_only_the_command_that_is_wanted_is_imported() -> None:
    code = (
        "import sys; from pytest_orchestra.cli import ALL_COMMANDS; from orchestra_compiler.cli.main import main\n"
        "main(['--help'], ALL_COMMANDS)\n"
        "heavy = {'yaml', 'jsonschema', 'xmlschema', 'jinja2', 'tiktoken', 'lxml', 'sqlite3', 'asyncio'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_exit_codes_are_named_once() -> None:
    assert (cli.CLEAN, cli.FINDINGS, cli.USAGE, cli.BUG) == (0, 1, 2, 3)
