"""Reports: what a run cost and how it went, built from the ledger and the manifest, rendered for people and machines."""

from __future__ import annotations

from pytest_orchestra.report.build import build
from pytest_orchestra.report.values import Report

__all__ = ["Report", "build"]
