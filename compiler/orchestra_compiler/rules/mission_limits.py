"""Which missions are meant to end well, so that limits which stop them are mistakes."""

from __future__ import annotations

import json

from orchestra_compiler.model import Mission

_GOOD = frozenset({"passed"})


def ends_well(mission: Mission, step: str | None = None) -> bool:
    """Return whether a mission, or one of its steps, is expected to end in no other way than well."""
    for each in mission.expectations:
        if each.step not in (None, step) and step is not None:
            continue
        if each.kind == "error":
            return False
        if each.kind == "outcome":
            value = json.loads(each.value)
            if not _GOOD.issuperset(value if isinstance(value, list) else [value]):
                return False
    return True
