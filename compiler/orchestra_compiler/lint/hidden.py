"""A finding that is not shown because somebody said so."""

from __future__ import annotations

import enum
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Span


class Silencer(enum.StrEnum):
    """What silences a finding."""

    IGNORE = "ignore"
    BASELINE = "baseline"


class Hidden(NamedTuple):
    """A silenced finding.

    Attributes:
        by: What silences it.
        reason: Why, where an ignore says so.
        place: The ignore; None for the baseline.
    """

    finding: Diagnostic
    by: Silencer
    reason: str = ""
    place: Span | None = None
