"""Names of runs and of calls: the one sorts by time, the other is the same for the same call whenever it is made."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime


def new_run_id(now: datetime) -> str:
    """Return a fresh run id, such as `20260712T101530.123456Z-9f3ab2`; ids sort by time.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("the time of a run needs a time zone")
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}"


def call_key(run: str, mission: str, step: str, number: int, trial: int = 0) -> str:
    """Return the idempotency key of a call, 32 hexadecimal digits.

    Each part goes in with its length, so that no two different calls can spell the same text.
    """
    spelled = f"{len(run)}:{run}{len(mission)}:{mission}{len(step)}:{step}{number},{trial}"
    return hashlib.blake2b(spelled.encode(), digest_size=16).hexdigest()
