"""What a project sets for one target, with what holds where it sets nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestra_compiler.model import Fleet
from orchestra_compiler.targets import TARGET_OPTIONS, written


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of one target; the link step has seen to their types, so a value of another is as good as none."""

    _values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return an option of text, or an empty one."""
        value = self._values.get(name)
        return value if isinstance(value, str) else ""

    def whole(self, name: str) -> int | None:
        """Return a whole number, or None where the project sets none."""
        value = self._values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def amount(self, name: str) -> Decimal | None:
        """Return an amount of US dollars, or None where the project sets none."""
        return _amount(self._values.get(name))

    def amounts(self, name: str) -> Mapping[str, Decimal]:
        """Return an amount of US dollars by provider."""
        found = {key: _amount(value) for key, value in self._mapping(name).items()}
        return {key: value for key, value in found.items() if value is not None}

    def texts(self, name: str) -> Mapping[str, str]:
        """Return a text by provider."""
        return {key: value for key, value in self._mapping(name).items() if isinstance(value, str)}

    def _mapping(self, name: str) -> Mapping[str, Any]:
        value = self._values.get(name)
        return value if isinstance(value, dict) else {}


def settings(fleet: Fleet, target: str) -> Settings:
    """Return the options of a target of the project."""
    defaults = {name: option.default for name, option in TARGET_OPTIONS[target].items() if option.default is not None}
    return Settings({**defaults, **written(fleet.project, target)})


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        return Decimal(value)
    except ArithmeticError:
        return None
