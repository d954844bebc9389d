"""Runs `orchestra` inside the test's own process, with its own standard input; and pytest in another one."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestra_compiler.cli.main import main
from pytest_orchestra.cli import ALL_COMMANDS


class Answer(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str


class Orchestra:
    """The command line: `orchestra("lint", folder)`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *words: str | Path, stdin: bytes = b"") -> Answer:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        self._capsys.readouterr()
        code = main([str(word) for word in words], ALL_COMMANDS)
        return Answer(code, *self._capsys.readouterr())


def run_pytest(root: Path, *words: str) -> tuple[int, dict[str, int], str]:
    """Run pytest on a folder in a process of its own; return its exit code, how many items had which outcome, the text.

    `pytester` would do it too, but forgets every module that the test itself has imported meanwhile: what is imported
    again afterwards are other classes than those that older objects are of.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--rootdir", str(root), *words, str(root)],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    last = done.stdout.rstrip().rpartition("\n")[2]
    outcomes = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|skipped|errors?|xfailed)", last)}
    return done.returncode, outcomes, done.stdout + done.stderr
