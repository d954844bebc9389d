"""One compile at a time writes to a folder; a lock that nobody holds any more stops nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestra_compiler.errors import ProjectError
from orchestra_compiler.writing import lock
from orchestra_compiler.writing.lock import held

HOLDER = """
import sys
from pathlib import Path
from orchestra_compiler.writing.lock import held
with held(Path(sys.argv[1]), Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_STEP_S", 0.001)
    monkeypatch.setattr(lock, "_TOLD_AFTER", 2)
    monkeypatch.setattr(lock, "LONGEST_STEPS", 5)


@pytest.mark.usefixtures("impatient")
def test_the_second_waits_says_so_and_gives_up(tmp_path: Path) -> None:
    told: list[str] = []
    out = tmp_path / "out"
    with held(tmp_path, out):
        with (
            pytest.raises(ProjectError, match="more than a minute"),
            held(tmp_path, tmp_path / "." / "out", told.append),
        ):
            pytest.fail("two hold it")
        assert told == [f"waiting for another compile that writes to {out}"]
        with held(tmp_path, tmp_path / "elsewhere"):  # another folder, another lock
            pass
    with held(tmp_path, out, told.append):
        assert len(told) == 1


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), str(tmp_path / "out")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with held(tmp_path, tmp_path / "out", pytest.fail):
        pass


def test_it_is_given_back_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(tmp_path, tmp_path / "out"):
        raise ZeroDivisionError
    with held(tmp_path, tmp_path / "out", pytest.fail):
        pass


@pytest.mark.usefixtures("impatient")
def test_where_no_lock_can_be_made_nothing_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".orchestra").write_text("in the way")
    with held(tmp_path, tmp_path / "out"), held(tmp_path, tmp_path / "out"):
        pass
    with held(tmp_path / "nowhere", tmp_path, make=False):
        assert not (tmp_path / "nowhere").exists()

    def unsupported(_: int) -> bool:
        raise OSError(95, os.strerror(95))

    monkeypatch.setattr(lock, "_taken", unsupported)
    with held(tmp_path / "other", tmp_path), held(tmp_path / "other", tmp_path):
        pass
