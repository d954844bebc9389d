"""Regular expressions that are compiled when they are first used.

A command needs few of all the expressions that its modules hold: to compile every one of them at the start would take
longer than to lint a small fleet.
"""

from __future__ import annotations

import re
from typing import Any, cast


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return what acts as `re.compile(text, flags)` does, for calls of its methods; a mistake in it shows at the first."""
    return cast("re.Pattern[str]", _Pattern(text, flags))


class _Pattern:
    """Stands for a compiled expression. What is asked of it is kept as its own, and costs no more from then on."""

    def __init__(self, text: str, flags: int) -> None:
        self._written = text, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._written), name)
        setattr(self, name, value)
        return value
