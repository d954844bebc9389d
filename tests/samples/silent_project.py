"""The small project without messages, which compiles in no time, and whose mission says nothing about its tier."""

from __future__ import annotations

from collections.abc import Mapping

from small_project import FILES as SPEAKING

MISSION = "missions/hello.yaml"
FREE: Mapping[str, str] = {MISSION: SPEAKING[MISSION].replace(", {tier: routine}", "")}
"""The mission, for which any tier will do."""

FILES: Mapping[str, str] = {
    name: "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith(("messages:", "sends:", "accepts:"))
    )
    for name, text in {**SPEAKING, **FREE}.items()
}
"""Path -> text."""
