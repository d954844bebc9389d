"""Whether two readings of a project gave the same fleet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from typing import Any

from orchestra_compiler import codec
from orchestra_compiler.model import Fleet


def fleets_agree(old: Fleet | None, new: Fleet | None) -> bool:
    """Return whether two readings of a project gave the same fleet but for places.

    Where a file with errors was left out of one of them, all agents and missions of the old one must be in the new one.
    """
    if old is None or new is None:
        return True
    before, after = _without_places(codec.to_json(old)), _without_places(codec.to_json(new))
    if old.broken == new.broken:
        return bool(before == after)
    tiers_differ = any(name.startswith("tier:") for name in old.broken ^ new.broken)
    hidden = {"tier"} if tiers_differ else set()
    return not any(_each(before, key, hidden) - _each(after, key, hidden) for key in ("agents", "missions"))


def _each(fleet: Any, key: str, hidden: Collection[str]) -> Counter[str]:
    """Return the agents or missions as JSON text, with the number of each; without the fields in `hidden`."""
    return Counter(
        json.dumps({name: item for name, item in each.items() if name not in hidden}, sort_keys=True)
        for each in fleet.get(key, ())
    )


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(item) for key, item in value.items() if key != "span"}
    return [_without_places(item) for item in value] if isinstance(value, list) else value
