"""The SARIF log, held against the standard's own schema by the validator of those who keep the standard.

SARIF_MULTITOOL names the program; it comes as `@microsoft/sarif-multitool-linux` and for other systems likewise.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import small_project
from commands import Orchestra

PROGRAM = os.environ.get("SARIF_MULTITOOL", "")
FAULTS = {
    "agents/reader.md": "---\nname: reader\ndescription: Short: too short.\ntier: routine\nrationale: r\n---\nAsk @lead-er, über.\n",
    "agents/ein name.md": "---\nname: other\n# orchestra: ignore[ORC201] on purpose\ndescription: Short.\n---\nRead.\n",
}

pytestmark = pytest.mark.skipif(not PROGRAM, reason="SARIF_MULTITOOL names no program")


def complaints(log: Path) -> str:
    done = subprocess.run(
        [PROGRAM, "validate", str(log), "--rule-kind", "Sarif;Gh"],
        env=os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "scanned" in done.stdout, done.stdout + done.stderr
    return "\n".join(line for line in done.stdout.splitlines() if ": error " in line or ": warning " in line)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    root = small_project.write(tmp_path / "a project", FAULTS)
    path = tmp_path / "log.sarif"
    answer = Orchestra(monkeypatch, capsys)("lint", "--format", "sarif", "--output-file", path, root)
    assert answer.code == 1
    return path


def test_a_log_is_as_the_standard_has_it(log: Path) -> None:
    assert complaints(log) == ""


def test_the_validator_would_tell(log: Path) -> None:
    log.write_text(log.read_text(encoding="utf-8").replace('"startLine": ', '"startLine": -'), encoding="utf-8")
    assert "startLine" in complaints(log)
