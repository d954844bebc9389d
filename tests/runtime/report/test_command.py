from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import ledger_samples as samples
import pytest
import report_samples

from orchestra_compiler.errors import UsageError
from pytest_orchestra.ledger import Ledger
from pytest_orchestra.report.command import report_for


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    report_samples.record(path)
    return path


def test_the_latest_run_is_found_by_that_word(path: Path) -> None:
    ledger = Ledger(path)
    ledger.begin_run(samples.run_info("later", started_at=datetime(2026, 8, 1, tzinfo=UTC)))
    ledger.close()
    data = json.loads(report_for(path, "latest", samples.manifest(), "json"))
    assert data["run"]["id"] == "later"
    data = json.loads(report_for(path, samples.RUN, samples.manifest(), "json"))
    assert data["run"]["id"] == samples.RUN


def test_every_format_speaks_of_the_same_run(path: Path) -> None:
    text = report_for(path, "latest", samples.manifest(), "text", width=70)
    assert "total priced $0.7597 (spent $0.0000)" in text
    assert max(map(len, text.splitlines())) <= 70
    assert "compiled anew" in text.replace("\n           ", " ")  # the sample run names another manifest
    assert "**total priced $0.7597**" in report_for(path, "latest", samples.manifest(), "markdown")
    assert report_for(path, "latest", samples.manifest(), "text", ascii_only=True).isascii()


def test_an_unknown_run_names_the_latest_ones(path: Path) -> None:
    ledger = Ledger(path)
    for number in range(6):
        ledger.begin_run(samples.run_info(f"run-{number}", started_at=datetime(2026, 8, 1 + number, tzinfo=UTC)))
    ledger.close()
    with pytest.raises(UsageError, match="holds no run nobody") as caught:
        report_for(path, "nobody", samples.manifest(), "text")
    assert caught.value.hint == "the latest are run-5, run-4, run-3, run-2, run-1"


def test_a_ledger_without_runs_says_so(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.db").close()
    with pytest.raises(UsageError, match="holds no run"):
        report_for(tmp_path / "ledger.db", "latest", samples.manifest(), "text")


def test_a_report_makes_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no ledger"):
        report_for(tmp_path / "ledger.db", "latest", samples.manifest(), "text")
    assert list(tmp_path.iterdir()) == []
