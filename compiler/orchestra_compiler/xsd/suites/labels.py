"""Names of cases: file names that tell what is tried, each once, whatever the schema calls its parts."""

from __future__ import annotations

import re

from orchestra_compiler.naming import file_name

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_APART = re.compile(r"[^a-z0-9]+")


class Labels:
    """Gives out names, no name twice, not even in another case."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def valid(self, scenario: str, component: str) -> str:
        """Return a name such as `valid/minimal-order`."""
        return self._new("valid", scenario, component)

    def invalid(self, scenario: str, component: str) -> str:
        """Return a name such as `invalid/missing-header-type-sender`."""
        return self._new("invalid", scenario, component)

    def _new(self, folder: str, scenario: str, component: str) -> str:
        words = _slug(component)
        if not component.isascii():
            words = file_name(component)
        base = file_name(f"{_slug(scenario)}-{words}".strip("-"))
        name, number = base, 1
        while name in self._given:
            number += 1
            name = f"{base}-{number}"
        self._given.add(name)
        return f"{folder}/{name}"


def _slug(text: str) -> str:
    return _APART.sub("-", _HUMP.sub("-", text).lower()).strip("-")
