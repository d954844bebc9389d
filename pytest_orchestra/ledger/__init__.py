"""The ledger: the append-only record of runs, and the only thing that passes from the engine to the reports.

It is one SQLite file in WAL mode that any number of processes write to. Each call has a row before it starts and is
completed after it ended, so that neither a crash nor a kill makes a paid call unknown; money is kept as whole
picodollars (1e-12 USD), so that sums are exact whoever adds them up.
"""

from __future__ import annotations

from pytest_orchestra.ledger.keys import call_key, new_run_id
from pytest_orchestra.ledger.message_reader import KeptText, MessageRow, MessageSearch
from pytest_orchestra.ledger.rows import (
    CallRow,
    CaseRow,
    Cell,
    MissionRow,
    PassedChecks,
    RunInfo,
    RunRow,
    StepRow,
    Tally,
    VerdictRow,
)
from pytest_orchestra.ledger.store import Ledger

__all__ = [
    "CallRow",
    "CaseRow",
    "Cell",
    "KeptText",
    "Ledger",
    "MessageRow",
    "MessageSearch",
    "MissionRow",
    "PassedChecks",
    "RunInfo",
    "RunRow",
    "StepRow",
    "Tally",
    "VerdictRow",
    "call_key",
    "new_run_id",
]
