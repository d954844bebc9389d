from __future__ import annotations

from pathlib import Path

import pytest
import small_project
from commands import Orchestra


@pytest.fixture
def orchestra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Orchestra:
    """The command line in this process."""
    return Orchestra(monkeypatch, capsys)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project, without any finding."""
    return small_project.write(tmp_path / "small")
