"""Decisions that somebody else takes: hypothesis in earnest, a fixed sequence in tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

_HUNDRED = 100


class Lots:
    """Draws lots.

    Args:
        number: Returns a whole number from the first to the second one, both included.
    """

    def __init__(self, number: Callable[[int, int], int]) -> None:
        self.number = number

    def one_of(self, things: Sequence[T]) -> T:
        """Return one of some things, of which there must be one."""
        return things[self.number(0, len(things) - 1)] if len(things) > 1 else things[0]

    def happens(self, percent: int) -> bool:
        """Return whether something happens that happens so often in a hundred times."""
        return self.number(1, _HUNDRED) > _HUNDRED - percent
