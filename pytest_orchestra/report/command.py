"""The core of `orchestra report RUN`: from a ledger's path to the text that is printed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from orchestra_compiler.manifest import Manifest
from pytest_orchestra.ledger import Ledger
from pytest_orchestra.report import document, markdown, terminal
from pytest_orchestra.report.build import build, unknown_run
from pytest_orchestra.report.values import Report

LATEST = "latest"
_WIDTH = 100


def report_for(
    ledger_path: Path,
    run: str,
    manifest: Manifest,
    format: Literal["text", "json", "markdown"],  # noqa: A002 - the option's name
    *,
    width: int = _WIDTH,
    colour: bool = False,
    ascii_only: bool = False,
) -> str:
    """Return the report of a run as text.

    Args:
        ledger_path: An existing ledger; it is opened for reading only.
        run: A run's id, or `latest`.
        manifest: The compiled project.
        format: `text` for a terminal, `json` as the published schema says, or `markdown`.
        width: Columns of the terminal, for `text`.
        colour: Use ANSI colours, for `text`.
        ascii_only: Use nothing beyond ASCII, for `text`.

    Raises:
        UsageError: There is no such ledger, or no such run; the hint names the latest ones.
        ProjectError: The ledger cannot be read.
    """
    report = _read(ledger_path, run, manifest)
    if format == "json":
        return document.render(report).decode()
    if format == "markdown":
        return markdown.render(report)
    return terminal.render(report, width, colour=colour, ascii_only=ascii_only, detail=True)


def _read(ledger_path: Path, run: str, manifest: Manifest) -> Report:
    ledger = Ledger(ledger_path, read_only=True)
    try:
        if run == LATEST:
            latest = ledger.latest_run()
            if latest is None:
                raise unknown_run(ledger, run)
            run = latest.info.run
        return build(ledger, run, manifest, manifest_sha256=hashlib.sha256(manifest.dump()).hexdigest())
    finally:
        ledger.close()
