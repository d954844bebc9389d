"""`orchestra compile --watch`, as a process of its own: it sees what changes, survives what is wrong, and ends quietly."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_project
from commands import Orchestra

WAIT_S = 60
COMMAND = "from orchestra_compiler.cli import compile_main; raise SystemExit(compile_main())"
FILES = small_project.FILES


class Watching:
    """A running watch, and the lines that it says, one per compile."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "--watch", str(root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def until(self, *words: str) -> str:
        """Return the first line that has all the words."""
        said = []
        while True:
            try:
                said.append(self._lines.get(timeout=WAIT_S))
            except queue.Empty:
                pytest.fail("\n".join(["it did not say", *words, "but", *said]))
            if all(word in said[-1] for word in words):
                return said[-1]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=WAIT_S)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_project.write(tmp_path / "small")


@pytest.fixture
def watching(root: Path) -> Iterator[Watching]:
    watching = Watching(root)
    yield watching
    watching.process.kill()
    watching.process.wait()
    assert watching.process.stdout is not None
    watching.process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of one process alone")
def test_a_watch_from_beginning_to_end(root: Path, watching: Watching) -> None:
    watching.until("compiled: ", " created", " s)")
    prompt = root / "compiled" / "prompts" / "writer.md"

    writer = root / "agents" / "writer.yaml"
    writer.write_text(FILES["agents/writer.yaml"].replace("briefly", "shortly"))
    watching.until("compiled: ", "updated", "1 of ", "units made anew")
    assert "shortly" in prompt.read_text()

    (root / "agents" / "scribe.yaml").write_text(
        FILES["agents/writer.yaml"].replace("agent: writer", "agent: scribe").replace("Writes short", "Copies long")
    )
    watching.until("compiled: ", "created")
    assert (root / "compiled" / "prompts" / "scribe.md").is_file()

    writer.write_text("agent: writer\n")
    watching.until("nothing written", "findings")
    writer.write_text(FILES["agents/writer.yaml"] + "prompt_file: notes/missing.txt\n")
    watching.until("nothing written")
    writer.write_text(
        FILES["agents/writer.yaml"].replace(
            "prompt: Write what you are asked for, briefly and clearly.", "prompt_file: notes/late.txt"
        )
    )
    watching.until("notes/late.txt")
    watching.until("nothing written")
    (root / "notes").mkdir()
    (root / "notes" / "late.txt").write_text("It came late.\n")
    watching.until("compiled: ", "updated")
    assert "It came late." in prompt.read_text()

    project = root / "orchestra.yaml"
    project.rename(root / "away")
    watching.until("nothing written", "orchestra.yaml")
    (root / "away").rename(project)
    watching.until("compiled: ")

    assert watching.stop() in {0, 130}
    assert watching.process.poll() is not None


def test_a_link_that_leads_nowhere_is_seen(root: Path, watching: Watching) -> None:
    watching.until("compiled: ", " created", " s)")
    link = root / "agents" / "new.yaml"
    link.symlink_to("nowhere")
    watching.until("nothing written")
    link.unlink()
    watching.until("unchanged")


def test_a_folder_without_a_project_cannot_be_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    orchestra = Orchestra(monkeypatch, capsys)
    assert orchestra("compile", "--watch", tmp_path).code == 2
    assert orchestra("compile", "--watch", "--check", tmp_path).code == 2


def test_an_interrupt_is_quiet(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from orchestra_compiler.cli import watch

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(watch.time, "sleep", interrupt)
    answer = Orchestra(monkeypatch, capsys)("compile", "--watch", "--explain", root)
    assert answer.code == 0
    assert answer.err == ""
    assert "created    compiled/manifest.json: no earlier compile is known" in answer.out
